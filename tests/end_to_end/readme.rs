//! The tours in README.md, taken by a newcomer with an empty home; where there are several machines, with as many homes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const README: &str = include_str!("../../README.md");

/// One command of a tour, and what it is said to print.
struct Step {
    machine: &'static str,
    command: &'static str,
    output: Vec<&'static str>,
}

/// The machine of the first tour, whose prompt is a plain `$`.
const ONLY: &str = "alice";
/// The machines of the second tour, as their prompts name them.
const THREE: [&str; 3] = ["laptop", "desktop", "new"];
/// A stick that goes from one to the other.
const STICK: &str = "/media/stick";

/// Tells whose prompt a line begins with, and what was typed there.
fn typed(line: &'static str) -> Option<(&'static str, &'static str)> {
    let of_three = THREE.iter().find_map(|machine| Some((*machine, line.strip_prefix(machine)?.strip_prefix("$ ")?)));
    of_three.or_else(|| Some((ONLY, line.strip_prefix("$ ")?)))
}

fn steps() -> Vec<Step> {
    let blocks = README.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next());
    let mut steps: Vec<Step> = Vec::new();
    for line in blocks.flat_map(str::lines) {
        match (typed(line), steps.last_mut()) {
            (Some((machine, command)), _) => steps.push(Step { machine, command, output: Vec::new() }),
            (None, Some(step)) => step.output.push(line),
            (None, None) => panic!("the tour begins with a command"),
        }
    }
    steps
}

/// Makes what is new in every run the same: numbers, ids, words and this computer's own name.
fn without_chance(line: &str) -> String {
    for before_words in ["words are: ", "vault before: "] {
        if let Some((before, _)) = line.split_once(before_words) {
            return format!("{before}{before_words}…");
        }
    }
    let is_random = |word: &str| {
        let is_id = matches!(word.len(), 8 | 16) && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_time = word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'T' | b'Z'));
        let is_recipient = word.len() == 62 && word.starts_with("age1");
        is_id || is_time || is_recipient
    };
    let words = line.split_inclusive(|letter: char| !letter.is_alphanumeric()).map(|word| {
        let name = word.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        let chance = !name.is_empty() && is_random(name);
        if chance { word.replace(name, "#") } else { word.to_owned() }
    });
    words.collect()
}

/// The homes of all machines, and the stick.
struct World {
    folder: tempfile::TempDir,
    /// What this computer is called; the tour calls it by the machine's name.
    host: String,
}

impl World {
    fn new() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap(), host: host() };
        for machine in [ONLY, "stick"].iter().chain(&THREE) {
            fs::create_dir(world.path(machine)).unwrap();
        }
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    fn run(&self, step: &Step) -> String {
        let (home, stick) = (self.path(step.machine), self.path("stick").display().to_string());
        let bin = Path::new(env!("CARGO_BIN_EXE_countersign")).parent().unwrap();
        let command = step.command.replace(STICK, &stick);
        let mut shell = Command::new("bash");
        shell.args(["-c", &format!("PATH='{}':$PATH; {{ {command}; }} 2>&1", bin.display())]).current_dir(&home);
        for name in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "COUNTERSIGN_VAULT", "COUNTERSIGN_CONFIG"] {
            shell.env_remove(name);
        }
        shell.env("HOME", &home).env("COUNTERSIGN_PASSPHRASE_FILE", home.join("passphrase"));
        let printed = String::from_utf8(shell.output().unwrap().stdout).unwrap();
        let shown_home = format!("/home/{ONLY}");
        let printed = printed.replace(&home.display().to_string(), &shown_home).replace(&stick, STICK);
        printed.replace(&self.host, step.machine)
    }

    fn take(&self, steps: &[Step]) {
        for step in steps {
            let printed = self.run(step);
            let printed: Vec<String> =
                printed.lines().filter(|line| !depends_on_the_second(line)).map(without_chance).collect();
            let promised: Vec<String> = step.output.iter().map(|line| without_chance(line)).collect();
            assert_eq!(printed, promised, "{}$ {}", step.machine, step.command);
        }
    }
}

/// Returns this computer's name as countersign shows it.
fn host() -> String {
    let name = Command::new("uname").arg("-n").output().unwrap().stdout;
    String::from_utf8(name).unwrap().trim().split('.').next().unwrap_or_default().to_owned()
}

/// Tells whether a line is only there at some seconds of a step.
fn depends_on_the_second(line: &str) -> bool {
    line.starts_with("waiting ") || line.starts_with("it expires in ")
}

#[test]
fn the_tour_goes_as_the_readme_says() {
    let world = World::new();
    let accounts = README.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    fs::write(world.path(ONLY).join("accounts.txt"), accounts).unwrap();
    fs::write(world.path(ONLY).join("passphrase"), "ochre kettle drifts sideways\n").unwrap();
    let steps: Vec<Step> = steps().into_iter().filter(|step| step.machine == ONLY).collect();
    assert!(steps.len() > 8, "the tour has {} steps", steps.len());
    world.take(&steps);
}

#[test]
fn several_homes_go_as_the_readme_says_several_machines_do() {
    let world = World::new();
    for machine in THREE {
        let accounts = README.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        fs::write(world.path(machine).join("accounts.txt"), accounts).unwrap();
        fs::write(world.path(machine).join("passphrase"), format!("{machine} kettle drifts sideways\n")).unwrap();
        fs::write(world.path(machine).join("laptop-passphrase"), "laptop kettle drifts sideways\n").unwrap();
    }
    let steps: Vec<Step> = steps().into_iter().filter(|step| THREE.contains(&step.machine)).collect();
    assert!(steps.len() > 10, "the tour has {} steps", steps.len());
    world.take(&steps);
}
