//! A field of the vault itself, as the list of its writes, the shown one first.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::WireWrite;
use crate::vault::field::{Field, Progress, Write};

/// Returns every write of a field.
pub(in crate::vault) fn write<T: Clone + PartialEq + Progress + Serialize>(field: &Field<T>) -> Vec<WireWrite> {
    let writes = std::iter::once(field.head()).chain(field.others());
    writes.map(WireWrite::of).collect()
}

/// Reads what [`write()`] wrote; `None` if it is something else.
pub(in crate::vault) fn read<T>(writes: Vec<WireWrite>) -> Option<Field<T>>
where
    T: Clone + PartialEq + Progress + DeserializeOwned,
{
    let mut writes = writes.into_iter().map(|wire| {
        let value: T = serde_json::from_str(wire.value.get()).ok()?;
        Some(Write { value, written: wire.written.into(), kept: wire.kept.into() })
    });
    let head = writes.next()??;
    Some(Field::of(head).with(writes.collect::<Option<Vec<_>>>()?))
}
