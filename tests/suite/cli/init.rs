use super::{PASSPHRASE, Scene};

/// The least that `init` takes; its key derivation is the time these tests need.
const CHEAPEST: &str = "--work-factor=16";

#[test]
fn a_vault_is_made_with_the_passphrase_of_a_file() {
    let scene = Scene::bare();
    scene.run(&["init", CHEAPEST]).ends(0).prints("").says("made a vault at").says("its words are: ");
    scene.run(&["list"]).ends(0).says("there are no accounts yet");
    let status = scene.run(&["status", "--json"]).ends(0).json();
    assert_eq!(status["slots"][0]["work_factor"], 16);
}

#[test]
fn a_low_work_factor_is_named_by_status() {
    let scene = Scene::bare();
    scene.run(&["init", CHEAPEST]).ends(0);
    let status = scene.run(&["status"]).ends(0);
    assert!(status.out.contains("work factor 16: quicker to guess at than the usual 18"), "{}", status.out);
}

#[test]
fn nothing_is_written_over() {
    let scene = Scene::with(&[]);
    let before = scene.handles.vault_file.bytes();
    scene.run(&["init"]).ends(7).says("already").says("nothing was changed");
    assert_eq!(scene.handles.vault_file.bytes(), before);
}

#[test]
fn a_passphrase_is_typed_twice() {
    let mut scene = Scene::bare();
    scene.environment.passphrase_file = None;
    scene.answers(&[
        "wobbly-anchor-seven-moons",
        "something else",
        "wobbly-anchor-seven-moons",
        "wobbly-anchor-seven-moons",
    ]);
    scene.run(&["init", CHEAPEST]).ends(0).says("not the same").says("strong: guessed");
    assert_eq!(scene.handles.prompter.unused(), 0);
}

#[test]
fn a_weak_passphrase_is_taken_only_when_its_owner_insists() {
    let mut scene = Scene::bare();
    scene.environment.passphrase_file = None;
    scene.answers(&["password", "n", "password", "y", "password"]);
    scene.run(&["init", CHEAPEST]).ends(0).says("very weak");
    assert_eq!(scene.handles.prompter.unused(), 0);
}

#[test]
fn a_weak_passphrase_from_a_file_is_named() {
    let scene = Scene::bare();
    scene.handles.documents.put("/pass", "password\n");
    scene.run(&["init", CHEAPEST]).ends(0).says("warning: the passphrase is very weak").says("--generate");
}

#[test]
fn a_generated_passphrase_is_six_words_on_standard_output_and_opens_the_vault() {
    let mut scene = Scene::bare();
    scene.environment.passphrase_file = None;
    let ran = scene.run(&["init", "--generate", CHEAPEST]).ends(0).says("write it down");
    let passphrase = ran.out.trim_end().to_owned();
    assert!(!ran.err.contains(&passphrase));
    assert!(passphrase.split('-').count() >= 6, "{passphrase}");
    scene.handles.documents.put("/generated", &passphrase);
    scene.run(&["list", "--passphrase-file", "/generated"]).ends(0);
}

#[test]
fn a_generated_passphrase_is_typed_back_on_a_terminal() {
    let mut scene = Scene::bare();
    scene.environment.passphrase_file = None;
    scene.answers(&["wrong"]);
    scene.handles.prompter.give_up();
    scene.run(&["init", "--generate", CHEAPEST]).ends(1).says("not the same").says("the question was not answered");
    assert!(scene.handles.vault_file.bytes().is_none(), "no vault whose passphrase nobody has");
}

#[test]
fn without_a_terminal_somebody_has_to_say_the_passphrase() {
    let mut scene = Scene::bare();
    scene.environment.passphrase_file = None;
    scene.run(&["init"]).ends(7).says("no terminal").says("--generate");
    scene.run(&["init", "--identity", "/key"]).ends(2).says("locked with a passphrase");
}

#[test]
fn without_random_numbers_no_passphrase_is_made() {
    let mut scene = Scene::bare();
    scene.environment.passphrase_file = None;
    scene.handles.entropy.dry_up();
    scene.run(&["init", "--generate"]).ends(1).prints("").says("no random numbers");
}

#[test]
fn the_passphrase_is_the_first_line_without_its_end() {
    for text in
        [PASSPHRASE.to_owned(), format!("{PASSPHRASE}\n"), format!("{PASSPHRASE}\r\n"), format!("{PASSPHRASE}\n\n")]
    {
        let scene = Scene::with(&[]);
        scene.handles.documents.put("/pass", &text);
        scene.run(&["list"]).ends(0);
    }
}
