//! Opening the basket, and writing it: read back, opened and compared before it counts, joined with what others wrote.

use std::path::PathBuf;

use secrecy::ExposeSecret;

use super::{Basket, BasketError, NewLock, basket_place};
use crate::ports::{Machine, Replacement, Version};
use crate::sealing::{self, BackupRecipient, BasketLock, OpensWith, SealError, WorkFactor};
use crate::tasks::backup::opens_by_typing;
use crate::tasks::conflict_copies::may_be_one;
use crate::tasks::device::own_identity;
use crate::tasks::left_by;
use crate::tasks::session::Session;
use crate::tasks::unlock::{Trust, Way};
use crate::vault::BasketContents;

/// How often to start over because somebody else wrote first.
const ROUNDS: u32 = 100;

/// Opens the basket.
///
/// # Errors
/// There is none, or it does not open.
pub fn open_basket(machine: &mut Machine, way: Way, trust: &Trust) -> Result<Basket, BasketError> {
    let stored = machine.basket_file.read()?.ok_or_else(|| BasketError::Missing(basket_place(machine)))?;
    let contents = opened(machine, &stored.bytes, &way, trust)?;
    Ok(Basket { contents, way: Some(way), trust: *trust, version: Some(Version::of(&stored.bytes)) })
}

/// Returns a basket that is not on the disk yet.
///
/// # Errors
/// There is one already, or what shall open it opens the vault as well.
pub fn new_basket(
    machine: &mut Machine,
    session: &Session,
    lock: NewLock,
    trust: &Trust,
) -> Result<Basket, BasketError> {
    if machine.basket_file.read()?.is_some() {
        return Err(BasketError::Exists(basket_place(machine)));
    }
    let mut contents = BasketContents::default();
    let way = match lock {
        NewLock::Passphrase(passphrase) => {
            let is_own = own_identity(machine, &passphrase, &trust.policy(machine)).is_some();
            if is_own || opens_by_typing(machine, session, &passphrase)? {
                return Err(BasketError::OpensTheVault);
            }
            Some(Way::Passphrase(passphrase))
        }
        NewLock::Recipients(recipients) => {
            if recipients.iter().any(|recipient| opens_the_vault(session, recipient.trim())) {
                return Err(BasketError::RecipientOpensTheVault);
            }
            contents.recipients = recipients.iter().map(|recipient| recipient.trim().to_owned()).collect();
            parsed(&contents)?;
            None
        }
    };
    Ok(Basket { contents, way, trust: *trust, version: None })
}

fn opens_the_vault(session: &Session, recipient: &str) -> bool {
    let of_slots = session.manifest.labels.values().filter_map(|label| label.recipient.as_deref());
    of_slots.chain(session.device.recipient.as_deref()).any(|known| known == recipient)
}

fn parsed(contents: &BasketContents) -> Result<Vec<BackupRecipient>, SealError> {
    contents.recipients.iter().map(|text| BackupRecipient::parse(text)).collect()
}

fn opened(machine: &Machine, bytes: &[u8], way: &Way, trust: &Trust) -> Result<BasketContents, BasketError> {
    let opens_with: OpensWith = sealing::look_at_backup(bytes)?;
    let payload = match way {
        Way::Passphrase(_) if !opens_with.passphrase => Err(SealError::NeedsIdentity),
        Way::Identity(_) if !opens_with.identity => Err(SealError::NeedsPassphrase),
        Way::Passphrase(passphrase) => {
            sealing::open_age_file_with_passphrase(bytes, passphrase, &trust.policy(machine))
        }
        Way::Identity(text) => {
            sealing::open_age_file_with_identities(bytes, text, &machine.key_talk, &trust.policy(machine))
        }
    };
    Ok(BasketContents::read(payload?.expose_secret())?)
}

impl Basket {
    /// Writes it durably, and takes in what others have put there meanwhile, and what sync tools left beside it.
    ///
    /// # Errors
    /// The file is then as it was.
    pub(in crate::tasks) fn write(&mut self, machine: &mut Machine, cost: WorkFactor) -> Result<(), BasketError> {
        let copies = self.join_copies(machine);
        for _ in 0..ROUNDS {
            let recipients = parsed(&self.contents)?;
            let lock = self.lock(&recipients, cost)?;
            let payload = self.contents.write();
            let sealed = sealing::seal_basket(&payload, lock, &machine.key_talk)?;
            let policy = self.trust.policy(machine);
            let mut proof = |written: &[u8]| sealed.is_proved_by(written, &payload, lock, &policy);
            match machine.basket_file.replace(self.version, &sealed.bytes, &mut proof)? {
                Replacement::Done => {
                    self.version = Some(Version::of(&sealed.bytes));
                    put_away(machine, &copies);
                    return Ok(());
                }
                Replacement::Changed => self.take_in(machine)?,
            }
        }
        Err(BasketError::TooBusy)
    }

    fn lock<'a>(&'a self, recipients: &'a [BackupRecipient], cost: WorkFactor) -> Result<BasketLock<'a>, SealError> {
        match &self.way {
            _ if !recipients.is_empty() => Ok(BasketLock::Recipients(recipients)),
            Some(Way::Passphrase(passphrase)) => Ok(BasketLock::Passphrase(passphrase, cost)),
            // Somebody made it with stock age, and nothing in it says for whom.
            Some(Way::Identity(_)) | None => Err(SealError::NoSlots),
        }
    }

    fn take_in(&mut self, machine: &mut Machine) -> Result<(), BasketError> {
        let Some(stored) = machine.basket_file.read()? else {
            self.version = None;
            return Ok(());
        };
        let theirs = match &self.way {
            Some(way) => opened(machine, &stored.bytes, way, &self.trust)?,
            None => return Err(BasketError::Exists(basket_place(machine))),
        };
        self.contents.join(&theirs);
        self.version = Some(Version::of(&stored.bytes));
        Ok(())
    }

    /// Takes in the copies that sync tools left beside the file, as far as they open in the same way; returns those.
    fn join_copies(&mut self, machine: &mut Machine) -> Vec<PathBuf> {
        let earlier = machine.basket_file.earlier_folder();
        let folder = earlier.parent().map(std::path::Path::to_owned).unwrap_or_default();
        let name = earlier.file_name().and_then(|name| name.to_str()?.strip_suffix(".earlier")).map(str::to_owned);
        let (Some(name), Some(way)) = (name, &self.way) else {
            return Vec::new();
        };
        // A folder that cannot be listed has none.
        let found = machine.documents.list(&folder).unwrap_or_default();
        let is_copy = |path: &std::path::Path| {
            let by = path.file_name().and_then(|found| left_by::of(&name, found.to_str()?));
            by.is_some_and(|by| by.is_sure)
        };
        let mut joined = Vec::new();
        for copy in found.iter().filter(|found| may_be_one(found) && is_copy(&found.path)) {
            let bytes = machine.documents.read(&copy.path, sealing::MAX_FILE_BYTES);
            let theirs = bytes.ok().and_then(|bytes| opened(machine, &bytes, way, &self.trust).ok());
            if let Some(theirs) = theirs {
                self.contents.join(&theirs);
                joined.push(copy.path.clone());
            }
        }
        joined
    }
}

/// Puts joined copies among the earlier ones; what cannot be moved is joined again, which changes nothing.
fn put_away(machine: &mut Machine, copies: &[PathBuf]) {
    let folder = machine.basket_file.earlier_folder();
    for copy in copies {
        if let Some(name) = copy.file_name() {
            let _stays_if_it_must = machine.documents.rename(copy, &folder.join(name));
        }
    }
}
