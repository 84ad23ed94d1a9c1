//! Fields and choices one below the other on a page, one of them with the focus.

use secrecy::SecretString;

use super::choice;
use super::page::Item;
use super::text_field::TextField;
use crate::tui::key::Key;

/// Fields and choices. A screen knows each by its place, in the order in which they were added.
///
/// Invariant: the focus is in a row that is shown, as long as one is.
#[derive(Default)]
pub struct Form {
    rows: Vec<Row>,
    focus: usize,
}

struct Row {
    name: &'static str,
    field: TextField,
    /// What can be chosen; nothing where a text is typed.
    options: &'static [&'static str],
    chosen: usize,
    is_secret: bool,
    is_shown: bool,
}

impl Form {
    /// Returns the form with one more field for a text.
    #[must_use]
    pub fn text(self, name: &'static str, field: TextField) -> Self {
        self.with(name, field, &[])
    }

    /// Returns the form with one more choice, its first option chosen.
    #[must_use]
    pub fn choice(self, name: &'static str, options: &'static [&'static str]) -> Self {
        self.with(name, TextField::with_limit(0), options)
    }

    fn with(mut self, name: &'static str, field: TextField, options: &'static [&'static str]) -> Self {
        let is_secret = field.is_hidden();
        self.rows.push(Row { name, field, options, chosen: 0, is_secret, is_shown: true });
        self
    }

    /// Returns a field.
    pub fn field(&self, row: usize) -> &TextField {
        &self.rows[row].field
    }

    /// Returns a field.
    pub fn field_mut(&mut self, row: usize) -> &mut TextField {
        &mut self.rows[row].field
    }

    /// Returns which option is chosen, from 0.
    pub fn chosen(&self, row: usize) -> usize {
        self.rows[row].chosen
    }

    /// Chooses an option.
    pub fn choose(&mut self, row: usize, option: usize) {
        self.rows[row].chosen = option;
    }

    /// Shows a row, or leaves it out.
    pub fn show(&mut self, row: usize, is_shown: bool) {
        self.rows[row].is_shown = is_shown;
        if !self.rows[self.focus].is_shown {
            self.move_focus(true);
        }
    }

    /// Returns the row with the focus.
    pub fn focus(&self) -> usize {
        self.focus
    }

    /// Puts the focus into a row.
    pub fn focus_on(&mut self, row: usize) {
        self.focus = row;
    }

    /// Puts the focus into the n-th row that is shown.
    pub fn focus_on_shown(&mut self, place: usize) {
        let row = self.shown().nth(place);
        self.focus = row.unwrap_or(self.focus);
    }

    /// Moves the focus to the next row or to the one before, around the end.
    pub fn move_focus(&mut self, is_forward: bool) {
        let count = self.rows.len();
        let step = if is_forward { 1 } else { count - 1 };
        let mut places = (1..=count).map(|steps| (self.focus + steps * step) % count);
        self.focus = places.find(|row| self.rows[*row].is_shown).unwrap_or(self.focus);
    }

    /// Tells whether the focus is in the last row that is shown.
    pub fn is_at_end(&self) -> bool {
        self.shown().last() == Some(self.focus)
    }

    /// Takes a key, if it types or chooses; tells whether it did.
    pub fn press(&mut self, key: Key) -> bool {
        let row = &mut self.rows[self.focus];
        if row.options.is_empty() {
            return row.field.press(key);
        }
        let moved = choice::moved(key, row.chosen, row.options.len(), |place| row.options[place]);
        row.chosen = moved.unwrap_or(row.chosen);
        moved.is_some()
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &SecretString) {
        let row = &mut self.rows[self.focus];
        if row.options.is_empty() {
            row.field.paste(text);
        }
    }

    /// Shows what is typed into the fields for secrets, or hides it again.
    pub fn toggle_hidden(&mut self) {
        for row in self.rows.iter_mut().filter(|row| row.is_secret) {
            let is_hidden = row.field.is_hidden();
            row.field.hide(!is_hidden);
        }
    }

    /// Empties the fields for secrets.
    pub fn clear_secrets(&mut self) {
        for row in self.rows.iter_mut().filter(|row| row.is_secret) {
            row.field.clear();
        }
    }

    /// Returns the rows as a page draws them.
    pub fn items(&self) -> impl Iterator<Item = Item<'_>> {
        self.shown().map(|place| {
            let (row, has_focus) = (&self.rows[place], place == self.focus);
            match row.options.get(row.chosen) {
                Some(words) => Item::Choice { name: row.name, words, has_focus },
                None => Item::Field { name: row.name, field: &row.field, has_focus },
            }
        })
    }

    fn shown(&self) -> impl Iterator<Item = usize> {
        self.rows.iter().enumerate().filter(|(_, row)| row.is_shown).map(|(place, _)| place)
    }
}
