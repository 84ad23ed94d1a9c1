//! Backups with the real program and real files: stock `age` opens them, and another home makes the same codes of them.

use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::home::{Home, SECRET};
use crate::recover::{run_and_type, stock_age_is_here};

const OWN: &str = "only-for-the-backup";
const ACCOUNTS: [&str; 5] = [
    "otpauth://totp/Site:one?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Site&digits=8&algorithm=SHA512&period=60",
    "otpauth://hotp/VPN:two?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=VPN&counter=41",
    "otpauth://totp/Steam:three?secret=MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U&issuer=Steam&encoder=steam",
    "otpauth://totp/Usual:four?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Usual",
    "otpauth://totp/Gone:five?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Gone&algorithm=SHA256",
];

/// A home with a vault of one account of each kind, one of them in the trash, and a stick.
fn home() -> Home {
    let home = Home::with_vault();
    home.run_with(&["add", "-", "--confirmed"], &ACCOUNTS.join("\n")).ends(0);
    home.run(&["remove", "gone"]).ends(0);
    fs::create_dir(home.path("stick")).unwrap();
    fs::write(home.path("own"), format!("{OWN}\n")).unwrap();
    home
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn create(home: &Home, options: &[&str]) -> String {
    let stick = home.path("stick");
    home.run(&[&["backup", "create", text(&stick)], options].concat()).ends(0).out.trim_end().to_owned()
}

/// The codes of every account at one moment, and the counter's.
fn codes(home: &Home) -> Vec<String> {
    let at = |query: &str| home.run(&["code", query, "--at", "1795305600"]).ends(0).out;
    let mut codes: Vec<String> = ["site", "steam", "usual"].map(at).into();
    codes.push(home.run(&["code", "vpn"]).ends(0).out);
    codes
}

#[test]
fn backup_drill_and_restore_on_an_empty_home_give_identical_codes() {
    let home = home();
    let own = home.path("own");
    let file = create(&home, &["--password-file", text(&own)]);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(file.contains("/stick/countersign-") && file.ends_with("Z-4-accounts.age"), "{file}");
    home.run(&["backup", "drill", &file, "--password-file", text(&own)]).ends(0).says("proved");

    let empty = Home::new();
    let restore = ["backup", "restore", &file, "--password-file", text(&own), "--work-factor", "16"];
    empty.run(&restore).ends(0).says("made a vault");
    assert_eq!(codes(&empty), codes(&home));
    let contents = |home: &Home| {
        let status = home.run(&["status"]).ends(0).out;
        status.lines().find(|line| line.starts_with("contents")).unwrap().to_owned()
    };
    assert_eq!(contents(&empty), contents(&home));
    assert!(empty.run(&["trash", "list"]).ends(0).out.contains("Gone"), "the trash came along");
}

#[test]
fn stock_age_opens_a_backup_with_its_passphrase_and_with_a_recipients_identity() {
    if !stock_age_is_here() {
        return;
    }
    let home = home();
    let own = home.path("own");
    let file = create(&home, &["--password-file", text(&own)]);
    let shown = run_and_type(&format!("age -d '{file}' | sed -n 2p"), &home.path("stick"), OWN);
    assert!(shown.contains("\"issuer\":\"Site\"") && shown.contains(SECRET), "{shown}");

    let key = home.path("key.txt");
    let made = Command::new("age-keygen").arg("-o").arg(&key).output().unwrap();
    let said = String::from_utf8(made.stderr).unwrap();
    let recipient = said.trim().strip_prefix("Public key: ").unwrap();
    for options in [vec!["--to", recipient], vec!["--to", recipient, "--password-file", text(&own)]] {
        let file = create(&home, &options);
        let opened = Command::new("age").arg("-d").arg("-i").arg(&key).arg(&file).output().unwrap();
        let opened = String::from_utf8(opened.stdout).unwrap();
        let accounts = opened.lines().nth(1).unwrap();
        assert!(accounts.contains("\"issuer\":\"Steam\"") && accounts.contains(SECRET), "{options:?}");
        home.run(&["backup", "drill", &file, "--backup-identity", text(&key)]).ends(0);
    }
}

#[test]
fn a_backup_through_a_pipe_is_restored_and_a_cut_one_never_is() {
    let home = home();
    let own = home.path("own");
    let whole = fs::read(create(&home, &["--password-file", text(&own)])).unwrap();
    for length in [0, 1, 200, whole.len() / 2, whole.len() - 1] {
        let empty = Home::new();
        let mut restore = empty.command(&["backup", "restore", "-", "--password-file", text(&own)]);
        let mut child = restore.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let written = child.stdin.take().unwrap().write_all(&whole[..length]);
        assert!(written.is_ok() || written.is_err_and(|error| error.kind() == ErrorKind::BrokenPipe));
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(6), "{length}: {}", String::from_utf8_lossy(&ended.stderr));
        assert!(!empty.vault().exists(), "{length} bytes made a vault");
    }
}
