//! The table of targets. `fuzz/run` and a test of the main package read it as text: a line each.

use crate::{app, exchange, machine, pictures, recovery, sealed, settings, shown, terminal, typed, uri, vault};

/// One thing that is given any bytes.
pub struct Target {
    /// Its name, and that of its corpus.
    pub name: &'static str,
    /// Takes any bytes; panics if a law is broken.
    pub check: fn(&[u8]),
}

/// Every target: name, the most bytes of an input, what it runs, what it reads.
pub const TARGETS: &[Target] = &[
    target("uri", 2_000, uri::check, "an otpauth address"),
    target("otpauth", 8_000, exchange::otpauth, "a list of otpauth addresses (format otpauth)"),
    target("google-qr", 4_000, exchange::google, "Google Authenticator's transfer codes (format google-qr)"),
    target("google-protobuf", 2_000, exchange::google_protobuf, "the protobuf inside a transfer code"),
    target("aegis", 16_000, exchange::aegis, "an Aegis file, plain or encrypted (format aegis)"),
    target("pictures", 4_000, pictures::files, "a PNG, JPEG or WebP picture"),
    target("qr-codes", 600, pictures::codes, "a QR code drawn from a text, damaged and read back"),
    target("recovery-codes", 8_000, recovery::codes, "recovery codes pasted or in a text or HTML file"),
    target("basket", 8_000, recovery::basket, "the basket's texts"),
    target("plaintext", 16_000, vault::plaintext, "the vault's contents: three of them, a line each"),
    target("histories", 6_000, vault::histories, "a vault, and what three devices do with it before they merge"),
    target("memory", 8_000, vault::memory, "what this device remembers of used codes and the last change"),
    target("file", 16_000, sealed::file, "a vault, backup or identity file: age header, slot stanzas, armor"),
    target("damaged", 600, sealed::damaged, "a vault, backup or basket sealed here, damaged as the input says"),
    target("manifest", 8_000, sealed::manifest, "a manifest that the holder of the key has signed"),
    target("session", 12_000, machine::session, "a signed vault, unlocked, changed, merged and saved again"),
    target("remembered", 4_000, machine::remembered, "pin, device, ways, clock, backups, memory; names of files"),
    target("terminal", 200, terminal::check, "what a terminal sends: keys, pastes and the mouse, cut anywhere"),
    target("app", 300, app::events, "what a terminal sends, sizes, time and signals for the full-screen app"),
    target("settings", 4_000, settings::settings, "the settings, and writing a file's place into them"),
    target("keymap", 2_000, settings::keymap, "the section [keys] and the names of keys"),
    target("services", 600, typed::services, "what chronyc and w32tm print"),
    target("shown", 2_000, shown::check, "outside text on its way to the terminal"),
    target("typed", 600, typed::check, "what is typed: passphrases, secrets, recipients, ids, searches, codes"),
];

const fn target(name: &'static str, _most_bytes: usize, check: fn(&[u8]), _reads: &'static str) -> Target {
    Target { name, check }
}
