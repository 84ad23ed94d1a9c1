//! Finds accounts by what somebody types.

use std::sync::Arc;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str, Utf32String};

use super::Vault;
use super::account::{Account, AccountId};
use super::plaintext::{self, FormatError};

/// The fewest digits of an id that name an account.
const ID_PREFIX: usize = 4;

/// An account that matches, and where.
#[derive(Clone, Debug)]
pub struct Found {
    /// The account.
    pub account: Arc<Account>,
    /// Which characters of the issuer matched, by their index.
    pub in_issuer: Vec<u32>,
    /// Which characters of the account name matched, by their index.
    pub in_account: Vec<u32>,
}

/// What a query means on the command line.
#[derive(Clone, Debug)]
pub enum Selection {
    /// Just this account.
    One(Arc<Account>),
    /// Any of these, best first.
    Several(Vec<Arc<Account>>),
    /// Nothing; perhaps this label was meant.
    Nothing(Option<String>),
}

/// Returns the accounts outside the trash that match, best first; all of them, in no order that matters, for an empty query.
///
/// Words match fuzzily in issuer, account name and tags; `!word`, `^start` and `end$` mean what they do in
/// editors.
pub fn find(vault: &Vault, query: &str) -> Vec<Found> {
    if query.trim().is_empty() {
        let all = vault.accounts().cloned();
        return all.map(|account| Found { account, in_issuer: Vec::new(), in_account: Vec::new() }).collect();
    }
    let pattern = Pattern::parse(query, CaseMatching::Smart, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut found: Vec<(u32, Found)> =
        vault.accounts().filter_map(|account| score(account, &pattern, &mut matcher)).collect();
    found.sort_by(|(left_score, left), (right_score, right)| {
        right_score.cmp(left_score).then_with(|| sort_key(&left.account).cmp(&sort_key(&right.account)))
    });
    found.into_iter().map(|(_, found)| found).collect()
}

/// Returns which of the texts match, best first: the place of each, and the characters that matched.
///
/// They match as accounts do in [`find`]; all of them, in their own order, match an empty query.
pub fn rank<'a>(texts: impl IntoIterator<Item = &'a str>, query: &str) -> Vec<(usize, Vec<u32>)> {
    let pattern = Pattern::parse(query, CaseMatching::Smart, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut ranked: Vec<(u32, usize, Vec<u32>)> = Vec::new();
    for (place, text) in texts.into_iter().enumerate() {
        let mut indices = Vec::new();
        let score = pattern.indices(Utf32String::from(text).slice(..), &mut matcher, &mut indices);
        ranked.extend(score.map(|score| (score, place, indices)));
    }
    ranked.sort_by_key(|(score, place, _)| (std::cmp::Reverse(*score), *place));
    ranked.into_iter().map(|(_, place, indices)| (place, indices)).collect()
}

fn score(account: &Arc<Account>, pattern: &Pattern, matcher: &mut Matcher) -> Option<(u32, Found)> {
    let haystack = haystack(account.issuer(), account.account(), account.tags());
    let mut characters = Vec::new();
    let mut indices = Vec::new();
    let score = pattern.indices(Utf32Str::new(&haystack, &mut characters), matcher, &mut indices)?;
    indices.sort_unstable();
    indices.dedup();
    let length = |text: &str| Utf32String::from(text).len() as u32;
    let issuer_end = length(account.issuer());
    let name = issuer_end + 1..issuer_end + 1 + length(account.account());
    let in_issuer = indices.iter().copied().filter(|index| *index < issuer_end).collect();
    let in_account = indices.iter().filter(|index| name.contains(index)).map(|index| index - name.start).collect();
    Some((score, Found { account: Arc::clone(account), in_issuer, in_account }))
}

/// Returns the text that words are looked for in.
fn haystack<'a>(issuer: &str, account: &str, tags: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::with_capacity(issuer.len() + account.len() + 16);
    text.push_str(issuer);
    text.push(' ');
    text.push_str(account);
    for tag in tags {
        text.push(' ');
        text.push_str(tag);
    }
    text
}

/// Returns what a list is sorted by when it is sorted by name.
fn sort_key(account: &Account) -> (String, String, AccountId) {
    (account.issuer().to_lowercase(), account.account().to_lowercase(), account.id())
}

/// Returns the accounts that a query means: exact names before the start of an id, that before a part of a name, that before a fuzzy match.
pub fn select(vault: &Vault, query: &str) -> Selection {
    let mut meant = Meant::new(query);
    let hits: Vec<(Tier, &Arc<Account>)> =
        vault.accounts().filter_map(|account| Some((meant.tier_of(account)?, account))).collect();
    if let Some(best) = hits.iter().map(|(tier, _)| *tier).min() {
        let mut hits: Vec<Arc<Account>> =
            hits.into_iter().filter(|(tier, _)| *tier == best).map(|(_, account)| Arc::clone(account)).collect();
        hits.sort_by_cached_key(|account| sort_key(account));
        return one_or_several(hits);
    }
    let fuzzy: Vec<Arc<Account>> = find(vault, query).into_iter().map(|found| found.account).collect();
    if fuzzy.is_empty() { Selection::Nothing(nearest(vault, query)) } else { one_or_several(fuzzy) }
}

fn one_or_several(mut hits: Vec<Arc<Account>>) -> Selection {
    match hits.pop() {
        Some(only) if hits.is_empty() => Selection::One(only),
        Some(last) => {
            hits.push(last);
            Selection::Several(hits)
        }
        None => Selection::Nothing(None),
    }
}

/// How well a query names an account, the best first. A fuzzy match is none of these.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    /// Its whole name, or its id.
    Exact,
    /// The start of its id.
    IdPrefix,
    /// All words are parts of its names or tags.
    Words,
}

/// A query, ready to be compared with many accounts.
struct Meant {
    wanted: String,
    words: Pattern,
    matcher: Matcher,
    characters: Vec<char>,
}

impl Meant {
    fn new(query: &str) -> Self {
        let wanted = query.trim().to_lowercase();
        let words = Pattern::new(&wanted, CaseMatching::Ignore, Normalization::Smart, AtomKind::Substring);
        Self { wanted, words, matcher: Matcher::new(Config::DEFAULT), characters: Vec::new() }
    }

    fn tier_of(&mut self, account: &Account) -> Option<Tier> {
        let id = account.id().to_string();
        self.tier(&id, account.issuer(), account.account(), account.tags())
    }

    fn tier<'a>(
        &mut self,
        id: &str,
        issuer: &str,
        account: &str,
        tags: impl IntoIterator<Item = &'a str>,
    ) -> Option<Tier> {
        let wanted = &self.wanted;
        if wanted.is_empty() {
            return None;
        }
        let is_pair =
            |between: &&str| wanted.contains(between) && same_letters(&[issuer, between, account].concat(), wanted);
        if same_letters(issuer, wanted) || same_letters(account, wanted) || [" ", ":", " · ", "/"].iter().any(is_pair)
        {
            return Some(Tier::Exact);
        }
        if wanted.len() >= ID_PREFIX && id.starts_with(wanted) {
            return Some(if id == wanted { Tier::Exact } else { Tier::IdPrefix });
        }
        let haystack = haystack(issuer, account, tags);
        let haystack = Utf32Str::new(&haystack, &mut self.characters);
        self.words.score(haystack, &mut self.matcher).map(|_| Tier::Words)
    }
}

/// Reads from a stored vault the accounts that a query may mean; `None` if it takes the whole vault to tell.
///
/// # Errors
/// The bytes are no vault.
pub fn read_meant(bytes: &[u8], query: &str) -> Result<Option<Vault>, FormatError> {
    let mut meant = Meant::new(query);
    let some = plaintext::read_some(bytes, &mut |labels| {
        meant.tier(labels.id, labels.issuer, labels.account, labels.tags.iter().map(|tag| &**tag)).is_some()
    })?;
    Ok((!some.is_empty()).then_some(some))
}

/// Tells whether a text is the wanted one, which is in lower case.
fn same_letters(text: &str, wanted: &str) -> bool {
    if text.is_ascii() { text.eq_ignore_ascii_case(wanted) } else { text.to_lowercase() == wanted }
}

/// Returns the issuer or account name that is spelled most like the query, if any is close.
pub fn nearest(vault: &Vault, query: &str) -> Option<String> {
    let wanted = query.trim().to_lowercase();
    let names =
        vault.accounts().flat_map(|account| [account.issuer(), account.account()]).filter(|name| !name.is_empty());
    let scored = names.map(|name| (strsim::jaro_winkler(&wanted, &name.to_lowercase()), name));
    let best = scored.max_by(|(left, _), (right, _)| left.total_cmp(right))?;
    (best.0 > 0.75).then(|| crate::shown::shown(best.1))
}
