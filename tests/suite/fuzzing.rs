//! The fuzz targets are a package of their own; what must be true of it without building it is held here.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use countersign::exchange::FORMATS;

fn fuzz(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(path)
}

/// Returns the name of each target, and what it reads, from the lines that `fuzz/run` reads too.
fn targets() -> Vec<(String, String)> {
    let table = fs::read_to_string(fuzz("src/targets.rs")).unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("    target(\"")?.strip_suffix("\"),"));
    let rows: Vec<(String, String)> = rows
        .map(|row| {
            let ((name, _), (_, reads)) = (row.split_once('"').unwrap(), row.rsplit_once('"').unwrap());
            (name.to_owned(), reads.to_owned())
        })
        .collect();
    assert!(rows.len() > 20, "the table has another shape: {rows:?}");
    rows
}

fn names_in(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(fuzz(folder)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn every_format_that_is_read_has_a_fuzz_target() {
    for format in FORMATS {
        let said = format!("(format {})", format.name);
        assert!(targets().iter().any(|(_, reads)| reads.ends_with(&said)), "no target reads {}", format.name);
    }
}

#[test]
fn every_fuzz_target_has_a_small_corpus_and_nothing_else_has_one() {
    let named: BTreeSet<String> = targets().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names_in("corpus"), named);
    for name in &named {
        let files: Vec<u64> = fs::read_dir(fuzz("corpus").join(name))
            .unwrap()
            .map(|file| file.unwrap().metadata().unwrap().len())
            .collect();
        assert!((1..=200).contains(&files.len()), "{name} has {} files", files.len());
        assert!(files.iter().all(|bytes| *bytes <= 16_000), "{name} has a large file");
    }
    assert!(names_in("dictionaries").is_subset(&named));
}

#[test]
fn what_is_fuzzed_is_built_from_the_same_releases() {
    let ours = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    let theirs = fs::read_to_string(fuzz("Cargo.lock")).unwrap();
    let (ours, theirs) = (releases(&ours), releases(&theirs));
    let names: BTreeSet<&str> = ours.iter().map(|(name, _)| *name).collect();
    let others: Vec<_> =
        theirs.difference(&ours).filter(|(name, version)| names.contains(name) && *version != "0.0.0").collect();
    assert!(others.is_empty(), "copy Cargo.lock to fuzz/Cargo.lock and run fuzz/run once: {others:?}");
}

/// Returns names and versions in a lock file.
fn releases(lock: &str) -> BTreeSet<(&str, &str)> {
    lock.split("[[package]]\n")
        .skip(1)
        .filter_map(|block| {
            let mut lines = block.lines();
            let name = lines.next()?.strip_prefix("name = \"")?.strip_suffix('"')?;
            let version = lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?;
            Some((name, version))
        })
        .collect()
}

#[test]
fn what_cargo_test_has_compiled_is_taken_for_fuzzing_as_it_is() {
    let own = ["age", "age-core"]; // their paths are counted
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let theirs = read(&fuzz("Cargo.toml"));
    let ours = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    let lock = read(&fuzz("Cargo.lock"));
    let sections: Vec<&str> = ours.split("\n[").filter(|section| section.starts_with("profile.dev")).collect();
    assert!(sections.len() > 10, "the profile has another shape");
    for section in sections {
        let (name, settings) = section.split_once("]\n").unwrap();
        let crate_name = name.strip_prefix("profile.dev.package.");
        // What a feature brings that is off is not there to be fuzzed.
        if crate_name.is_some_and(|name| !lock.contains(&format!("name = \"{name}\"\n"))) {
            continue;
        }
        let settings: Vec<&str> = settings.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        let wanted = format!("[{name}]\n{}", settings.join("\n"));
        let is_own = own.iter().any(|own| name == format!("profile.dev.package.{own}"));
        assert_eq!(theirs.contains(&wanted), !is_own, "fuzz/Cargo.toml must have it alike:\n{wanted}");
    }
}
