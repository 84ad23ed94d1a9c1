//! How the backups stand, and which there are.

mod facts;
mod make;
mod opening;
mod report;
mod words;

use std::path::PathBuf;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

pub use opening::OpenBackup;

use crate::tui::action::Action;
use crate::tui::backups::{BackupOutcome, BackupTask, Backups, KnownBackup, Review};
use crate::tui::dates;
use crate::tui::effect::Effect;
use crate::tui::message::Outcome;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::screens::devices::Devices;
use crate::tui::screens::merge::Merge;
use crate::tui::screens::slots::SlotList;
use crate::tui::theme::Role;
use crate::tui::widgets::{heading, label, picker};
use make::MakeBackup;

/// Cells of a date with its time, of a count, of how something opens, of what a proof says.
const DATE_CELLS: u16 = 18;
const COUNT_CELLS: u16 = 14;
const HOW_CELLS: u16 = 19;
const PROOF_CELLS: u16 = 21;
/// From so many columns on, a row says how many accounts are in a backup; and from so many on, what opens it.
const WIDE: u16 = 66;
const WIDER: u16 = 100;

/// The backups, one of them selected.
#[derive(Default)]
pub struct BackupList {
    /// By its file, so that it stays selected when there are new ones.
    selected: Option<PathBuf>,
    /// What was found by looking; nothing until then.
    review: Option<Review>,
}

impl BackupList {
    /// Returns the list, and what it has to look at.
    pub fn open() -> Next {
        let review = Effect::Backup(BackupTask::Review);
        Next { effects: vec![review], ..Next::open(Self::default()) }
    }

    fn place(&self, made: &[KnownBackup]) -> usize {
        made.iter().position(|backup| Some(&backup.file) == self.selected.as_ref()).unwrap_or(0)
    }

    fn select(&mut self, made: &[KnownBackup], place: usize) {
        self.selected = made.get(place).map(|backup| backup.file.clone());
    }

    fn drill(&self, backups: &Backups) -> Next {
        Next::open(match backups.made.get(self.place(&backups.made)) {
            Some(backup) => OpenBackup::drill(&backup.file.to_string_lossy(), Some(backup.opens_with)),
            None => OpenBackup::drill("", None),
        })
    }

    fn bring_in(&self, backups: &Backups) -> Next {
        let selected = backups.made.get(self.place(&backups.made));
        let file = selected.map(|backup| backup.file.to_string_lossy().into_owned());
        Next::open(OpenBackup::bring_in(&file.unwrap_or_default()))
    }

    /// Divides what is below the heading into facts and rows.
    fn rows_area(&self, context: &Context<'_>, area: Rect) -> Rect {
        let below = heading::below(area);
        let taken = facts::rows(self.review.as_ref(), context, below).min(below.height);
        Rect { y: below.y + taken, height: below.height - taken, ..below }
    }
}

impl Screen for BackupList {
    fn name(&self) -> ScreenName {
        ScreenName::Backups
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let Some(snapshot) = context.snapshot else { return };
        let detail = words::accounts(snapshot.vault.len() as u64);
        let buffer = frame.buffer_mut();
        let below = heading::view("backup and devices", &detail, context, buffer, area);
        facts::view(self.review.as_ref(), context, buffer, below);
        let (rows, made) = (self.rows_area(context, area), &snapshot.backups.made);
        if made.is_empty() {
            let text = Rect { x: rows.x + 3, width: rows.width.saturating_sub(4), ..rows };
            let key = context.key(Action::MakeBackup);
            let words = format!("If this computer is lost, so are the accounts. {key} makes a backup.");
            label::draw_wrapped(buffer, text, &words, context.style(Role::Text));
            return;
        }
        picker::view(rows, self.place(made), made.len(), context, buffer, |buffer, row, place| {
            view_backup(&made[row], context, buffer, place);
        });
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        let Some(snapshot) = context.snapshot else { return Next::default() };
        let backups = &snapshot.backups;
        if let Some(place) = picker::moved(action, self.place(&backups.made), backups.made.len()) {
            self.select(&backups.made, place);
            return Next::default();
        }
        match action {
            Action::MakeBackup => Next::open(MakeBackup::new(backups)),
            Action::Drill | Action::Submit => self.drill(backups),
            Action::DrillOther => Next::open(OpenBackup::drill("", None)),
            Action::BringIn => self.bring_in(backups),
            Action::Devices => Devices::open(),
            Action::Slots => SlotList::open(),
            Action::Merge => Merge::open(Vec::new()),
            Action::Back => Next::go(Go::Close),
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, context: &Context<'_>) -> Vec<Action> {
        let has_some = context.snapshot.is_some_and(|snapshot| !snapshot.backups.made.is_empty());
        let mut hints = vec![Action::MakeBackup];
        hints.extend(has_some.then_some(Action::Drill));
        hints.extend([Action::DrillOther, Action::BringIn, Action::Merge, Action::Devices, Action::Slots]);
        hints.extend([Action::Help, Action::Back]);
        hints
    }

    fn hear(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        match outcome {
            Outcome::Backup(BackupOutcome::Reviewed(review)) => self.review = Some(review.clone()),
            Outcome::Backup(BackupOutcome::Made { made, .. }) => self.selected = Some(made.file.clone()),
            Outcome::Saved { .. } | Outcome::Undone { .. } | Outcome::Backup(BackupOutcome::BroughtIn { .. }) => {
                return Next::effect(Effect::Backup(BackupTask::Review));
            }
            _ => {} // changes nothing that is shown here
        }
        Next::default()
    }

    fn click(&mut self, at: Position, area: Rect, context: &Context<'_>) -> Next {
        let made = context.snapshot.map(|snapshot| snapshot.backups.made.as_slice()).unwrap_or_default();
        let place = self.place(made);
        let hit = picker::hit(self.rows_area(context, area), place, made.len(), at);
        self.select(made, hit.unwrap_or(place));
        Next::default()
    }
}

fn view_backup(backup: &KnownBackup, context: &Context<'_>, buffer: &mut Buffer, place: Rect) {
    let zone = &context.settings.time_zone;
    let (proof, role) = match backup.proved {
        Some(proved) => (format!("proved {}", dates::ago(proved, context.now, zone)), Role::Good),
        None => ("not proved".to_owned(), Role::Warning),
    };
    let mut x = place.x;
    let mut column = |cells: u16| {
        let column = Rect { x, width: cells.min(place.right().saturating_sub(x)), ..place };
        x = x.saturating_add(cells).min(place.right());
        column
    };
    label::draw(buffer, column(DATE_CELLS), &dates::minute(backup.made, zone), context.style(Role::Text));
    if place.width >= WIDE {
        label::draw(buffer, column(COUNT_CELLS), &words::accounts(backup.accounts), context.style(Role::Text));
    }
    label::draw(buffer, column(PROOF_CELLS), &proof, context.style(role));
    if place.width >= WIDER {
        let how = if backup.is_automatic { "automatic" } else { words::opens_with(backup.opens_with) };
        label::draw(buffer, column(HOW_CELLS), how, context.style(Role::Muted));
    }
    let rest = column(place.width);
    let rest = Rect { width: rest.width.saturating_sub(1), ..rest };
    label::draw(buffer, rest, &words::folder(&backup.file), context.style(Role::Muted));
}
