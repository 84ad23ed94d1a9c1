//! Lists as programs write them: JSON and its kin, one line for each code and what is said about it.

/// Tells whether a text is such a list, whole.
pub(super) fn is_list(text: &str) -> bool {
    let text = text.trim();
    let has_ends = text.starts_with('[') && text.ends_with(']') || text.starts_with('{') && text.ends_with('}');
    has_ends && text.contains(['"', '\''])
}

/// Returns each object and each item of an array on a line of its own.
pub(super) fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open = Vec::new();
    let mut quote = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(_), '\\') => out.extend(letters.next().map(escaped)),
            (Some(end), _) => {
                quote = Some(end).filter(|end| *end != letter);
                out.push(letter);
            }
            (None, '"' | '\'') => {
                quote = Some(letter);
                out.push(letter);
            }
            (None, '[' | '{') => {
                open.push(letter);
                out.push('\n');
            }
            (None, ']' | '}') => {
                open.pop();
                out.push('\n');
            }
            (None, ',') if open.last() == Some(&'[') => out.push('\n'),
            (None, ':') => out.push_str(": "),
            // Two spaces would be a gap between columns.
            (None, _) if letter.is_whitespace() && out.ends_with([' ', '\n']) => {}
            (None, _) if letter.is_whitespace() => out.push(' '),
            (None, _) => out.push(letter),
        }
    }
    out
}

fn escaped(letter: char) -> char {
    match letter {
        'n' | 'r' => '\n',
        't' => '\t',
        other => other,
    }
}
