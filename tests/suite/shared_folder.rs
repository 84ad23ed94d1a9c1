//! A thousand saves by two devices through a folder that delays, drops, doubles and forks: nothing is lost.

use std::collections::{BTreeMap, BTreeSet};

use countersign::otp::{Enrolment, Timestamp};
use countersign::ports::Machine;
use countersign::tasks::{self, MergeRequest, Session, Trust, Warning};
use countersign::vault::{AccountId, Change, Edit, NewAccount, Vault};

use crate::support::fakes::{FakeClock, Handles, MemoryVaultFile, machine};
use crate::support::vaults::{self, account, add, enrolment};

/// The same numbers in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % sides
    }
}

/// One device: its own replica of the folder, and a clock that is wrong in its own way.
struct Device {
    machine: Machine,
    handles: Handles,
    conflicts: u32,
}

impl Device {
    fn new(handles: Handles) -> Self {
        Self { machine: handles.machine(), handles, conflicts: 0 }
    }

    fn file(&self) -> Vec<u8> {
        self.handles.vault_file.bytes().unwrap()
    }

    /// The sync tool brings a file: it takes the place of ours, or lies beside it.
    fn receives(&mut self, file: &[u8], dice: &mut Dice) {
        if dice.roll(3) == 0 {
            self.handles.vault_file.changed_by_another_device(file);
        } else {
            self.conflicts += 1;
            let name = format!("/memory/vault.sync-conflict-20261122-{:06}-ABCDEFG.age", self.conflicts);
            self.handles.documents.put(name, file);
        }
    }

    /// A run of the program: what lies there is brought together, then something is changed.
    fn saves(&mut self, dice: &mut Dice, change: impl FnOnce(&Vault, &mut Dice) -> Change) {
        // The next run may find the clock anywhere.
        let clock = 1_600_000_000 + i64::try_from(dice.roll(400_000_000)).unwrap();
        self.handles.clock.set(Timestamp::from_secs(clock));
        let mut session = vaults::unlock(&mut self.machine);
        if session.warnings().iter().any(Warning::forbids_writing) || dice.roll(2) == 0 {
            bring_together(&mut self.machine, &mut session);
        }
        let change = change(session.vault(), dice);
        tasks::commit(&mut self.machine, &mut session, "changed", &change).expect("it fits");
    }
}

fn bring_together(machine: &mut Machine, session: &mut Session) {
    let trust = Trust::default();
    let request = MergeRequest { sources: &[], way: None, trust: &trust, choices: &[], is_dry_run: false };
    let report = tasks::merge(machine, session, &request).expect("every copy is whole");
    assert!(report.files.iter().all(|file| file.outcome.is_ok()));
}

fn number(save: u32) -> AccountId {
    AccountId::from_bytes(u64::from(save).to_be_bytes())
}

#[test]
fn a_thousand_saves_through_a_folder_that_forks_delays_drops_and_doubles_lose_nothing() {
    let mut dice = Dice(0x5eed);
    let (mut first, handles) = machine();
    drop(vaults::with(&mut first, [account(1, "Site", "alice")]));
    let (_, mut other) = handles.another_device("phone");
    other.vault_file = MemoryVaultFile::holding(&handles.vault_file.bytes().unwrap());
    other.clock = FakeClock::at_secs(1_795_305_600);
    let mut devices = [Device::new(handles), Device::new(other)];
    drop(vaults::unlock(&mut devices[1].machine));

    let mut added = BTreeMap::new();
    let mut edited: BTreeMap<AccountId, BTreeSet<String>> = BTreeMap::new();
    let mut under_way: Vec<(usize, Vec<u8>)> = Vec::new();
    for save in 0..1000_u32 {
        let who = usize::try_from(dice.roll(2)).unwrap();
        devices[who].saves(&mut dice, |vault, dice| {
            if dice.roll(8) == 0 {
                let secret = enrolment(u8::try_from(save % 250).unwrap());
                added.insert(number(save), secret.clone());
                return add(NewAccount { id: number(save), enrolment: secret, ..account(0, "Site", "alice") });
            }
            let free: Vec<_> = vault.accounts().filter(|account| account.tags().len() < 20).collect();
            let one = free[usize::try_from(dice.roll(free.len() as u64)).unwrap()];
            let tag = format!("t{save}");
            edited.entry(one.id()).or_default().insert(tag.clone());
            let tags = one.tags().into_iter().map(str::to_owned).chain([tag]).collect();
            Change::Edit(one.id(), Box::new(Edit { tags: Some(tags), ..Edit::default() }))
        });
        // The tool may be slow, lose the file on the way, or bring it twice; but not a torn one.
        match dice.roll(5) {
            0 => {}
            1 => under_way.extend([(1 - who, devices[who].file()), (1 - who, devices[who].file())]),
            _ => under_way.push((1 - who, devices[who].file())),
        }
        while !under_way.is_empty() && dice.roll(3) > 0 {
            let (to, file) = under_way.swap_remove(usize::try_from(dice.roll(under_way.len() as u64)).unwrap());
            devices[to].receives(&file, &mut dice);
        }
    }
    // In the end everything has arrived everywhere.
    let last = [devices[0].file(), devices[1].file()];
    for (to, from) in [(0, 1), (1, 0)] {
        devices[to].handles.documents.put("/memory/vault (conflicted copy 2026-11-22 093012).age", &last[from]);
    }
    let states: Vec<_> = devices
        .iter_mut()
        .map(|device| {
            let mut session = vaults::unlock(&mut device.machine);
            bring_together(&mut device.machine, &mut session);
            std::sync::Arc::clone(session.vault())
        })
        .collect();
    for vault in &states {
        nothing_is_lost(vault, &added, &edited);
    }
    assert!(added.len() > 100 && devices.iter().all(|device| device.conflicts > 50), "the folder was unruly");
}

fn nothing_is_lost(
    vault: &Vault,
    added: &BTreeMap<AccountId, Enrolment>,
    edited: &BTreeMap<AccountId, BTreeSet<String>>,
) {
    for (id, secret) in added {
        let account = vault.get(*id).unwrap_or_else(|| panic!("{id} is lost"));
        assert_eq!(account.enrolment(), secret);
    }
    for (id, tags) in edited {
        let account = vault.get(*id).unwrap_or_else(|| panic!("{id} is lost"));
        let held = account.tags();
        let lost: Vec<&String> = tags.iter().filter(|tag| !held.contains(&tag.as_str())).collect();
        assert!(lost.is_empty(), "{id} lost {lost:?}");
    }
}
