//! The command line as a shell or a person meets it: processes, pipes, files and a terminal.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::Stdio;

use portable_pty::CommandBuilder;

use crate::home::{ALICE, ALICE_AT_59, Home, PASSPHRASE, PROGRAM, Ran, SECRET};
use crate::terminal::OnTerminal;

/// Runs a line of shell on a terminal, in which `$countersign` is the program, without a passphrase file.
fn on_terminal(home: &Home, line: &str) -> OnTerminal {
    let mut command = CommandBuilder::new("sh");
    command.args(["-c", line]);
    command.env_clear();
    for (name, value) in home.environment() {
        command.env(name, value);
    }
    command.env_remove("COUNTERSIGN_PASSPHRASE_FILE");
    command.env("PATH", "/usr/bin:/bin");
    command.env("countersign", PROGRAM);
    OnTerminal::run(command)
}

#[test]
fn on_a_bare_machine_three_commands_give_a_code() {
    let home = Home::with_alice();
    let ran = home.run(&["code", "github", "--at", "59"]).ends(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), (ALICE_AT_59, ""));
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(home.vault()), mode(home.path("data/countersign"))), (0o600, 0o700));
}

#[test]
fn without_a_terminal_the_app_shows_help_and_exits_2() {
    let ran = Home::new().run(&[]).ends(2).says("Usage: countersign");
    assert_eq!(ran.out, "");
}

#[test]
fn variables_stand_for_options() {
    let home = Home::with_alice();
    let elsewhere = home.path("elsewhere.age");
    fs::copy(home.vault(), &elsewhere).unwrap();
    fs::remove_dir_all(home.path("data")).unwrap();
    home.run(&["list"]).ends(5).says("there is no vault at");
    let output = home.command(&["code", "github", "--at", "59"]).env("COUNTERSIGN_VAULT", &elsewhere).output().unwrap();
    assert_eq!(Ran::of(output).ends(0).out, ALICE_AT_59);
    fs::write(home.path("settings.toml"), "nonsense = 1\n").unwrap();
    let output =
        home.command(&["config", "check"]).env("COUNTERSIGN_CONFIG", home.path("settings.toml")).output().unwrap();
    Ran::of(output).ends(1).says("line 1");
    fs::write(home.path("settings.toml"), "[keys]\nlock = [\"q\"]\n[look]\ntheme = \"nowhere\"\n").unwrap();
    let ran = home.run(&["config", "check", "--config", home.path("settings.toml").to_str().unwrap()]).ends(1);
    ran.says("2 mistakes").says("theme");
    home.run(&["config", "check", "--config", "/nowhere/settings.toml"]).ends(6).says("cannot read");
    home.run(&["config", "check"]).ends(0);
}

#[test]
fn a_command_prints_the_passphrase() {
    let home = Home::with_alice();
    let line = format!("cat {}", home.path("pass").display());
    let ran = home.run(&["code", "github", "--at", "59", "--passphrase-command", &line]).ends(0);
    assert_eq!(ran.out, ALICE_AT_59);
    home.run(&["list", "--passphrase-command", "exit 3"]).ends(5).says("exit status: 3");
    home.run(&["list", "--passphrase-command", "cat /nowhere"]).ends(5);
}

#[test]
fn a_passphrase_may_come_through_a_pipe() {
    let home = Home::with_alice();
    home.run_with(&["list", "--passphrase-file", "-"], PASSPHRASE).ends(0);
    home.run_with(&["list", "--passphrase-file", "/dev/stdin"], &format!("{PASSPHRASE}\nmore\n")).ends(0);
    home.run_with(&["list", "--passphrase-file", "-"], "wrong").ends(5);
}

#[test]
fn a_reader_that_leaves_ends_the_command_quietly() {
    let home = Home::with_alice();
    let mut child = home.command(&["list"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    Ran::of(child.wait_with_output().unwrap()).ends(0);
}

#[test]
fn a_watcher_that_leaves_ends_the_watch() {
    let home = Home::with_alice();
    home.run_with(&["add", "-"], &ALICE.replace("GitHub", "Quick").replace("digits=8", "period=1")).ends(0);
    let mut child = home.command(&["watch", "quick"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    assert!(first.contains("Quick · alice") && lines.next().unwrap().unwrap() != first, "{first}");
    drop(lines);
    Ran::of(child.wait_with_output().unwrap()).ends(0);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_standard_output_is_a_failure() {
    let home = Home::with_alice();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = home.command(&["list"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    Ran::of(output).ends(1).says("standard output is full");
}

#[test]
fn a_uri_is_no_argument() {
    let home = Home::with_alice();
    home.run(&["add", ALICE]).ends(2).says("countersign add -");
    home.run(&["clipboard-holder"]).ends(2);
}

#[test]
fn files_that_are_not_what_they_should_be_are_named_and_left_alone() {
    let home = Home::with_alice();
    let vault = home.vault();
    fs::set_permissions(&vault, fs::Permissions::from_mode(0o644)).unwrap();
    home.run(&["list"]).ends(0).says("other users of this computer may read");
    let real = home.path("real.age");
    fs::rename(&vault, &real).unwrap();
    symlink(&real, &vault).unwrap();
    home.run(&["edit", "github", "--note", "n"]).ends(0).says("symbolic link");
    assert!(fs::symlink_metadata(&vault).unwrap().is_symlink());
    fs::remove_file(&vault).unwrap();
    fs::create_dir(&vault).unwrap();
    home.run(&["list"]).ends(6).says("not a plain file");
    fs::remove_dir(&vault).unwrap();
    fs::write(&vault, "not a vault").unwrap();
    home.run(&["list"]).ends(6);
    home.run(&["init"]).ends(7);
    assert_eq!(fs::read(&vault).unwrap(), b"not a vault");
}

#[test]
fn many_at_once_lose_nothing() {
    const WRITERS: usize = 6;
    let home = Home::with_alice();
    let mut children: Vec<_> = (0..WRITERS)
        .map(|number| {
            let mut command = home.command(&["add", "-"]);
            let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            let uri = ALICE.replace("alice", &format!("user{number}"));
            child.stdin.take().unwrap().write_all(uri.as_bytes()).unwrap();
            child
        })
        .collect();
    for child in children.drain(..) {
        Ran::of(child.wait_with_output().unwrap()).ends(0);
    }
    assert_eq!(home.run(&["list"]).ends(0).out.lines().count(), WRITERS + 1);
}

#[test]
fn a_person_makes_a_vault_adds_an_account_and_reads_a_code() {
    let home = Home::new();
    let mut terminal = on_terminal(&home, "$countersign init --work-factor 16");
    terminal.wait_for("New passphrase").type_in(&format!("{PASSPHRASE}\r"));
    terminal.wait_for("guessed").wait_for("again:").type_in("a slip\r").wait_for("not the same");
    terminal.wait_for("New passphrase").type_in(&format!("{PASSPHRASE}\r"));
    terminal.wait_for("again:").type_in(&format!("{PASSPHRASE}\r"));
    let shown = terminal.wait_for("made a vault at").ends(0);
    assert!(!shown.contains(PASSPHRASE), "{shown}");

    let mut terminal = on_terminal(&home, "$countersign add");
    terminal.wait_for("Passphrase:").type_in(&format!("{PASSPHRASE}\r"));
    terminal.wait_for("otpauth URI, or the secret alone:").type_in(&format!("{SECRET}\r"));
    terminal.wait_for("Issuer").type_in("GitHub\r").wait_for("Account").type_in("alice\r");
    terminal.wait_for("s left)").wait_for("Did the site accept this code?").type_in("y\r");
    assert!(!terminal.ends(0).contains(SECRET));
    assert!(home.run(&["list"]).ends(0).out.ends_with("GitHub  alice  totp\n"), "confirmed, not pending");

    let mut terminal = on_terminal(&home, "$countersign code github --at 59 > $HOME/code");
    terminal.wait_for("Passphrase:").type_in("wrong\r").wait_for("wrong passphrase, try again");
    terminal.wait_for("Passphrase:").type_in(&format!("{PASSPHRASE}\r")).ends(0);
    // The last six digits of the same number as above.
    assert_eq!(fs::read_to_string(home.path("code")).unwrap(), &ALICE_AT_59[2..]);
}

#[test]
fn a_secret_is_shown_after_a_typed_yes() {
    let home = Home::with_alice();
    let mut terminal = on_terminal(&home, "$countersign show github --secret --passphrase-file $HOME/pass");
    terminal.wait_for("Type yes to show it:").type_in("yes\r").wait_for(SECRET).ends(0);
    let line = "$countersign show github --secret --passphrase-file $HOME/pass > $HOME/out";
    on_terminal(&home, line).wait_for("on a terminal only").ends(7);
    assert_eq!(fs::read(home.path("out")).unwrap(), b"");
}

#[test]
fn uris_may_come_through_a_pipe_while_the_passphrase_is_typed() {
    let home = Home::with_alice();
    fs::write(home.path("uris"), ALICE.replace("alice", "carol")).unwrap();
    let mut terminal = on_terminal(&home, "$countersign add - < $HOME/uris");
    terminal.wait_for("Passphrase:").type_in(&format!("{PASSPHRASE}\r")).wait_for("added 1 account").ends(0);
}

#[test]
fn giving_up_a_question_leaves_the_terminal_as_it_was() {
    let home = Home::with_alice();
    let mut terminal = on_terminal(&home, "$countersign list; echo \"exit $?\"; stty -a | grep -o ' echo '");
    terminal.wait_for("Passphrase:").type_in("half\x03").wait_for("exit 1").wait_for(" echo ").ends(0);
}

#[test]
fn the_settings_say_where_the_vault_is_unless_an_option_does() {
    let home = Home::with_alice();
    fs::create_dir_all(home.path("Sync")).unwrap();
    fs::rename(home.vault(), home.path("Sync/vault.age")).unwrap();
    fs::create_dir_all(home.path("config/countersign")).unwrap();
    fs::write(home.path("config/countersign/config.toml"), "[vault]\nfile = \"~/Sync/vault.age\"\n").unwrap();
    assert_eq!(home.run(&["code", "github", "--at", "59"]).ends(0).out, ALICE_AT_59);
    home.run(&["code", "github", "--vault", home.vault().to_str().unwrap()]).ends(5).says("there is no vault at");
}
