//! A connection to the session's bus that asks one thing after the other, on the thread that wants to know.
//!
//! It writes and reads D-Bus messages (D-Bus specification 0.43) that `zbus` builds and its `zvariant` takes apart. The
//! connection that `zbus` itself has comes with three threads, which cost a command that asks three questions as much
//! time as everything else it does with the keyring.

use std::io::{ErrorKind, Read, Write};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::time::Duration;

use zbus::Address;
use zbus::address::Transport;
use zbus::address::transport::UnixSocket;
use zbus::message::{self, Message};
use zbus::zvariant::serialized::{Context, Data};
use zbus::zvariant::{DynamicDeserialize, Endian, Value};

use super::refused;
use crate::ports::{KEYRING_IS_SLOW, KeyringError};
use crate::system::clock::Stopwatch;

const BUS_NAME: &str = "org.freedesktop.DBus";
const BUS_PATH: &str = "/org/freedesktop/DBus";
/// More than a keyring has to say to us, in bytes.
const LONGEST_MESSAGE: usize = 1 << 20;
/// Bytes of a message before the list of its header's fields, with the length of that list.
const BEFORE_FIELDS: usize = 16;
/// A line of the authentication is not longer, in bytes.
const LONGEST_LINE: usize = 1024;
const IS_LOCKED: &str = "org.freedesktop.Secret.Error.IsLocked";

/// What kinds of messages there are, and what their header's fields are about.
const ANSWER: u8 = 2;
const ERROR: u8 = 3;
const SIGNAL: u8 = 4;
const OBJECT: u8 = 1;
const MEMBER: u8 = 3;
const ERROR_NAME: u8 = 4;
const ANSWERED: u8 = 5;
const SIGNATURE: u8 = 8;

/// How a message begins: endianness, kind, flags, version, the body's length, its number, its fields.
type Header<'h> = (u8, u8, u8, u8, u32, u32, Vec<(u8, Value<'h>)>);

/// A connection to the bus.
pub(super) struct Bus<'w> {
    stream: UnixStream,
    /// Since when, and how long, we are patient.
    since: Stopwatch,
    patience: Duration,
    /// Hears that it takes long, until it has heard it.
    waiting: Option<&'w dyn Fn()>,
}

/// Something that was said on the bus.
pub(super) struct Said {
    kind: u8,
    fields: Vec<(u8, Value<'static>)>,
    endian: Endian,
    body: Vec<u8>,
}

impl<'w> Bus<'w> {
    /// Connects to the session's bus, which nobody but its user reaches; nothing takes longer than `patience` in all.
    /// `waiting` hears of it if that is long.
    pub(super) fn connect(patience: Duration, waiting: &'w dyn Fn()) -> Result<Self, KeyringError> {
        let absent = |_reason| KeyringError::Absent;
        let address = Address::session().map_err(|_reason| KeyringError::Absent)?;
        // An address from the environment must not take us to the network.
        let Transport::Unix(socket) = address.transport() else { return Err(KeyringError::Absent) };
        let stream = match socket.path() {
            UnixSocket::File(path) => UnixStream::connect(path).map_err(absent)?,
            UnixSocket::Abstract(name) => SocketAddr::from_abstract_name(name.as_bytes())
                .and_then(|address| UnixStream::connect_addr(&address))
                .map_err(absent)?,
            // Addresses to listen at, and whatever else there may be one day.
            _ => return Err(KeyringError::Absent),
        };
        let mut bus = Self { stream, since: Stopwatch::start(), patience, waiting: Some(waiting) };
        bus.introduce()?;
        Ok(bus)
    }

    /// Says who we are: the bus knows it anyway, from the kernel.
    fn introduce(&mut self) -> Result<(), KeyringError> {
        let user = rustix::process::getuid().as_raw().to_string();
        let user: String = user.bytes().map(|digit| format!("{digit:02x}")).collect();
        self.write(format!("\0AUTH EXTERNAL {user}\r\n").as_bytes())?;
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            let mut byte = [0];
            self.read(&mut byte)?;
            line.push(byte[0]);
            if line.len() > LONGEST_LINE {
                return Err(KeyringError::Failed);
            }
        }
        if !line.starts_with(b"OK ") {
            return Err(KeyringError::Absent);
        }
        self.write(b"BEGIN\r\n")?;
        let hello = Self::to(BUS_NAME, BUS_PATH, BUS_NAME, "Hello")?;
        let _our_name: String = self.ask(&hello.build(&()).map_err(refused)?)?;
        Ok(())
    }

    /// Begins a message that calls a method.
    pub(super) fn to<'m>(
        service: &'m str,
        object: &'m str,
        interface: &'m str,
        method: &'m str,
    ) -> Result<message::Builder<'m>, KeyringError> {
        Message::method_call(object, method)
            .and_then(|message| message.destination(service))
            .and_then(|message| message.interface(interface))
            .map_err(refused)
    }

    /// Asks, and waits for the answer.
    pub(super) fn ask<T>(&mut self, question: &Message) -> Result<T, KeyringError>
    where
        T: for<'d> DynamicDeserialize<'d>,
    {
        self.tell(question)?;
        let number = question.primary_header().serial_num().get();
        loop {
            let said = self.hear()?;
            match said.field(ANSWERED) {
                Some(Value::U32(answered)) if *answered == number => {}
                _ => continue, // signals, and what others are told
            }
            return match said.kind {
                ANSWER => said.body(),
                ERROR if said.is(ERROR_NAME, IS_LOCKED) => Err(KeyringError::Locked),
                _ => Err(KeyringError::Failed),
            };
        }
    }

    /// Sends a question whose answer nobody waits for.
    pub(super) fn tell(&mut self, question: &Message) -> Result<(), KeyringError> {
        self.write(question.data().bytes())
    }

    /// Has the bus pass on this signal of an object.
    pub(super) fn listen(&mut self, object: &str, signal: &str) -> Result<(), KeyringError> {
        let rule = format!("type='signal',path='{object}',member='{signal}'");
        let question = Self::to(BUS_NAME, BUS_PATH, BUS_NAME, "AddMatch")?.build(&(rule,)).map_err(refused)?;
        self.ask(&question)
    }

    /// Waits for this signal of an object.
    pub(super) fn wait_for(&mut self, object: &str, signal: &str) -> Result<Said, KeyringError> {
        loop {
            let said = self.hear()?;
            if said.kind == SIGNAL && said.is(OBJECT, object) && said.is(MEMBER, signal) {
                return Ok(said);
            }
        }
    }

    /// Reads the next message.
    fn hear(&mut self) -> Result<Said, KeyringError> {
        let mut start = [0; BEFORE_FIELDS];
        self.read(&mut start)?;
        let endian = match start[0] {
            b'l' => Endian::Little,
            b'B' => Endian::Big,
            _ => return Err(KeyringError::Failed),
        };
        let number = |at: usize| {
            let bytes = [start[at], start[at + 1], start[at + 2], start[at + 3]];
            let number = if endian == Endian::Little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) };
            usize::try_from(number).unwrap_or(usize::MAX)
        };
        let (body, fields) = (number(4), number(12));
        if body > LONGEST_MESSAGE || fields > LONGEST_MESSAGE {
            return Err(KeyringError::Failed);
        }
        let mut header = start.to_vec();
        header.resize((BEFORE_FIELDS + fields).next_multiple_of(8), 0);
        self.read(&mut header[BEFORE_FIELDS..])?;
        let mut bytes = vec![0; body];
        self.read(&mut bytes)?;
        let header = Data::new(header, Context::new_dbus(endian, 0));
        let (header, _): (Header<'_>, usize) = header.deserialize().map_err(|_garbled| KeyringError::Failed)?;
        let fields = header.6.into_iter().map(|(about, value)| Ok((about, value.try_to_owned()?.into())));
        let fields = fields.collect::<zbus::zvariant::Result<_>>().map_err(|_garbled| KeyringError::Failed)?;
        Ok(Said { kind: header.1, fields, endian, body: bytes })
    }

    fn read(&mut self, bytes: &mut [u8]) -> Result<(), KeyringError> {
        let mut done = 0;
        while done < bytes.len() {
            let patience = if self.waiting.is_some() { KEYRING_IS_SLOW } else { self.patience };
            self.stream.set_read_timeout(Some(self.left_of(patience))).map_err(failed)?;
            match self.stream.read(&mut bytes[done..]) {
                Ok(0) => return Err(KeyringError::Failed),
                Ok(read) => done += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => match (failed(error), self.waiting.take()) {
                    (KeyringError::TimedOut, Some(waiting)) => waiting(),
                    (error, _) => return Err(error),
                },
            }
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), KeyringError> {
        self.stream.set_write_timeout(Some(self.left_of(self.patience))).map_err(failed)?;
        self.stream.write_all(bytes).map_err(failed)
    }

    /// Returns how long to wait at most, of so long in all. No time at all would be understood as for ever.
    fn left_of(&self, patience: Duration) -> Duration {
        patience.saturating_sub(self.since.elapsed()).max(Duration::from_millis(1))
    }
}

impl Said {
    /// Returns what it says.
    pub(super) fn body<T>(&self) -> Result<T, KeyringError>
    where
        T: for<'d> DynamicDeserialize<'d>,
    {
        let signature = match self.field(SIGNATURE) {
            Some(Value::Signature(signature)) => signature.clone(),
            _ => zbus::zvariant::Signature::Unit,
        };
        let body = Data::new(self.body.as_slice(), Context::new_dbus(self.endian, 0));
        let body = body.deserialize_for_dynamic_signature(&signature);
        body.map(|(body, _length)| body).map_err(|_garbled| KeyringError::Failed)
    }

    fn field(&self, about: u8) -> Option<&Value<'static>> {
        self.fields.iter().find(|(field, _)| *field == about).map(|(_, value)| value)
    }

    fn is(&self, about: u8, text: &str) -> bool {
        match self.field(about) {
            Some(Value::Str(value)) => value.as_str() == text,
            Some(Value::ObjectPath(value)) => value.as_str() == text,
            _ => false,
        }
    }
}

fn failed(error: std::io::Error) -> KeyringError {
    match error.kind() {
        // Both mean that the time was over.
        ErrorKind::WouldBlock | ErrorKind::TimedOut => KeyringError::TimedOut,
        _ => KeyringError::Failed,
    }
}
