//! The borders of `docs/ARCHITECTURE.md`, held by reading the sources.
//!
//! Clippy bans single methods; what may be imported where, which file may look into a secret, how long a file
//! may grow is held here. The rules read text and no types, so each comes with a made-up file that breaks it.

mod examples;
mod rules;
mod source;
mod table;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rules::{breaches, lies_in};
use source::Source;

const WHERE_TO_READ: &str =
    "docs/ARCHITECTURE.md, \"Who may not name what\"; the table is tests/suite/architecture/table.rs";

/// Returns every source file of the program.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        let (inner, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(|path| path.is_dir());
        folders.extend(inner);
        for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "rs")) {
            let names = file.strip_prefix(&root).unwrap().iter().map(|name| name.to_str().unwrap());
            let path = names.collect::<Vec<_>>().join("/");
            found.push(Source::new(&path, &fs::read_to_string(file).unwrap()));
        }
    }
    found
}

#[test]
fn every_file_keeps_to_the_borders() {
    let mut found: Vec<String> = sources().iter().flat_map(breaches).map(|breach| breach.to_string()).collect();
    found.dedup();
    assert!(found.is_empty(), "\n{}\nRead {WHERE_TO_READ}.", found.join("\n"));
}

#[test]
fn every_line_of_the_table_is_still_needed() {
    let sources = sources();
    let mut idle = Vec::new();
    let mut check = |is_needed: bool, line: String| idle.extend((!is_needed).then_some(line));
    for place in table::BORDERS.iter().flat_map(|border| border.place) {
        check(sources.iter().any(|source| lies_in(&source.path, &[place])), format!("border of {place}"));
    }
    for (name, places) in table::CRATES {
        for place in *places {
            let names_it = |source: &Source| source.paths().iter().any(|path| path.segments[0] == *name);
            let is_used = sources.iter().any(|source| lies_in(&source.path, &[place]) && names_it(source));
            check(is_used, format!("crate {name} in {place}"));
        }
    }
    let has = |path: &str, word: &str| {
        sources.iter().any(|source| source.path == path && source.lines_with(&[word]).next().is_some())
    };
    table::LEDGER.iter().for_each(|(path, _)| check(has(path, "expose_secret"), format!("ledger: {path}")));
    for (word, places, _) in table::ONLY_IN {
        places.iter().for_each(|path| check(has(path, word), format!("word {word} in {path}")));
    }
    table::UNSAFE.iter().for_each(|(path, _)| check(has(path, "unsafe"), format!("unsafe: {path}")));
    table::SECRETS.iter().for_each(|(path, name)| check(has(path, name), format!("secret type {name} in {path}")));
    for (path, _) in table::LONG_FILES {
        let is_long = sources.iter().any(|source| source.path == *path && source.lines > table::MOST_LINES);
        check(is_long, format!("long file {path}"));
    }
    assert!(idle.is_empty(), "these match nothing any more, take them out:\n{}\n{WHERE_TO_READ}", idle.join("\n"));
}

#[test]
fn every_dependency_has_its_place_and_its_reason() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let known: BTreeSet<&str> = table::CRATES.iter().map(|(name, _)| *name).collect();
    let mut section = "";
    let mut has_reason = false;
    for line in manifest.lines() {
        match line.split_once(" = ") {
            _ if line.starts_with('[') => (section, has_reason) = (line, false),
            _ if line.starts_with('#') => has_reason = true,
            Some((name, _)) if section.ends_with("dependencies]") => {
                assert!(has_reason, "Cargo.toml: no comment says why `{name}` is there");
                // `md-5` calls its library `md5`.
                let name = if name == "md-5" { "md5".to_owned() } else { name.replace('-', "_") };
                let is_ours = !section.contains("dev-");
                assert!(!is_ours || known.contains(name.as_str()), "crate `{name}` has no place: see {WHERE_TO_READ}");
            }
            _ => {}
        }
    }
}
