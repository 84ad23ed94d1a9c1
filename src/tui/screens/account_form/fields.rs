//! What is typed into the form, field by field, and which field has the focus.

use std::collections::BTreeSet;

use secrecy::ExposeSecret;

use crate::exchange::recovery_codes;
use crate::otp::uri::OtpUri;
use crate::otp::{Algorithm, Enrolment, Kind, Params, Pin};
use crate::tui::key::Key;
use crate::tui::widgets::choice;
use crate::tui::widgets::text_field::TextField;
use crate::vault::Account;

/// A secret of 1 KiB has 2 KiB in hexadecimal; an otpauth URI adds names to it.
const SECRET_LIMIT: usize = 8 * 1024;
/// As many bytes as a vault takes.
const LABEL_LIMIT: usize = 1024;
const NOTE_LIMIT: usize = 64 * 1024;
/// As many tags as a vault takes, each with its comma.
const TAGS_LIMIT: usize = 64 * 130;
/// Every number here fits.
const NUMBER_LIMIT: usize = 20;
/// A field is one line: in it, this stands for a line break.
const LINE_BREAK: &str = "↵";

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldName {
    Secret,
    Issuer,
    Account,
    Tags,
    Note,
    Kind,
    Algorithm,
    Digits,
    Period,
    Counter,
    Pin,
}

impl FieldName {
    /// Returns the word before the field.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Issuer => "issuer",
            Self::Account => "account",
            Self::Tags => "tags",
            Self::Note => "note",
            Self::Kind => "type",
            Self::Algorithm => "algorithm",
            Self::Digits => "digits",
            Self::Period => "period",
            Self::Counter => "counter",
            Self::Pin => "PIN",
        }
    }

    /// Tells whether it says whose account this is.
    pub(super) const fn is_private(self) -> bool {
        match self {
            Self::Issuer | Self::Account | Self::Note => true,
            Self::Secret | Self::Pin | Self::Tags | Self::Kind => false,
            Self::Algorithm | Self::Digits | Self::Period | Self::Counter => false,
        }
    }

    /// Tells whether most people never need the field.
    pub(super) const fn is_advanced(self) -> bool {
        match self {
            Self::Secret | Self::Issuer | Self::Account | Self::Tags | Self::Note => false,
            Self::Kind | Self::Algorithm | Self::Digits | Self::Period | Self::Counter | Self::Pin => true,
        }
    }
}

/// A text and what it was before anybody typed.
pub(super) struct Line {
    pub(super) field: TextField,
    before: String,
}

impl Line {
    fn new(limit: usize, text: &str) -> Self {
        let field = TextField::with_limit(limit).with_text(text);
        // Not `text`: the field may have left out what it cannot hold, and that is no change of the user's.
        Self { before: field.text().to_owned(), field }
    }

    pub(super) fn text(&self) -> &str {
        self.field.text()
    }

    pub(super) fn is_changed(&self) -> bool {
        self.field.text() != self.before
    }

    fn set(&mut self, text: &str) {
        self.field.clear();
        self.field = std::mem::take(&mut self.field).with_text(text);
    }
}

/// All fields.
pub(super) struct Fields {
    pub(super) focus: FieldName,
    pub(super) secret: TextField,
    /// More was pasted than a secret can have, so nothing of it was taken.
    pub(super) is_overlong: bool,
    /// Whether recovery codes were pasted in the place of a secret, which then is empty.
    pub(super) is_list: bool,
    pub(super) pin: TextField,
    pub(super) issuer: Line,
    pub(super) account: Line,
    pub(super) tags: Line,
    pub(super) note: Line,
    pub(super) digits: Line,
    pub(super) period: Line,
    pub(super) counter: Line,
    pub(super) kind: Kind,
    pub(super) algorithm: Algorithm,
    choices_before: (Kind, Algorithm),
    /// Whether names are shown although names are hidden elsewhere: somebody asked to see what is typed.
    pub(super) shows_names: bool,
}

impl Fields {
    /// Returns the fields of a new account, filled with what nearly every site uses.
    pub(super) fn new() -> Self {
        Self::with_params(&Params::USUAL, 0, ["", "", "", ""])
    }

    /// Returns the fields of an account. Its secrets stay where they are.
    pub(super) fn of(account: &Account) -> Self {
        let tags = account.tags().join(", ");
        let note = account.note().replace('\n', LINE_BREAK);
        let texts = [account.issuer(), account.account(), &tags, &note];
        Self { focus: FieldName::Issuer, ..Self::with_params(account.params(), account.counter(), texts) }
    }

    fn with_params(params: &Params, counter: u64, [issuer, account, tags, note]: [&str; 4]) -> Self {
        let number = |number: u64| Line::new(NUMBER_LIMIT, &number.to_string());
        let algorithm = params.algorithm().unwrap_or_default();
        let mut secret = TextField::with_limit(SECRET_LIMIT);
        secret.hide(true);
        let mut pin = TextField::with_limit(Pin::MAX_BYTES);
        pin.hide(true);
        Self {
            focus: FieldName::Secret,
            secret,
            is_overlong: false,
            is_list: false,
            pin,
            issuer: Line::new(LABEL_LIMIT, issuer),
            account: Line::new(LABEL_LIMIT, account),
            tags: Line::new(TAGS_LIMIT.max(tags.len()), tags),
            note: Line::new(NOTE_LIMIT.max(note.len()), note),
            digits: number(params.digits().get().into()),
            period: number(params.period().map_or(30, |period| period.as_secs())),
            counter: number(counter),
            kind: params.kind(),
            algorithm,
            choices_before: (params.kind(), algorithm),
            shows_names: false,
        }
    }

    /// Returns the fields that this kind of code has, in their order.
    pub(super) fn names(&self) -> Vec<FieldName> {
        use FieldName::{Account, Algorithm, Counter, Digits, Issuer, Kind as Type, Note, Period, Pin, Secret, Tags};
        let mut names = vec![Secret, Issuer, Account, Tags, Note, Type];
        names.extend_from_slice(match self.kind {
            Kind::Totp => &[Algorithm, Digits, Period],
            Kind::Hotp => &[Algorithm, Digits, Counter],
            Kind::Steam => &[Period],
            Kind::Motp | Kind::Yandex => &[Pin],
        });
        names
    }

    /// Tells whether the advanced fields hold what nearly every site uses.
    pub(super) fn is_usual(&self) -> bool {
        self.kind == Kind::Totp
            && self.algorithm == Algorithm::Sha1
            && self.digits.text() == "6"
            && self.period.text() == "30"
    }

    /// Tells whether there is anything that would be lost.
    pub(super) fn is_touched(&self) -> bool {
        !self.secret.is_empty()
            || !self.pin.is_empty()
            || (self.kind, self.algorithm) != self.choices_before
            || [&self.issuer, &self.account, &self.tags, &self.note].iter().any(|line| line.is_changed())
            || [&self.digits, &self.period, &self.counter].iter().any(|line| line.is_changed())
    }

    /// Moves the focus to the next field, or the one before; around at the ends.
    pub(super) fn move_focus(&mut self, is_forward: bool) {
        let names = self.names();
        let place = names.iter().position(|name| *name == self.focus).unwrap_or(0);
        let step = if is_forward { 1 } else { names.len() - 1 };
        self.focus = names[(place + step) % names.len()];
    }

    /// Takes a key; tells whether it was of use.
    pub(super) fn press(&mut self, key: Key) -> bool {
        match self.focus {
            FieldName::Kind => press_choice(key, &mut self.kind, &Kind::ALL, Kind::as_str),
            FieldName::Algorithm => press_choice(key, &mut self.algorithm, &Algorithm::ALL, Algorithm::as_str),
            FieldName::Secret => {
                let is_taken = self.secret.press(key);
                self.is_overlong &= !is_taken;
                self.is_list &= !is_taken;
                is_taken
            }
            name => self.text_field_mut(name).is_some_and(|field| field.press(key)),
        }
    }

    /// Puts a text without an otpauth URI into the field that has the focus.
    pub(super) fn paste(&mut self, text: &str) {
        match self.focus {
            FieldName::Secret => self.replace_secret(text),
            FieldName::Note => self.note.field.insert(&text.trim_end().replace('\n', LINE_BREAK)),
            name => {
                let line = text.lines().find(|line| !line.trim().is_empty());
                if let (Some(field), Some(line)) = (self.text_field_mut(name), line) {
                    field.insert(line);
                }
            }
        }
    }

    /// Fills the fields with what a URI says. Names that are there already stay if `keeps_names`.
    pub(super) fn fill(&mut self, uri: &OtpUri, keeps_names: bool) {
        let Enrolment { params, secret, pin } = &uri.enrolment;
        for (line, name) in [(&mut self.issuer, &uri.issuer), (&mut self.account, &uri.account)] {
            if !name.is_empty() && (!keeps_names || line.text().is_empty()) {
                line.set(name);
            }
        }
        self.kind = params.kind();
        self.algorithm = params.algorithm().unwrap_or_default();
        self.digits.set(&params.digits().get().to_string());
        self.period.set(&params.period().map_or(30, |period| period.as_secs()).to_string());
        self.counter.set(&uri.counter.to_string());
        let secret = if self.kind == Kind::Motp { secret.to_hex() } else { secret.to_base32() };
        self.replace_secret(secret.expose_secret());
        self.pin.clear();
        if let Some(pin) = pin {
            self.pin.insert(pin.expose_secret());
        }
    }

    /// Puts this into the secret's field in place of what was there: who pastes twice cannot see that it is there twice.
    pub(super) fn replace_secret(&mut self, text: &str) {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.secret.clear();
        self.is_overlong = line.len() > SECRET_LIMIT;
        self.is_list = recovery_codes::is_list(text);
        if !self.is_overlong && !self.is_list {
            self.secret.insert(&line);
        }
    }

    /// Returns the tags, without what is empty between commas.
    pub(super) fn tag_names(&self) -> BTreeSet<String> {
        self.tags.text().split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
    }

    /// Returns the note with its line breaks.
    pub(super) fn note_text(&self) -> String {
        self.note.text().replace(LINE_BREAK, "\n")
    }

    /// Shows what is being typed, or hides it again: secrets, and names where names are hidden.
    pub(super) fn toggle_hidden(&mut self) {
        let is_hidden = !self.secret.is_hidden();
        self.shows_names = !is_hidden;
        self.secret.hide(is_hidden);
        self.pin.hide(is_hidden);
    }

    /// Returns a field's text; the two that are chosen have none.
    pub(super) fn text_field(&self, name: FieldName) -> Option<&TextField> {
        match name {
            FieldName::Secret => Some(&self.secret),
            FieldName::Pin => Some(&self.pin),
            FieldName::Issuer => Some(&self.issuer.field),
            FieldName::Account => Some(&self.account.field),
            FieldName::Tags => Some(&self.tags.field),
            FieldName::Note => Some(&self.note.field),
            FieldName::Digits => Some(&self.digits.field),
            FieldName::Period => Some(&self.period.field),
            FieldName::Counter => Some(&self.counter.field),
            FieldName::Kind | FieldName::Algorithm => None,
        }
    }

    fn text_field_mut(&mut self, name: FieldName) -> Option<&mut TextField> {
        match name {
            FieldName::Secret => Some(&mut self.secret),
            FieldName::Pin => Some(&mut self.pin),
            FieldName::Issuer => Some(&mut self.issuer.field),
            FieldName::Account => Some(&mut self.account.field),
            FieldName::Tags => Some(&mut self.tags.field),
            FieldName::Note => Some(&mut self.note.field),
            FieldName::Digits => Some(&mut self.digits.field),
            FieldName::Period => Some(&mut self.period.field),
            FieldName::Counter => Some(&mut self.counter.field),
            FieldName::Kind | FieldName::Algorithm => None,
        }
    }
}

/// Chooses with the arrows and the space bar, or by the first letter. Other letters do nothing, rather than what they
/// mean elsewhere: who types into a form does not expect `q` to leave.
fn press_choice<T: Copy + PartialEq>(key: Key, chosen: &mut T, all: &[T], name: impl Fn(T) -> &'static str) -> bool {
    let place = all.iter().position(|one| one == chosen).unwrap_or(0);
    let moved = choice::moved(key, place, all.len(), |place| name(all[place]));
    *chosen = all[moved.unwrap_or(place)];
    moved.is_some()
}
