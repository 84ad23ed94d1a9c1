//! Recovery phrases: twelve to twenty-four plain words, in one line or numbered one by one.

use super::line::Line;

/// How many words such a phrase has.
const COUNTS: [usize; 5] = [12, 15, 18, 21, 24];

/// Finds a phrase; returns its words with gaps between, and the places of its lines.
pub(super) fn find(lines: &[Line<'_>]) -> Option<(String, Vec<usize>)> {
    let mut words: Vec<&str> = Vec::new();
    let mut places = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        match of_line(line) {
            Some(own) => {
                words.extend(own);
                places.push(place);
            }
            None if line.is_blank() => {}
            None if COUNTS.contains(&words.len()) => break,
            None => {
                words.clear();
                places.clear();
            }
        }
    }
    COUNTS.contains(&words.len()).then(|| (words.join(" "), places))
}

/// Returns the words of a line that has nothing but such words, and numbers before them.
fn of_line<'t>(line: &Line<'t>) -> Option<Vec<&'t str>> {
    let is_number = |word: &str| word.trim_end_matches(['.', ')', ':']).bytes().all(|byte| byte.is_ascii_digit());
    let words: Vec<&str> = line.text.split_whitespace().filter(|word| !is_number(word)).collect();
    let is_plain = |word: &&str| (3..=8).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase());
    (!words.is_empty() && words.iter().all(is_plain)).then_some(words)
}
