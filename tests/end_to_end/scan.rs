//! Looks for texts in the memory of a running program, in every guise in which a copy may lie there.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use data_encoding::{BASE32_NOPAD, BASE64_NOPAD, HEXLOWER, HEXUPPER, Specification};

/// The letters of a text that is drawn or typed lie apart: in the cells of a screen, in the slots of a queue.
const FARTHEST_APART: usize = 192;
/// Fewer letters than that turn up apart by chance.
const FEWEST_APART: usize = 7;
/// With what HMAC mixes a key of at most [`LONGEST_KEY`] bytes (RFC 2104, section 2): so PBKDF2, scrypt, HKDF and codes leave it.
const PADS: [(&str, u8); 2] = [("under HMAC's inner pad", 0x36), ("under HMAC's outer pad", 0x5c)];
/// Of SHA-1 and SHA-256. What is longer is hashed first.
const LONGEST_KEY: usize = 64;

/// What is looked for, under the name by which a failure tells it.
#[derive(Default)]
pub struct Needles {
    texts: Vec<(String, Vec<u8>)>,
    apart: Vec<(String, Vec<u8>)>,
}

impl Needles {
    /// Looks for a text as it is, in the other case, in UTF-16, in base64 and hexadecimal, as the key of an HMAC, and letter
    /// by letter, as UTF-32 has it and the cells of a screen.
    #[must_use]
    pub fn text(mut self, name: &str, text: &str) -> Self {
        let wide = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        self.push(name, "UTF-16LE", wide(u16::to_le_bytes));
        self.push(name, "UTF-16BE", wide(u16::to_be_bytes));
        for (guise, text) in
            [("as it is", text.to_owned()), ("lower", text.to_lowercase()), ("upper", text.to_uppercase())]
        {
            self.push(name, guise, text.into_bytes());
        }
        if text.len() >= FEWEST_APART && text.is_ascii() {
            self.apart.push((format!("{name}, letter by letter"), text.as_bytes().to_vec()));
        }
        self.encoded(name, text.as_bytes())
    }

    /// Looks for bytes as they are, in base64 and hexadecimal, and as the key of an HMAC.
    #[must_use]
    pub fn bytes(mut self, name: &str, bytes: &[u8]) -> Self {
        self.push(name, "raw", bytes.to_vec());
        self.encoded(name, bytes)
    }

    /// Looks for an account's secret: its letters, and what they stand for.
    #[must_use]
    pub fn base32(self, name: &str, letters: &str) -> Self {
        let raw = BASE32_NOPAD.decode(letters.as_bytes()).unwrap();
        self.text(name, letters).bytes(name, &raw)
    }

    /// Looks for an age identity: its letters, and the 32 bytes that they stand for.
    #[must_use]
    pub fn identity(self, name: &str, text: &str) -> Self {
        self.text(name, text.trim()).bytes(name, &identity_bytes(text))
    }

    fn encoded(mut self, name: &str, bytes: &[u8]) -> Self {
        // The last letter depends on what comes after.
        let mut base64 = BASE64_NOPAD.encode(bytes);
        base64.pop();
        self.push(name, "base64", base64.into_bytes());
        self.push(name, "hex", HEXLOWER.encode(bytes).into_bytes());
        self.push(name, "HEX", HEXUPPER.encode(bytes).into_bytes());
        for (guise, pad) in PADS.into_iter().filter(|_| bytes.len() <= LONGEST_KEY) {
            self.push(name, guise, bytes.iter().map(|byte| byte ^ pad).collect());
        }
        self
    }

    fn push(&mut self, name: &str, guise: &str, bytes: Vec<u8>) {
        if !self.texts.iter().any(|(_, known)| *known == bytes) {
            self.texts.push((format!("{name}, {guise}"), bytes));
        }
    }

    /// Returns the names of what is there of it in some bytes.
    pub fn found_in_text(&self, bytes: &[u8]) -> Vec<&str> {
        let holds = |(_, needle): &&Named| bytes.windows(needle.len()).any(|window| window == needle);
        self.texts.iter().filter(holds).map(|(name, _)| name.as_str()).collect()
    }

    /// Returns what is there of it in this process's memory, and where: one line each.
    pub fn found_in(&self, process: u32) -> Vec<String> {
        let whole = by_beginning(&self.texts, 2);
        let apart = by_beginning(&self.apart, 1);
        let mut found = BTreeMap::new();
        for (place, is_written, memory) in regions(process) {
            let mut find = |name: &str| *found.entry(format!("{name} in {place}")).or_insert(0) += 1;
            for at in 0..memory.len() - 1 {
                // Most of it is nothing at all.
                if memory[at] == 0 && memory[at + 1] == 0 {
                    continue;
                }
                for (name, bytes) in &whole[beginning(&memory[at..at + 2])] {
                    if memory[at..].starts_with(bytes) {
                        find(name);
                    }
                }
                let candidates = &apart[usize::from(memory[at])];
                if is_written && !candidates.is_empty() {
                    for distance in 2..=FARTHEST_APART {
                        let Some(second) = memory.get(at + distance) else { break };
                        for (name, letters) in candidates.iter().filter(|(_, letters)| letters[1] == *second) {
                            if are_apart(&memory[at..], letters, distance) {
                                find(name);
                            }
                        }
                    }
                }
            }
        }
        found.into_iter().map(|(what, count)| format!("{count} × {what}")).collect()
    }
}

/// Returns the 32 bytes of an age identity.
pub fn identity_bytes(text: &str) -> Vec<u8> {
    let mut bech32 = Specification::new();
    bech32.symbols.push_str("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L");
    let letters = text.trim().strip_prefix("AGE-SECRET-KEY-1").unwrap();
    let mut raw = vec![0; 32];
    bech32.encoding().unwrap().decode_mut(&letters.as_bytes()[..52], &mut raw).unwrap();
    raw
}

type Named = (String, Vec<u8>);

fn by_beginning(needles: &[Named], length: usize) -> Vec<Vec<&Named>> {
    let mut table = vec![Vec::new(); 1 << (8 * length)];
    for needle in needles {
        table[beginning(&needle.1[..length])].push(needle);
    }
    table
}

fn beginning(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

/// Tells whether the letters lie there at one distance from each other, whatever is between them.
fn are_apart(memory: &[u8], letters: &[u8], distance: usize) -> bool {
    letters.iter().enumerate().all(|(index, letter)| memory.get(index * distance) == Some(letter))
}

/// Reads all memory of a process, stacks and heaps included, but for what it only ever reads out of files: a name,
/// whether it is ever written to, and its bytes.
fn regions(process: u32) -> Vec<(String, bool, Vec<u8>)> {
    let memory = File::open(format!("/proc/{process}/mem")).expect("root may read the memory of a process");
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let mut regions = Vec::new();
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (range, rights) = (words.next().unwrap(), words.next().unwrap());
        let place = words.nth(3).unwrap_or("memory without a name");
        let is_written = rights.contains('w');
        if !rights.contains('r') || place.starts_with("[v") || (place.starts_with('/') && !is_written) {
            continue;
        }
        let (start, end) = range.split_once('-').unwrap();
        let [start, end] = [start, end].map(|address| u64::from_str_radix(address, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
        // What went away since is not there any more.
        if memory.read_exact_at(&mut bytes, start).is_ok() {
            regions.push((format!("{place} {range}"), is_written, bytes));
        }
    }
    regions
}
