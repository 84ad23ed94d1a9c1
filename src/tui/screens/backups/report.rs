//! How something about a backup went, to be read and closed.

use std::path::PathBuf;

use ratatui::Frame;
use ratatui::layout::Rect;

use super::opening::OpenBackup;
use super::words;
use crate::tui::action::Action;
use crate::tui::backups::{Drilled, Fault, Made, Restored};
use crate::tui::dates;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::theme::Role;
use crate::tui::widgets::page::{self, Item};

/// Rows of the page that are not for the list.
const OTHER_ROWS: usize = 3;

/// A report.
pub(super) struct Report {
    title: &'static str,
    verdict: (String, Role),
    facts: Vec<(&'static str, String)>,
    /// One line each; more of them than fit are scrolled.
    list: Vec<Fault>,
    first: usize,
    /// What to do now.
    advice: Vec<String>,
    /// The backup that can be drilled from here.
    drill: Option<PathBuf>,
}

impl Report {
    /// Reports a backup that was made.
    pub(super) fn of_made(made: &Made, context: &Context<'_>) -> Self {
        let trash = words::with_trash(made.accounts, made.trash);
        let left_out = match made.left_out.as_slice() {
            [] => Vec::new(),
            ways => vec![("left out", format!("what unlocks the vault here: {}", ways.join(", ")))],
        };
        let drill = context.key(Action::Drill);
        let mut advice =
            vec![format!("Now prove that you can open it: {drill} asks for what opens it, as on the day you need it.")];
        let is_first = context.snapshot.is_some_and(|snapshot| snapshot.backups.made.len() <= 1);
        // Said once: what is on paper outlives a forgotten passphrase.
        advice.extend(is_first.then(|| {
            format!(
                "For the safe there is a recovery sheet, words on paper: {} on the list.",
                context.key(Action::Slots)
            )
        }));
        let mut facts = vec![
            ("file", words::path(made.file.file_name().map_or(made.file.as_path(), |name| name.as_ref()))),
            ("in", words::folder(&made.file)),
            ("words", made.words.clone()),
        ];
        facts.extend(left_out);
        Self {
            title: "backup made",
            verdict: (format!("{trash}: written, read back, the same"), Role::Good),
            facts,
            list: Vec::new(),
            first: 0,
            advice,
            drill: Some(made.file.clone()),
        }
    }

    /// Reports a drill.
    pub(super) fn of_drill(drilled: &Drilled, context: &Context<'_>) -> Self {
        let is_proved = drilled.proved.is_some();
        let verdict = match is_proved {
            true => ("proved: it opens, and holds what it should".to_owned(), Role::Good),
            false => ("! not proved: it opens, but does not hold what it should".to_owned(), Role::Danger),
        };
        let mut report = Self {
            title: "drill",
            verdict,
            facts: drill_facts(drilled, context),
            list: drilled.faults.clone(),
            first: 0,
            advice: Vec::new(),
            drill: None,
        };
        if !is_proved {
            report.advice.push(
                "Keep this file: it may hold what the vault has lost. Make a new backup (c), and drill that one."
                    .to_owned(),
            );
        }
        report
    }

    /// Reports a vault that came out of a backup.
    pub(super) fn of_restored(restored: &Restored, context: &Context<'_>) -> Self {
        let made = restored.made.map(|made| dates::minute(made, &context.settings.time_zone));
        let from = match (restored.host.as_str(), made) {
            ("", None) => String::new(),
            ("", Some(made)) => made,
            (host, None) => crate::shown::shown(host),
            (host, Some(made)) => format!("{}, {made}", crate::shown::shown(host)),
        };
        Self {
            title: "restored",
            verdict: (
                format!("{} out of the backup", words::with_trash(restored.accounts, restored.trash)),
                Role::Good,
            ),
            facts: if from.is_empty() { Vec::new() } else { vec![("from", from)] },
            list: vec![Fault { account: String::new(), what: restored.words.clone() }],
            first: 0,
            advice: vec![
                "If the other device is at hand, compare the number and these six words: b shows them there."
                    .to_owned(),
            ],
            drill: None,
        }
    }

    fn items(&self, context: &Context<'_>, height: u16) -> Vec<Item<'_>> {
        let mut items =
            vec![Item::Title(self.title), Item::Gap, Item::Text(self.verdict.0.clone(), self.verdict.1), Item::Gap];
        items.extend(self.facts.iter().map(|(name, value)| Item::Value(name, value.clone())));
        items.push(Item::Gap);
        let window = self.window(height);
        let more = self.list.len() - window.end;
        items.extend(self.list[window].iter().map(|line| Item::Text(line_of(line, context), Role::Text)));
        if more > 0 {
            items.push(Item::Text(format!("{more} more below"), Role::Muted));
        }
        items.push(Item::Gap);
        items.extend(self.advice.iter().map(|line| Item::Aside(line.clone())));
        items
    }

    fn window(&self, height: u16) -> std::ops::Range<usize> {
        let room = usize::from(height).saturating_sub(OTHER_ROWS + self.facts.len() + 2 * self.advice.len()).max(1);
        let first = self.first.min(self.list.len().saturating_sub(room));
        first..(first + room).min(self.list.len())
    }
}

/// Returns a line of the list. The account may be one that the vault never had.
fn line_of(fault: &Fault, context: &Context<'_>) -> String {
    match fault.account.as_str() {
        "" => fault.what.clone(),
        account => format!("{}: {}", context.seen_name(account), fault.what),
    }
}

fn drill_facts(drilled: &Drilled, context: &Context<'_>) -> Vec<(&'static str, String)> {
    let zone = &context.settings.time_zone;
    let mut facts = vec![("file", words::path(drilled.file.file_name().map_or(drilled.file.as_path(), AsRef::as_ref)))];
    facts.extend(drilled.made.map(|made| ("made", dates::minute(made, zone))));
    let same = match drilled.same {
        same if same == drilled.accounts => "all the same, with the codes of now and next".to_owned(),
        same => format!("{same} the same"),
    };
    facts.push(("accounts", format!("{}, {same}", drilled.accounts)));
    let since = match (drilled.newer, drilled.changed) {
        (0, 0) => None,
        (newer, 0) => Some(format!("{} added", words::accounts(newer))),
        (0, changed) => Some(format!("{changed} changed")),
        (newer, changed) => Some(format!("{} added, {changed} changed", words::accounts(newer))),
    };
    facts.extend(since.map(|since| ("since then", format!("{since} in the vault: a new backup has it"))));
    if let Some(proved) = drilled.proved {
        let again = match context.settings.remind_days {
            0 => String::new(),
            days => format!("; asked again in {days} days"),
        };
        facts.push(("proved", format!("{}{again}", dates::when(proved, context.now, zone))));
    }
    facts
}

impl Screen for Report {
    fn name(&self) -> ScreenName {
        ScreenName::Report
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        page::view(&self.items(context, area.height), context, frame, area);
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        let height = context.area.height;
        match action {
            Action::Up => self.first = self.window(height).start.saturating_sub(1),
            Action::Down => self.first = self.window(height).start + 1,
            Action::First => self.first = 0,
            Action::Last => self.first = self.list.len(),
            Action::Submit | Action::Back => return Next::go(Go::Close),
            Action::Drill => {
                let Some(file) = self.drill.take() else { return Next::default() };
                let backups = context.snapshot.map(|snapshot| &snapshot.backups);
                let known = backups.and_then(|backups| backups.made.iter().find(|backup| backup.file == file));
                let form = OpenBackup::drill(&file.to_string_lossy(), known.map(|known| known.opens_with));
                return Next::go(Go::Replace(Box::new(form)));
            }
            _ => {} // actions of other screens
        }
        Next::default()
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        match self.drill {
            Some(_) => vec![Action::Drill, Action::Back],
            None => vec![Action::Back],
        }
    }
}
