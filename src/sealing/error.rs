//! What can go wrong between bytes and a vault, in the user's words.

use super::sheet::SheetMistake;

/// Says why bytes could not be opened or sealed. Never holds input: it may be a secret.
///
/// The age crate's own messages are not passed on: some are wrong, some carry invisible characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The bytes do not begin as an age file does.
    #[error("this is not a binary age file, so it cannot be a vault")]
    NotAnAgeFile,
    /// An age file of a version we do not know.
    #[error("this age file has a version that this program does not know")]
    UnknownAgeVersion,
    /// More bytes than we are willing to read.
    #[error("the file is larger than {} MiB", limit_bytes >> 20)]
    TooLarge {
        /// The most that is read.
        limit_bytes: usize,
    },
    /// A header so long that reading it would take too long.
    #[error("the file's header is larger than {} KiB", limit_bytes >> 10)]
    HeaderTooLarge {
        /// The most that is read.
        limit_bytes: usize,
    },
    /// Cut short, or at least one bit is not what it was.
    #[error("the file is damaged or cut short")]
    Damaged,
    /// One unlock slot is damaged, whatever the passphrase.
    #[error("the file's unlock slot is damaged")]
    SlotDamaged,
    /// The file has no slot that could be opened this way, or none with this id.
    #[error("the vault has no such unlock slot")]
    NoSuchSlot,
    /// Nobody could open a vault without slots, so none is written.
    #[error("a vault needs at least one unlock slot")]
    NoSlots,
    /// The slots would not fit into the header that we are willing to read.
    #[error("there are more unlock slots than a vault can hold")]
    TooManySlots,
    /// The passphrase opens none of the slots.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// As many words as on a recovery sheet, but not all as they stand there.
    #[error(transparent)]
    Sheet(#[from] SheetMistake),
    /// The words of a sheet whose slot was removed, or of another vault's.
    #[error("these are the words of a recovery sheet, but of none that opens this vault")]
    SheetOfNone,
    /// A passphrase of no characters.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// Opening would cost more than the policy allows.
    #[error("opening this file needs scrypt work factor {log_n}; the limit is {cap}")]
    CostTooHigh {
        /// The work factor that the file asks for.
        log_n: u8,
        /// The highest one allowed.
        cap: u8,
    },
    /// Opening would need more memory than there is.
    #[error("opening this file needs {} MiB of memory; {} MiB are available", needed_bytes >> 20, available_bytes >> 20)]
    NotEnoughMemory {
        /// What scrypt would allocate.
        needed_bytes: u64,
        /// What the caller found to be available.
        available_bytes: u64,
    },
    /// The key is not the one that this file was made for.
    #[error("the key does not fit this file")]
    WrongIdentity,
    /// The text is not an age identity that we can use.
    #[error("this is not an age identity (a line beginning with AGE-SECRET-KEY-1 or AGE-PLUGIN-)")]
    NotAnIdentity,
    /// The text is not a recipient that we can encrypt to.
    #[error("this is not an age recipient (a text beginning with age1)")]
    NotARecipient,
    /// It decrypts, but whoever wrote it did not have the vault's key.
    #[error("the file was not written with this vault's key: it is forged")]
    Forged,
    /// Made by a newer version, in a way that we must not write over.
    #[error("the vault has format {format}, which needs a program that knows format {minimum}")]
    NewerFormat {
        /// The format of the file.
        format: u32,
        /// The oldest format whose programs may write it.
        minimum: u32,
    },
    /// A file of no bytes at all.
    #[error("the file is empty: it has no bytes at all")]
    Empty,
    /// No age file, where a backup was expected.
    #[error("this is not an age file, so it cannot be a backup")]
    NotABackup,
    /// Shorter than it was when it was written.
    #[error("the file is cut short: its end is missing")]
    CutShort,
    /// It decrypts, but what is inside was not made by us.
    #[error("the file opens, but what is in it is not a vault of countersign")]
    NotOurs,
    /// Only a passphrase opens it.
    #[error("this file is opened with a passphrase, not with a key")]
    NeedsPassphrase,
    /// Only an age identity opens it.
    #[error("this file is opened with an age identity, not with a passphrase")]
    NeedsIdentity,
    /// An SSH key, in a build that leaves them out.
    #[error("this countersign was built without SSH keys")]
    NoSshHere,
    /// An SSH key of a kind that age does not know.
    #[error("this SSH key cannot be used: ed25519 can, and RSA of 2,048 to 4,096 bits, in the format of OpenSSH")]
    SshUnsupported,
    /// Recipients that must not be in one file, for a plugin said so.
    #[error("one of these recipients must not share a file with others")]
    RecipientsApart,
    /// The passphrase of a key was asked for, and nobody gave it.
    #[error("the key has a passphrase, and it was not given")]
    Unanswered,
    /// There is no program for the plugin.
    #[error("the age plugin of this key is not installed")]
    PluginMissing,
    /// Nobody on this device has named the plugin: it is the vault's file that does.
    #[error("this device does not use the age plugin of this key, so it was not started")]
    PluginUnknown,
    /// The plugin's program could be anybody's.
    #[error("the age plugin of this key lies where anybody could have put it, so it was not started")]
    PluginUnsafe,
    /// The age crate would print what is said to plugins.
    #[error("AGEDEBUG is set, which prints keys and PINs, so no age plugin was started")]
    PluginDebugged,
    /// The plugin asked, and the answer was no, or none.
    #[error("the age plugin's question was not answered, or answered with no")]
    PluginRefused,
    /// The plugin could not do it; what it said of that was passed on.
    #[error("the age plugin could not use its key")]
    PluginFailed,
    /// A body that would not be one line of the payload.
    #[error("the vault's contents are not one line")]
    NotOneLine,
}

impl SealError {
    /// Tells whether something else typed in its place might do: a passphrase, or the words of a recovery sheet.
    pub fn is_wrong_passphrase(&self) -> bool {
        matches!(self, Self::WrongPassphrase | Self::EmptyPassphrase | Self::Sheet(_) | Self::SheetOfNone)
    }

    /// Returns whether the cost policy refused, before anything was tried.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self, Self::CostTooHigh { .. } | Self::NotEnoughMemory { .. })
    }

    /// Tells whether the fault lies in the file itself, so that no other way to open it would do.
    pub fn is_about_the_file(&self) -> bool {
        matches!(
            self,
            Self::NotAnAgeFile
                | Self::UnknownAgeVersion
                | Self::TooLarge { .. }
                | Self::HeaderTooLarge { .. }
                | Self::Damaged
                | Self::Forged
                | Self::NewerFormat { .. }
                | Self::Empty
                | Self::CutShort
                | Self::NotOurs
        )
    }

    /// Returns whether another passphrase or key might have opened it.
    pub(super) fn is_wrong_key(&self) -> bool {
        matches!(self, Self::WrongPassphrase | Self::WrongIdentity)
    }

    /// Returns whether the key was not even tried, or the program or device that has it failed.
    pub(super) fn is_about_the_way(&self) -> bool {
        matches!(
            self,
            Self::Unanswered
                | Self::SshUnsupported
                | Self::NoSshHere
                | Self::PluginMissing
                | Self::PluginUnknown
                | Self::PluginUnsafe
                | Self::PluginDebugged
                | Self::PluginRefused
                | Self::PluginFailed
        )
    }

    /// Returns whether nothing can be encrypted to this recipient, here and now; another one may do.
    pub(super) fn is_about_the_recipient(&self) -> bool {
        self.is_about_the_way() || matches!(self, Self::NotARecipient)
    }

    /// Returns what to do about it, if there is anything.
    pub fn next_step(&self) -> Option<&'static str> {
        match self {
            Self::NotAnAgeFile => Some("check the path: a vault is a file named vault.age"),
            Self::UnknownAgeVersion | Self::NewerFormat { .. } => {
                Some("install a newer countersign; until then the vault can only be read")
            }
            Self::TooLarge { .. } | Self::HeaderTooLarge { .. } => {
                Some("check that this is the right file; a vault is never that large")
            }
            Self::Damaged | Self::SlotDamaged => Some("restore an earlier copy or a backup; nothing was written"),
            Self::NoSuchSlot => Some("`countersign status` shows the ways to unlock"),
            Self::NoSlots => Some("add another unlock slot before removing this one"),
            Self::TooManySlots => Some("remove an unlock slot that is no longer used"),
            Self::WrongPassphrase => Some("try again; mind caps lock and the keyboard layout"),
            Self::Sheet(_) => Some("compare the words with the sheet, one by one"),
            Self::SheetOfNone => Some("look for a newer sheet, or an earlier copy of the vault that it opens"),
            Self::EmptyPassphrase => Some("choose a passphrase; `--generate` offers one"),
            Self::CostTooHigh { .. } => Some("open it only if you trust where it comes from"),
            Self::NotEnoughMemory { .. } => Some("close other programs, or open it on a larger machine"),
            Self::WrongIdentity => Some("check that the key and the file belong together"),
            Self::NotAnIdentity => Some("give the file that `age-keygen` wrote"),
            Self::NotARecipient => Some("give the public key that `age-keygen` printed"),
            Self::Forged => {
                Some("do not use it; restore an earlier copy or a backup, and ask who could write to this file")
            }
            Self::Empty => Some("nothing can be got out of it; look for another copy or another backup"),
            Self::NotABackup => Some("check the path: a backup is a file that ends in .age"),
            Self::CutShort => Some(
                "it was probably not copied to its end; copy it once more, or take another backup: nothing was written",
            ),
            Self::NotOurs => Some("check that it is the right file"),
            Self::NeedsPassphrase => Some("give the passphrase that it was made with"),
            Self::NeedsIdentity => Some("give the identity file of one of those whom it was made for"),
            Self::NoSshHere => {
                Some("make a key with `age-keygen`, or build it with them: `cargo install countersign --features ssh`")
            }
            Self::SshUnsupported => Some(
                "make a key with `age-keygen` or `ssh-keygen -t ed25519`; for a key in hardware there are age plugins",
            ),
            Self::RecipientsApart => Some("make one file for it and another one for the others"),
            Self::Unanswered => Some("try again at a terminal, and type the passphrase of the key"),
            Self::PluginMissing => Some("install the program that was named, in a folder of PATH"),
            Self::PluginUnknown => {
                Some("do it on the device that uses the key, or remove its slot and add it again here")
            }
            Self::PluginUnsafe => Some(
                "take the current folder and those that everybody may write to out of PATH, or install the plugin elsewhere",
            ),
            Self::PluginDebugged => Some("`unset AGEDEBUG`, and try again"),
            Self::PluginRefused => Some("try again, and answer what the key asks"),
            Self::PluginFailed => Some("see what it said; put the key in and try again, or unlock in another way"),
            Self::NotOneLine => None,
        }
    }
}
