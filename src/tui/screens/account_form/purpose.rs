//! What saving the form asks for, by what the form is for.

use std::sync::Arc;

use super::fields::Fields;
use super::{AccountForm, Page};
use crate::otp::Params;
use crate::tui::effect::{Draft, Effect};
use crate::tui::notice::Notice;
use crate::tui::screen::{Go, Next};
use crate::tui::screens::checklist::Checklist;
use crate::tui::screens::enrolled::Enrolled;
use crate::vault::{Account, AccountId, Change, Edit, RotationChange};

/// What the form is for.
pub(super) enum Purpose {
    /// A new account.
    Add,
    /// Other values for an account.
    Change(Arc<Account>),
    /// A new secret beside the one in use.
    Rotate(Arc<Account>),
    /// The question whether the site accepted a code, once more.
    Confirm(Arc<Account>),
}

impl Purpose {
    /// Returns the account it is about; none for a new one.
    pub(super) fn account(&self) -> Option<&Arc<Account>> {
        match self {
            Self::Add => None,
            Self::Change(account) | Self::Rotate(account) | Self::Confirm(account) => Some(account),
        }
    }

    /// Returns what the form does, for its first line.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Add => "add an account".to_owned(),
            Self::Change(account) => format!("change {}", account.label()),
            Self::Rotate(account) => format!("a new secret for {}", account.label()),
            Self::Confirm(account) => format!("confirm {}", account.label()),
        }
    }

    /// Returns what the change is called.
    fn title(&self) -> String {
        match self {
            Self::Add => String::new(),
            Self::Change(account) => format!("changed {}", account.label()),
            Self::Rotate(account) => format!("began to rotate {}", account.label()),
            Self::Confirm(account) => format!("confirmed {}", account.label()),
        }
    }

    /// Tells whether this is what became of what was saved.
    pub(super) fn is_its_own(&self, title: &str, has_added: bool) -> bool {
        match self {
            Self::Add => has_added,
            Self::Change(_) | Self::Rotate(_) => title == self.title(),
            Self::Confirm(account) => title == self.title() || title.ends_with(&account.label()),
        }
    }
}

impl AccountForm {
    /// Goes on from fields that can be read: to the code, or at once where no code changes.
    pub(super) fn go_on(&mut self, draft: Draft) -> Next {
        match &self.purpose {
            Purpose::Change(original) if draft.enrolment == *original.enrolment() => {
                let edit = self.edit(&draft, original);
                if edit == Edit::default() {
                    let told = Notice::note(format!("{} stays as it was", original.label()));
                    return Next { notice: Some(told), ..Next::go(Go::Close) };
                }
                let change = Change::Edit(original.id(), Box::new(edit));
                self.save(vec![Effect::Commit { title: self.purpose.title(), change }])
            }
            Purpose::Rotate(original) if draft.enrolment == *original.enrolment() => {
                Next::notice(Notice::note("paste the new secret that the site shows, or its address"))
            }
            Purpose::Add | Purpose::Change(_) | Purpose::Rotate(_) | Purpose::Confirm(_) => {
                self.show_code(draft);
                Next::default()
            }
        }
    }

    /// Saves what was checked.
    pub(super) fn finish(&mut self, draft: Draft) -> Next {
        let title = self.purpose.title();
        let effects = match &self.purpose {
            Purpose::Add => vec![Effect::Add(Box::new(draft))],
            Purpose::Change(original) => {
                let edit = Edit { pending: Some(draft.pending), ..self.edit(&draft, original) };
                vec![Effect::Commit { title, change: Change::Edit(original.id(), Box::new(edit)) }]
            }
            Purpose::Rotate(original) => {
                let id = original.id();
                let edit = Edit { enrolment: None, counter: None, ..self.edit(&draft, original) };
                let edit = (edit != Edit::default()).then(|| Change::Edit(id, Box::new(edit)));
                let accepted = (!draft.pending).then_some(Effect::AcceptRotation(id));
                let (enrolment, counter) = (Box::new(draft.enrolment), draft.counter);
                let rotation = Change::Rotation(id, RotationChange::Try { enrolment, counter });
                let change = Change::Batch(edit.into_iter().chain([rotation]).collect());
                [Effect::Commit { title, change }].into_iter().chain(accepted).collect()
            }
            Purpose::Confirm(original) if draft.pending => {
                let told = Notice::note(format!("{} goes on waiting for the site", original.label()));
                return Next { notice: Some(told), ..Next::go(Go::Close) };
            }
            Purpose::Confirm(original) => confirmed(original, draft.counter, title),
        };
        self.save(effects)
    }

    fn save(&mut self, effects: Vec<Effect>) -> Next {
        self.is_saving = true;
        Next { effects, ..Next::default() }
    }

    /// Returns where the form goes once it is saved: neither an enrolment nor a rotation is over with a secret.
    pub(super) fn saved(&self, added: Option<AccountId>) -> Next {
        match (&self.purpose, added) {
            (Purpose::Add, Some(id)) if !matches!(self.page, Page::Several(_)) => Enrolled::after(id),
            (Purpose::Rotate(_), _) => Next::go(Go::Replace(Box::new(Checklist::new()))),
            (Purpose::Add | Purpose::Change(_) | Purpose::Confirm(_), _) => Next::go(Go::Close),
        }
    }

    /// Returns what the draft changes: what nobody touched is not written.
    fn edit(&self, draft: &Draft, original: &Account) -> Edit {
        let Fields { issuer, account, tags, note, .. } = &self.fields;
        Edit {
            issuer: issuer.is_changed().then(|| draft.issuer.clone()),
            account: account.is_changed().then(|| draft.account.clone()),
            enrolment: (draft.enrolment != *original.enrolment()).then(|| draft.enrolment.clone()),
            counter: (draft.counter != original.counter() && draft.enrolment.params.period().is_none())
                .then_some(draft.counter),
            tags: tags.is_changed().then(|| draft.tags.clone()),
            note: note.is_changed().then(|| draft.note.clone()),
            ..Edit::default()
        }
    }
}

/// Returns the draft that shows a code of an account that waits for the site: of its new secret, if there is one.
pub(super) fn waiting(account: &Account) -> Draft {
    let (enrolment, counter) = match account.candidate() {
        Some(candidate) => (candidate.clone(), account.candidate_counter()),
        None => (account.enrolment().clone(), account.counter()),
    };
    Draft {
        issuer: account.issuer().to_owned(),
        account: account.account().to_owned(),
        enrolment,
        counter,
        tags: account.tags().into_iter().map(str::to_owned).collect(),
        note: account.note().to_owned(),
        pending: true,
    }
}

/// A HOTP code that was shown may be used already, so the counter moves on first.
fn confirmed(account: &Account, counter: u64, title: String) -> Vec<Effect> {
    let id = account.id();
    let is_counted = |params: &Params| matches!(params, Params::Hotp { .. });
    match account.candidate() {
        Some(candidate) => {
            let change = Change::Rotation(id, RotationChange::Advance(counter));
            let counted = Effect::Commit { title: "counter".to_owned(), change };
            let counted = is_counted(&candidate.params).then_some(counted);
            counted.into_iter().chain([Effect::AcceptRotation(id)]).collect()
        }
        None => {
            let counter = is_counted(account.params()).then_some(counter);
            let edit = Edit { pending: Some(false), counter, ..Edit::default() };
            vec![Effect::Commit { title, change: Change::Edit(id, Box::new(edit)) }]
        }
    }
}
