//! The program from its start to its end.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use countersign::sealing::VaultKey;
use countersign::vault;

use super::measure::compare;
use super::vaults;

/// Compares `countersign code` at these many accounts with `oathtool`, which has its one secret as an argument.
pub fn compare_with_oathtool(counts: &[u32]) {
    if Command::new("oathtool").arg("--version").output().is_err() {
        println!("oathtool is not installed: `code` was not compared with it");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    for count in counts {
        let home = folder.path().join(count.to_string());
        install(&home, *count);
        compare(
            (&format!("`code` at {count} accounts"), || run(&mut code(&home))),
            ("`oathtool`", || run(Command::new("oathtool").args(["--totp", "--base32", "JBSWY3DPEHPK3PXP"]))),
        );
    }
}

fn install(home: &Path, count: u32) {
    fs::create_dir(home).expect("it is new");
    let key = VaultKey::generate();
    let file = vaults::seal(&vault::write(&vaults::with(count)), &vaults::slots(&key), &key);
    fs::write(home.join("vault.age"), file).expect("the folder is ours");
    fs::write(home.join("passphrase"), vaults::PASSPHRASE).expect("the folder is ours");
}

fn code(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.env_clear().env("HOME", home);
    command.arg("--vault").arg(home.join("vault.age")).arg("--passphrase-file").arg(home.join("passphrase"));
    command.args(["code", "alice0@example.com"]);
    command
}

fn run(command: &mut Command) {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("it is installed");
    assert!(status.success(), "{command:?} failed");
}
