//! Files as sites make them, with invented codes: `tests/vectors/recovery/NAME.txt`, and beside each what is in it.
//!
//! A line of the `.expected` files: `code <text> used|unused [date]`, `about <text>`, `flag`, `odd <line>`, `remark`,
//! `site`, `mail`, `issued`, separated by tabs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use countersign::exchange::recovery_codes::{Reading, read};
use countersign::otp::Timestamp;

use super::codes;

fn day(text: &str) -> Timestamp {
    let moment: jiff::Timestamp = format!("{text}T00:00:00Z").parse().unwrap();
    Timestamp::from_millis(moment.as_millisecond())
}

fn flags(reading: &Reading) -> BTreeSet<String> {
    let kind = reading.kind;
    let plain = [("one_off", kind.one_off), ("ordered", kind.ordered), ("replaced", kind.replaced_when_used)];
    let plain = plain.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name.to_owned());
    let expires = kind.expires.map(|at| {
        let at = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap();
        format!("expires {}", at.strftime("%Y-%m-%d"))
    });
    plain.chain(expires).collect()
}

/// Compares a reading with one line of what is expected; returns a flag that the line names.
fn check(name: &str, reading: &Reading, line: &str) -> Option<String> {
    let fields: Vec<&str> = line.split('\t').collect();
    match fields.as_slice() {
        ["about", text] => {
            assert!(reading.about.iter().any(|line| line.contains(text)), "{name}: {text} in {:?}", reading.about)
        }
        ["flag", flag] => return Some((*flag).to_owned()),
        ["remark", remark] => {
            let held: Vec<String> = reading.remarks.iter().map(|remark| format!("{remark:?}")).collect();
            assert!(held.iter().any(|held| held == remark), "{name}: {remark} in {held:?}");
        }
        ["odd", number] => {
            assert!(reading.odd.iter().any(|odd| odd.number.to_string() == *number), "{name}: {:?}", reading.odd)
        }
        ["site", site] => assert_eq!(reading.site.as_deref(), Some(*site), "{name}"),
        ["mail", mail] => assert_eq!(reading.mail.as_deref(), Some(*mail), "{name}"),
        ["issued", date] => assert_eq!(reading.issued, Some(day(date)), "{name}"),
        _ => panic!("{name}: {line}"),
    }
    None
}

#[test]
fn files_of_more_than_thirty_kinds_are_read_code_for_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/recovery");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "txt") {
            continue;
        }
        seen += 1;
        let name = path.file_name().unwrap().to_str().unwrap();
        let reading = read(&fs::read(&path).unwrap(), Some(name)).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        let expected = fs::read_to_string(path.with_extension("expected")).unwrap();
        let (wanted, rest): (Vec<&str>, Vec<&str>) = expected.lines().partition(|line| line.starts_with("code\t"));
        let wanted: Vec<Vec<&str>> = wanted.iter().map(|line| line.split('\t').skip(1).collect()).collect();
        let texts: Vec<&str> = wanted.iter().map(|fields| fields[0]).collect();
        assert_eq!(codes(&reading), texts, "{name}");
        for (code, fields) in reading.codes.iter().zip(&wanted) {
            assert_eq!(code.is_used, fields[1] == "used", "{name}: {}", fields[0]);
            assert_eq!(code.used_at, fields.get(2).map(|date| day(date)), "{name}: {}", fields[0]);
        }
        let wanted: BTreeSet<String> = rest.iter().filter_map(|line| check(name, &reading, line)).collect();
        assert_eq!(flags(&reading), wanted, "{name}");
        let odd = rest.iter().filter(|line| line.starts_with("odd\t")).count();
        assert_eq!(reading.odd.len(), odd, "{name}: odd lines");
    }
    assert!(seen > 50, "{seen} files");
}
