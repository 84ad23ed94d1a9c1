//! `slots list`: each way to unlock, what it protects against, and the weakest of them.

use serde::Serialize;

use super::super::output::{Failure, Table};
use super::super::{Context, dates};
use super::short;
use crate::otp::Timestamp;
use crate::tasks::slots::{KnownSlot, protection, slots, weakest};

/// A slot as JSON has it; times in seconds since 1970.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    kind: &'a str,
    name: &'a str,
    added: Option<i64>,
    last_used: Option<i64>,
    work_factor: Option<u8>,
    in_use: bool,
    opens_here: bool,
    device: bool,
    removable: bool,
    protects_against: &'static str,
    not_against: &'static str,
    weakest: bool,
}

pub(super) fn run(context: &mut Context<'_>) -> Result<(), Failure> {
    let session = context.unlock()?;
    let slots = slots(context.machine, &session);
    let weakest = weakest(&slots).map(|slot| slot.id.as_str());
    if context.global.json {
        let rows: Vec<Row<'_>> = slots.iter().map(|slot| row(slot, weakest == Some(&slot.id))).collect();
        return context.output.json(&rows);
    }
    for (line, slot) in table(context, &slots).lines().iter().zip(&slots) {
        let protection = protection(slot);
        context.output.line(line)?;
        context.output.line(&format!("    protects against  {}", protection.against))?;
        context.output.line(&format!("    but not against   {}", protection.not_against))?;
    }
    if let Some(weakest) = slots.iter().find(|slot| weakest == Some(&slot.id) && slots.len() > 1) {
        let named = format!("{} {}", weakest.kind_name, short(&weakest.id));
        context.output.note(&format!("the weakest is {named}: the vault is as strong as that"));
    }
    Ok(())
}

fn table(context: &Context<'_>, slots: &[KnownSlot]) -> Table {
    let day = |moment: Timestamp| dates::day(moment, &context.surroundings.time_zone);
    let mut table = Table::default();
    for slot in slots {
        let added = slot.added.map(|at| format!("added {}", day(at))).unwrap_or_default();
        let used = slot.last_used.map_or("not used here yet".to_owned(), |at| format!("last used here {}", day(at)));
        let work = slot.work_factor.map(|log_n| format!("work factor {log_n}")).unwrap_or_default();
        let facts = [
            (slot.is_in_use, "opened the vault now"),
            (slot.opens_here, "opens here by itself"),
            (slot.is_a_devices, "of a device"),
            (!slot.is_removable, "cannot be removed"),
        ];
        let facts: Vec<&str> = facts.iter().filter(|(is_so, _)| *is_so).map(|(_, words)| *words).collect();
        table.row([&short(&slot.id), &slot.kind_name, &slot.name, &work, &added, &used, &facts.join(", ")]);
    }
    table
}

fn row(slot: &KnownSlot, is_weakest: bool) -> Row<'_> {
    let protection = protection(slot);
    Row {
        id: &slot.id,
        kind: &slot.kind_name,
        name: &slot.name,
        added: slot.added.map(Timestamp::as_secs),
        last_used: slot.last_used.map(Timestamp::as_secs),
        work_factor: slot.work_factor,
        in_use: slot.is_in_use,
        opens_here: slot.opens_here,
        device: slot.is_a_devices,
        removable: slot.is_removable,
        protects_against: protection.against,
        not_against: protection.not_against,
        weakest: is_weakest,
    }
}
