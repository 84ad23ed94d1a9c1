//! The desktop's own clipboard, through `arboard`: one connection for the whole life of the process, because
//! on X11 and Wayland a text lives exactly as long as whoever offers it.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretSlice, SecretString};
use sha2::{Digest, Sha256};

use super::clock::pause;
use crate::ports::{Pasted, Picture};

/// How often we look whether a text is there before we call it refused, and how long we wait in between: to a Wayland
/// compositor it is sent by a thread that begins when the call has returned.
const LOOKS: usize = 50;
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// A connection to it, and the digest of what we put there.
#[derive(Default)]
pub(super) struct NativeClipboard {
    connection: Option<arboard::Clipboard>,
    ours: Option<[u8; 32]>,
}

/// Why a text is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotTaken {
    /// There is no desktop to be reached.
    NoDesktop,
    /// There is one, and it refused.
    Refused,
}

impl NativeClipboard {
    /// Puts a text there, marked as not for histories, and makes sure that it is there.
    pub(super) fn put(&mut self, text: &SecretString) -> Result<(), NotTaken> {
        let connection = self.connect().ok_or(NotTaken::NoDesktop)?;
        if not_for_histories(connection.set()).text(text.expose_secret()).is_err() {
            // A desktop that went away takes its connection along; the next attempt makes another.
            self.connection = None;
            return Err(NotTaken::Refused);
        }
        self.ours = Some(digest(text.expose_secret()));
        if self.has_arrived() { Ok(()) } else { Err(NotTaken::Refused) }
    }

    /// No desktop tells that it has taken a text: it can only be asked again.
    fn has_arrived(&mut self) -> bool {
        (0..LOOKS).any(|look| {
            if look > 0 {
                pause(BETWEEN_LOOKS);
            }
            self.still_holds_ours()
        })
    }

    /// Returns what is there, a text before a picture; `None` without a desktop.
    pub(super) fn take(&mut self) -> Option<Pasted> {
        let connection = self.connect()?;
        if let Ok(text) = connection.get_text()
            && !text.is_empty()
        {
            return Some(Pasted::Text(SecretString::from(text)));
        }
        Some(match connection.get_image() {
            Ok(image) => Pasted::Picture(Picture {
                width: image.width,
                height: image.height,
                rgba: SecretSlice::from(image.bytes.into_owned()),
            }),
            Err(_) => Pasted::Nothing,
        })
    }

    /// Tells whether it still holds the text that was put there last.
    pub(super) fn still_holds_ours(&mut self) -> bool {
        let (Some(connection), Some(ours)) = (&mut self.connection, self.ours) else {
            return false;
        };
        connection.get_text().is_ok_and(|text| digest(SecretString::from(text).expose_secret()) == ours)
    }

    /// Clears it if it still holds our text, and forgets about that text either way.
    ///
    /// Somebody may copy something between our look and our clearing. On X11 ending the connection takes away
    /// what we offer and nothing else, so that comes first; elsewhere a text outlives it and is cleared after.
    pub(super) fn clear_if_ours(&mut self) {
        if self.still_holds_ours() {
            self.connection = None;
            self.connect();
        }
        if self.still_holds_ours()
            && let Some(connection) = &mut self.connection
        {
            // A desktop that cannot clear is one that no longer answers.
            connection.clear().ok();
        }
        self.ours = None;
    }

    /// Connects at the first use. There is no telling errors apart: any of them means no clipboard.
    fn connect(&mut self) -> Option<&mut arboard::Clipboard> {
        if self.connection.is_none() {
            self.connection = arboard::Clipboard::new().ok();
        }
        self.connection.as_mut()
    }
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// Marks what is about to be set as a secret, in the way that clipboard histories of each system heed.
fn not_for_histories(set: arboard::Set<'_>) -> arboard::Set<'_> {
    #[cfg(target_os = "macos")]
    use arboard::SetExtApple;
    #[cfg(all(unix, not(target_os = "macos")))]
    use arboard::SetExtLinux;
    #[cfg(windows)]
    use arboard::SetExtWindows;

    #[cfg(windows)]
    {
        set.exclude_from_monitoring()
    }
    #[cfg(not(windows))]
    {
        set.exclude_from_history()
    }
}
