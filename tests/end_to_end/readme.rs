//! The tour in README.md, taken by a newcomer with an empty home.

use std::fs;
use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../../README.md");

/// One command of the tour, and what it is said to print.
struct Step {
    command: &'static str,
    output: Vec<&'static str>,
}

fn steps() -> Vec<Step> {
    let blocks = README.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next());
    let mut steps: Vec<Step> = Vec::new();
    for line in blocks.flat_map(str::lines) {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push(Step { command, output: Vec::new() }),
            (None, Some(step)) => step.output.push(line),
            (None, None) => panic!("the tour begins with a command"),
        }
    }
    steps
}

/// Makes what is new in every run the same: numbers, ids and the vault's words.
fn without_chance(line: &str) -> String {
    for before_words in ["words are: ", "vault before: "] {
        if let Some((before, _)) = line.split_once(before_words) {
            return format!("{before}{before_words}…");
        }
    }
    let is_random = |word: &str| {
        let is_id = matches!(word.len(), 8 | 16) && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_id || word.bytes().all(|byte| byte.is_ascii_digit())
    };
    let words = line.split_inclusive(|letter: char| !letter.is_alphanumeric()).map(|word| {
        let name = word.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        let chance = !name.is_empty() && is_random(name);
        if chance { word.replace(name, "#") } else { word.to_owned() }
    });
    words.collect()
}

fn run(command: &str, home: &Path) -> String {
    let bin = Path::new(env!("CARGO_BIN_EXE_countersign")).parent().unwrap();
    let mut shell = Command::new("bash");
    shell.args(["-c", &format!("PATH='{}':$PATH; {{ {command}; }} 2>&1", bin.display())]).current_dir(home);
    for name in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "COUNTERSIGN_VAULT", "COUNTERSIGN_CONFIG"] {
        shell.env_remove(name);
    }
    let output = shell.env("HOME", home).env("COUNTERSIGN_PASSPHRASE_FILE", home.join("passphrase")).output().unwrap();
    String::from_utf8(output.stdout).unwrap().replace(&home.display().to_string(), "/home/alice")
}

/// Tells whether a line is only there at some seconds of a step.
fn depends_on_the_second(line: &str) -> bool {
    line.starts_with("waiting ") || line.starts_with("it expires in ")
}

#[test]
fn the_tour_goes_as_the_readme_says() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().canonicalize().unwrap();
    let accounts = README.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    fs::write(home.join("accounts.txt"), accounts).unwrap();
    fs::write(home.join("passphrase"), "ochre kettle drifts sideways\n").unwrap();
    let steps = steps();
    assert!(steps.len() > 10, "the tour has {} steps", steps.len());
    for step in steps {
        let printed = run(step.command, &home);
        let printed: Vec<String> =
            printed.lines().filter(|line| !depends_on_the_second(line)).map(without_chance).collect();
        let promised: Vec<String> = step.output.iter().map(|line| without_chance(line)).collect();
        assert_eq!(printed, promised, "$ {}", step.command);
    }
}
