//! The rules themselves: each looks at one source file and names what breaks it.

use std::fmt;

use super::source::Source;
use super::table::{
    BORDERS, Border, CRATES, EMPTY_NAMES, LEDGER, LONG_FILES, MOST_LINES, NEVER, NOWHERE, ONLY_IN, SECRETS, UNSAFE,
};

/// A place that breaks a rule.
#[derive(Debug)]
pub(crate) struct Breach {
    path: String,
    line: usize,
    what: String,
    because: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, what, because } = self;
        write!(formatter, "src/{path}:{line} {what}: {because}")
    }
}

/// Returns everything in a file that breaks a rule.
pub(crate) fn breaches(source: &Source) -> Vec<Breach> {
    let rules = [borders, crates, everywhere, ledger, unsafe_code, secrets, serialised, names, length];
    rules.iter().flat_map(|rule| rule(source)).collect()
}

/// Tells whether `path` is one of these files or lies in one of these folders.
pub(crate) fn lies_in(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| path == *place || place.ends_with('/') && path.starts_with(place))
}

fn breach(source: &Source, line: usize, what: String, because: &str) -> Breach {
    Breach { path: source.path.clone(), line, what, because: because.to_owned() }
}

fn borders(source: &Source) -> Vec<Breach> {
    let rows: Vec<&Border> = BORDERS.iter().filter(|border| lies_in(&source.path, border.place)).collect();
    if rows.is_empty() {
        return vec![breach(source, 1, "belongs to no part of the program".to_owned(), "give its folder a row")];
    }
    rows.iter().flat_map(|border| neighbours(source, border).into_iter().chain(forbidden(source, border))).collect()
}

fn neighbours(source: &Source, border: &Border) -> Vec<Breach> {
    let paths = source.paths().iter();
    let ours = paths.filter(|path| path.segments.len() > 1 && path.segments[0] == "crate");
    ours.filter(|path| !border.may_name.contains(&path.segments[1].as_str()))
        .map(|path| breach(source, path.line, format!("names `{}`", path.segments.join("::")), border.because))
        .collect()
}

fn forbidden(source: &Source, border: &Border) -> Vec<Breach> {
    let names = border.must_not_name.iter().copied().flatten();
    names.flat_map(|name| named(source, name, border.because)).collect()
}

fn named(source: &Source, name: &str, because: &str) -> Vec<Breach> {
    let lines: Vec<usize> = if let Some(called) = name.strip_suffix('!') {
        source.lines_with(&[called, "!"]).collect()
    } else if name.contains("::") {
        let wanted: Vec<&str> = name.split("::").collect();
        let is_it = |segments: &[String]| segments.windows(wanted.len()).any(|window| window == wanted);
        source.paths().iter().filter(|path| is_it(&path.segments)).map(|path| path.line).collect()
    } else {
        source.lines_with(&[name]).collect()
    };
    lines.into_iter().map(|line| breach(source, line, format!("names `{name}`"), because)).collect()
}

fn crates(source: &Source) -> Vec<Breach> {
    let mut found = Vec::new();
    for path in source.paths() {
        let row = CRATES.iter().find(|(name, _)| path.segments[0] == *name);
        if let Some((name, places)) = row.filter(|(_, places)| !lies_in(&source.path, places)) {
            let because = format!("it may be named only in {}", places.join(", "));
            found.push(breach(source, path.line, format!("names the crate `{name}`"), &because));
        }
    }
    found
}

fn everywhere(source: &Source) -> Vec<Breach> {
    let words = NOWHERE
        .iter()
        .flat_map(|(names, because)| names.iter().flat_map(|name| named(source, name, because)).collect::<Vec<_>>());
    let runs = NEVER.iter().flat_map(|(tokens, because)| {
        let what = format!("has `{}`", tokens.concat());
        source.lines_with(tokens).map(move |line| breach(source, line, what.clone(), because))
    });
    let elsewhere = ONLY_IN.iter().filter(|(_, places, _)| !lies_in(&source.path, places));
    let elsewhere = elsewhere.flat_map(|(word, _, because)| named(source, word, because));
    words.chain(runs).chain(elsewhere).collect()
}

fn ledger(source: &Source) -> Vec<Breach> {
    if LEDGER.iter().any(|(path, _)| *path == source.path) {
        return Vec::new();
    }
    const BECAUSE: &str = "a new place that looks into secrets is a line in the ledger, with what it does with them";
    let words = ["expose_secret", "expose_secret_mut"];
    words.iter().flat_map(|word| named(source, word, BECAUSE)).collect()
}

fn unsafe_code(source: &Source) -> Vec<Breach> {
    if UNSAFE.iter().any(|(path, _)| *path == source.path) {
        return Vec::new();
    }
    // `unsafe_code` also stands in `#[expect(unsafe_code)]`, which is how a file would begin.
    let words = ["unsafe", "unsafe_code"];
    words.iter().flat_map(|word| named(source, word, "every such file is argued for in the table")).collect()
}

/// No trait that gives a value away is derived or written for a type that holds a secret.
fn secrets(source: &Source) -> Vec<Breach> {
    const BECAUSE: &str = "it holds a secret, which nothing may print, hash or serialise by accident";
    let mut found = Vec::new();
    for (_, name) in SECRETS.iter().filter(|(path, _)| *path == source.path) {
        for traits in ["Display", "Hash", "Serialize", "Deserialize", "LowerHex"] {
            let written = source.lines_with(&[traits, "for", name]).collect::<Vec<_>>();
            let derived = derives(source).into_iter().filter(|derive| derive.name == *name && derive.has(traits));
            let lines = written.into_iter().chain(derived.map(|derive| derive.line));
            found.extend(lines.map(|line| breach(source, line, format!("makes `{name}` `{traits}`"), BECAUSE)));
        }
    }
    found
}

/// What is written to a file or to a script has a type of its own, private to the module that writes it.
fn serialised(source: &Source) -> Vec<Breach> {
    let open = derives(source).into_iter().filter(|derive| derive.is_public && derive.has("Serialize"));
    open.map(|derive| {
        let what = format!("derives `Serialize` for the public type `{}`", derive.name);
        breach(source, derive.line, what, "types on the wire are private to their writer")
    })
    .collect()
}

struct Derived {
    traits: Vec<String>,
    name: String,
    is_public: bool,
    line: usize,
}

impl Derived {
    fn has(&self, name: &str) -> bool {
        self.traits.iter().any(|derived| derived == name)
    }
}

/// Returns the types with derived traits.
fn derives(source: &Source) -> Vec<Derived> {
    let tokens = source.tokens();
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate().filter(|(_, token)| token.text == "derive") {
        let after = &tokens[index..];
        let traits = after.iter().take_while(|token| token.text != ")").map(|token| token.text.clone()).collect();
        let Some(keyword) = after.iter().position(|token| matches!(token.text.as_str(), "struct" | "enum" | "union"))
        else {
            continue;
        };
        let name = after.get(keyword + 1).map(|name| name.text.clone()).unwrap_or_default();
        let is_public = after[keyword - 1].text == "pub";
        found.push(Derived { traits, name, is_public, line: token.line });
    }
    found
}

fn names(source: &Source) -> Vec<Breach> {
    let in_path = |name: &str| source.path.trim_end_matches(".rs").split('/').any(|part| part == name);
    let mut found = Vec::new();
    for name in EMPTY_NAMES {
        let modules = ["mod", name];
        let lines = in_path(name).then_some(1).into_iter().chain(source.lines_with(&modules));
        found.extend(
            lines.map(|line| breach(source, line, format!("calls a module `{name}`"), "a name says what is in it")),
        );
    }
    found
}

fn length(source: &Source) -> Vec<Breach> {
    let is_known = LONG_FILES.iter().any(|(path, _)| *path == source.path);
    if source.lines <= MOST_LINES || is_known {
        return Vec::new();
    }
    let what = format!("has {} lines without its tests", source.lines);
    vec![breach(source, source.lines, what, "past 400 lines, look for the second idea")]
}
