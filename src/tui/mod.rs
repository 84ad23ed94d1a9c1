//! The full-screen app.
//!
//! Four nouns carry it: an [`Action`](action::Action) is what the user means, a [`Change`](crate::vault::Change) what
//! happens to the vault, an [`Effect`](effect::Effect) what is asked of the machine, a
//! [`Message`](message::Message) what we are told. A screen answers an action with effects; a worker performs them
//! and reports back. The vault's key stays on the worker: what draws holds a snapshot.

pub mod action;
pub mod alarm;
pub mod backups;
pub mod clock;
pub mod clock_watch;
pub mod dates;
pub mod effect;
pub mod key;
pub mod key_talk;
pub mod keymap;
pub mod leftovers;
pub mod message;
pub mod model;
pub mod notice;
mod outcomes;
pub mod painter;
pub mod privacy;
mod reveal;
pub mod run;
pub mod screen;
pub mod screens;
pub mod settings;
pub mod slots;
#[cfg(unix)]
pub mod terminal_input;
pub mod theme;
mod timers;
pub mod widgets;
pub mod worker;
pub mod worker_thread;

pub use message::{Delay, Desktop, Signal};
pub use model::End;
pub use notice::Notice;
pub use run::{Start, run};
pub use settings::{Settings, Terminal};
pub use worker::{Places, Worker};
