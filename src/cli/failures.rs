//! Which exit code an error has. Its two sentences are its own.

use super::output::{Exit, Failure};
use crate::exchange::ImportError;
use crate::exchange::qr::PictureError;
use crate::exchange::recovery_codes::Problem;
use crate::ports::{ClipboardError, FileError, FileStep, NoEntropy, PromptError};
use crate::sealing::SealError;
use crate::tasks::backup::BackupError;
use crate::tasks::basket::BasketError;
use crate::tasks::clock::CorrectionError;
use crate::tasks::slots::SlotError;
use crate::tasks::{
    CodesError, CommitError, CopyError, CreateError, DeviceError, ExportError, ExportFileError, IssueError, MergeError,
    RecoveryError, UndoError, UnlockError,
};

/// What to do about a vault whose passphrase costs too much to check; here, there is an option for it.
const ALLOW_THE_COST: &str = "if you trust where it comes from, allow it with --max-work-factor";

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::new(exit_of_file(&error), &error, error.next_step())
    }
}

impl From<UnlockError> for Failure {
    fn from(error: UnlockError) -> Self {
        let is_cost = matches!(error, UnlockError::Seal(SealError::CostTooHigh { .. }));
        let next = if is_cost { ALLOW_THE_COST } else { error.next_step() };
        Self::new(exit_of_unlock(&error), &error, next)
    }
}

impl From<CommitError> for Failure {
    fn from(error: CommitError) -> Self {
        Self::new(exit_of_commit(&error), &error, error.next_step())
    }
}

impl From<CreateError> for Failure {
    fn from(error: CreateError) -> Self {
        let exit = match &error {
            CreateError::Exists(_) => Exit::NeedsDecision,
            CreateError::File(error) => exit_of_file(error),
            CreateError::Commit(error) => exit_of_commit(error),
            CreateError::Seal(_) | CreateError::NoEntropy(_) => Exit::Failed,
        };
        Self::new(exit, &error, error.next_step())
    }
}

impl From<MergeError> for Failure {
    fn from(error: MergeError) -> Self {
        let exit = exit_of_merge(&error);
        let is_cost = matches!(error, MergeError::Seal(SealError::CostTooHigh { .. }));
        let next = if is_cost { ALLOW_THE_COST } else { error.next_step() };
        Self::new(exit, &error, next)
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        let exit = match &error {
            BackupError::NoDestination
            | BackupError::Exists(_)
            | BackupError::Forbidden(_)
            | BackupError::Seal(SealError::NoSlots) => Exit::NeedsDecision,
            BackupError::File(error) => exit_of_file(error),
            BackupError::Seal(error) | BackupError::Closed { error, .. } => exit_of_seal(error),
            BackupError::Format(_) | BackupError::OtherVault => Exit::Damaged,
            BackupError::Commit(error) => exit_of_commit(error),
            BackupError::NoFolder(_) | BackupError::NotProved { .. } | BackupError::NoEntropy(_) => Exit::Failed,
        };
        let is_cost = matches!(error, BackupError::Closed { error: SealError::CostTooHigh { .. }, .. });
        let next = if is_cost { ALLOW_THE_COST.to_owned() } else { error.next_step() };
        Self::new(exit, &error, next)
    }
}

impl From<CorrectionError> for Failure {
    fn from(error: CorrectionError) -> Self {
        let exit = match &error {
            CorrectionError::TooLarge => Exit::Usage,
            CorrectionError::File(error) => exit_of_file(error),
        };
        Self::new(exit, &error, error.next_step())
    }
}

impl From<IssueError> for Failure {
    fn from(error: IssueError) -> Self {
        Self::new(exit_of_issue(&error), &error, error.next_step())
    }
}

impl From<CopyError> for Failure {
    fn from(error: CopyError) -> Self {
        let exit = match &error {
            CopyError::Issue(error) => exit_of_issue(error),
            CopyError::Clipboard(ClipboardError::None | ClipboardError::Refused | ClipboardError::WouldStay(_)) => {
                Exit::Failed
            }
        };
        Self::new(exit, &error, error.next_step())
    }
}

impl From<ExportFileError> for Failure {
    fn from(error: ExportFileError) -> Self {
        let exit = match &error {
            ExportFileError::File(error) => exit_of_file(error),
            ExportFileError::Content(error) => exit_of_import(error),
            ExportFileError::Picture(_) => Exit::Damaged,
        };
        Self::new(exit, &error, error.next_step())
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        Self::new(exit_of_import(&error), error, error.next_step())
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        let exit = match &error {
            ExportError::File(error) => exit_of_file(error),
            ExportError::Forbidden(_) => Exit::NeedsDecision,
            ExportError::NotProved(_) | ExportError::NoEntropy(_) | ExportError::Nothing | ExportError::TooLong(_) => {
                Exit::Failed
            }
        };
        Self::new(exit, &error, error.next_step())
    }
}

impl From<CodesError> for Failure {
    fn from(error: CodesError) -> Self {
        let exit = match &error {
            CodesError::File(error) => exit_of_file(error),
            CodesError::Picture(PictureError::NoCode) | CodesError::Clipboard(_) | CodesError::Nothing => Exit::Failed,
            CodesError::Picture(PictureError::NotAPicture | PictureError::TooLarge | PictureError::Damaged) => {
                Exit::Damaged
            }
        };
        Self::new(exit, &error, error.next_step())
    }
}

impl From<DeviceError> for Failure {
    fn from(error: DeviceError) -> Self {
        let exit = match &error {
            DeviceError::NoSuch => Exit::NothingMatches,
            DeviceError::Several => Exit::SeveralMatch,
            DeviceError::ThisDevice
            | DeviceError::LastForPeople
            | DeviceError::Forbidden(_)
            | DeviceError::NeedsNewPassphrase => Exit::NeedsDecision,
            DeviceError::NeedsPassphrase => Exit::CannotUnlock,
            DeviceError::BadName | DeviceError::NameTaken | DeviceError::AlreadyAdded => Exit::Failed,
            DeviceError::Seal(error) => exit_of_seal(error),
            DeviceError::Commit(error) => exit_of_commit(error),
            DeviceError::File(error) => exit_of_file(error),
            DeviceError::NoEntropy(_) => Exit::Failed,
        };
        let next = match &error {
            DeviceError::NeedsNewPassphrase => "give it with --new-passphrase-file",
            error => error.next_step(),
        };
        Self::new(exit, &error, next)
    }
}

impl From<SlotError> for Failure {
    fn from(error: SlotError) -> Self {
        let exit = match &error {
            SlotError::NoSuch => Exit::NothingMatches,
            SlotError::Several => Exit::SeveralMatch,
            SlotError::LastForPeople | SlotError::WouldLeaveBehind(_) => Exit::NeedsDecision,
            SlotError::WrongPassphrase | SlotError::NeedsOtherPassphrases { .. } => Exit::CannotUnlock,
            SlotError::KeyringThere
            | SlotError::IdentityThere
            | SlotError::NoSuchKey
            | SlotError::PassphraseThere
            | SlotError::NotProved(_)
            | SlotError::Keyring(_)
            | SlotError::NoEntropy(_) => Exit::Failed,
            SlotError::Seal(error) => exit_of_seal(error),
            SlotError::Commit(error) => exit_of_commit(error),
            SlotError::File(error) => exit_of_file(error),
            SlotError::Unlock(error) => exit_of_unlock(error),
        };
        let next = match &error {
            SlotError::NeedsOtherPassphrases { .. } => {
                "give them with --other-passphrase-file, remove their slots first, or leave the key (--keep-key)"
            }
            error => error.next_step(),
        };
        Self::new(exit, &error, next)
    }
}

impl From<UndoError> for Failure {
    fn from(error: UndoError) -> Self {
        let exit = match &error {
            UndoError::Nothing | UndoError::Overtaken(_) => Exit::Failed,
            UndoError::Commit(error) => exit_of_commit(error),
        };
        Self::new(exit, &error, error.next_step())
    }
}

impl From<RecoveryError> for Failure {
    fn from(error: RecoveryError) -> Self {
        let exit = match &error {
            RecoveryError::Commit(error) => exit_of_commit(error),
            RecoveryError::Basket(error) => exit_of_basket(error),
            RecoveryError::NoCodes | RecoveryError::Spent => Exit::NothingMatches,
            RecoveryError::Apart => Exit::CannotUnlock,
            RecoveryError::Gone
            | RecoveryError::NoSuchCode(_)
            | RecoveryError::Used(_)
            | RecoveryError::OutOfOrder(_)
            | RecoveryError::Clipboard(_)
            | RecoveryError::NoEntropy(_) => Exit::Failed,
        };
        Self::new(exit, &error, error.next_step())
    }
}

impl From<BasketError> for Failure {
    fn from(error: BasketError) -> Self {
        let is_cost = matches!(error, BasketError::Seal(SealError::CostTooHigh { .. }));
        let next = if is_cost { ALLOW_THE_COST } else { error.next_step() };
        Self::new(exit_of_basket(&error), &error, next)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let exit = match problem {
            Problem::NotText | Problem::Picture | Problem::Document | Problem::TooLarge => Exit::Damaged,
            Problem::Empty
            | Problem::SetUpAddress
            | Problem::SetUpKey
            | Problem::SingleWord
            | Problem::NoCodes
            | Problem::TooMuchText
            | Problem::TooManyCodes => Exit::Failed,
        };
        Self::new(exit, problem, problem.next_step())
    }
}

impl From<PromptError> for Failure {
    fn from(error: PromptError) -> Self {
        match error {
            PromptError::NoTerminal => Self::new(Exit::NeedsDecision, error, "--help names the option that answers it"),
            PromptError::GaveUp => Self::new(Exit::Failed, error, "nothing was changed"),
        }
    }
}

impl From<NoEntropy> for Failure {
    fn from(error: NoEntropy) -> Self {
        Self::new(Exit::Failed, error, "try again")
    }
}

pub(super) fn exit_of_merge(error: &MergeError) -> Exit {
    match error {
        MergeError::File(error) => exit_of_file(error),
        MergeError::NeedsItsOwnKey => Exit::CannotUnlock,
        MergeError::FormerKey => Exit::NeedsDecision,
        MergeError::Seal(error) => exit_of_seal(error),
        MergeError::Format(_) => Exit::Damaged,
        MergeError::NothingThere(_) | MergeError::NoSuchDecision(_) => Exit::NothingMatches,
        MergeError::Unlock(error) => exit_of_unlock(error),
        MergeError::Commit(error) => exit_of_commit(error),
    }
}

fn exit_of_file(error: &FileError) -> Exit {
    match error {
        FileError::System { step: FileStep::Read, .. }
        | FileError::TooLarge { .. }
        | FileError::NotAFile(_)
        | FileError::FolderOpenToOthers(_)
        | FileError::NotOurs(_) => Exit::Damaged,
        FileError::Exists(_) => Exit::NeedsDecision,
        FileError::System { .. } | FileError::NotProved(_) | FileError::Busy { .. } => Exit::Failed,
    }
}

fn exit_of_import(error: &ImportError) -> Exit {
    match error {
        ImportError::NotRecognised
        | ImportError::Damaged
        | ImportError::TooMany
        | ImportError::CostTooHigh
        | ImportError::UnknownVersion => Exit::Damaged,
        ImportError::NeedsPassword => Exit::NeedsDecision,
        ImportError::NoPassword | ImportError::WrongPassword { .. } => Exit::CannotUnlock,
        ImportError::Empty => Exit::Failed,
    }
}

fn exit_of_unlock(error: &UnlockError) -> Exit {
    match error {
        UnlockError::NoVault(_) => Exit::CannotUnlock,
        UnlockError::File(error) => exit_of_file(error),
        UnlockError::Seal(error) => exit_of_seal(error),
        UnlockError::Format(_) => Exit::Damaged,
        UnlockError::Different { .. } | UnlockError::FormerKey => Exit::NeedsDecision,
        UnlockError::NewKey
        | UnlockError::NotForThisDevice
        | UnlockError::Keyring(_)
        | UnlockError::IdentityFile(_) => Exit::CannotUnlock,
        UnlockError::NoEntropy(_) => Exit::Failed,
    }
}

fn exit_of_seal(error: &SealError) -> Exit {
    match error {
        SealError::NotAnAgeFile
        | SealError::UnknownAgeVersion
        | SealError::TooLarge { .. }
        | SealError::HeaderTooLarge { .. }
        | SealError::Damaged
        | SealError::SlotDamaged
        | SealError::Forged
        | SealError::Empty
        | SealError::NotABackup
        | SealError::CutShort
        | SealError::NotOurs
        | SealError::NewerFormat { .. } => Exit::Damaged,
        SealError::CostTooHigh { .. } => Exit::NeedsDecision,
        SealError::NoSuchSlot
        | SealError::WrongPassphrase
        | SealError::Sheet(_)
        | SealError::SheetOfNone
        | SealError::EmptyPassphrase
        | SealError::NotEnoughMemory { .. }
        | SealError::WrongIdentity
        | SealError::NeedsPassphrase
        | SealError::NeedsIdentity
        | SealError::NotAnIdentity
        | SealError::NoSshHere
        | SealError::SshUnsupported
        | SealError::Unanswered
        | SealError::PluginMissing
        | SealError::PluginUnknown
        | SealError::PluginUnsafe
        | SealError::PluginDebugged
        | SealError::PluginRefused
        | SealError::PluginFailed => Exit::CannotUnlock,
        SealError::NoSlots
        | SealError::TooManySlots
        | SealError::NotARecipient
        | SealError::RecipientsApart
        | SealError::NotOneLine => Exit::Failed,
    }
}

fn exit_of_basket(error: &BasketError) -> Exit {
    match error {
        BasketError::Missing(_) | BasketError::Closed => Exit::CannotUnlock,
        BasketError::Exists(_) | BasketError::OpensTheVault | BasketError::RecipientOpensTheVault => {
            Exit::NeedsDecision
        }
        BasketError::File(error) => exit_of_file(error),
        BasketError::Seal(error) => exit_of_seal(error),
        BasketError::Format(_) => Exit::Damaged,
        BasketError::TooBusy => Exit::Failed,
        BasketError::Commit(error) => exit_of_commit(error),
    }
}

fn exit_of_commit(error: &CommitError) -> Exit {
    match error {
        CommitError::Forbidden(_) | CommitError::MadeByOthers => Exit::NeedsDecision,
        CommitError::Theirs(error) => exit_of_unlock(error),
        CommitError::File(error) => exit_of_file(error),
        CommitError::Change(_)
        | CommitError::Seal(_)
        | CommitError::Gone
        | CommitError::TooBusy
        | CommitError::NoEntropy(_) => Exit::Failed,
    }
}

fn exit_of_issue(error: &IssueError) -> Exit {
    match error {
        IssueError::Gone | IssueError::NotRotating | IssueError::CounterSpent => Exit::Failed,
        IssueError::Commit(error) => exit_of_commit(error),
    }
}
