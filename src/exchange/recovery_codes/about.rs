//! What the text around the codes says: whose they are, since when, and how the site treats them.

use super::{dates, words};
use crate::otp::Timestamp;
use crate::vault::SetKind;

use super::shapes::{Found, is_revoking, size};

/// A single code from this length on is a key that is written down and typed once.
const KEY_LENGTH: usize = 20;
/// How many codes Keycloak hands out; it asks for them by their number.
const ORDERED_COUNTS: [usize; 2] = [12, 15];

/// Returns the first e-mail address in a text.
pub(super) fn mail(lines: &[String]) -> Option<String> {
    let is_end = |letter: char| letter.is_whitespace() || "()<>[]\",;:".contains(letter);
    let words = lines.iter().flat_map(|line| line.split(is_end));
    let is_mail = |word: &&str| {
        let parts = word.split_once('@');
        parts.is_some_and(|(name, place)| !name.is_empty() && place.contains('.') && !place.contains('@'))
    };
    words.map(|word| word.trim_end_matches('.')).find(is_mail).map(str::to_owned)
}

/// Returns when the codes were issued, and when they expire.
pub(super) fn dates(lines: &[String]) -> (Option<Timestamp>, Option<Timestamp>) {
    let (mut issued, mut expires) = (None, None);
    for line in lines {
        let Some(date) = dates::find(line) else { continue };
        if words::is_about_expiry(&line.to_lowercase()) {
            expires = expires.or(Some(date));
        } else {
            issued = issued.or(Some(date));
        }
    }
    (issued, expires)
}

/// Guesses whose codes they are, from `GitHub recovery codes`, `Recovery codes for GitHub` or `github-recovery-codes.txt`.
pub(super) fn site(lines: &[String], name: Option<&str>) -> Option<String> {
    let stem = name.map(|name| name.rsplit(['/', '\\']).next().unwrap_or(name));
    let from_name = stem.and_then(|stem| before_recovery(stem.split(['-', '_', ' ', '.'])));
    from_name.or_else(|| lines.iter().find_map(|line| site_of(line)))
}

fn site_of(line: &str) -> Option<String> {
    let words = || line.split_whitespace().map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()));
    let is_recovery = |word: &str| words::is_about_recovery(&word.to_lowercase());
    if !words().any(is_recovery) {
        return None;
    }
    let is_name = |word: &str| word.starts_with(char::is_uppercase) && !is_recovery(word) && !is_filler(word);
    let behind = words().skip_while(|word| !matches!(*word, "for" | "für" | "pour" | "para" | "per" | "voor"));
    let behind: Vec<&str> = behind.skip(1).take_while(|word| word.starts_with(char::is_uppercase)).collect();
    if !behind.is_empty() {
        return Some(behind.join(" "));
    }
    let before: Vec<&str> = words().take_while(|word| is_name(word)).collect();
    (!before.is_empty() && words().nth(before.len()).is_some_and(|next| is_recovery(next) || is_filler(next)))
        .then(|| before.join(" "))
}

fn before_recovery<'a>(words: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut before = Vec::new();
    for word in words {
        let lower = word.to_lowercase();
        if words::is_about_recovery(&lower) || is_filler(word) {
            return (!before.is_empty()).then(|| before.join(" "));
        }
        before.push(word);
    }
    None
}

/// Tells whether a word is a part of "two-factor backup codes" in one of its forms.
fn is_filler(word: &str) -> bool {
    const FILLERS: [&str; 24] = [
        "2fa",
        "mfa",
        "two-factor",
        "two",
        "factor",
        "authentication",
        "code",
        "codes",
        "key",
        "your",
        "these",
        "the",
        "save",
        "keep",
        "here",
        "account",
        "one-time",
        "otp",
        "my",
        "a",
        "this",
        "account's",
        "are",
        "store",
    ];
    FILLERS.contains(&word.to_lowercase().as_str())
}

/// Tells how the site treats these codes, from what the text says and from shapes that one kind of server makes.
pub(super) fn kind(codes: &[Found], text: &str, is_numbered: bool, expires: Option<Timestamp>) -> SetKind {
    let lower = text.to_lowercase();
    let all = |test: &dyn Fn(&str) -> bool| codes.iter().all(|code| test(&code.text));
    let only = if let [only] = codes { Some(only) } else { None };
    // Gitea and Forgejo: one code of letters that cannot be mistaken; Sage: 24 digits; Fortify: ten and ten.
    let is_unmistakable = |letter: u8| matches!(letter, b'A'..=b'H' | b'J'..=b'N' | b'P'..=b'Z' | b'2'..=b'9');
    let is_gitea = only.is_some_and(|code| code.text.len() == 10 && code.text.bytes().all(is_unmistakable));
    let is_sage =
        only.is_some_and(|code| size(&code.text) == 24 && code.text.bytes().all(|byte| !byte.is_ascii_alphabetic()));
    let is_fortify = codes.len() > 1
        && all(&|text| super::shapes::shape(text) == "10-10")
        && codes.iter().any(|code| code.text.bytes().any(|byte| byte.is_ascii_uppercase()))
        && codes.iter().any(|code| code.text.bytes().any(|byte| byte.is_ascii_lowercase()));
    let is_keycloak = is_numbered
        && ORDERED_COUNTS.contains(&codes.len())
        && all(&|text| size(text) == 12 && !text.bytes().any(|byte| byte.is_ascii_lowercase()))
        && codes.iter().any(|code| code.text.bytes().any(|byte| byte.is_ascii_uppercase()));
    SetKind {
        one_off: only.is_some_and(|code| size(&code.text) >= KEY_LENGTH || is_revoking(&code.text)) && !is_sage,
        ordered: codes.len() > 1 && (is_keycloak || words::is_about_order(&lower)),
        replaced_when_used: is_gitea || is_sage || is_fortify || words::is_about_replacing(&lower),
        expires,
    }
}
