//! The real program under a clock that is wrong, beside an `oathtool` whose clock is right.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::home::{Home, Ran, SECRET, wait_for};

const SIX: &str = "otpauth://totp/Bank:carol?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Bank";

/// Finds what gives a program another clock, where there is also what knows the true codes.
fn faketime_and_oathtool() -> Option<PathBuf> {
    let is_there = Command::new("oathtool").arg("--version").output().is_ok();
    if !is_there {
        println!("skipped: oathtool is missing");
    }
    faketime().filter(|_| is_there)
}

/// Finds what gives a program another clock.
pub fn faketime() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let mut places = folders.map(|folder| folder.path().join("faketime/libfaketime.so.1"));
    let library = places.find(|library| library.exists());
    if library.is_none() {
        println!("skipped: faketime is missing");
    }
    library
}

/// The program with a clock that is so many seconds ahead.
pub fn command(home: &Home, library: &Path, ahead: i64, args: &[&str]) -> Command {
    let mut command = home.command(args);
    command.env("LD_PRELOAD", library).env("FAKETIME", format!("{ahead:+}s")).env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    command
}

/// Runs it to its end.
fn run(home: &Home, library: &Path, ahead: i64, args: &[&str]) -> Ran {
    Ran::of(command(home, library, ahead, args).output().unwrap())
}

/// What `oathtool` says is the code now, and `more` later ones.
fn true_codes(digits: u8, more: u8) -> String {
    let arguments = ["--totp", "-b", &format!("--digits={digits}"), &format!("--window={more}"), SECRET];
    String::from_utf8(Command::new("oathtool").args(arguments).output().unwrap().stdout).unwrap()
}

/// Does something with the true codes, again if they changed meanwhile; returns them and what came of it.
#[track_caller]
fn within_a_step<T>(digits: u8, more: u8, act: impl Fn(&str) -> T) -> (String, T) {
    let mut done = None;
    wait_for("a step that is long enough", || {
        let codes = true_codes(digits, more);
        let result = act(&codes);
        done = (true_codes(digits, more) == codes).then_some((codes, result));
        done.is_some()
    });
    done.unwrap()
}

/// Compares with these codes, which all come at once.
fn compare(home: &Home, library: &Path, ahead: i64, account: &str, codes: &str) -> Ran {
    let mut command = command(home, library, ahead, &["clock", "compare", account, "--json"]);
    let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = streams.spawn().unwrap();
    child.stdin.take().unwrap().write_all(codes.as_bytes()).unwrap();
    Ran::of(child.wait_with_output().unwrap())
}

#[track_caller]
fn says(ran: &Ran, ahead: i64) -> Value {
    let told: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:#?}"));
    let (offset, uncertainty) = (told["offset"].as_f64().unwrap(), told["uncertainty"].as_f64().unwrap());
    assert!((offset - ahead as f64).abs() <= uncertainty, "{ahead} is not in {told}");
    assert_eq!(told["source"], "comparison");
    told
}

#[test]
fn a_wrong_clock_is_measured_by_a_true_code_and_its_correction_makes_true_codes() {
    let Some(library) = faketime_and_oathtool() else { return };
    let home = Home::with_alice();
    for ahead in [61, -3_725, 43_140, -43_140] {
        let (_, ran) = within_a_step(8, 0, |code| compare(&home, &library, ahead, "github", code));
        assert_eq!(says(&ran, ahead)["status"], "critical");
        let ran = ran.ends(10);
        assert!(!ran.err.contains("coincidence"), "eight digits are enough: {ran:?}");

        let known: Value = serde_json::from_str(&run(&home, &library, ahead, &["clock", "--json"]).out).unwrap();
        assert_eq!((&known["source"], &known["status"]), (&"comparison".into(), &"critical".into()), "{known}");

        let correction = (-ahead).to_string();
        let code = || run(&home, &library, ahead, &["code", "github"]).ends(0).out;
        run(&home, &library, ahead, &["clock", "set-offset", &correction]).ends(0);
        let (true_code, ours) = within_a_step(8, 0, |_| code());
        assert_eq!(ours, true_code);
        run(&home, &library, ahead, &["clock", "clear-offset"]).ends(0);
        let (true_code, ours) = within_a_step(8, 0, |_| code());
        assert_ne!(ours, true_code);
    }
}

#[test]
fn codes_of_six_digits_confirm_each_other_when_two_come_at_once() {
    let Some(library) = faketime_and_oathtool() else { return };
    let home = Home::with_vault();
    home.run_with(&["add", "-", "--confirmed"], SIX).ends(0);
    // So far that it is critical whichever of the two was on the screen.
    const AHEAD: i64 = 361;
    let compared = |codes: &str| compare(&home, &library, AHEAD, "bank", codes);
    let (_, one) = within_a_step(6, 0, compared);
    says(&one.ends(10).says("one code can be a coincidence"), AHEAD);
    let (_, two) = within_a_step(6, 1, compared);
    let two = two.ends(10);
    says(&two, AHEAD);
    assert!(!two.err.contains("coincidence"), "{two:?}");
    compared("000000\n").ends(1).says("nothing was changed");
    compared("12345\n").ends(1).says("a code of this account has 6 characters");
}
