//! What was found: each file, what is in it, and whether the vault has all of that.

use std::path::{Path, PathBuf};

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::NO_ERASURE;
use crate::tui::leftovers::{Leftover, LeftoverKind, Leftovers};
use crate::tui::screen::Context;
use crate::tui::theme::Role;
use crate::tui::widgets::{heading, label, marked_row, picker};

/// Rows for what to do about the selected file, and from how many rows on there is room for them.
const ADVICE_ROWS: u16 = 5;
const ROOMY_ROWS: u16 = 9;
/// With fewer columns than this, the path of the selected file stands below it whole.
const NARROW: u16 = 60;

/// What was found, one of it selected.
pub(super) struct FoundList {
    rows: Vec<FoundRow>,
    pub(super) place: usize,
    /// What the search left out, ready to be shown.
    left_out: Option<String>,
    /// Whether something was deleted.
    is_cleared: bool,
}

struct FoundRow {
    leftover: Leftover,
    /// Whether the vault has all of it.
    is_kept: bool,
}

impl FoundList {
    pub(super) fn new(leftovers: Leftovers, kept: &[PathBuf]) -> Self {
        let Leftovers { found, unreadable, is_cut } = leftovers;
        let left_out = match (unreadable.as_slice(), is_cut) {
            ([], false) => None,
            ([], true) => Some("there is more than was looked at: folders deep inside, or very many files".to_owned()),
            ([(only, _)], _) => Some(only.clone()),
            ([(first, _), others @ ..], _) => Some(format!("{first}, and {} more", others.len())),
        };
        let row = |leftover: Leftover| FoundRow { is_kept: kept.contains(&leftover.path), leftover };
        Self { rows: found.into_iter().map(row).collect(), place: 0, left_out, is_cleared: false }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn all(&self) -> Vec<Leftover> {
        self.rows.iter().map(|row| row.leftover.clone()).collect()
    }

    /// Returns the selected file, and whether the vault has all of it.
    pub(super) fn selected(&self) -> Option<(&Leftover, bool)> {
        self.rows.get(self.place).map(|row| (&row.leftover, row.is_kept))
    }

    /// Takes up what the vault has of them; returns the selected one if it has come in just now.
    pub(super) fn compare(&mut self, kept: &[PathBuf]) -> Option<Leftover> {
        let was_kept = self.selected().is_some_and(|(_, is_kept)| is_kept);
        for row in &mut self.rows {
            row.is_kept = kept.contains(&row.leftover.path);
        }
        self.selected().filter(|(_, is_kept)| *is_kept && !was_kept).map(|(leftover, _)| leftover.clone())
    }

    pub(super) fn remove(&mut self, path: &Path) {
        self.rows.retain(|row| row.leftover.path != path);
        self.is_cleared = true;
        self.place = self.place.min(self.rows.len().saturating_sub(1));
    }

    pub(super) fn click(&mut self, at: Position, area: Rect) {
        self.place = picker::hit(split(area).0, self.place, self.rows.len(), at).unwrap_or(self.place);
    }

    pub(super) fn view(&self, context: &Context<'_>, buffer: &mut Buffer, area: Rect) {
        let kept = self.rows.iter().filter(|row| row.is_kept).count();
        let counts = match (self.rows.len(), kept) {
            (0, _) if self.is_cleared => "nothing left".to_owned(),
            (0, _) => "nothing found".to_owned(),
            (count, 0) => format!("{count} found"),
            (count, kept) => format!("{count} found · {kept} in the vault"),
        };
        heading::view("what lies about", &counts, context, buffer, area);
        let (rows, below) = split(area);
        picker::view(rows, self.place, self.rows.len(), context, buffer, |buffer, row, place| {
            let row = &self.rows[row];
            let place = Rect { width: place.width.saturating_sub(1), ..place };
            let mark = if row.is_kept { "✓" } else { " " };
            let path = path_words(&row.leftover.path, context);
            marked_row::view(context, buffer, place, [mark, &path, &what(row)], [Role::Good, Role::Text]);
        });
        let mut words = self.words();
        if let (Some((leftover, _)), true) = (self.selected(), area.width < NARROW) {
            words = format!("{}: {words}", path_words(&leftover.path, context));
        }
        if let Some(left_out) = &self.left_out {
            words = format!("{words} ! {left_out}");
        }
        let text = if self.rows.is_empty() { rows.union(below) } else { below };
        let text = Rect { x: text.x.max(area.x + 1), width: text.width.min(area.width.saturating_sub(2)), ..text };
        label::draw_wrapped(buffer, text, &words, context.style(Role::Muted));
    }

    /// Returns what can be done about the selected file.
    fn words(&self) -> String {
        match self.selected() {
            None if self.is_cleared => "Nothing of yours is left in there.".to_owned(),
            None => "Nothing of yours was found in there.".to_owned(),
            Some((_, true)) => format!("All of it is in the vault, so the file can go. {NO_ERASURE}"),
            Some((leftover, false)) => advice(leftover).to_owned(),
        }
    }
}

/// Returns where the rows stand, and what is said about the selected one.
fn split(area: Rect) -> (Rect, Rect) {
    let below = heading::below(area);
    let taken = if below.height >= ROOMY_ROWS { ADVICE_ROWS } else { 2.min(below.height / 2) };
    let rows = Rect { height: below.height - taken, ..below };
    let gap = u16::from(taken == ADVICE_ROWS);
    (rows, Rect { y: rows.bottom() + gap, height: taken - gap, ..below })
}

/// Returns a path as its owner writes it.
pub(super) fn path_words(path: &Path, context: &Context<'_>) -> String {
    let home = context.settings.home.as_deref();
    match home.and_then(|home| path.strip_prefix(home).ok()) {
        Some(below) => crate::shown::shown(&format!("~/{}", below.to_string_lossy())),
        None => crate::shown::shown(&path.to_string_lossy()),
    }
}

fn what(row: &FoundRow) -> String {
    let times = |count: usize, what: &str| if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") };
    match row.leftover.kind {
        LeftoverKind::RecoveryCodes { count } => times(count, "recovery code"),
        LeftoverKind::Export { title } => format!("export of {title}"),
        LeftoverKind::Addresses { .. } => "otpauth addresses".to_owned(),
        LeftoverKind::Picture { .. } => "picture of an account".to_owned(),
        LeftoverKind::NamedCodes => "called like recovery codes".to_owned(),
        LeftoverKind::NamedExport => "called like an export".to_owned(),
    }
}

fn advice(leftover: &Leftover) -> &'static str {
    match leftover.kind {
        LeftoverKind::RecoveryCodes { .. } => "Going on shows what is understood, and stores it with an account.",
        LeftoverKind::Export { .. } => "Going on shows its accounts, and brings in those that you choose.",
        LeftoverKind::Addresses { .. } | LeftoverKind::Picture { .. } => "Going on opens the form with what it says.",
        LeftoverKind::NamedCodes => {
            "No code could be read in it. Look into it, copy the codes and paste them; then delete it."
        }
        LeftoverKind::NamedExport => "No account could be read in it. Look into it; delete it if it holds secrets.",
    }
}
