//! A real site: a login that asks libpam-google-authenticator, through pamtester.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use percent_encoding::percent_decode_str;
use tempfile::TempDir;

use crate::home::{Home, wait_for};

/// A login service that asks for a code and for nothing else; gone when the test is.
struct Login {
    service: String,
    folder: TempDir,
}

impl Login {
    /// Makes one; `None` where that takes programs or rights that are not here.
    fn new(name: &str) -> Option<Self> {
        let has = |program: &str| Command::new(program).arg("--help").output().is_ok();
        let service = format!("countersign-test-{}-{name}", std::process::id());
        let login = Self { service, folder: tempfile::tempdir().unwrap() };
        let rules = format!(
            "auth required pam_google_authenticator.so secret={} user=root\naccount required pam_permit.so\n",
            login.secret_file().display()
        );
        if !has("google-authenticator") || !has("pamtester") || fs::write(login.rules(), rules).is_err() {
            println!("skipped: needs google-authenticator, pamtester and the right to add a login service");
            return None;
        }
        Some(login)
    }

    fn rules(&self) -> PathBuf {
        PathBuf::from("/etc/pam.d").join(&self.service)
    }

    fn secret_file(&self) -> PathBuf {
        self.folder.path().join("secret")
    }

    /// Enrols; returns what the site shows on its terminal.
    fn enrol(&self) -> String {
        let arguments = "--time-based --disallow-reuse --force --no-rate-limit --window-size=3 --no-confirm \
                         --qr-mode=ANSI --issuer=Example --label=alice@example.com";
        let shown = Command::new("google-authenticator")
            .args(arguments.split_whitespace())
            .arg("--secret")
            .arg(self.secret_file())
            .output()
            .unwrap();
        String::from_utf8_lossy(&shown.stdout).into_owned()
    }

    /// Returns the otpauth URI that the site shows as a picture.
    fn address(shown: &str) -> String {
        let (_, after) = shown.split_once("chl=").expect("it prints a link to the picture");
        let link = after.split_whitespace().next().expect("the link goes on");
        percent_decode_str(link).decode_utf8().unwrap().into_owned()
    }

    /// Logs in with a code; tells whether the site took it.
    fn accepts(&self, code: &str) -> bool {
        let mut login = Command::new("pamtester")
            .args([&self.service, "root", "authenticate"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        writeln!(login.stdin.take().unwrap(), "{code}").unwrap();
        login.wait().unwrap().success()
    }

    /// Logs in with a code of ours, with another one if its time was over before the site saw it; returns it.
    #[track_caller]
    fn takes(&self, ours: impl Fn() -> String) -> String {
        let mut code = String::new();
        wait_for("a login within the time of a code", || {
            code = ours();
            let is_taken = self.accepts(&code);
            assert!(is_taken || ours() != code, "the site refused a code whose time is now");
            is_taken
        });
        code
    }
}

impl Drop for Login {
    fn drop(&mut self) {
        let _gone_already = fs::remove_file(self.rules());
    }
}

#[test]
fn a_login_takes_our_code_once_and_we_know_that_it_takes_no_code_twice() {
    let Some(login) = Login::new("code") else {
        return;
    };
    let home = Home::with_vault();
    home.run_with(&["add", "-"], &Login::address(&login.enrol())).ends(0);

    let code = login.takes(|| home.run(&["code", "example"]).ends(0).out.trim().to_owned());
    home.run(&["confirm", "example"]).ends(0);

    let again: serde_json::Value = serde_json::from_str(&home.run(&["code", "example", "--json"]).ends(0).out).unwrap();
    if again[0]["code"] == code.as_str() {
        assert_eq!(again[0]["used"], true, "we do not know that the code was used");
    }
    assert!(!login.accepts(&code), "the site took one code twice; then our mark means nothing");

    // The site allows one step either way, so the next code is good already, and it is not the used one.
    login.takes(|| {
        let next = home.run(&["code", "example", "--next", "--json"]).ends(0).out;
        let next: serde_json::Value = serde_json::from_str(&next).unwrap();
        let next = next[0]["code"].as_str().unwrap().to_owned();
        assert_ne!(next, code);
        next
    });
}

#[test]
fn a_scratch_code_pasted_from_the_terminal_logs_in_once_and_we_know_that_it_was_used() {
    let Some(login) = Login::new("scratch") else {
        return;
    };
    let home = Home::with_vault();
    let terminal = login.enrol();
    home.run_with(&["add", "-", "--confirmed"], &Login::address(&terminal)).ends(0);
    home.run_with(&["recovery", "add", "example", "--yes"], &terminal)
        .ends(0)
        .says("5 recovery codes")
        .says("a line with the set-up key was left out");

    let code = home.run(&["recovery", "use", "example"]).ends(0).out.trim().to_owned();
    assert!(terminal.contains(&code), "not a code of the terminal");
    assert!(login.accepts(&code), "the site refused the scratch code");
    let listed = home.run(&["recovery", "list", "example", "--json"]).ends(0).out;
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!((&listed[0]["sets"][0]["used"], &listed[0]["sets"][0]["unused"]), (&1.into(), &4.into()));

    home.run(&["recovery", "use", "example", "--code", "1"]).ends(1).says("code 1 was used already");
    assert!(!login.accepts(&code), "the site took a scratch code twice; then our mark means nothing");
    let next = home.run(&["recovery", "use", "example"]).ends(0).out.trim().to_owned();
    assert!(next != code && login.accepts(&next), "the site refused the next scratch code");
}
