//! What is pasted, wherever that is: addresses, pictures, everything else.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use super::super::effect::Effect;
use super::super::notice::Notice;
use super::super::screen::{Next, ScreenName};
use super::super::screens::account_form::AccountForm;
use super::super::screens::recovery::Adding;
use super::Model;
use crate::config::path_of;
use crate::otp::uri;

/// How the names of pictures end.
const ENDS: [&str; 4] = [".png", ".jpg", ".jpeg", ".webp"];

impl Model {
    pub(super) fn paste(&mut self, text: &SecretString) -> Vec<Effect> {
        self.timers.touch(self.now);
        // Where a file is to be written, its name is meant and not what it holds.
        let is_written = self.top().name() == ScreenName::Export;
        let picture = picture(text.expose_secret()).filter(|_| !is_written);
        let is_uri = uri::find(text.expose_secret());
        if (is_uri || picture.is_some()) && !self.is_unlocked() {
            self.tell(Notice::note("unlock first, then paste it again"));
            return Vec::new();
        }
        match picture {
            Some(path) if !is_uri => vec![Effect::ReadPicture(path)],
            Some(_) | None => self.take_text(text),
        }
    }

    /// Takes what was read from a picture or from the clipboard.
    pub(super) fn take_read(&mut self, text: &SecretString, is_picture: bool) -> Vec<Effect> {
        if is_picture && !uri::find(text.expose_secret()) {
            self.tell(Notice::note(
                "what the QR code says is no account: show the one for setting up an authenticator",
            ));
            return Vec::new();
        }
        self.take_text(text)
    }

    fn take_text(&mut self, text: &SecretString) -> Vec<Effect> {
        let is_uri = uri::find(text.expose_secret());
        let is_form = self.screens.iter().any(|screen| screen.name() == ScreenName::AccountForm);
        if is_uri && self.is_unlocked() && !is_form {
            self.screens.truncate(1);
            return self.apply_top(Next::open(AccountForm::from_uri(text)));
        }
        let takes_codes =
            [ScreenName::AccountForm, ScreenName::Enrolled, ScreenName::Recovery, ScreenName::RecoveryAdding];
        let is_taken = self.screens.iter().any(|screen| takes_codes.contains(&screen.name()));
        // A field that is being typed into takes what looks like codes: a recipient or a passphrase may.
        // One line goes where it was pasted: a passphrase or a recipient looks like a recovery code.
        let is_typed = self.top().takes_text() && !text.expose_secret().trim().contains(['\n', '\r']);
        if !is_uri
            && !is_taken
            && !is_typed
            && !self.top().takes_text()
            && self.is_unlocked()
            && let Some(screen) = Adding::anywhere(text)
        {
            self.screens.truncate(1);
            return self.apply_top(Next::open(screen));
        }
        match self.paste_into_top(text) {
            Some(next) => self.apply_top(next),
            None => {
                self.tell(Notice::note(
                    "nothing here takes a paste but addresses, pictures of QR codes and recovery codes",
                ));
                Vec::new()
            }
        }
    }
}

/// Returns the picture that a text names, by its path from the root.
fn picture(text: &str) -> Option<PathBuf> {
    let path = path_of(text, None);
    let is_picture = ENDS.iter().any(|end| path.to_string_lossy().to_ascii_lowercase().ends_with(end));
    let is_one = !text.trim().contains(['\n', '\r']);
    (is_picture && is_one && path.is_absolute()).then_some(path)
}
