//! Made-up files that break one rule each, so that no rule can go blind unnoticed.

use super::rules::breaches;
use super::source::Source;

/// Asserts that a file with this text breaks one rule, in these words.
#[track_caller]
fn is_refused(path: &str, text: &str, words: &str) {
    let found: Vec<String> = breaches(&Source::new(path, text)).iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains(words), "{found:?}");
}

#[track_caller]
fn is_accepted(path: &str, text: &str) {
    let found = breaches(&Source::new(path, text));
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_part_may_not_name_one_above_it() {
    is_refused("otp/code.rs", "use crate::vault::Vault;", "src/otp/code.rs:1 names `crate::vault::Vault`");
    is_refused(
        "vault/merge.rs",
        "\nuse crate::{otp::{Code, Kind as K}, tasks::commit};",
        ":2 names `crate::tasks::commit`",
    );
    is_refused("tasks/code.rs", "fn f() { crate::cli::run() }", "names `crate::cli::run`");
    is_refused("cli/list.rs", "use crate::tui;", "names `crate::tui`");
    is_refused("tui/screens/list.rs", "use crate::tasks::commit;", "names `crate::tasks::commit`");
    is_accepted("tui/worker.rs", "use crate::tasks::commit;");
}

#[test]
fn super_is_followed() {
    is_refused("vault/merge.rs", "use super::super::system::clock;", "names `crate::system::clock`");
    is_refused("otp/uri/mod.rs", "use super::super::vault;", "names `crate::vault`");
    is_accepted("otp/uri/mod.rs", "use super::code::{self, Code};\nuse self::read::parse;");
}

#[test]
fn the_core_may_not_ask_the_machine() {
    is_refused("vault/mod.rs", "use std::{collections::BTreeMap, fs};", "names `std::fs`");
    is_refused("otp/time.rs", "fn now() -> u64 { std::env::var(\"NOW\") }", "names `std::env`");
    is_refused("exchange/mod.rs", "fn f() { let now = std::time::SystemTime::now(); }", "names `SystemTime`");
    is_refused("tasks/code.rs", "use std::io;\nfn f() { io::stdout(); }", ":2 names `io::stdout`");
    is_refused("tui/widgets/code.rs", "use super::theme::Color;", "names `Color`");
}

#[test]
fn a_crate_stays_in_its_place() {
    is_refused("tasks/unlock.rs", "use age::Decryptor;", "names the crate `age`");
    is_refused("otp/verify.rs", "fn f() { totp_lite::totp() }", "names the crate `totp_lite`");
    is_refused("cli/code.rs", "use ::clap::{Parser};", "names the crate `clap`");
    is_accepted("vault/account.rs", "fn f(age: u8) -> bool { age > 3 }");
}

#[test]
fn some_words_stand_nowhere() {
    is_refused("cli/code.rs", "fn f() { println!(\"{}\", 1) }", "names `println!`");
    is_refused("system/host.rs", "fn f() { std::process::exit(1) }", "names `process::exit`");
    is_refused("system/host.rs", "fn f() { todo!() }", "names `todo!`");
    is_refused("system/host.rs", "static mut COUNT: u8 = 0;", "has `staticmut`");
    is_refused("system/host.rs", "fn f() { g().unwrap() }", "has `.unwrap(`");
    is_refused("system/host.rs", "thread_local! { static A: u8 = 0; }", "names `thread_local!`");
    is_refused("system/host.rs", "#[allow(dead_code)]\nfn f() {}", "has `[allow(`");
    is_refused("system/host.rs", "fn f() { unsafe { g() } }", "names `unsafe`");
    is_refused("tui/widgets/big.rs", "fn f() { cell.set_symbol(text) }", "names `set_symbol`");
    is_refused("tasks/create.rs", "fn f() { WorkFactor::unchecked_for_tests(1) }", "names `unchecked_for_tests`");
    is_accepted("system/host.rs", "fn f() { g().unwrap_or(1) != h }");
}

#[test]
fn only_the_ledger_looks_into_secrets() {
    is_refused("cli/status.rs", "fn f(s: &S) { s.expose_secret(); }", "names `expose_secret`");
    is_accepted("otp/secret.rs", "fn f(s: &S) { s.expose_secret(); }");
}

#[test]
fn a_secret_cannot_be_given_away_by_accident() {
    is_refused("otp/secret.rs", "#[derive(Clone, Hash)]\npub struct Secret(u8);", "makes `Secret` `Hash`");
    is_refused("otp/code.rs", "impl fmt::Display for Code {}", "makes `Code` `Display`");
    is_refused("vault/wire.rs", "#[derive(Serialize)]\npub struct Row { id: u8 }", "for the public type `Row`");
    is_accepted("vault/wire.rs", "#[derive(Serialize)]\npub(super) struct Row { id: u8 }");
}

#[test]
fn names_say_something_and_files_are_one_idea() {
    is_refused("vault/utils.rs", "fn f() {}", "calls a module `utils`");
    is_refused("vault/mod.rs", "mod helpers;", "calls a module `helpers`");
    is_refused("vault/mod.rs", &"//! a\n".repeat(401), "has 401 lines");
    is_refused("network/mod.rs", "fn f() {}", "belongs to no part");
}

#[test]
fn comments_texts_and_tests_are_not_read() {
    is_accepted("vault/mod.rs", "/* std::fs /* println!() */ unsafe */ // todo!()\nconst A: &str = \"std::fs::read\";");
    is_accepted(
        "vault/mod.rs",
        "const A: &str = r#\"say \"unsafe\" twice\"#; const B: char = '\"'; const C: char = '\\'';",
    );
    is_accepted("vault/mod.rs", "fn f<'a>(b: &'a [u8]) -> bool { b == b\"std::fs\" && b[0] == b'\\'' }");
    let test = "#[cfg(test)]\nmod tests {\n    fn f() { std::fs::read(\"{\").unwrap() }\n}\n";
    is_accepted("vault/mod.rs", test);
    is_refused("vault/mod.rs", &format!("{test}use std::fs;"), ":5 names `std::fs`");
    is_accepted("vault/mod.rs", &format!("{test}{}", "//! a\n".repeat(400)));
}
