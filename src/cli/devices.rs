//! `devices`: a second device without sharing the passphrase, and what it means to remove one.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::args::{AddDevice, Devices, RemoveDevice, Request};
use super::output::{Exit, Failure, Table};
use super::{Context, dates, decisions, init, unlock};
use crate::exchange::qr::{self, QrCode};
use crate::otp::Timestamp;
use crate::sealing::{CostPolicy, WorkFactor};
use crate::tasks::{self, Behind, DeviceError, DeviceRemoved, KnownDevice, Session, Way};

const STANDARD_INPUT: &str = "-";
/// How much of an id names a device.
const SHORT_ID: usize = 8;

/// A device as JSON has it.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    name: &'a str,
    this: bool,
    saves: u64,
    last_saved: Option<i64>,
    slot: Option<&'a str>,
    added: Option<i64>,
}

/// What removing a device did, as JSON has it.
#[derive(Serialize)]
struct Removed<'a> {
    removed: &'a str,
    words: String,
    knows: Vec<Known<'a>>,
    left_behind: &'a [String],
}

#[derive(Serialize)]
struct Known<'a> {
    id: String,
    account: &'a str,
    in_trash: bool,
}

pub(super) fn run(context: &mut Context<'_>, command: &Devices) -> Result<(), Failure> {
    match command {
        Devices::List => list(context),
        Devices::Request(wanted) => request(context, wanted),
        Devices::Add(wanted) => add(context, wanted),
        Devices::Rename { name } => rename(context, name),
        Devices::Remove(wanted) => remove(context, wanted),
    }
}

fn list(context: &mut Context<'_>) -> Result<(), Failure> {
    let session = context.unlock()?;
    let devices = tasks::devices(&session);
    if context.global.json {
        let rows: Vec<Row<'_>> = devices.iter().map(row).collect();
        return context.output.json(&rows);
    }
    let zone = &context.surroundings.time_zone;
    let day = |moment: Timestamp| dates::day(moment, zone);
    let mut table = Table::default();
    for device in &devices {
        let saves = match (device.saves, device.last_saved) {
            (0, _) => "has not saved yet".to_owned(),
            (saves, None) => format!("{saves} saves"),
            (saves, Some(last)) => format!("{saves} saves, last {}", day(last)),
        };
        let slot = device.added.map_or("the vault's passphrase".to_owned(), |at| format!("own slot since {}", day(at)));
        let this = if device.is_this { "this device" } else { "" };
        let short: String = device.id.chars().take(SHORT_ID).collect();
        table.row([&short, &device.name, &saves, &slot, this]);
    }
    for line in table.lines() {
        context.output.line(&line)?;
    }
    Ok(())
}

fn row(device: &KnownDevice) -> Row<'_> {
    Row {
        id: &device.id,
        name: &device.name,
        this: device.is_this,
        saves: device.saves,
        last_saved: device.last_saved.map(Timestamp::as_secs),
        slot: device.slot.as_deref(),
        added: device.added.map(Timestamp::as_secs),
    }
}

fn request(context: &mut Context<'_>, wanted: &Request) -> Result<(), Failure> {
    let passphrase = match (tasks::own_recipient(context.machine), &wanted.password_file) {
        // It has an identity already, which keeps its passphrase.
        (Some(_), _) => SecretString::from(String::new()),
        (None, Some(path)) => context.read_first_line(path, "the password file")?,
        (None, None) if context.machine.prompter.can_ask() => {
            context
                .output
                .tell("this device gets a passphrase of its own, which unlocks the vault here and nowhere else");
            init::typed_twice(context)?
        }
        (None, None) => {
            let what = "there is no terminal to ask for a passphrase of this device on";
            return Err(Failure::new(Exit::NeedsDecision, what, "give --password-file"));
        }
    };
    let name = wanted.name.as_deref();
    let recipient = tasks::make_recipient(context.machine, name, &passphrase, WorkFactor::DEFAULT)?;
    context.output.line(&recipient)?;
    if context.surroundings.out_is_terminal
        && let Ok(code) = QrCode::of(&SecretString::from(recipient))
    {
        for line in code.lines(qr::QUIET) {
            context.output.raw(line.expose_secret().as_bytes())?;
            context.output.raw(b"\n")?;
        }
    }
    context
        .output
        .note("it is no secret; on a device that opens the vault: countersign devices add RECIPIENT --name NAME");
    Ok(())
}

fn add(context: &mut Context<'_>, wanted: &AddDevice) -> Result<(), Failure> {
    let recipient = if wanted.recipient == STANDARD_INPUT {
        context.read_first_line(Path::new(STANDARD_INPUT), "standard input")?.expose_secret().to_owned()
    } else {
        wanted.recipient.clone()
    };
    let mut session = context.unlock()?;
    let saved = tasks::add_device(context.machine, &mut session, &recipient, &wanted.name)?;
    decisions::tell(&mut context.output, &saved.decisions);
    context.output.note(&format!(
        "added {}; bring the vault file there and unlock it with the passphrase of that device",
        wanted.name
    ));
    context.output.note("whether it opens there can only be seen there: here is nothing that could prove it");
    Ok(())
}

fn rename(context: &mut Context<'_>, name: &str) -> Result<(), Failure> {
    let mut session = context.unlock()?;
    let saved = tasks::rename_device(context.machine, &mut session, name)?;
    decisions::tell(&mut context.output, &saved.decisions);
    context.output.note(&format!("this device is called {name} from now on"));
    Ok(())
}

fn remove(context: &mut Context<'_>, wanted: &RemoveDevice) -> Result<(), Failure> {
    let way = unlock::given_way(context)?;
    let mut session = match &way {
        Some(way) => unlock::unlock_given(context, way)?,
        None => context.unlock()?,
    };
    confirm(context, &session, &wanted.which)?;
    let mut behind = Behind {
        passphrases: match way {
            Some(Way::Passphrase(passphrase)) => vec![passphrase],
            Some(Way::Identity(_)) | None => Vec::new(),
        },
        new_passphrase: match &wanted.new_passphrase_file {
            Some(path) => Some(context.read_first_line(path, "the new passphrase's file")?),
            None => None,
        },
        policy: CostPolicy {
            cap: unlock::trust(context).work_factor_cap,
            available_bytes: context.machine.host.available_memory(),
        },
    };
    let removed = loop {
        match tasks::remove_device(context.machine, &mut session, &wanted.which, &behind) {
            Err(error) if ask_for_what_is_missing(context, &error, &mut behind)? => {}
            ended => break ended?,
        }
    };
    tell(context, &session, &removed)
}

/// Asks before the vault gets a new key; a script has said so by running the command with `--yes`.
fn confirm(context: &mut Context<'_>, session: &Session, which: &str) -> Result<(), Failure> {
    if !context.machine.prompter.can_ask() || context.global.yes {
        return Ok(());
    }
    let others = tasks::devices(session).iter().filter(|device| device.slot.is_none() && !device.is_this).count();
    context
        .output
        .tell("the vault gets a new key: copies of it from before open with the old one and take in nothing new");
    if others > 0 {
        context.output.tell("devices without a slot of their own have to type the vault's passphrase again");
    }
    if context.machine.prompter.confirm(&format!("Remove {which}? This cannot be undone."))? {
        return Ok(());
    }
    Err(Failure::new(Exit::Failed, "nothing was removed", "the vault is as it was"))
}

/// Asks for a passphrase that the removal needs; tells whether there is one more to try with.
fn ask_for_what_is_missing(
    context: &mut Context<'_>,
    error: &DeviceError,
    behind: &mut Behind,
) -> Result<bool, Failure> {
    if !context.machine.prompter.can_ask() {
        return Ok(false);
    }
    match error {
        DeviceError::NeedsNewPassphrase => {
            context.output.tell("that device knows the vault's passphrase, so the vault needs a new one");
            behind.new_passphrase = Some(init::typed_twice(context)?);
            Ok(true)
        }
        DeviceError::NeedsPassphrase if behind.passphrases.len() < MOST_PASSPHRASES => {
            let again = if behind.passphrases.is_empty() { "" } else { "wrong or not the only one; " };
            let asked = context.machine.prompter.ask_secret(&format!("{again}The vault's passphrase:"))?;
            behind.passphrases.push(asked);
            Ok(true)
        }
        _ => Ok(false), // nothing that could be typed helps
    }
}

/// How many passphrases are asked for at most.
const MOST_PASSPHRASES: usize = 4;

fn tell(context: &mut Context<'_>, session: &Session, removed: &DeviceRemoved) -> Result<(), Failure> {
    decisions::tell(&mut context.output, &removed.saved.decisions);
    let count = removed.knows.len();
    if context.global.json {
        let known = removed.knows.iter().map(|secret| Known {
            id: secret.id.to_string(),
            account: &secret.label,
            in_trash: secret.in_trash,
        });
        let knows = known.collect();
        let words = session.fingerprint().to_string();
        let left_behind = &removed.left_behind;
        context.output.json(&Removed { removed: &removed.name, words, knows, left_behind })?;
    } else {
        for secret in &removed.knows {
            let place = if secret.in_trash { " (in the trash)" } else { "" };
            context.output.line(&format!("{}{place}", secret.label))?;
        }
    }
    context.output.note(&format!(
        "removed {}; the vault has a new key, its words are: {}",
        removed.name,
        session.fingerprint()
    ));
    for slot in &removed.left_behind {
        context
            .output
            .warning(&format!("the slot {slot} does not open the vault any more"), "add it again if it is needed");
    }
    if count > 0 {
        let what = format!("{} may still hold a copy with these {count} secrets", removed.name);
        context.output.warning(&what, "replace them at the sites if you do not trust who has it");
    }
    Ok(())
}
