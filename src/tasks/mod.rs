//! What a user gets done, with no screen. Every front calls these, and nothing else changes a vault.

mod code;
mod commit;
mod copy;
mod create;
mod device;
mod export;
mod import;
mod merge;
mod pin;
mod seen;
mod session;
mod undo;
mod unlock;

pub use code::{IssueError, Issued, Which, issue, mark_used, new_account_id};
pub use commit::{CommitError, Saved, commit};
pub use copy::{Copied, CopyError, Hold, copy};
pub use create::{CreateError, create};
pub use export::{ExportError, ExportPlan, Written, export};
pub use import::{Export, ExportFileError, import, preview_import};
pub use merge::{MergeError, MergeReport, merge_file};
pub use seen::Lacks;
pub use session::{Session, Warning};
pub use undo::{UndoError, Undone, undo};
pub use unlock::{Look, Trust, UnlockError, Way, look, refresh, unlock, unlock_for};
