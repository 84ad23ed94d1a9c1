//! Two clones of one repository, each with a change of its own: `git pull` merges them through our driver.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::home::{ALICE, Home, PROGRAM, Ran};

const BOB: &str = "otpauth://totp/VPN:bob?secret=MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U&issuer=VPN";
const CAROL: &str = "otpauth://totp/npm:carol?secret=NNSXS43JOJSWIYLMNRXXG5DFMNXW2ZJO&issuer=npm";

fn git(home: &Home, folder: &Path, args: &[&str]) -> Ran {
    let mut command = Command::new("git");
    command.args(args).current_dir(folder).envs(home.environment());
    let author = ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"];
    command.env("GIT_CONFIG_NOSYSTEM", "1").envs(author.map(|name| (name, "a@example.com")));
    Ran::of(command.output().unwrap())
}

fn countersign(home: &Home, clone: &Path, args: &[&str], input: &str) -> Ran {
    let vault = clone.join("vault.age");
    let args: Vec<&str> = ["--vault", vault.to_str().unwrap()].iter().chain(args).copied().collect();
    home.run_with(&args, input)
}

fn save(home: &Home, clone: &Path) {
    git(home, clone, &["add", "vault.age"]).ends(0);
    git(home, clone, &["commit", "-qm", "vault"]).ends(0);
}

#[test]
fn git_pull_merges_two_clones_that_were_edited_at_once() {
    if Command::new("git").arg("--version").output().is_err() {
        println!("skipped: git is not installed");
        return;
    }
    let (one, two) = (Home::new(), Home::new());
    let (hub, here, there) = (one.path("hub.git"), one.path("clone"), two.path("clone"));
    let driver = format!("{PROGRAM} merge-driver %O %A %B");
    git(&one, one.path("").as_path(), &["init", "-q", "--bare", "-b", "main", hub.to_str().unwrap()]).ends(0);
    for (home, clone) in [(&one, &here), (&two, &there)] {
        git(home, home.path("").as_path(), &["clone", "-q", hub.to_str().unwrap(), "clone"]).ends(0);
        git(home, clone, &["config", "merge.countersign.driver", &driver]).ends(0);
        git(home, clone, &["config", "pull.rebase", "false"]).ends(0);
        git(home, clone, &["symbolic-ref", "HEAD", "refs/heads/main"]).ends(0);
    }
    fs::write(here.join(".gitattributes"), "vault.age binary merge=countersign\n").unwrap();
    fs::write(here.join(".gitignore"), "*.earlier/\n*.lock\n").unwrap();
    countersign(&one, &here, &["init", "--work-factor", "16"], "").ends(0);
    countersign(&one, &here, &["add", "-", "--confirmed"], ALICE).ends(0);
    git(&one, &here, &["add", "."]).ends(0);
    save(&one, &here);
    git(&one, &here, &["push", "-q", "origin", "main"]).ends(0);
    git(&two, &there, &["pull", "-q", "origin", "main"]).ends(0);

    countersign(&one, &here, &["add", "-", "--confirmed"], BOB).ends(0);
    countersign(&one, &here, &["edit", "github", "--note", "from one"], "").ends(0);
    save(&one, &here);
    git(&one, &here, &["push", "-q", "origin", "main"]).ends(0);
    countersign(&two, &there, &["add", "-", "--confirmed"], CAROL).ends(0);
    countersign(&two, &there, &["edit", "github", "--add-tag", "from-two"], "").ends(0);
    save(&two, &there);
    git(&two, &there, &["pull", "-q", "--no-edit", "origin", "main"]).ends(0).says("VPN · bob was added");
    assert_eq!(git(&two, &there, &["status", "--porcelain"]).ends(0).out, "", "nothing of ours lies about");
    git(&two, &there, &["push", "-q", "origin", "main"]).ends(0);
    git(&one, &here, &["pull", "-q", "origin", "main"]).ends(0);

    for (home, clone) in [(&one, &here), (&two, &there)] {
        let listed = countersign(home, clone, &["list", "--json"], "").ends(0);
        assert!(!listed.err.contains("lacks"), "{listed:?}");
        for expected in ["alice", "bob", "carol", "from one", "from-two"] {
            assert!(listed.out.contains(expected), "{expected} is missing in {listed:?}");
        }
        countersign(home, clone, &["edit", "vpn", "--note", "goes on"], "").ends(0);
    }
}
