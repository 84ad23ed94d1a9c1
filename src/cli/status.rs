//! `status`: where everything is and how the vault stands.

use jiff::tz::TimeZone;
use serde::Serialize;

use super::backup::Standing;
use super::output::Failure;
use super::{Context, clock, dates, unlock};
use crate::otp::Timestamp;
use crate::sealing::WorkFactor;
use crate::tasks::backup::content_words;
use crate::tasks::slots::{KnownSlot, slots};
use crate::tasks::{self, Lacks, Look, Session, Warning};

/// The kind of slot that has a work factor.
const PASSPHRASE: &str = "passphrase";

/// The same as JSON has it; what needs the vault unlocked is `null` before.
#[derive(Serialize)]
struct Status {
    vault: String,
    exists: bool,
    settings: String,
    earlier_copies: Vec<String>,
    slots: Vec<Slot>,
    backup: Standing,
    clock: clock::Standing,
    unlocked: Option<Unlocked>,
}

#[derive(Serialize)]
struct Slot {
    kind: String,
    work_factor: Option<u8>,
    #[serde(flatten)]
    known: Option<KnownOfSlot>,
}

/// What is known of a slot once the vault is open.
#[derive(Serialize)]
struct KnownOfSlot {
    id: String,
    name: String,
    last_used: Option<i64>,
    in_use: bool,
    opens_here: bool,
}

#[derive(Serialize)]
struct Unlocked {
    words: String,
    /// The words for what the vault holds, which two devices with the same codes have alike.
    contents: String,
    policy: &'static str,
    accounts: usize,
    pending: usize,
    trash: usize,
    saved_at: i64,
    devices: Vec<Device>,
    can_undo: Option<String>,
    warnings: Vec<String>,
    /// Where recovery codes are that are kept apart, and whether that file is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery: Option<Apart>,
    /// What this device last saw in the vault and what is not in this copy of it.
    lacks: Vec<Lack>,
    /// Whether the key can get onto the disk, in words.
    #[serde(skip)]
    memory: String,
}

#[derive(Serialize)]
struct Apart {
    file: String,
    exists: bool,
    sets: usize,
}

#[derive(Serialize)]
struct Lack {
    id: String,
    what: String,
}

#[derive(Serialize)]
struct Device {
    name: String,
    saves: u64,
}

pub(super) fn run(context: &mut Context<'_>) -> Result<(), Failure> {
    let look = tasks::look(context.machine)?;
    let path = |path: &std::path::Path| path.to_string_lossy().into_owned();
    let mut status = Status {
        vault: path(context.machine.vault_file.path()),
        exists: look.is_some(),
        settings: path(&context.surroundings.config_path),
        earlier_copies: context.machine.vault_file.earlier_copies().iter().map(|copy| path(copy)).collect(),
        slots: Vec::new(),
        backup: Standing::of(context),
        clock: clock::Standing::of(context, None),
        unlocked: None,
    };
    if let Some(look) = look {
        status.slots = locked_slots(&look);
        if let Some(session) = unlock::unlock_if_possible(context)? {
            status.slots = slots(context.machine, &session).into_iter().map(Slot::of).collect();
            status.clock = clock::Standing::of(context, Some(&session));
            status.unlocked = Some(Unlocked { recovery: apart(context, &session), ..unlocked(&session) });
        }
    }
    match (status.exists, &status.unlocked) {
        (false, _) => context.output.note("there is no vault yet; make one: countersign init"),
        (true, None) => context.output.note("the vault is locked; with a passphrase there is more to say"),
        (true, Some(_)) => {}
    }
    if context.global.json { context.output.json(&status) } else { write(context, &status) }
}

impl Slot {
    fn of(slot: KnownSlot) -> Self {
        let known = KnownOfSlot {
            id: slot.id,
            name: slot.name,
            last_used: slot.last_used.map(Timestamp::as_secs),
            in_use: slot.is_in_use,
            opens_here: slot.opens_here,
        };
        Self { kind: slot.kind_name, work_factor: slot.work_factor, known: Some(known) }
    }

    fn words(&self, zone: &TimeZone) -> String {
        let mut words = self.kind.clone();
        match self.work_factor {
            Some(log_n) if log_n < WorkFactor::FLOOR => {
                let usual = WorkFactor::DEFAULT.log_n();
                words.push_str(&format!(", work factor {log_n}: quicker to guess at than the usual {usual}"));
            }
            Some(log_n) => words.push_str(&format!(", work factor {log_n}")),
            None => {}
        }
        let Some(known) = &self.known else {
            return words;
        };
        if !known.name.is_empty() {
            words.push_str(&format!(" ({})", known.name));
        }
        if known.opens_here {
            words.push_str(", on this device by itself");
        }
        if let Some(day) = known.last_used {
            words.push_str(&format!(", last used here {}", dates::day(Timestamp::from_secs(day), zone)));
        }
        words
    }
}

/// Returns what can be said of the slots before one of them was opened.
fn locked_slots(look: &Look) -> Vec<Slot> {
    let mut work_factor = look.work_factor;
    let of = |kind: &String| Slot {
        work_factor: if kind == PASSPHRASE { work_factor.take() } else { None },
        kind: kind.clone(),
        known: None,
    };
    look.slots.iter().map(of).collect()
}

fn unlocked(session: &Session) -> Unlocked {
    let vault = session.vault();
    let devices = tasks::devices(session).into_iter().filter(|device| device.saves > 0);
    Unlocked {
        words: session.fingerprint().to_string(),
        contents: content_words(vault),
        policy: vault.policy().name(),
        accounts: vault.len(),
        pending: vault.accounts().filter(|account| account.pending()).count(),
        trash: vault.trash().count(),
        saved_at: session.saved_at().as_secs(),
        devices: devices.map(|device| Device { name: device.name, saves: device.saves }).collect(),
        can_undo: session.can_undo().map(str::to_owned),
        recovery: None,
        memory: match session.may_be_swapped_out() {
            None => "the vault's key is locked in memory".to_owned(),
            Some(why) => format!("the vault's key may be swapped out: {why}"),
        },
        warnings: session.warnings().iter().map(ToString::to_string).collect(),
        lacks: session.warnings().iter().filter_map(Warning::lacks).flat_map(lacks).collect(),
    }
}

/// Says when the app locks by itself.
fn locks(context: &Context<'_>) -> String {
    let settings = context.settings().lock;
    let on_screen_lock = match context.machine.host.tells_of_screen_lock() {
        true => "with the screen",
        false => "not with the screen, of which nothing is heard here: there is no logind",
    };
    let when = [
        (settings.idle_minutes > 0).then(|| format!("after {} min without a key", settings.idle_minutes)),
        settings.on_sleep.then(|| "when this computer sleeps".to_owned()),
        settings.on_screen_lock.then(|| on_screen_lock.to_owned()),
    ];
    let when: Vec<String> = when.into_iter().flatten().collect();
    if when.is_empty() { "never by itself".to_owned() } else { when.join(", ") }
}

fn apart(context: &mut Context<'_>, session: &Session) -> Option<Apart> {
    let sets = session.vault().sets_apart().len();
    let is_apart = sets > 0 || session.vault().keeps_apart();
    is_apart.then(|| Apart {
        file: context.machine.basket_file.path().to_string_lossy().into_owned(),
        exists: !matches!(tasks::basket::look_at_basket(context.machine), Ok(None)),
        sets,
    })
}

fn lacks(lacks: &Lacks) -> Vec<Lack> {
    let ids = lacks.decisions.iter().map(|decision| decision.id.to_string());
    ids.zip(lacks.words()).map(|(id, what)| Lack { id, what }).collect()
}

fn write(context: &mut Context<'_>, status: &Status) -> Result<(), Failure> {
    let mut rows = vec![("vault", status.vault.clone()), ("settings", status.settings.clone())];
    for slot in &status.slots {
        rows.push(("unlocks with", slot.words(&context.surroundings.time_zone)));
    }
    if let Some(unlocked) = &status.unlocked {
        let saved = Timestamp::from_secs(unlocked.saved_at);
        rows.push(("memory", unlocked.memory.clone()));
        rows.push(("words", unlocked.words.clone()));
        rows.push(("contents", unlocked.contents.clone()));
        rows.push((
            "accounts",
            format!("{}, {} pending, {} in the trash", unlocked.accounts, unlocked.pending, unlocked.trash),
        ));
        rows.push(("policy", unlocked.policy.to_owned()));
        rows.push(("saved", dates::minute(saved, &context.surroundings.time_zone)));
        rows.extend(
            unlocked.devices.iter().map(|device| ("device", format!("{}, {} saves", device.name, device.saves))),
        );
        rows.extend(unlocked.recovery.iter().map(|apart| {
            let missing = if apart.exists { "" } else { ", which is not there" };
            let sets = if apart.sets == 1 { "1 set".to_owned() } else { format!("{} sets", apart.sets) };
            ("recovery", format!("codes of {sets} apart, in {}{missing}", apart.file))
        }));
        rows.extend(unlocked.can_undo.iter().map(|title| ("undo", title.clone())));
    }
    if status.exists {
        rows.extend(status.backup.facts(context));
    }
    rows.push(("locks", locks(context)));
    rows.extend(status.clock.facts(context));
    rows.extend(status.earlier_copies.iter().map(|copy| ("earlier copy", copy.clone())));
    context.output.facts(&rows)
}
