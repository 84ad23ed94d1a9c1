//! The clock: what is known about it, how sure that is, and the user's correction of it.

mod advice;
mod compared;
mod correction;
mod doubt;
mod evidence;
mod facts;
mod known;
mod measured;
mod network;
mod refused;
mod report;
mod summary;
mod verdict;
mod weighing;
mod words;

pub use compared::conclude_comparison;
pub use correction::{CorrectionError, LARGEST_CORRECTION_MILLIS, apply_correction, correction, set_correction};
pub use evidence::{Certainty, Evidence, EvidenceKind, Says};
pub use facts::Facts;
pub use known::{
    Asked, Compared, Correction, Known, Seen, known, remember_comparison, remember_look, remember_network,
};
pub use network::{Asking, Heard, ask_network, keep_asked};
pub use refused::{Cause, CauseKind, Likelihood, Refused, refused_causes};
pub use report::{Report, full_report, full_report_knowing, quick_report};
pub use verdict::Level;
pub use words::{ahead_in_words, correction_in_words, rounded_length};
