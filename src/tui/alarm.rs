//! Wakes the app's loop after a while, unless it is set anew before.
//!
//! Waiting on a channel would do, but the standard library waits until a moment by the monotonic clock: where that is
//! not the kernel's own, as under a program that pretends another time, the loop would sleep too long. A socket's time
//! limit is a length, and the kernel measures it.

use std::io;
use std::thread;
use std::time::Duration;

/// The alarm. It ends when it is dropped.
pub struct Alarm(bell::Setting);

impl Alarm {
    /// Returns an alarm that calls `ring` from a thread of its own, until that says that nobody listens any more.
    ///
    /// # Errors
    /// The system gives no thread, or nothing to talk to it with.
    pub fn new(ring: impl Fn() -> bool + Send + 'static) -> io::Result<Self> {
        let (setting, bell) = bell::pair()?;
        let wait = move || {
            let mut after = None;
            loop {
                match bell.wait(after) {
                    bell::Heard::Set(next) => after = Some(next),
                    bell::Heard::Nothing if !ring() => return,
                    bell::Heard::Nothing => after = None,
                    bell::Heard::End => return,
                }
            }
        };
        thread::Builder::new().name("alarm".to_owned()).spawn(wait)?;
        Ok(Self(setting))
    }

    /// Has it ring once after this time, and no more for what was set before.
    pub fn ring_after(&self, after: Duration) {
        self.0.set(after);
    }
}

#[cfg(unix)]
mod bell {
    use std::io;
    use std::os::unix::net::UnixDatagram;
    use std::time::Duration;

    /// A socket takes no limit of nothing at all.
    const SHORTEST: Duration = Duration::from_millis(1);

    pub(super) enum Heard {
        Set(Duration),
        Nothing,
        End,
    }

    pub(super) struct Setting(UnixDatagram);

    pub(super) struct Bell(UnixDatagram);

    pub(super) fn pair() -> io::Result<(Setting, Bell)> {
        let (setting, bell) = UnixDatagram::pair()?;
        Ok((Setting(setting), Bell(bell)))
    }

    impl Setting {
        pub(super) fn set(&self, after: Duration) {
            let millis = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
            // It fails only when the other side is gone, and then there is nobody to wake.
            self.0.send(&millis.to_le_bytes()).ok();
        }
    }

    impl Drop for Setting {
        fn drop(&mut self) {
            // Datagrams have no end of their own.
            self.0.send(&[]).ok();
        }
    }

    impl Bell {
        pub(super) fn wait(&self, after: Option<Duration>) -> Heard {
            let mut millis = [0; 8];
            if self.0.set_read_timeout(after.map(|after| after.max(SHORTEST))).is_err() {
                return Heard::End;
            }
            match self.0.recv(&mut millis) {
                Ok(8) => Heard::Set(Duration::from_millis(u64::from_le_bytes(millis))),
                Ok(_) => Heard::End,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => after.map_or(Heard::Nothing, Heard::Set),
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                    Heard::Nothing
                }
                Err(_) => Heard::End,
            }
        }
    }
}

#[cfg(not(unix))]
mod bell {
    use std::io;
    use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
    use std::time::Duration;

    pub(super) enum Heard {
        Set(Duration),
        Nothing,
        End,
    }

    pub(super) struct Setting(Sender<Duration>);

    pub(super) struct Bell(Receiver<Duration>);

    pub(super) fn pair() -> io::Result<(Setting, Bell)> {
        let (setting, bell) = mpsc::channel();
        Ok((Setting(setting), Bell(bell)))
    }

    impl Setting {
        pub(super) fn set(&self, after: Duration) {
            self.0.send(after).ok();
        }
    }

    impl Bell {
        pub(super) fn wait(&self, after: Option<Duration>) -> Heard {
            let heard = match after {
                None => self.0.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(after) => self.0.recv_timeout(after),
            };
            match heard {
                Ok(next) => Heard::Set(next),
                Err(RecvTimeoutError::Timeout) => Heard::Nothing,
                Err(RecvTimeoutError::Disconnected) => Heard::End,
            }
        }
    }
}
