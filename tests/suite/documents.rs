//! What the documents say is so.

use std::fs;
use std::path::{Path, PathBuf};

use countersign::vault;
use secrecy::ExposeSecret;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// Returns everything between backticks, outside blocks of code.
fn quoted(text: &str) -> Vec<&str> {
    let prose = text.split("```").step_by(2);
    prose.flat_map(|prose| prose.split('`').skip(1).step_by(2)).collect()
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_under(&path) } else { vec![path] }).collect()
}

fn example() -> String {
    let format = document("docs/VAULT-FORMAT.md");
    let block = format.split("```json\n").nth(1).and_then(|rest| rest.split("```").next());
    block.unwrap().lines().map(str::trim).collect()
}

#[test]
fn the_documented_accounts_are_read_and_written_back_the_same() {
    let vault = vault::read(example().as_bytes()).unwrap();
    assert_eq!(String::from_utf8_lossy(vault::write(&vault).expose_secret()), example());
}

#[test]
fn the_format_names_every_member_that_is_written() {
    let (example, format) = (example(), document("docs/VAULT-FORMAT.md"));
    let members = example.split('"').skip(1).step_by(2).filter(|word| example.contains(&format!("\"{word}\":")));
    let is_of_a_map = |word: &str| word.len() == 16 || word.starts_with("tag:") || word == "colour";
    for member in members.filter(|word| !is_of_a_map(word)) {
        assert!(format.contains(&format!("`{member}`")), "`{member}` is not explained");
    }
}

#[test]
fn every_test_that_a_promise_names_is_there() {
    let sources: Vec<String> = ["tests", "src"]
        .iter()
        .flat_map(|folder| files_under(&root().join(folder)))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let threats = document("docs/THREATS.md");
    let is_a_test = |name: &&str| name.matches('_').count() > 2 && !name.contains([' ', '/', '.', '=']);
    let named: Vec<&str> = quoted(&threats).into_iter().filter(is_a_test).collect();
    assert!(named.len() > 30, "the promises name {} tests", named.len());
    for name in named {
        let head = format!("fn {name}(");
        assert!(sources.iter().any(|source| source.contains(&head)), "docs/THREATS.md names `{name}`");
    }
}

#[test]
fn every_file_that_a_document_names_is_there() {
    for name in ["README.md", "docs/ARCHITECTURE.md", "docs/STYLE.md", "docs/THREATS.md"] {
        let text = document(name);
        let is_ours = |path: &&str| path.ends_with(".rs") || path.ends_with(".md") || path.ends_with(".toml");
        let is_plain = |path: &&str| !path.contains([' ', '{', '<', '*', '~', '$']);
        for path in quoted(&text).into_iter().filter(is_ours).filter(is_plain) {
            let places = ["", "src", "docs", "tests"].map(|folder| root().join(folder).join(path));
            assert!(places.iter().any(|place| place.exists()), "{name} names `{path}`");
        }
    }
}
