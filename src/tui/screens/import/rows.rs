//! The accounts of an export, each with what becomes of it; below them what was left out, and why.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Chosen;
use crate::exchange::{Choice, Held, OnConflict, Standing};
use crate::tui::message::ExportRead;
use crate::tui::screen::Context;
use crate::tui::theme::Role;
use crate::tui::widgets::{marked_row, picker};

/// What stands before a note, in place of an entry's number.
const NOTE: &str = "note";

/// All there is to see of an export.
pub(super) struct Rows {
    chosen: Vec<Chosen>,
    /// What can only be read: entries that were left out, and notes.
    told: Vec<(String, String)>,
    /// The selected row.
    pub selected: usize,
}

impl Rows {
    /// Returns the rows as they are chosen at first.
    pub fn of(read: &ExportRead) -> Self {
        let rows = read.preview.rows.iter();
        let chosen = rows.map(|row| (row.clone(), row.choice(OnConflict::default()))).collect();
        let skipped = read.preview.skipped.iter();
        let skipped = skipped.map(|left| (format!("entry {}", left.index + 1), left.reason.to_string()));
        let told = skipped.chain(read.notes.iter().map(|note| (NOTE.to_owned(), note.clone()))).collect();
        Self { chosen, told, selected: 0 }
    }

    pub fn len(&self) -> usize {
        self.chosen.len() + self.told.len()
    }

    pub fn chosen(&self) -> Vec<Chosen> {
        self.chosen.clone()
    }

    /// Makes the next of its choices come true for the selected row.
    pub fn turn(&mut self) {
        if let Some((row, choice)) = self.chosen.get_mut(self.selected) {
            let choices = row.choices();
            let place = choices.iter().position(|other| other == choice).unwrap_or(0);
            *choice = choices[(place + 1) % choices.len()];
        }
    }

    /// Returns how many there are: `3 of 5 chosen · 1 different · 1 unreadable`.
    pub fn summary(&self) -> String {
        let chosen = self.chosen.iter().filter(|(_, choice)| *choice != Choice::Leave).count();
        let different = self.chosen.iter().filter(|(row, _)| matches!(row.standing, Standing::Differs(_))).count();
        let unreadable = self.told.iter().filter(|(name, _)| name != NOTE).count();
        let mut summary = format!("{chosen} of {} chosen", self.chosen.len());
        for (count, word) in [(different, "different"), (unreadable, "unreadable")] {
            if count > 0 {
                summary.push_str(&format!(" · {count} {word}"));
            }
        }
        summary
    }

    pub fn view(&self, context: &Context<'_>, buffer: &mut Buffer, area: Rect) {
        picker::view(area, self.selected, self.len(), context, buffer, |buffer, row, place| {
            let place = Rect { width: place.width.saturating_sub(1), ..place };
            match self.chosen.get(row) {
                Some((row, choice)) => {
                    let (mark, role) = mark(*choice);
                    let words = words(&row.standing, *choice);
                    marked_row::view(
                        context,
                        buffer,
                        place,
                        [mark, &context.seen_name(&row.label()), words],
                        [role, Role::Text],
                    );
                }
                None => {
                    let (name, words) = &self.told[row - self.chosen.len()];
                    let mark = if name == NOTE { " " } else { "!" };
                    marked_row::view(context, buffer, place, [mark, name, words], [Role::Warning, Role::Muted]);
                }
            }
        });
    }
}

fn mark(choice: Choice) -> (&'static str, Role) {
    match choice {
        Choice::Leave => (" ", Role::Muted),
        Choice::Add | Choice::Replace | Choice::Advance => ("✓", Role::Good),
    }
}

fn words(standing: &Standing, choice: Choice) -> &'static str {
    match (standing, choice) {
        (Standing::New, Choice::Leave) => "new, stays out",
        (Standing::New, _) => "new",
        (Standing::Same(Held::Account(_)), _) => "here already",
        (Standing::Same(Held::Trash(_)), _) => "in the trash",
        (Standing::Same(Held::Former(_)), _) => "a former secret here",
        (Standing::Same(Held::Export), _) => "twice in the file",
        (Standing::Behind(_), Choice::Leave) => "here, its counter stays",
        (Standing::Behind(_), _) => "here, its counter moves on",
        (Standing::Differs(_), Choice::Leave) => "differs, stays out",
        (Standing::Differs(_), Choice::Replace) => "differs, replaces yours",
        (Standing::Differs(_), _) => "differs, goes beside yours",
    }
}
