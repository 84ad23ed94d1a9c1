//! A source file as the rules see it: names and marks, without comments, texts and tests.

use std::collections::VecDeque;

/// One source file under `src/`.
pub(crate) struct Source {
    /// Its path under `src/`, with `/` between folders.
    pub path: String,
    /// How many lines it has outside tests.
    pub lines: usize,
    tokens: Vec<Token>,
    paths: Vec<Path>,
}

/// A name or a mark of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub text: String,
    pub line: usize,
}

/// A path as `std::fs::read`, written out whole: groups of a `use` taken apart, `super` followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    pub segments: Vec<String>,
    pub line: usize,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let (tokens, in_tests) = without_tests(tokens(text));
        let paths = paths(path, &tokens);
        Self { path: path.to_owned(), lines: text.lines().count() - in_tests, tokens, paths }
    }

    /// Returns every token.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Returns where these tokens follow one another.
    pub fn lines_with<'a>(&'a self, wanted: &'a [&'a str]) -> impl Iterator<Item = usize> + 'a {
        let here = move |tokens: &[Token]| tokens.iter().map(|token| token.text.as_str()).eq(wanted.iter().copied());
        self.tokens.windows(wanted.len()).filter(move |tokens| here(tokens)).map(|tokens| tokens[0].line)
    }

    /// Returns every path, in `use` declarations and in the code.
    pub fn paths(&self) -> &[Path] {
        &self.paths
    }
}

fn paths(file: &str, tokens: &[Token]) -> Vec<Path> {
    let mut paths = Vec::new();
    let mut rest = tokens.iter().collect::<VecDeque<_>>();
    while let Some(token) = rest.pop_front() {
        let line = token.line;
        let mut found = Vec::new();
        if token.text == "use" && rest.front().is_some_and(|next| next.text != "<") {
            imported(&mut rest, &[], &mut found);
        } else if is_name(&token.text) && rest.front().is_some_and(|next| next.text == "::") {
            let mut segments = vec![token.text.clone()];
            while rest.front().is_some_and(|next| next.text == "::") {
                rest.pop_front();
                segments.extend(rest.pop_front_if(|next| is_name(&next.text)).map(|name| name.text.clone()));
            }
            found.push(segments);
        }
        paths.extend(found.into_iter().map(|segments| Path { segments: resolved(file, segments), line }));
    }
    paths
}

/// Follows `super` and `self` from the module in this file.
fn resolved(file: &str, segments: Vec<String>) -> Vec<String> {
    let is_step = |segment: &&String| *segment == "super" || *segment == "self";
    let steps = segments.iter().take_while(is_step).count();
    if steps == 0 {
        return segments;
    }
    let file = file.trim_end_matches(".rs").trim_end_matches("/mod");
    let mut module: Vec<String> = std::iter::once("crate").chain(file.split('/')).map(str::to_owned).collect();
    let up = segments.iter().take(steps).filter(|segment| *segment == "super").count();
    module.truncate(module.len() - up);
    module.extend(segments.into_iter().skip(steps));
    module
}

/// Takes one tree of a `use` declaration apart.
fn imported(rest: &mut VecDeque<&Token>, before: &[String], found: &mut Vec<Vec<String>>) {
    let mut segments = before.to_vec();
    while let Some(token) = rest.pop_front() {
        match token.text.as_str() {
            "::" => {}
            "{" => {
                while rest.front().is_some_and(|next| next.text != "}") {
                    imported(rest, &segments, found);
                    rest.pop_front_if(|next| next.text == ",");
                }
                rest.pop_front();
                return;
            }
            "as" => drop(rest.pop_front()),
            name => segments.push(name.to_owned()),
        }
        if rest.front().is_none_or(|next| matches!(next.text.as_str(), "," | "}" | ";")) {
            break;
        }
    }
    segments.retain(|segment| segment != "self" || before.is_empty());
    found.push(segments);
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Takes items marked `#[cfg(test)]` out; returns also how many lines they fill.
fn without_tests(tokens: Vec<Token>) -> (Vec<Token>, usize) {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut kept, mut lines) = (Vec::new(), 0);
    let mut rest = tokens.as_slice();
    while let Some(first) = rest.first() {
        let marked = rest.len() > MARK.len() && rest.iter().map(|token| token.text.as_str()).take(MARK.len()).eq(MARK);
        let taken = if marked { length_of_item(rest) } else { 1 };
        if marked {
            lines += rest[taken - 1].line - first.line + 1;
        } else {
            kept.push(first.clone());
        }
        rest = &rest[taken..];
    }
    (kept, lines)
}

/// Counts the tokens up to the `;` or the closing brace that ends an item.
fn length_of_item(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            ";" => {}
            _ => continue,
        }
        if depth == 0 {
            return index + 1;
        }
    }
    tokens.len()
}

/// Splits a source into names and marks; comments and the contents of texts are dropped.
fn tokens(text: &str) -> Vec<Token> {
    let characters: Vec<char> = text.chars().collect();
    let (mut found, mut at, mut line) = (Vec::new(), 0, 1);
    while at < characters.len() {
        let end = at + length(&characters[at..]);
        let token: String = characters[at..end].iter().collect();
        let is_kept = !token.starts_with(char::is_whitespace) && !token.starts_with("//") && !token.starts_with("/*");
        if is_kept {
            let is_text = token.ends_with('"') || token.ends_with('#') && token.len() > 1 || token.ends_with('\'');
            let text = if is_text { "\"\"".to_owned() } else { token.trim_start_matches("r#").to_owned() };
            found.push(Token { text, line });
        }
        line += characters[at..end].iter().filter(|character| **character == '\n').count();
        at = end;
    }
    found
}

/// Returns how many characters the first token, comment, text or white space has.
fn length(rest: &[char]) -> usize {
    let next = |index: usize| rest.get(index).copied().unwrap_or(' ');
    let run = |from: usize, part: fn(char) -> bool| from + rest[from..].iter().take_while(|c| part(**c)).count();
    let in_name = |character: char| character.is_alphanumeric() || character == '_';
    match (next(0), next(1)) {
        ('/', '/') => run(0, |character| character != '\n'),
        ('/', '*') => comment(rest),
        ('"', _) => quoted(rest, 0),
        ('b' | 'c', '"') => quoted(rest, 1),
        ('b', '\'') => quoted(rest, 1),
        ('r', '"' | '#') if next(1) == '"' || matches!(next(2), '"' | '#') => raw(rest, 1),
        ('b' | 'c', 'r') if matches!(next(2), '"' | '#') => raw(rest, 2),
        ('r', '#') => run(2, in_name),
        ('\'', '\\') => quoted(rest, 0),
        ('\'', _) if next(2) == '\'' => 3,
        ('\'', _) => run(1, in_name),
        (':', ':') => 2,
        (first, _) if first.is_whitespace() => run(0, char::is_whitespace),
        (first, _) if in_name(first) => run(0, in_name),
        _ => 1,
    }
}

fn comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        match rest[at..] {
            ['/', '*', ..] => depth += 1,
            ['*', '/', ..] => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            break;
        }
    }
    at
}

/// Returns the end of a text whose quote stands at `open`.
fn quoted(rest: &[char], open: usize) -> usize {
    let mut at = open + 1;
    while at < rest.len() && rest[at] != rest[open] {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

/// Returns the end of a raw text whose `#`s or quote begin at `open`.
fn raw(rest: &[char], open: usize) -> usize {
    let hashes = rest[open..].iter().take_while(|character| **character == '#').count();
    let close: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let from = open + hashes + 1;
    let end = rest[from..].windows(close.len()).position(|window| window == close);
    end.map_or(rest.len(), |end| from + end + close.len())
}
