//! The table that `docs/ARCHITECTURE.md` explains: who may not name what.
//!
//! To allow something new is a line here, with its reason, and so a line in review.

/// What one part of the program may and must not name.
pub(crate) struct Border {
    /// Its files: paths under `src/`, or folders that end in `/`.
    pub place: &'static [&'static str],
    /// The other parts it may name.
    pub may_name: &'static [&'static str],
    /// `a::b`: that path; `a!`: that macro; anything else: that word.
    pub must_not_name: &'static [&'static [&'static str]],
    pub because: &'static str,
}

/// What the machine has to offer. `system` asks for it, the others are given it.
const MACHINE: &[&str] =
    &["std::fs", "std::env", "std::net", "std::process", "std::thread", "io::stdin", "io::stdout", "io::stderr"];
const CLOCKS: &[&str] = &["SystemTime", "Instant", "Timestamp::now", "Zoned::now"];

pub(crate) const BORDERS: &[Border] = &[
    Border {
        place: &["otp/", "shown.rs"],
        may_name: &["otp", "shown"],
        must_not_name: &[MACHINE, CLOCKS],
        because: "codes are functions of secrets and time, and know nothing of vaults",
    },
    Border {
        place: &["vault/"],
        may_name: &["otp", "shown", "vault"],
        must_not_name: &[MACHINE, CLOCKS],
        because: "a vault is a value; time, bytes and random numbers are arguments",
    },
    Border {
        place: &["exchange/"],
        may_name: &["otp", "vault", "shown", "exchange"],
        must_not_name: &[MACHINE, CLOCKS],
        because: "other apps' files are bytes in, accounts out",
    },
    Border {
        place: &["sealing/"],
        may_name: &["ports", "sealing", "shown"],
        must_not_name: &[MACHINE, CLOCKS, &["Machine", "VaultFile", "StateStore", "Documents", "Host"]],
        because: "sealing turns bytes into bytes; what they mean and where they lie is not its business. Plugins talk to people",
    },
    Border {
        place: &["ports.rs", "ports/"],
        may_name: &["otp", "shown"],
        must_not_name: &[&["std::fs", "std::env", "std::net", "std::process", "std::thread"], CLOCKS],
        because: "a port says what is asked of the machine, not how it is done",
    },
    Border {
        place: &["config.rs", "config/"],
        may_name: &["config", "shown"],
        must_not_name: &[MACHINE, CLOCKS],
        because: "settings are read from a text; finding the text is the machine's business",
    },
    Border {
        place: &["tasks/"],
        may_name: &["otp", "vault", "exchange", "sealing", "ports", "shown", "tasks"],
        must_not_name: &[MACHINE, CLOCKS],
        because: "a task knows no screen, and reaches the machine through its ports",
    },
    Border {
        place: &["system/"],
        may_name: &["otp", "ports", "config", "shown", "system"],
        must_not_name: &[],
        because: "the machine's side of the ports knows nothing of vaults",
    },
    Border {
        place: &["cli/"],
        may_name: &["otp", "vault", "exchange", "sealing", "ports", "config", "tasks", "shown", "cli"],
        must_not_name: &[MACHINE, CLOCKS],
        because: "the command line writes to what it is given and asks the machine through its ports",
    },
    Border {
        place: &["tui/"],
        may_name: &["otp", "vault", "exchange", "sealing", "ports", "config", "tasks", "shown", "tui"],
        must_not_name: &[&["std::fs", "std::env", "std::net", "std::process"], CLOCKS],
        because: "the app learns the time from its messages and asks the machine through its ports",
    },
    Border {
        place: &["tui/screens/", "tui/widgets/"],
        may_name: &["otp", "vault", "exchange", "sealing", "config", "shown", "tui"],
        must_not_name: &[&["VaultKey", "Color", "std::thread", "std::io"]],
        because: "a screen decides and draws; a worker performs, and the theme has the colours",
    },
    Border {
        place: &["tui/screens/"],
        // The row above says what it may name.
        may_name: &["cli", "config", "exchange", "otp", "ports", "sealing", "shown", "system", "tasks", "tui", "vault"],
        must_not_name: &[&["set_string", "set_stringn", "set_line", "set_span", "Paragraph", "ratatui::text"]],
        because: "a text goes through the widgets, which know which names must not be seen",
    },
    Border {
        place: &["main.rs", "lib.rs"],
        may_name: &["cli", "config", "exchange", "otp", "ports", "sealing", "shown", "system", "tasks", "tui", "vault"],
        must_not_name: &[CLOCKS],
        because: "main builds the machine and picks a front; a task reads the clock through its port",
    },
];

/// Words that nobody may use, and why.
pub(crate) const NOWHERE: &[(&[&str], &str)] = &[
    (&["print!", "println!", "eprint!", "eprintln!", "dbg!"], "output goes to a writer that was handed over"),
    (&["todo!", "unimplemented!"], "what is merged is finished"),
    (&["thread_local!"], "state has an owner"),
    (&["set_symbol"], "a cell takes any bytes; text goes through widgets, after `shown`"),
    (&["process::exit", "process::abort"], "main returns an exit code, so that everything is dropped and wiped"),
];

/// Runs of tokens that nobody may write, and why.
pub(crate) const NEVER: &[(&[&str], &str)] = &[
    (&["static", "mut"], "state has an owner"),
    (&[".", "unwrap", "("], "an `expect` says why it cannot fail"),
    (&["extern", "crate"], "a crate is named by its path, where these rules can see it"),
    (&["[", "allow", "("], "`expect` with a reason goes away when it is not needed any more"),
    (&["crate", "::", "*"], "these rules must see what is imported"),
];

/// Words that have one place.
pub(crate) const ONLY_IN: &[(&str, &[&str], &str)] =
    &[("unchecked_for_tests", &["sealing/cost.rs"], "tests may make a vault cheap to guess at, the program never")];

/// Names that say nothing.
pub(crate) const EMPTY_NAMES: &[&str] = &["utils", "util", "common", "helpers", "misc", "data", "manager"];

/// Files that may say `unsafe`, each with the reason why nothing safe would do.
pub(crate) const UNSAFE: &[(&str, &str)] = &[
    ("system/kernel_clock.rs", "one system call that reads the clock's state; no maintained crate has it"),
    ("system/kept_pages.rs", "advice to the kernel about the pages of a key, which changes no byte of them"),
];

/// Where each external crate may be named.
pub(crate) const CRATES: &[(&str, &[&str])] = &[
    // The cryptography of other apps' exports; ours is age's.
    ("aes_gcm", &["exchange/", "system/secret_service/session.rs"]),
    ("age", &["sealing/"]),
    ("age_core", &["sealing/"]),
    ("arboard", &["system/native_clipboard.rs"]),
    ("bech32", &["sealing/sheet.rs"]),
    ("cbc", &["system/secret_service/session.rs"]),
    ("clap", &["cli/args.rs", "cli/args/"]),
    ("clap_complete", &["cli/args.rs", "cli/generate.rs"]),
    ("clap_mangen", &["cli/generate.rs"]),
    ("crossterm", &["tui/key.rs", "tui/run.rs", "tui/run/listening.rs"]),
    // Bytes as letters: no state, no effect, useful to all.
    (
        "data_encoding",
        &["exchange/", "otp/", "sealing/", "system/", "tasks/", "vault/account.rs", "vault/recovery/", "ports.rs"],
    ),
    ("diceware_wordlists", &["sealing/passphrase.rs"]),
    ("directories", &["system/paths.rs"]),
    ("getrandom", &["system/entropy.rs", "system/fresh_file.rs", "system/lock.rs", "system/secret_service/session.rs"]),
    ("hkdf", &["sealing/identity.rs", "sealing/sheet.rs", "system/secret_service/session.rs"]),
    ("hmac", &["otp/code.rs", "sealing/identity.rs"]),
    ("image", &["exchange/qr/"]),
    ("jiff", &["cli/", "main.rs", "system/earlier.rs", "tasks/backup/", "tui/"]),
    ("keyring", &["system/os_keyring.rs"]),
    ("libc", &["system/kernel_clock.rs"]),
    ("md5", &["otp/code.rs"]),
    ("nucleo_matcher", &["vault/search.rs"]),
    ("num_bigint", &["system/secret_service/session.rs"]),
    ("percent_encoding", &["config/place.rs", "exchange/google.rs", "exchange/google/", "otp/uri/"]),
    ("qrcode", &["exchange/qr/write.rs"]),
    ("ratatui", &["tui/"]),
    ("rpassword", &["system/prompt.rs", "system/quiet_terminal.rs"]),
    ("rsntp", &["system/network_time.rs"]),
    ("rustix", &["system/"]),
    ("rxing", &["exchange/qr/read.rs"]),
    ("scrypt", &["exchange/"]),
    (
        "secrecy",
        &["cli/", "exchange/", "otp/", "ports.rs", "ports/", "sealing/", "system/", "tasks/", "tui/", "vault/"],
    ),
    // An Aegis file is JSON.
    (
        "serde",
        &[
            "cli/",
            "exchange/aegis/",
            "sealing/json.rs",
            "sealing/manifest.rs",
            "tasks/backup/records.rs",
            "tasks/clock/known.rs",
            "tasks/device.rs",
            "tasks/pin.rs",
            "tasks/ways.rs",
            "tui/theme.rs",
            "vault/",
        ],
    ),
    (
        "serde_json",
        &[
            "cli/output/exact.rs",
            "exchange/aegis/",
            "tasks/backup/records.rs",
            "sealing/json.rs",
            "tasks/clock/known.rs",
            "tasks/device.rs",
            "tasks/pin.rs",
            "tasks/ways.rs",
            "vault/device_memory.rs",
            "vault/plaintext.rs",
            "vault/recovery/basket.rs",
            "vault/recovery/wire.rs",
            "vault/wire.rs",
            "vault/wire/enrolment.rs",
            "vault/wire/field.rs",
        ],
    ),
    (
        "sha2",
        &[
            "ports.rs",
            "sealing/",
            "system/native_clipboard.rs",
            "system/secret_service/session.rs",
            "vault/contents.rs",
        ],
    ),
    ("signal_hook", &["system/quiet_terminal.rs", "system/signals.rs"]),
    ("strsim", &["config/", "tui/keymap.rs", "vault/search.rs"]),
    ("thiserror", &["config/", "exchange/", "otp/", "ports.rs", "ports/", "sealing/", "tasks/", "tui/", "vault/"]),
    ("toml", &["config/", "tui/theme.rs"]),
    ("totp_lite", &["otp/code.rs"]),
    ("unicode_segmentation", &["shown.rs", "tui/privacy.rs", "tui/widgets/"]),
    ("unicode_width", &["shown.rs", "tui/widgets/"]),
    ("zbus", &["system/logind.rs", "system/secret_service.rs", "system/secret_service/bus.rs"]),
    ("zeroizing_alloc", &["main.rs"]),
    ("zxcvbn", &["sealing/passphrase.rs"]),
];

/// The ledger: every file that may look into a secret, and what for.
pub(crate) const LEDGER: &[(&str, &str)] = &[
    ("cli/add/lines.rs", "reads URIs from standard input"),
    ("cli/add/questions.rs", "reads an answer as a URI or a secret"),
    ("cli/backup/create.rs", "compares the passphrase typed twice"),
    ("cli/backup/restore.rs", "compares the passphrase typed twice"),
    ("cli/code.rs", "prints codes"),
    ("cli/export.rs", "compares the password typed twice"),
    ("cli/devices.rs", "reads a recipient, which is none, from standard input"),
    ("cli/fields.rs", "reads a secret from a file"),
    ("cli/init.rs", "compares the passphrase typed twice, prints a generated one"),
    ("cli/qr.rs", "writes the picture of a code into a file"),
    ("cli/rotate.rs", "reads the new secret, and shows a code of the old one"),
    ("cli/recovery/add.rs", "reads recovery codes from a file"),
    ("cli/recovery/basket.rs", "compares the passphrase typed twice"),
    ("cli/recovery/show.rs", "prints recovery codes after a typed yes"),
    ("cli/recovery/using.rs", "prints a recovery code that was marked as used"),
    ("cli/show.rs", "prints a secret after a typed yes"),
    ("cli/slots/sheet.rs", "shows the words of a recovery sheet, and compares those that are typed back"),
    ("cli/trial.rs", "shows the code that the site is to accept"),
    ("cli/watch.rs", "prints codes"),
    ("exchange/aegis/crypt.rs", "hands passwords and keys to scrypt and AES"),
    ("exchange/aegis/read.rs", "decrypts an Aegis file"),
    ("exchange/aegis/write.rs", "writes secrets into an Aegis file"),
    ("exchange/base64.rs", "decodes letters that may stand for secrets"),
    ("exchange/google.rs", "decodes a transfer code into secrets"),
    ("exchange/google/write.rs", "writes secrets into a transfer code"),
    ("exchange/otpauth.rs", "writes URIs into a list"),
    ("exchange/preview.rs", "finds secrets that the vault has already"),
    ("exchange/qr/read.rs", "looks at a picture, compares what its codes say"),
    ("exchange/qr/write.rs", "makes a code of a text"),
    ("exchange/recovery_codes/mod.rs", "keeps odd lines as text"),
    ("exchange/recovery_codes/sheet.rs", "writes recovery codes onto a sheet"),
    ("otp/code.rs", "computes codes, and groups their digits"),
    ("otp/secret.rs", "reads and writes base32, compares"),
    ("otp/uri/query.rs", "decodes the parameters of a URI"),
    ("otp/uri/read.rs", "finds the secret in a URI"),
    ("otp/uri/write.rs", "writes the secret into a URI"),
    ("otp/verify.rs", "compares a typed code"),
    ("sealing/basket.rs", "encrypts recovery codes, and compares what is read back"),
    ("sealing/cost.rs", "refuses an empty passphrase"),
    ("sealing/identity.rs", "derives keys from the vault's identity, writes it for a slot"),
    ("sealing/identity_file.rs", "reads the keys that somebody brings"),
    ("sealing/mod.rs", "encrypts the body"),
    ("sealing/passphrase.rs", "estimates how strong a passphrase is"),
    ("sealing/plugin.rs", "copies a slot's file key for the thread that talks to the plugin"),
    ("sealing/sheet.rs", "reads the words of a recovery sheet, derives its identity"),
    ("sealing/slots.rs", "puts the vault's identity into a slot"),
    ("sealing/ssh.rs", "hands a private SSH key to age"),
    ("system/clipboard_holder.rs", "hands a copied text to the process that clears it"),
    ("system/os_keyring.rs", "hands a key to the keyring of macOS or Windows"),
    ("system/secret_service.rs", "hands a key to the desktop's keyring"),
    ("system/native_clipboard.rs", "puts a text on the clipboard, compares what is there"),
    ("system/private_screen.rs", "puts lines where only their reader sees them"),
    ("system/quiet_terminal.rs", "shows a page on the terminal's other screen"),
    ("system/terminal.rs", "writes a text into OSC 52"),
    ("tasks/backup/create.rs", "compares what was written with what is read back"),
    ("tasks/backup/file.rs", "reads a backup's accounts"),
    ("tasks/basket/earlier.rs", "looks for recovery codes in earlier copies of the vault"),
    ("tasks/basket/file.rs", "reads the recovery codes that are kept apart"),
    ("tasks/commit.rs", "compares what was written with what is read back"),
    ("tasks/copy.rs", "hands a code to the clipboard"),
    ("tasks/export.rs", "writes secrets into another app's file, and reads it back"),
    ("tasks/import.rs", "reads another app's file"),
    ("tasks/leftovers/look.rs", "looks for addresses, exports and recovery codes in files that lie about"),
    ("tasks/pictures.rs", "hands a picture to the reader of codes"),
    ("tasks/recovery.rs", "reads a file with recovery codes"),
    ("tasks/device.rs", "opens this device's own identity"),
    ("tasks/keys.rs", "reads the accounts that another device saved"),
    ("tasks/slots/identity.rs", "finds the line of a plugin's key in an identity file"),
    ("tasks/slots/sheet.rs", "writes the words of a recovery sheet onto a page"),
    ("tasks/seen.rs", "reads the accounts last seen here"),
    ("tasks/session.rs", "seals what this device remembers"),
    ("tasks/merge_driver.rs", "reads the accounts of both branches"),
    ("tasks/theirs.rs", "reads the other vault's accounts"),
    ("tasks/ancestor.rs", "reads the accounts of earlier copies"),
    ("tasks/unlock.rs", "reads the vault's accounts and what this device remembers"),
    ("tui/model/pasting.rs", "tells whether a pasted text is a URI, names a picture, or is a block of recovery codes"),
    ("tui/screens/account_form.rs", "reads what was pasted into the form"),
    ("tui/screens/account_form/fields.rs", "puts a pasted address's secret into its field"),
    ("tui/screens/recovery/adding.rs", "reads pasted recovery codes"),
    ("tui/screens/recovery/draw.rs", "draws a recovery code that was asked for"),
    ("tui/screens/recovery/preview.rs", "draws pasted recovery codes when asked to"),
    ("tui/screens/slots/sheet.rs", "compares what is typed back from a recovery sheet"),
    ("tui/widgets/code.rs", "draws a code"),
    ("tui/widgets/page.rs", "draws a generated passphrase"),
    ("tui/widgets/qr.rs", "draws a code for a phone"),
    ("tui/widgets/text_field.rs", "holds a secret while it is typed"),
    ("tui/worker/slots.rs", "writes a recovery sheet after a typed yes"),
    ("tui/worker/recovery.rs", "writes a sheet after a typed yes"),
    ("vault/contents.rs", "takes the digest of all secrets together"),
    ("tui/worker/pictures.rs", "puts what the codes of a picture say into lines"),
    ("vault/device_memory.rs", "keeps what the last change replaced"),
    ("vault/plaintext/secrets.rs", "writes secrets into the vault's bytes"),
    ("vault/twins.rs", "finds accounts with one secret"),
    ("vault/recovery/code.rs", "compares recovery codes"),
    ("vault/recovery/wire.rs", "writes recovery codes into the vault's bytes"),
];

/// Types that hold a secret: none prints itself, hashes itself or can be serialised.
pub(crate) const SECRETS: &[(&str, &str)] = &[
    ("exchange/qr/write.rs", "QrCode"),
    ("otp/secret.rs", "Secret"),
    ("otp/secret.rs", "Pin"),
    ("otp/code.rs", "Code"),
    ("otp/code.rs", "Enrolment"),
    ("sealing/identity.rs", "VaultKey"),
    ("sealing/sheet.rs", "SheetCode"),
    ("tasks/session.rs", "Session"),
    ("vault/account.rs", "Account"),
    ("vault/recovery/code.rs", "CodeText"),
    ("vault/recovery/change.rs", "NewSet"),
    ("vault/recovery/set.rs", "RecoverySet"),
    ("vault/recovery/texts.rs", "SetTexts"),
    ("vault/recovery/basket.rs", "BasketContents"),
    ("vault/recovery/mod.rs", "Recovery"),
    ("vault/mod.rs", "Vault"),
];

/// How long a file may be, without its tests. Past this, there is a second idea in it.
pub(crate) const MOST_LINES: usize = 400;

/// Files that are longer, and why they are still one idea.
pub(crate) const LONG_FILES: &[(&str, &str)] = &[];
