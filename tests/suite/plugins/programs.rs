//! Which program a plugin's name leads to.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use countersign::ports::{KeyTalk, PluginStop};
use countersign::system::prompt::TerminalPrompter;

use crate::support::plugin::{in_a_process, install, path_with, variable};

const PROGRAM: &str = "age-plugin-trial";

fn may_start() -> Result<(), PluginStop> {
    KeyTalk::may_start(&TerminalPrompter, PROGRAM)
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A folder in the one of the test, with the plugin in it.
fn folder_with_plugin(folder: &Path, name: &str) -> PathBuf {
    let inner = folder.join(name);
    fs::create_dir_all(&inner).unwrap();
    mode(&inner, 0o755);
    install(&inner);
    inner
}

#[test]
fn a_plugin_in_a_folder_of_ones_own_may_start_and_one_that_is_not_there_is_missing() {
    in_a_process(
        |folder| {
            let tools = folder_with_plugin(folder, "tools");
            symlink(tools.join(PROGRAM), tools.join("age-plugin-linked")).unwrap();
            fs::write(tools.join("age-plugin-text"), "").unwrap();
            path_with(tools.into_os_string())
        },
        || {
            assert_eq!(may_start(), Ok(()));
            assert_eq!(TerminalPrompter.may_start("age-plugin-linked"), Ok(()));
            assert_eq!(TerminalPrompter.may_start("age-plugin-absent"), Err(PluginStop::Missing));
            assert_eq!(TerminalPrompter.may_start("age-plugin-text"), Err(PluginStop::Missing));
        },
    );
}

#[test]
fn a_plugin_in_the_current_folder_is_not_started() {
    in_a_process(
        |folder| {
            folder_with_plugin(folder, "tools");
            install(folder);
            path_with("relative:tools:".into())
        },
        || assert_eq!(may_start(), Err(PluginStop::Unsafe)),
    );
}

#[test]
fn an_empty_entry_of_the_path_starts_nothing() {
    in_a_process(
        |folder| {
            install(folder);
            path_with("".into())
        },
        || assert_eq!(may_start(), Err(PluginStop::Unsafe)),
    );
}

#[test]
fn a_plugin_that_everybody_could_have_put_there_is_not_started() {
    in_a_process(
        |folder| {
            let tools = folder_with_plugin(folder, "tools");
            let above = folder_with_plugin(folder, "open/tools");
            mode(&folder.join("open"), 0o777);
            let sticky = folder_with_plugin(folder, "sticky/tools");
            mode(&folder.join("sticky"), 0o1777);
            vec![("TOOLS", tools.into()), ("ABOVE", above.into()), ("STICKY", sticky.into())]
        },
        || {
            let place = |name| PathBuf::from(variable(name).unwrap());
            let tools = place("TOOLS");
            let look =
                |folder: &Path| countersign::system::plugin_program::look(PROGRAM, [folder.to_owned()].into_iter());
            assert_eq!(look(&tools), Ok(()));
            mode(&tools, 0o777);
            assert_eq!(look(&tools), Err(PluginStop::Unsafe));
            mode(&tools, 0o1777);
            assert_eq!(look(&tools), Err(PluginStop::Unsafe), "whoever is first takes the name");
            mode(&tools, 0o755);
            mode(&tools.join(PROGRAM), 0o757);
            assert_eq!(look(&tools), Err(PluginStop::Unsafe));
            assert_eq!(look(&place("ABOVE")), Err(PluginStop::Unsafe));
            assert_eq!(look(&place("STICKY")), Ok(()));
        },
    );
}

#[test]
fn a_plugin_of_another_user_is_not_started() {
    if !rustix::process::geteuid().is_root() {
        println!("skipped: only root can give a file to somebody else");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let tools = folder_with_plugin(folder.path(), "tools");
    let look = || countersign::system::plugin_program::look(PROGRAM, [tools.clone()].into_iter());
    assert_eq!(look(), Ok(()));
    std::os::unix::fs::chown(&tools, Some(4321), None).unwrap();
    assert_eq!(look(), Err(PluginStop::Unsafe));
    std::os::unix::fs::chown(&tools, Some(0), None).unwrap();
    std::os::unix::fs::chown(tools.join(PROGRAM), Some(4321), None).unwrap();
    assert_eq!(look(), Err(PluginStop::Unsafe));
}

#[test]
fn no_plugin_is_started_while_age_would_print_what_it_is_told() {
    in_a_process(
        |folder| {
            let mut variables = path_with(folder_with_plugin(folder, "tools").into_os_string());
            variables.push(("AGEDEBUG", "plugin".into()));
            variables
        },
        || assert_eq!(may_start(), Err(PluginStop::Debugged)),
    );
}
