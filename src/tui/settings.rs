//! What the user chose about keys, looks and times, as the app needs it.

use super::keymap::Keymap;
use super::theme::Theme;

/// By what the list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SortBy {
    /// Issuer, then account name.
    #[default]
    Name,
    /// What was used last on this device comes first.
    LastUsed,
    /// What is used most on this device comes first.
    MostUsed,
    /// As the user put them.
    Own,
}

impl SortBy {
    /// Every order, as the picker offers them.
    pub const ALL: [Self; 4] = [Self::Name, Self::LastUsed, Self::MostUsed, Self::Own];

    /// Returns the words for it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::LastUsed => "recently used",
            Self::MostUsed => "most used",
            Self::Own => "my own order",
        }
    }
}

/// The user's choices.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which key means what.
    pub keymap: Keymap,
    /// What everything looks like.
    pub theme: Theme,
    /// Whether the terminal shows signs beyond ASCII.
    pub unicode: bool,
    /// Whether codes stay hidden until asked for.
    pub hide_codes: bool,
    /// After how many idle seconds the vault locks; `None`: never.
    pub lock_after_secs: Option<u64>,
    /// After how many seconds a copied code is cleared.
    pub clear_after_secs: u64,
    /// By what the list is sorted at first.
    pub sort: SortBy,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            keymap: Keymap::default(),
            theme: Theme::from_styles(|_| ratatui::style::Style::new()),
            unicode: true,
            hide_codes: false,
            lock_after_secs: Some(300),
            clear_after_secs: 20,
            sort: SortBy::Name,
        }
    }
}
