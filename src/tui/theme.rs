//! What colours mean: screens name roles, a theme gives each role its looks.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;
use thiserror::Error;

/// What a piece of the screen means. No role is told by its colour alone: a word, a sign or its weight says it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Plain text.
    Text,
    /// What is secondary.
    Muted,
    /// The name of a screen.
    Title,
    /// Keys in hints, the mark of the selected row.
    Accent,
    /// The selected row; laid over what is in it.
    Selected,
    /// A code.
    Code,
    /// The code that comes next.
    Next,
    /// What is left of a code's life.
    Bar,
    /// The last five seconds of a code.
    Expiring,
    /// A code that was used already.
    Used,
    /// An account whose site has yet to accept a code.
    Pending,
    /// Letters that match what is being searched.
    Matched,
    /// Text being typed.
    Field,
    /// Something that went well.
    Good,
    /// Something to know.
    Warning,
    /// Danger, and only that.
    Danger,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 16] = [
        Self::Text,
        Self::Muted,
        Self::Title,
        Self::Accent,
        Self::Selected,
        Self::Code,
        Self::Next,
        Self::Bar,
        Self::Expiring,
        Self::Used,
        Self::Pending,
        Self::Matched,
        Self::Field,
        Self::Good,
        Self::Warning,
        Self::Danger,
    ];

    /// Returns its name in a theme's file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Muted => "muted",
            Self::Title => "title",
            Self::Accent => "accent",
            Self::Selected => "selected",
            Self::Code => "code",
            Self::Next => "next",
            Self::Bar => "bar",
            Self::Expiring => "expiring",
            Self::Used => "used",
            Self::Pending => "pending",
            Self::Matched => "matched",
            Self::Field => "field",
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }
}

/// How many colours the terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Colours {
    /// None, or none wanted (`NO_COLOR`): weight and underline must do.
    None,
    /// The terminal's own palette and the 256 of xterm.
    Palette,
    /// All of them.
    True,
}

/// The looks of every role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    /// In the order of [`Role::ALL`].
    styles: [Style; Role::ALL.len()],
}

/// What is wrong with a theme.
#[derive(Debug, Error)]
pub enum ThemeError {
    /// No theme has that name.
    #[error("there is no theme of that name; there are terminal, dark, light and contrast")]
    Unknown,
    /// The file is not TOML, or not a theme.
    #[error("the theme cannot be read")]
    Format,
    /// A role that does not exist.
    #[error("a theme has no role {0:?}")]
    NoSuchRole(String),
    /// A colour that does not exist.
    #[error("{role}: a colour is a name, a number up to 255, or #rrggbb")]
    NoSuchColour {
        /// Of which role.
        role: &'static str,
    },
}

/// The themes that come along.
pub const BUILT_IN: [(&str, &str); 4] = [
    ("terminal", include_str!("../../assets/themes/terminal.toml")),
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("contrast", include_str!("../../assets/themes/contrast.toml")),
];

impl Theme {
    /// Returns one of the themes that come along, made for that many colours.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn built_in(name: &str, colours: Colours) -> Result<Self, ThemeError> {
        let (_, text) = BUILT_IN.iter().find(|(known, _)| *known == name).ok_or(ThemeError::Unknown)?;
        Ok(Self::read(text)?.made_for(colours))
    }

    /// Reads a theme: `role = { color = "#rrggbb", background = "black", bold = true }`, one a line.
    ///
    /// # Errors
    /// The first mistake.
    pub fn read(text: &str) -> Result<Self, ThemeError> {
        let looks: BTreeMap<String, Look> = toml::from_str(text).map_err(|_quotes_the_text| ThemeError::Format)?;
        let mut theme = Self::from_styles(|_| Style::new());
        for (name, look) in looks {
            let place = Role::ALL.iter().position(|role| role.name() == name);
            let place = place.ok_or_else(|| ThemeError::NoSuchRole(crate::shown::shown(&name)))?;
            theme.styles[place] = look.style(Role::ALL[place])?;
        }
        Ok(theme)
    }

    /// Returns the theme whose roles look as the function says.
    pub fn from_styles(style: impl Fn(Role) -> Style) -> Self {
        Self { styles: Role::ALL.map(style) }
    }

    /// Returns what a role looks like.
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    /// Returns what a QR code looks like whatever the theme: scanners want black on white. Of the 256 colours these two
    /// are the ones that no terminal's palette changes.
    pub fn qr(is_inverted: bool) -> Style {
        let (black, white) = (Color::Indexed(16), Color::Indexed(231));
        let (dark, light) = if is_inverted { (white, black) } else { (black, white) };
        Style::new().fg(dark).bg(light)
    }

    /// Returns the theme for a terminal with that many colours.
    #[must_use]
    pub fn made_for(self, colours: Colours) -> Self {
        match colours {
            Colours::True => self,
            Colours::Palette => Self { styles: self.styles.map(|style| recoloured(style, nearest_in_palette)) },
            Colours::None => Self::from_styles(colourless),
        }
    }
}

/// Returns what a role looks like where there are no colours.
fn colourless(role: Role) -> Style {
    let modifier = match role {
        Role::Code | Role::Title | Role::Accent | Role::Danger | Role::Warning => Modifier::BOLD,
        Role::Expiring | Role::Matched => Modifier::BOLD.union(Modifier::UNDERLINED),
        Role::Muted | Role::Used | Role::Next => Modifier::DIM,
        Role::Selected => Modifier::BOLD,
        Role::Text | Role::Bar | Role::Pending | Role::Field | Role::Good => Modifier::empty(),
    };
    Style::new().add_modifier(modifier)
}

fn recoloured(style: Style, recolour: impl Fn(Color) -> Color) -> Style {
    Style { fg: style.fg.map(&recolour), bg: style.bg.map(&recolour), ..style }
}

/// The 6 × 6 × 6 cube of xterm's palette, or its greys where they are nearer.
fn nearest_in_palette(colour: Color) -> Color {
    let Color::Rgb(red, green, blue) = colour else {
        return colour;
    };
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let nearest = |value: u8| (0..6_u8).min_by_key(|step| STEPS[usize::from(*step)].abs_diff(value)).unwrap_or(0);
    let distance = |r: u8, g: u8, b: u8| {
        let square = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
        square(r, red) + square(g, green) + square(b, blue)
    };
    let cube = [nearest(red), nearest(green), nearest(blue)];
    let [r, g, b] = cube.map(|step| STEPS[usize::from(step)]);
    let average = ((u16::from(red) + u16::from(green) + u16::from(blue)) / 3) as u8;
    let grey_step = (average.saturating_sub(3) / 10).min(23);
    let grey = 8 + 10 * grey_step;
    if distance(grey, grey, grey) < distance(r, g, b) {
        Color::Indexed(232 + grey_step)
    } else {
        Color::Indexed(16 + 36 * cube[0] + 6 * cube[1] + cube[2])
    }
}

/// A role's looks as a file says them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Look {
    color: Option<String>,
    background: Option<String>,
    #[serde(default)]
    bold: bool,
    #[serde(default)]
    dim: bool,
    #[serde(default)]
    italic: bool,
    #[serde(default)]
    underline: bool,
    #[serde(default)]
    reverse: bool,
}

impl Look {
    fn style(&self, role: Role) -> Result<Style, ThemeError> {
        let parse = |text: &Option<String>| {
            let colour = text.as_deref().map(str::parse::<Color>).transpose();
            colour.map_err(|_| ThemeError::NoSuchColour { role: role.name() })
        };
        let mut style = Style { fg: parse(&self.color)?, bg: parse(&self.background)?, ..Style::new() };
        for (wanted, modifier) in [
            (self.bold, Modifier::BOLD),
            (self.dim, Modifier::DIM),
            (self.italic, Modifier::ITALIC),
            (self.underline, Modifier::UNDERLINED),
            (self.reverse, Modifier::REVERSED),
        ] {
            if wanted {
                style = style.add_modifier(modifier);
            }
        }
        Ok(style)
    }
}
