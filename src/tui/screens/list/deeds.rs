//! What the list asks for about the selected account.

use crate::otp::Timestamp;
use crate::tui::effect::Effect;
use crate::tui::notice::Notice;
use crate::tui::screen::Next;
use crate::vault::{Account, Change, Edit, RotationChange};

pub(super) fn copy(account: &Account, now: Timestamp) -> Next {
    Next::effect(Effect::Copy { id: account.id(), at: now })
}

pub(super) fn copy_candidate(account: &Account, now: Timestamp) -> Next {
    match account.candidate() {
        Some(_) => Next::effect(Effect::CopyCandidate { id: account.id(), at: now }),
        None => Next::notice(Notice::note("this account is not being rotated: it has one secret")),
    }
}

pub(super) fn copy_next(account: &Account, now: Timestamp) -> Next {
    Next::effect(Effect::Copy { id: account.id(), at: account.enrolment().next_begins(now).unwrap_or(now) })
}

pub(super) fn copy_when_new(account: &Account, now: Timestamp) -> Next {
    let Some(at) = account.enrolment().next_begins(now) else {
        return copy(account, now);
    };
    let seconds = (at.millis_since(now) + 999) / 1000;
    Next {
        notice: Some(Notice::good(format!("waiting: the next code is copied in {seconds} s"))),
        ..Next::effect(Effect::CopyLater { id: account.id(), at })
    }
}

pub(super) fn discard(account: &Account, now: Timestamp) -> Next {
    let title = format!("removed {}", account.label());
    Next::effect(Effect::Commit { title, change: Change::Trash(account.id(), now) })
}

pub(super) fn pin(account: &Account) -> Next {
    let title = format!("{} {}", if account.pinned() { "unpinned" } else { "pinned" }, account.label());
    let edit = Edit { pinned: Some(!account.pinned()), ..Edit::default() };
    Next::effect(Effect::Commit { title, change: Change::Edit(account.id(), Box::new(edit)) })
}

pub(super) fn stop_rotation(account: &Account) -> Next {
    if account.candidate().is_none() {
        return Next::notice(Notice::note("this account is not being rotated"));
    }
    let title = format!("stopped the rotation of {}", account.label());
    Next::effect(Effect::Commit { title, change: Change::Rotation(account.id(), RotationChange::Stop) })
}

pub(super) fn accept(account: &Account) -> Next {
    if account.candidate().is_some() {
        return Next::effect(Effect::AcceptRotation(account.id()));
    }
    if !account.pending() {
        return Next::notice(Notice::note("the site had accepted a code of this account already"));
    }
    let edit = Edit { pending: Some(false), ..Edit::default() };
    let title = format!("confirmed {}", account.label());
    Next::effect(Effect::Commit { title, change: Change::Edit(account.id(), Box::new(edit)) })
}
