//! What a user gets done, with no screen. Every front calls these, and nothing else changes a vault.

mod ancestor;
pub mod backup;
mod choices;
mod code;
mod commit;
mod conflict_copies;
mod copy;
mod create;
mod device;
mod export;
mod import;
mod left_by;
mod merge;
mod pictures;
mod pin;
mod seen;
mod session;
mod sources;
mod theirs;
mod undo;
mod unlock;

pub use choices::{Choice, Decided};
pub use code::{IssueError, Issued, Which, issue, mark_used, new_account_id};
pub use commit::{CommitError, Saved, commit};
pub use conflict_copies::ConflictCopy;
pub use copy::{Copied, CopyError, Hold, copy};
pub use create::{CreateError, create};
pub use export::{ExportError, Written, export};
pub use import::{Export, ExportFileError, import, preview_import};
pub use left_by::LeftBy;
pub use merge::{MergeError, MergeReport, MergeRequest, MergedFile, merge, merge_found};
pub use pictures::{CodesError, Taken, codes_of_file, take_clipboard};
pub use seen::Lacks;
pub use session::{Session, Warning};
pub use undo::{UndoError, Undone, undo};
pub use unlock::{Look, Refreshed, Trust, UnlockError, Way, look, refresh, unlock, unlock_for};
