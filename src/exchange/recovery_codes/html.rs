//! Saved web pages: their text, one line for each thing that stands on a line of its own.

use super::text::STRIKE;

/// Elements that a page of codes is made of. A text with none of them is no page, whatever stands between `<` and `>`.
const TELLING: [&str; 12] =
    ["<li", "<td", "<br", "<p>", "<p ", "<pre", "<code", "<div", "<html", "<span", "<ul", "<body"];
/// Elements that go on in their line.
const INLINE: [&str; 12] = ["a", "b", "i", "em", "strong", "span", "code", "tt", "kbd", "samp", "font", "small"];
const STRUCK: [&str; 3] = ["s", "del", "strike"];
const CELLS: [&str; 2] = ["td", "th"];
const NOT_SHOWN: [&str; 2] = ["script", "style"];

/// Tells whether a text is a web page or a part of one.
pub(super) fn is_markup(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    TELLING.iter().any(|element| lower.contains(element))
}

/// Returns what a browser would show.
pub(super) fn strip(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        push_text(&mut out, &rest[..open]);
        rest = &rest[open..];
        let Some(close) = tag_end(rest) else {
            out.push('<');
            rest = &rest[1..];
            continue;
        };
        let tag = rest[1..close].to_ascii_lowercase();
        rest = &rest[close + 1..];
        let name = tag.trim_start_matches('/').split(|letter: char| !letter.is_ascii_alphanumeric()).next();
        let name = name.unwrap_or_default();
        match name {
            name if INLINE.contains(&name) => {}
            name if STRUCK.contains(&name) => out.push_str(STRIKE),
            name if CELLS.contains(&name) => out.push('\t'),
            name if NOT_SHOWN.contains(&name) && !tag.starts_with('/') => {
                // A search in lower case: the same bytes, in the same places.
                let end = format!("</{name}");
                rest = rest.to_ascii_lowercase().find(&end).map_or("", |end| &rest[end..]);
            }
            _ => out.push('\n'),
        }
    }
    push_text(&mut out, rest);
    out
}

/// Returns where a tag ends; nothing if this `<` begins none.
fn tag_end(text: &str) -> Option<usize> {
    let is_tag = text[1..].starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '/' || letter == '!');
    text.find('>').filter(|_| is_tag)
}

fn push_text(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        match entity(rest) {
            Some((letter, length)) => {
                out.push(letter);
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
}

/// Returns the character that an entity stands for, and how long the entity is.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(12).position(|byte| byte == b';')?;
    let letter = match text.get(1..end)? {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "bull" => '•',
        "ndash" => '–',
        number => {
            let number = number.strip_prefix('#')?;
            let value = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(value).filter(|letter| !letter.is_control())?
        }
    };
    Some((letter, end + 1))
}
