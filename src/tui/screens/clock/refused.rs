//! The site refused a code: the likely causes in order, with what is known of this account, and the key that helps.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::otp::Timestamp;
use crate::tui::action::Action;
use crate::tui::clock::{Cause, CauseKind, Likelihood, Refused, refused_causes};
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::theme::Role;
use crate::tui::widgets::reading::{Passage, Place};
use crate::tui::widgets::{countdown, heading};
use crate::vault::AccountId;

/// The causes for one account.
pub struct RefusedCode {
    account: AccountId,
    place: Place,
}

impl RefusedCode {
    /// Returns the walk through the causes for an account.
    pub fn of(account: AccountId) -> Self {
        Self { account, place: Place::default() }
    }

    fn passages(&self, context: &Context<'_>) -> Vec<Passage> {
        let Some(snapshot) = context.snapshot else { return Vec::new() };
        let Some(account) = snapshot.vault.get(self.account) else {
            return vec![Passage::Text("the account is no longer there".to_owned(), Role::Warning)];
        };
        let (vault, memory, now) = (&snapshot.vault, &snapshot.memory, context.now);
        let causes = refused_causes(Some(Refused { account, vault, memory, now }), &snapshot.clock);
        causes.iter().flat_map(|cause| passages(cause, context)).collect()
    }
}

/// Says what is known of a cause, and below it which key helps.
fn passages(cause: &Cause, context: &Context<'_>) -> [Passage; 3] {
    let role = match cause.likelihood {
        Likelihood::Likely => Role::Warning,
        Likelihood::Possible => Role::Text,
        Likelihood::Unlikely => Role::Muted,
    };
    let sign = if cause.likelihood == Likelihood::Likely { "! " } else { "" };
    let words = format!("{sign}{}: {}", cause.likelihood.word(), cause.words);
    let (action, helps) = remedy(cause.kind);
    let key = context.key(action);
    let helps = Passage::named("", format!("{key} {helps}"), Role::Accent);
    [Passage::named(name(cause.kind), words, role), helps, Passage::Gap]
}

const fn name(kind: CauseKind) -> &'static str {
    match kind {
        CauseKind::Used => "used already?",
        CauseKind::Expired => "too late?",
        CauseKind::Clock => "the clock?",
        CauseKind::Counter => "the counter?",
        CauseKind::OtherAccount => "other account?",
        CauseKind::OtherSecret => "other secret?",
        CauseKind::Parameters => "other kind?",
    }
}

/// Returns the action that helps against a cause, and what it does.
const fn remedy(kind: CauseKind) -> (Action, &'static str) {
    match kind {
        CauseKind::Used => (Action::CopyWhenNew, "waits for the next code and copies it"),
        CauseKind::Expired => (Action::CopyNext, "copies the next code, which has its whole life before it"),
        CauseKind::Clock => (Action::Clock, "shows what is known of the clock, and compares it with your phone"),
        CauseKind::Counter => (Action::Copy, "copies the next code; try two or three in a row"),
        CauseKind::OtherAccount => (Action::Search, "finds the other account"),
        CauseKind::OtherSecret => (Action::Rotate, "puts a new secret beside this one, once the site has shown one"),
        CauseKind::Parameters => (Action::Edit, "shows what the account has, and changes it"),
    }
}

impl Screen for RefusedCode {
    fn name(&self) -> ScreenName {
        ScreenName::Refused
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let account = context.snapshot.and_then(|snapshot| snapshot.vault.get(self.account));
        let label = account.map(|account| account.label()).unwrap_or_default();
        heading::view("the site refused the code", &label, context, frame.buffer_mut(), area);
        self.place.view(&self.passages(context), context, frame.buffer_mut(), heading::below(area));
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        if self.place.act(action, &self.passages(context), heading::below(context.area)) {
            return Next::default();
        }
        match action {
            // The list below has this account selected, and knows how.
            Action::Copy
            | Action::CopyNext
            | Action::CopyWhenNew
            | Action::Clock
            | Action::Search
            | Action::Rotate
            | Action::Edit => Next::go(Go::CloseAnd(action)),
            Action::Back => Next::go(Go::Close),
            _ => Next::default(), // actions of other screens
        }
    }

    fn wake_at(&self, context: &Context<'_>, _: Rect) -> Option<Timestamp> {
        Some(countdown::next_change(context.now))
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        vec![Action::CopyWhenNew, Action::CopyNext, Action::Clock, Action::Rotate, Action::Back]
    }
}
