//! JSON that keeps every text exactly and shows no terminal anything but letters, digits and ASCII.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use crate::shown::shown;

/// Writes a value as one line, without its end.
pub(super) fn write(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(out, Escaping);
    value.serialize(&mut serializer).map_err(io::Error::from)
}

/// Writes as `\u….` whatever is neither ASCII nor a letter or digit of some script: a reader of JSON gets it back
/// as it was, and a terminal never sees a control, an override or an invisible character.
struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut kept = 0;
        for (place, letter) in fragment.char_indices() {
            if is_harmless(letter) {
                continue;
            }
            writer.write_all(&fragment.as_bytes()[kept..place])?;
            for unit in letter.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            kept = place + letter.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[kept..])
    }
}

fn is_harmless(letter: char) -> bool {
    if letter.is_ascii() {
        // serde_json has escaped the other controls already.
        return letter != '\x7f';
    }
    // Some letters have no shape; the sanitiser knows them.
    letter.is_alphanumeric() && shown(letter.encode_utf8(&mut [0; 4])).starts_with(letter)
}
