//! Recovery codes as JSON, and back. `docs/VAULT-FORMAT.md` describes it.

use std::collections::BTreeMap;
use std::sync::Arc;

use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::change::CODES_LIMIT;
use super::code::CodeText;
use super::set::{Mark, RecoverySet, SetKind};
use super::texts::{Held, SetTexts};
use super::{Recovery, SetId};
use crate::otp::Timestamp;
use crate::vault::field::{Field, Progress, Write};
use crate::vault::stamp::Stamp;
use crate::vault::wire::WireStamp;

type Members = BTreeMap<String, Box<RawValue>>;

/// One mark: which code, from 0; when it was made; the date of use; what took it back.
type WireMark = (usize, WireStamp, i64, Option<WireStamp>);

/// Of a mark that was not last kept with the whole set: which code and when it was made, as before; when it was kept; what took
/// it back, and when that was kept.
type WireKept = (usize, WireStamp, WireStamp, Vec<(WireStamp, WireStamp)>);

/// One write of a field.
#[derive(Serialize, Deserialize)]
struct WireWrite<T> {
    value: T,
    written: WireStamp,
    kept: WireStamp,
}

const ONE_OFF: &str = "one-off";
const ORDERED: &str = "ordered";
const REPLACED: &str = "replaced-when-used";

/// Returns all sets as a JSON array; `None` if there are none.
pub(in crate::vault) fn write(recovery: &Recovery) -> Option<Box<RawValue>> {
    let sets: Vec<Members> = recovery.sets.values().map(write_set).collect();
    (!sets.is_empty()).then(|| raw(&sets))
}

/// Reads what [`write()`] wrote.
///
/// # Errors
/// Names what is wrong, without quoting it.
pub(in crate::vault) fn read(json: &RawValue) -> Result<Recovery, &'static str> {
    let sets: Vec<Members> = serde_json::from_str(json.get()).map_err(|_secret| "recovery codes")?;
    let sets = sets.into_iter().map(|members| read_set(members).map(|set| (set.id, set)));
    Ok(Recovery { sets: sets.collect::<Result<_, _>>()? })
}

fn raw(value: &impl Serialize) -> Box<RawValue> {
    to_raw_value(value).expect("strings, numbers and lists of them are JSON")
}

fn write_set(set: &RecoverySet) -> Members {
    let mut members = Members::new();
    let mut put = |name: &str, value: Box<RawValue>| _ = members.insert(name.to_owned(), value);
    put("id", raw(&set.id.to_string()));
    put("added", raw(&WireStamp::from(set.added)));
    put("kept", raw(&WireStamp::from(set.kept)));
    put("created", raw(&set.created.as_millis()));
    if let Some(held) = &set.held {
        put("codes", raw(&texts_of(&held.texts)));
        if !held.texts.about.is_empty() {
            put("about", raw(&held.texts.about));
        }
        put_field(&mut put, "here", &held.here, set);
    }
    // Another state of the set may know of more codes than there are texts.
    let texts = set.held.as_ref().map(|held| held.texts.codes.len());
    if texts != Some(set.marks.len()) {
        put("count", raw(&set.marks.len()));
    }
    if !set.origin.is_empty() {
        put("origin", raw(&set.origin));
    }
    let flags = [(set.kind.one_off, ONE_OFF), (set.kind.ordered, ORDERED), (set.kind.replaced_when_used, REPLACED)];
    let flags: Vec<&str> = flags.iter().filter(|(is_set, _)| *is_set).map(|(_, name)| *name).collect();
    if !flags.is_empty() {
        put("kind", raw(&flags));
    }
    if let Some(expires) = set.kind.expires {
        put("expires", raw(&expires.as_millis()));
    }
    let marks = write_marks(&set.marks);
    if !marks.is_empty() {
        put("used", raw(&marks));
    }
    let kept = write_kept(set);
    if !kept.is_empty() {
        put("used-kept", raw(&kept));
    }
    put_field(&mut put, "checked", &set.checked.map(|at| at.map(Timestamp::as_millis)), set);
    put_field(&mut put, "superseded", &set.superseded.map(|at| at.map(Timestamp::as_millis)), set);
    put_field(&mut put, "removed", &set.removed, set);
    for (name, json) in &set.unknown {
        put(name, RawValue::from_string(json.clone()).expect("it was read as JSON"));
    }
    members
}

/// Returns the codes as they are written.
pub(super) fn texts_of(texts: &SetTexts) -> Vec<&str> {
    texts.codes.iter().map(CodeText::expose_secret).collect()
}

/// Reads codes that were written.
pub(super) fn read_texts(codes: Vec<String>, about: String) -> Result<SetTexts, &'static str> {
    let codes = codes.into_iter().map(|text| CodeText::new(SecretString::from(text)).map_err(|_| "recovery code"));
    Ok(SetTexts { codes: codes.collect::<Result<_, _>>()?, about })
}

fn write_marks(marks: &[BTreeMap<Stamp, Mark>]) -> Vec<WireMark> {
    let of_code = |(code, marks): (usize, &BTreeMap<Stamp, Mark>)| -> Vec<WireMark> {
        let one = |(stamp, mark): (&Stamp, &Mark)| {
            let taken_back = mark.taken_back.as_ref().map(|back| back.head().written.into());
            (code, (*stamp).into(), mark.at.as_millis(), taken_back)
        };
        marks.iter().map(one).collect()
    };
    marks.iter().enumerate().flat_map(of_code).collect()
}

fn write_kept(set: &RecoverySet) -> Vec<WireKept> {
    let of_code = |(code, marks): (usize, &BTreeMap<Stamp, Mark>)| -> Vec<WireKept> {
        let one = |(stamp, mark): (&Stamp, &Mark)| {
            let mut back = mark.taken_back.iter().flat_map(Field::writes);
            let is_with_set = mark.kept == set.kept && back.all(|write| write.kept == set.kept);
            let back = mark.taken_back.iter().flat_map(Field::writes);
            let back = back.map(|write| (write.written.into(), write.kept.into())).collect();
            (!is_with_set).then(|| (code, (*stamp).into(), mark.kept.into(), back))
        };
        marks.iter().filter_map(one).collect()
    };
    set.marks.iter().enumerate().flat_map(of_code).collect()
}

/// Puts every write of a field, unless the field is as it was when the set was stored.
fn put_field<T: Clone + PartialEq + Default + Progress + Serialize>(
    put: &mut impl FnMut(&str, Box<RawValue>),
    name: &str,
    field: &Field<T>,
    set: &RecoverySet,
) {
    let head = field.head();
    let is_untouched = head.written == set.added && head.kept == set.kept && field.others().is_empty();
    if is_untouched && head.value == T::default() {
        return;
    }
    let writes: Vec<WireWrite<T>> = std::iter::once(head)
        .chain(field.others())
        .map(|write| WireWrite { value: write.value.clone(), written: write.written.into(), kept: write.kept.into() })
        .collect();
    put(name, raw(&writes));
}

fn read_set(mut members: Members) -> Result<RecoverySet, &'static str> {
    let id: String = take(&mut members, "id")?.ok_or("id of recovery codes")?;
    let added: WireStamp = take(&mut members, "added")?.ok_or("stamp of recovery codes")?;
    let kept: WireStamp = take(&mut members, "kept")?.ok_or("stamp of recovery codes")?;
    let (added, kept) = (Stamp::from(added), Stamp::from(kept));
    let count: Option<usize> = take(&mut members, "count")?;
    let held = read_held(&mut members, (added, kept))?;
    let texts = held.as_ref().map(|held| held.texts.codes.len());
    let count = texts.max(count).ok_or("recovery codes")?;
    if count > CODES_LIMIT {
        return Err("recovery codes");
    }
    let flags: Vec<String> = take(&mut members, "kind")?.unwrap_or_default();
    let has = |name: &str| flags.iter().any(|flag| flag == name);
    let kind = SetKind {
        one_off: has(ONE_OFF),
        ordered: has(ORDERED),
        replaced_when_used: has(REPLACED),
        expires: take(&mut members, "expires")?.map(Timestamp::from_millis),
    };
    let used: Vec<WireMark> = take(&mut members, "used")?.unwrap_or_default();
    let mut marks = read_marks(&used, count, kept)?;
    read_kept(take(&mut members, "used-kept")?.unwrap_or_default(), &mut marks)?;
    let millis = |at: &Option<i64>| at.map(Timestamp::from_millis);
    Ok(RecoverySet {
        id: SetId::parse(&id).ok_or("id of recovery codes")?,
        added,
        kept,
        created: Timestamp::from_millis(take(&mut members, "created")?.unwrap_or(0)),
        origin: take(&mut members, "origin")?.unwrap_or_default(),
        kind,
        held,
        marks,
        checked: take_field::<Option<i64>>(&mut members, "checked", (added, kept))?.map(millis),
        superseded: take_field::<Option<i64>>(&mut members, "superseded", (added, kept))?.map(millis),
        removed: take_field(&mut members, "removed", (added, kept))?,
        unknown: members.into_iter().map(|(name, json)| (name, json.get().to_owned())).collect(),
    })
}

fn read_held(members: &mut Members, stored: (Stamp, Stamp)) -> Result<Option<Held>, &'static str> {
    let codes = take::<Vec<String>>(members, "codes")?;
    // Without codes these say nothing. They must not stay as something unknown either, which a merge would lay over what
    // another state says of its codes.
    let (about, here) = (take(members, "about")?.unwrap_or_default(), take_field(members, "here", stored)?);
    codes.map(|codes| Ok(Held { here, texts: Arc::new(read_texts(codes, about)?) })).transpose()
}

fn read_marks(wire: &[WireMark], codes: usize, kept: Stamp) -> Result<Vec<BTreeMap<Stamp, Mark>>, &'static str> {
    let mut marks = vec![BTreeMap::new(); codes];
    for (code, stamp, at, taken_back) in wire {
        let taken_back = taken_back.map(|back| Field::of(Write { value: (), written: back.into(), kept }));
        let mark = Mark { at: Timestamp::from_millis(*at), kept, taken_back };
        marks.get_mut(*code).ok_or("used recovery code")?.insert((*stamp).into(), mark);
    }
    Ok(marks)
}

fn read_kept(wire: Vec<WireKept>, marks: &mut [BTreeMap<Stamp, Mark>]) -> Result<(), &'static str> {
    for (code, stamp, kept, back) in wire {
        let of_code = marks.get_mut(code).ok_or("used recovery code")?;
        let mark = of_code.get_mut(&stamp.into()).ok_or("used recovery code")?;
        let mut back =
            back.into_iter().map(|(written, kept)| Write { value: (), written: written.into(), kept: kept.into() });
        mark.kept = kept.into();
        mark.taken_back = back.next().map(|first| Field::of(first).with(back));
    }
    Ok(())
}

fn take<T: DeserializeOwned>(members: &mut Members, name: &str) -> Result<Option<T>, &'static str> {
    // serde's messages quote the value, so they go no further.
    let read = |json: Box<RawValue>| serde_json::from_str(json.get()).map_err(|_secret| "recovery codes");
    members.remove(name).map(read).transpose()
}

fn take_field<T: Clone + PartialEq + Default + Progress + DeserializeOwned>(
    members: &mut Members,
    name: &str,
    (added, kept): (Stamp, Stamp),
) -> Result<Field<T>, &'static str> {
    let writes: Vec<WireWrite<T>> = take(members, name)?.unwrap_or_default();
    let mut writes = writes.into_iter().map(|wire| Write {
        value: wire.value,
        written: wire.written.into(),
        kept: wire.kept.into(),
    });
    let head = writes.next().unwrap_or(Write { value: T::default(), written: added, kept });
    Ok(Field::of(head).with(writes))
}
