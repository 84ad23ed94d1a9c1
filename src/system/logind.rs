//! What logind tells over the system bus: that the computer goes to sleep, and that the user's screen is locked.
//!
//! Where there is no system bus, or no logind on it, nothing is told, and nothing fails.

use std::path::Path;

use zbus::MatchRule;
use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, MessageIterator, Proxy, connection};
use zbus::message::{Message, Type};
use zbus::zvariant::{ObjectPath, OwnedFd, OwnedObjectPath, OwnedValue};

const LOGIND: &str = "org.freedesktop.login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const MANAGER_PATH: &str = "/org/freedesktop/login1";
const SESSION: &str = "org.freedesktop.login1.Session";
const SESSION_PATHS: &str = "/org/freedesktop/login1/session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
/// Is there for as long as logind runs: sd_booted(3) and its like look there as well.
const TRACE_OF_LOGIND: &str = "/run/systemd/seats";

/// What was told.
pub enum Told {
    /// The computer sleeps as soon as this is dropped, or after a few seconds, whichever comes first.
    Sleep(Delay),
    /// The screen of one of the user's sessions is locked.
    ScreenLocked,
}

/// Keeps the computer from sleeping while it is held; logind waits for five seconds unless its settings say otherwise.
pub struct Delay(#[expect(dead_code, reason = "closing it is what it is for")] Option<OwnedFd>);

/// What logind tells, one thing after the other; waiting for the next one blocks. The connection is made at the first.
pub struct Logind {
    delays_sleep: bool,
    bus: Option<Bus>,
}

struct Bus {
    connection: Connection,
    messages: MessageIterator,
    delay: Option<OwnedFd>,
}

/// Tells whether a logind seems to run here, without asking it.
pub fn seems_to_run() -> bool {
    Path::new(TRACE_OF_LOGIND).exists()
}

impl Logind {
    /// Returns what logind tells. Where sleep is not to wait for us, nothing is asked of logind but to tell.
    pub fn new(delays_sleep: bool) -> Self {
        Self { delays_sleep, bus: None }
    }
}

impl Iterator for Logind {
    type Item = Told;

    fn next(&mut self) -> Option<Told> {
        if self.bus.is_none() {
            // Whatever is amiss, there is nothing to hear from here.
            self.bus = Some(Bus::connect(self.delays_sleep).ok()?);
        }
        let bus = self.bus.as_mut()?;
        loop {
            let message = bus.messages.next()?.ok()?;
            if let Some(told) = bus.understand(&message, self.delays_sleep) {
                return Some(told);
            }
        }
    }
}

impl Bus {
    fn connect(delays_sleep: bool) -> zbus::Result<Self> {
        let address = zbus::Address::system()?;
        // An address from the environment must not take us to the network.
        if !matches!(address.transport(), zbus::address::Transport::Unix(_)) {
            return Err(zbus::Error::Unsupported);
        }
        let connection = connection::Builder::address(address)?.build()?;
        let from_logind = || MatchRule::builder().msg_type(Type::Signal).sender(LOGIND);
        let rules = [
            from_logind()?.interface(MANAGER)?.member("PrepareForSleep")?,
            from_logind()?.interface(SESSION)?.member("Lock")?.path_namespace(SESSION_PATHS)?,
            from_logind()?.interface(PROPERTIES)?.arg(0, SESSION)?.path_namespace(SESSION_PATHS)?,
        ];
        // Listening begins before the rules, so that nothing slips through between.
        let messages = MessageIterator::from(&connection);
        let bus = DBusProxy::new(&connection)?;
        for rule in rules {
            bus.add_match_rule(rule.build())?;
        }
        let mut bus = Self { connection, messages, delay: None };
        if delays_sleep {
            bus.delay = bus.delay_sleep();
        }
        Ok(bus)
    }

    fn manager(&self) -> zbus::Result<Proxy<'static>> {
        Proxy::new(&self.connection, LOGIND, MANAGER_PATH, MANAGER)
    }

    /// Asks to be waited for. Who is refused that is told of the sleep all the same, perhaps too late.
    fn delay_sleep(&self) -> Option<OwnedFd> {
        self.manager().ok()?.call("Inhibit", &("sleep", "countersign", "locks the vault first", "delay")).ok()
    }

    fn understand(&mut self, message: &Message, delays_sleep: bool) -> Option<Told> {
        let header = message.header();
        if header.message_type() != Type::Signal {
            return None;
        }
        match (header.interface()?.as_str(), header.member()?.as_str()) {
            (MANAGER, "PrepareForSleep") => {
                let is_about_to: bool = message.body().deserialize().ok()?;
                if is_about_to {
                    return Some(Told::Sleep(Delay(self.delay.take())));
                }
                self.delay = if delays_sleep { self.delay_sleep() } else { None };
                None
            }
            (SESSION, "Lock") => self.is_ours(header.path()?).then_some(Told::ScreenLocked),
            (PROPERTIES, "PropertiesChanged") => {
                let body = message.body();
                let (_, changed, _): (String, std::collections::HashMap<String, OwnedValue>, Vec<String>) =
                    body.deserialize().ok()?;
                let is_locked = changed.get("LockedHint").is_some_and(|hint| bool::try_from(hint).unwrap_or(false));
                (is_locked && self.is_ours(header.path()?)).then_some(Told::ScreenLocked)
            }
            _others => None,
        }
    }

    /// Tells whether a session is one of this user. Who works over SSH or in tmux has a session without a screen, so it
    /// need not be the one that we run in.
    fn is_ours(&self, session: &ObjectPath<'_>) -> bool {
        let user = Proxy::new(&self.connection, LOGIND, session.to_owned(), SESSION)
            .and_then(|session| session.get_property::<(u32, OwnedObjectPath)>("User"));
        user.is_ok_and(|(number, _)| number == rustix::process::getuid().as_raw())
    }
}
