//! What `docs/VAULT-FORMAT.md` shows is what the program writes.

use countersign::vault;
use secrecy::ExposeSecret;

const DOCUMENT: &str = include_str!("../../docs/VAULT-FORMAT.md");

fn example() -> String {
    let block = DOCUMENT.split("```json\n").nth(1).and_then(|rest| rest.split("```").next());
    block.unwrap().lines().map(str::trim).collect()
}

#[test]
fn the_documented_accounts_are_read_and_written_back_the_same() {
    let vault = vault::read(example().as_bytes()).unwrap();
    assert_eq!(String::from_utf8_lossy(vault::write(&vault).expose_secret()), example());
}

#[test]
fn the_document_names_every_member_that_is_written() {
    let example = example();
    let members = example.split('"').skip(1).step_by(2).filter(|word| example.contains(&format!("\"{word}\":")));
    let is_of_a_map = |word: &str| word.len() == 16 || word.starts_with("tag:") || word == "colour";
    for member in members.filter(|word| !is_of_a_map(word)) {
        assert!(DOCUMENT.contains(&format!("`{member}`")), "`{member}` is not explained");
    }
}
