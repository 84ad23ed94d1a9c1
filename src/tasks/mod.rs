//! What a user gets done, with no screen. Every front calls these, and nothing else changes a vault.

mod ancestor;
mod audit;
pub mod backup;
pub mod basket;
mod choices;
pub mod clock;
mod code;
mod commit;
mod conflict_copies;
mod copy;
mod create;
mod device;
mod devices;
mod export;
mod import;
mod keys;
mod known_plugins;
mod left_by;
mod leftovers;
mod merge;
mod merge_driver;
mod pictures;
mod pin;
mod policy;
mod recipients;
mod recovery;
mod removal;
mod rotation;
mod seen;
mod session;
pub mod slots;
mod sources;
mod theirs;
mod undo;
mod unlock;
mod warning;
mod ways;

pub use crate::sealing::wipe_stack;
pub use audit::{audit_facts, remember_plaintext};
pub use choices::{Choice, Decided};
pub use code::{IssueError, Issued, Which, issue, mark_used, new_account_id};
pub use commit::{CommitError, Saved, commit};
pub use conflict_copies::ConflictCopy;
pub use copy::{Copied, CopyError, Hold, copy, copy_candidate};
pub use create::{CreateError, create};
pub use devices::{DeviceError, KnownDevice, add_device, devices, make_recipient, own_recipient, rename_device};
pub use export::{ExportError, Written, export};
pub use import::{Export, ExportFileError, import, preview_import};
pub use keys::Ours;
pub use left_by::LeftBy;
pub use leftovers::{
    Leftover, LeftoverKind, LeftoverSearch, Leftovers, find_leftovers, is_in_vault, remove_leftover, usual_folders,
};
pub use merge::{MergeError, MergeReport, MergeRequest, MergedFile, merge, merge_found};
pub use merge_driver::{Branches, merge_branches};
pub use pictures::{CodesError, Taken, codes_of_file, take_clipboard};
pub use policy::{ReadableSecret, allow, readable_secret};
pub use recovery::{
    CodeChoice, FEW, RecoveryError, RecoveryFileError, UseNote, UsedCode, add_recovery, copy_recovery, count_words,
    read_recovery_file, use_recovery,
};
pub use removal::{Behind, DeviceRemoved, KnownSecret, remove_device};
pub use rotation::{accept_rotation, issue_candidate};
pub use seen::Lacks;
pub use session::Session;
pub use undo::{UndoError, Undone, undo};
pub use unlock::{Look, Refreshed, Trust, UnlockError, Way, look, refresh, unlock, unlock_for};
pub use warning::Warning;
pub use ways::{EasyWay, easy_ways, unlock_easily};
