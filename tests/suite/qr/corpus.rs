//! Pictures that nobody here made.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::texts;
use crate::support::corpus_path;

/// The pictures of a folder, and what their codes say.
fn pictures(folder: &str) -> Option<Vec<(PathBuf, Vec<String>)>> {
    let folder = corpus_path(folder)?;
    let mut names: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|extension| extension != "json"));
    names.sort();
    let expected = |path: &Path| {
        let expected: Value =
            serde_json::from_slice(&fs::read(format!("{}.expected.json", path.display())).unwrap()).unwrap();
        expected["texts"].as_array().unwrap().iter().map(|text| unix_lines(text.as_str().unwrap())).collect()
    };
    Some(names.into_iter().map(|path| (path.clone(), expected(&path))).collect())
}

/// The corpus says nothing of carriage returns.
fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Returns how many of the expected texts a reader finds, and how many there are; tells what it did not.
fn count(folder: &str, read: impl Fn(&Path) -> Vec<String>) -> Option<(usize, usize)> {
    let (mut found, mut all) = (0, 0);
    for (path, expected) in pictures(folder)? {
        let read: Vec<String> = read(&path).iter().map(|text| unix_lines(text)).collect();
        for text in &expected {
            all += 1;
            found += usize::from(read.contains(text));
            if !read.contains(text) {
                println!("not read: {}", path.display());
            }
        }
    }
    Some((found, all))
}

fn ours(path: &Path) -> Vec<String> {
    texts(&fs::read(path).unwrap()).unwrap_or_default()
}

#[test]
fn every_real_picture_of_the_corpus_is_read_and_every_one_derived_from_them() {
    for folder in ["qr/real", "qr/derived"] {
        let Some((found, all)) = count(folder, ours) else { return };
        println!("{folder}: {found} of {all}");
        assert_eq!(found, all, "{folder}");
    }
}

#[test]
fn codes_side_by_side_come_from_left_to_right() {
    let Some(path) = corpus_path("qr/derived/two_in_one.png") else { return };
    let read = ours(&path);
    assert_eq!(read.len(), 2);
    assert!(read[0].starts_with("otpauth-migration://") && read[1] == "This is an example");
}

#[test]
fn of_the_pictures_for_testing_readers_at_least_as_many_are_read_as_zbarimg_reads() {
    let zbarimg = |path: &Path| {
        let out = Command::new("zbarimg")
            .args(["--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable"])
            .arg(path)
            .output()
            .unwrap();
        // One code's text may have several lines, so the whole is compared with each.
        let whole = unix_lines(&String::from_utf8_lossy(&out.stdout));
        let mut read: Vec<String> = vec![whole.strip_suffix('\n').unwrap_or(&whole).to_owned()];
        read.extend(whole.lines().map(str::to_owned));
        read
    };
    let Some((found, all)) = count("qr/zxing", ours) else { return };
    println!("qr/zxing: {found} of {all}");
    assert_eq!(found, all);
    if Command::new("zbarimg").arg("--version").output().is_err() {
        println!("skipped: there is no zbarimg to compare with");
        return;
    }
    let (theirs, _) = count("qr/zxing", zbarimg).unwrap();
    println!("qr/zxing by zbarimg: {theirs} of {all}");
    assert!(found >= theirs);
}
