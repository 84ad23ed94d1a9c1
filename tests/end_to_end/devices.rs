//! Two devices, each with a home of its own, and one vault between them.

use std::fs;

use crate::home::{ALICE, ALICE_AT_59, Home};

const BOB: &str = "otpauth://totp/GitLab:bob?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=GitLab";
const OWN: &str = "marmot-lantern-of-the-second-home";

fn bring(from: &Home, to: &Home) {
    fs::create_dir_all(to.vault().parent().unwrap()).unwrap();
    fs::copy(from.vault(), to.vault()).unwrap();
}

#[test]
fn a_second_device_is_let_in_with_its_own_passphrase_and_shown_out_again() {
    let (first, second) = (Home::with_vault(), Home::new());
    first.run_with(&["add", "-", "--confirmed"], ALICE).ends(0);
    fs::write(second.path("pass"), format!("{OWN}\n")).unwrap();

    let own = second.path("pass").to_string_lossy().into_owned();
    let asked = second.run(&["devices", "request", "--name", "laptop", "--password-file", &own]).ends(0);
    first.run_with(&["devices", "add", "-", "--name", "laptop"], &asked.out).ends(0).says("added laptop");

    bring(&first, &second);
    let code = second.run(&["code", "github", "--at", "59"]).ends(0).says("has not seen this vault before");
    assert_eq!(code.out, ALICE_AT_59);
    second.run_with(&["add", "-", "--confirmed"], BOB).ends(0);

    bring(&second, &first);
    first.run(&["code", "gitlab"]).ends(0);
    assert!(first.run(&["devices", "list"]).ends(0).out.contains("laptop"));
    let removed = first.run(&["devices", "remove", "laptop"]).ends(0).says("a copy with these 2 secrets");
    assert_eq!(removed.out, "GitHub \u{b7} alice\nGitLab \u{b7} bob\n");
    first.run(&["code", "github"]).ends(0);

    let before = fs::read(second.vault()).unwrap();
    second.run(&["code", "github"]).ends(0);
    bring(&first, &second);
    second.run(&["code", "github"]).ends(5).says("does not open for this device").says("it was removed");
    fs::write(second.vault(), before).unwrap();
    second.run(&["code", "github"]).ends(0);
}
