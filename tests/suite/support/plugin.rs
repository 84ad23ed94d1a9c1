//! A real age plugin for tests: `tests/plugin/age-plugin-trial.py`, found on the `PATH` of a test that runs once more.

use std::any::type_name;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use bech32::{Bech32, Hrp};

const PROGRAM: &str = include_str!("../../plugin/age-plugin-trial.py");
/// Says to the second run that it is the second.
const INNER: &str = "COUNTERSIGN_TEST_INNER";
/// Where the plugin writes that it was started.
const LOG: &str = "TRIAL_LOG";

/// Returns the recipient of a key that behaves in this manner.
pub fn recipient(manner: &str, key: &str) -> String {
    encoded("age1trial", &format!("{manner}:{key}")).to_lowercase()
}

/// Returns its identity.
pub fn identity(manner: &str, key: &str) -> String {
    encoded("age-plugin-trial-", &format!("{manner}:{key}")).to_uppercase()
}

/// Returns any text as Bech32.
pub fn encoded(prefix: &str, text: &str) -> String {
    bech32::encode::<Bech32>(Hrp::parse(prefix).unwrap(), text.as_bytes()).unwrap()
}

/// Puts the plugin into a folder.
pub fn install(folder: &Path) {
    let program = folder.join("age-plugin-trial");
    fs::write(&program, PROGRAM).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Runs a test in a process where the plugin is on the `PATH`.
pub fn where_the_plugin_is_installed(test: impl Fn()) {
    let with_plugin = |folder: &Path| {
        install(folder);
        path_with(folder.as_os_str().to_owned())
    };
    in_a_process(with_plugin, test);
}

/// Returns the `PATH` with this before it.
pub fn path_with(first: OsString) -> Vec<(&'static str, OsString)> {
    let mut path = first;
    path.push(":");
    path.push(variable("PATH").unwrap());
    vec![("PATH", path)]
}

/// Runs a test in a process of its own, in a folder of its own, with these variables: a process cannot change its own
/// safely. The test is a closure directly in the test function, whose name says what is to run once more.
pub fn in_a_process<F: Fn()>(prepare: impl FnOnce(&Path) -> Vec<(&'static str, OsString)>, test: F) {
    if variable(INNER).is_some() {
        return test();
    }
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: python3 is not installed, and the plugin for tests is written in it");
        return;
    }
    let name = type_name::<F>().trim_end_matches("::{{closure}}").split_once("::").unwrap().1;
    let folder = tempfile::tempdir().unwrap();
    let variables = prepare(folder.path());
    let run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .current_dir(folder.path())
        .env_remove("AGEDEBUG")
        .env(LOG, folder.path().join("log"))
        .envs(variables)
        .env(INNER, "1")
        .output()
        .unwrap();
    let (said, failed) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{said}{failed}");
    assert!(said.contains("1 passed"), "{name} did not run once more: {said}");
}

/// Returns how often the plugin was started so far, in this process.
pub fn starts() -> usize {
    let log = fs::read_to_string(variable(LOG).unwrap()).unwrap_or_default();
    log.lines().count()
}

/// Returns what the first run of a test told the second.
#[expect(clippy::disallowed_methods, reason = "how a parent speaks to its child")]
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}
