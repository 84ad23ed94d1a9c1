//! What the form says under its fields: what it understood, what is wrong, what to know.

use super::AccountForm;
use super::fields::FieldName;
use super::purpose::Purpose;
use super::reading::{Mistake, Reading, is_address};
use crate::otp::Kind;
use crate::tui::effect::Draft;
use crate::tui::screen::Context;
use crate::tui::theme::Role;

/// From so many bits on a secret is as strong as sites should make it (RFC 4226, 4: at least 128).
const STRONG_BITS: usize = 128;

/// One sentence and how it is meant.
pub(super) struct Said {
    pub(super) role: Role,
    pub(super) text: String,
}

impl Said {
    fn muted(text: impl Into<String>) -> Self {
        Self { role: Role::Muted, text: text.into() }
    }

    fn note(text: impl Into<String>) -> Self {
        Self { role: Role::Warning, text: format!("note: {}", text.into()) }
    }
}

impl AccountForm {
    /// Returns what was understood of the secret's field, in plain words.
    pub(super) fn understood(&self, reading: &Reading) -> Option<Said> {
        let text = self.fields.secret.text();
        if text.is_empty() {
            return (self.fields.is_overlong || self.fields.is_list)
                .then(|| Said::muted(""))
                .or_else(|| Some(self.invitation()));
        }
        if !self.is_settled && is_address(text) {
            return Some(Said::muted("an address; tab takes it apart"));
        }
        let secret = reading.secret.as_ref().ok()?;
        let bits = secret.bits();
        let words = match &reading.params {
            Ok(params) => format!("✓ {} · {bits}-bit secret", params.describe()),
            Err(_) => format!("✓ {bits}-bit secret"),
        };
        Some(Said { role: Role::Good, text: words })
    }

    fn invitation(&self) -> Said {
        match self.original() {
            Some(_) if matches!(self.purpose, Purpose::Rotate(_)) => {
                Said::muted("paste the new secret of the site, or its otpauth address")
            }
            Some(original) => {
                let bits = original.enrolment().secret.bits();
                Said::muted(format!("stays as it is · {bits}-bit secret · paste another to replace it"))
            }
            None => Said::muted("paste the otpauth address or the secret of the site"),
        }
    }

    /// Returns the mistakes of a field and what to do about them.
    pub(super) fn mistakes(&self, name: FieldName, mistakes: &[(FieldName, Mistake)]) -> Vec<Said> {
        let is_typed = self.fields.focus == name && !(name == FieldName::Secret && self.is_settled);
        let is_empty = self.fields.text_field(name).is_some_and(|field| field.is_empty());
        let may_wait = |mistake: &Mistake| mistake.is_unfinished() && !self.was_tried && (is_typed || is_empty);
        let own = mistakes.iter().filter(|(field, mistake)| *field == name && !may_wait(mistake));
        own.flat_map(|(_, mistake)| {
            let what = Said { role: Role::Danger, text: format!("! {mistake}") };
            [what, Said::muted(mistake.next_step())]
        })
        .collect()
    }

    /// Returns which character of a field is wrong.
    pub(super) fn marked(&self, name: FieldName) -> Option<usize> {
        let is_secret = name == FieldName::Secret;
        is_secret.then(|| self.reading().secret.err()).flatten().and_then(|mistake| mistake.marked())
    }

    /// Tells whether the advanced fields stay folded: nobody is in them, and all is as nearly everywhere.
    pub(super) fn folds_advanced(&self, mistakes: &[(FieldName, Mistake)]) -> bool {
        let has_mistake = mistakes.iter().any(|(name, _)| name.is_advanced());
        self.fields.is_usual() && !self.fields.focus.is_advanced() && !has_mistake
    }

    /// Returns what the user should know about the secret before going on.
    pub(super) fn warnings(&self, reading: &Reading, context: &Context<'_>) -> Vec<Said> {
        if !self.is_settled {
            return Vec::new();
        }
        let mut said: Vec<Said> = self.notes.iter().map(|note| Said::note(note.to_string())).collect();
        let is_replaced = !self.fields.secret.is_empty();
        if let (Ok(secret), true) = (&reading.secret, is_replaced)
            && secret.bits() < STRONG_BITS
        {
            let bits = secret.bits();
            said.push(Said::note(format!("a weak secret, {bits} bits; sites should give {STRONG_BITS} or more")));
        }
        let Some(enrolment) = reading.enrolment() else {
            return said;
        };
        let own = self.original().map(|original| original.id());
        let twin = context.snapshot.and_then(|snapshot| snapshot.vault.with_enrolment(&enrolment));
        if let Some(twin) = twin.filter(|twin| Some(twin.id()) != own) {
            let place = if twin.trashed().is_some() { ", in the trash," } else { "" };
            said.push(Said::note(format!("{}{place} has this secret already", twin.label())));
        }
        if self.original().is_some_and(|original| *original.enrolment() != enrolment) {
            said.push(Said::note(match self.purpose {
                Purpose::Rotate(_) => "the present secret stays in use until the site has accepted a code of this one",
                Purpose::Add | Purpose::Change(_) | Purpose::Confirm(_) => {
                    "the present secret is kept beside the new one, as a former one"
                }
            }));
        }
        said
    }

    /// Returns what stands in an empty field that has the focus.
    pub(super) fn placeholder(&self, name: FieldName) -> &'static str {
        match name {
            FieldName::Issuer => "the site, as in GitHub",
            FieldName::Account => "your name there",
            FieldName::Tags => "work, home",
            FieldName::Note => "anything to remember",
            FieldName::Pin if self.original().is_some() => "stays as it is",
            FieldName::Secret | FieldName::Pin => "",
            FieldName::Kind | FieldName::Algorithm | FieldName::Digits => "",
            FieldName::Period | FieldName::Counter => "",
        }
    }

    /// Returns what a field that is chosen shows; none if it is typed.
    pub(super) fn choice(&self, name: FieldName) -> Option<String> {
        match name {
            FieldName::Kind => Some(kind_words(self.fields.kind).to_owned()),
            FieldName::Algorithm => Some(self.fields.algorithm.to_string()),
            _ => None, // every other field is typed
        }
    }

    /// Returns the word behind what is typed.
    pub(super) fn unit(&self, name: FieldName) -> &'static str {
        match name {
            FieldName::Kind => kind_meaning(self.fields.kind),
            FieldName::Period => "seconds",
            FieldName::Counter => "comes next",
            _ => "", // the others count nothing, or themselves
        }
    }
}

const fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Totp => "TOTP",
        Kind::Hotp => "HOTP",
        Kind::Steam => "Steam Guard",
        Kind::Motp => "mOTP",
        Kind::Yandex => "Yandex Key",
    }
}

/// Returns what a code of these parameters is, for people who never heard of them.
const fn kind_meaning(kind: Kind) -> &'static str {
    match kind {
        Kind::Totp => "a new code every period",
        Kind::Hotp => "a new code for every use",
        Kind::Steam => "five letters and digits",
        Kind::Motp => "from secret and PIN",
        Kind::Yandex => "from secret and PIN",
    }
}

/// Returns `issuer · account`, or the one of both that there is; text from outside, as it came.
pub(super) fn name(draft: &Draft) -> String {
    match (draft.issuer.as_str(), draft.account.as_str()) {
        ("", "") => "(no name)".to_owned(),
        (only, "") | ("", only) => only.to_owned(),
        (issuer, account) => format!("{issuer} · {account}"),
    }
}
