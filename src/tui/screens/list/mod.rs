//! The accounts and their codes.

mod deeds;
mod detail;
mod draw;
mod header;
mod layout;
mod one;
mod order;
mod row;

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use secrecy::SecretString;

use self::deeds::{accept, copy, copy_candidate, copy_next, copy_when_new, discard, pin, stop_rotation};
use self::layout::{Layout, Shape};
use self::order::Row;
use crate::otp::Timestamp;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::key::{Key, MouseKind};
use crate::tui::message::{Outcome, Snapshot};
use crate::tui::notice::Notice;
use crate::tui::reveal::Reveal;
use crate::tui::screen::{Context, Moved, Next, Screen, ScreenName};
use crate::tui::screens::account_form::AccountForm;
use crate::tui::screens::audit::Audit;
use crate::tui::screens::backups::BackupList;
use crate::tui::screens::clock::{ClockPage, RefusedCode};
use crate::tui::screens::export::Export;
use crate::tui::screens::import::Import;
use crate::tui::screens::leftovers::Leftovers;
use crate::tui::screens::merge::Merge;
use crate::tui::screens::qr::Qr;
use crate::tui::screens::recovery::RecoveryCodes;
use crate::tui::screens::sort::Sort;
use crate::tui::screens::tags::Tags;
use crate::tui::screens::trash::Trash;
use crate::tui::settings::SortBy;
use crate::tui::widgets::countdown::{self, Countdown};
use crate::tui::widgets::rows::Scroll;
use crate::tui::widgets::text_field::TextField;
use crate::vault::{Account, AccountId};

/// How long a HOTP code that was given out stays visible, in milliseconds.
const ISSUED_MILLIS: i64 = 60_000;

/// The list.
pub struct List {
    sort: SortBy,
    /// Only accounts with this tag, if any.
    tag: Option<String>,
    /// Only accounts without recovery codes.
    is_without: bool,
    query: TextField,
    is_searching: bool,
    /// What is listed, in order.
    rows: Vec<Row>,
    scroll: Scroll,
    /// The selection follows the account, not the row.
    selected: Option<AccountId>,
    /// The account whose hidden code is shown for a while.
    revealed: Reveal<AccountId>,
    /// A HOTP code that was given out, by its counter, and is shown until then.
    issued: Option<(AccountId, u64, Timestamp)>,
    /// What `rows` was made of.
    source: Option<Snapshot>,
}

impl List {
    /// Returns the list in that order.
    pub fn new(sort: SortBy) -> Self {
        Self {
            sort,
            tag: None,
            is_without: false,
            query: TextField::new(),
            is_searching: false,
            rows: Vec::new(),
            scroll: Scroll::default(),
            selected: None,
            revealed: Reveal::default(),
            issued: None,
            source: None,
        }
    }

    fn account(&self) -> Option<&Arc<Account>> {
        self.rows.get(self.scroll.selected).map(|row| &row.account)
    }

    /// Does something with the selected account.
    fn with_account(&self, ask: impl FnOnce(&Account) -> Next) -> Next {
        self.account().map_or_else(Next::default, |account| ask(account))
    }

    fn rebuild(&mut self, context: &Context<'_>) {
        let Some(snapshot) = context.snapshot else {
            return;
        };
        self.source = Some(snapshot.clone());
        self.rows = order::rows(snapshot, self.query.text(), self.tag.as_deref(), self.sort);
        self.rows.retain(|row| !self.is_without || row.account.recovery().current().is_empty());
        let place = self.selected.and_then(|id| self.rows.iter().position(|row| row.account.id() == id));
        self.scroll.selected = place.unwrap_or(self.scroll.selected);
        self.fit(context);
    }

    fn fit(&mut self, context: &Context<'_>) {
        let layout = Layout::of(context.area, self.is_search_visible());
        self.scroll.fit(self.rows.len(), layout.visible_rows());
        self.selected = self.account().map(|account| account.id());
    }

    fn is_search_visible(&self) -> bool {
        self.is_searching || !self.query.is_empty()
    }

    /// Starts again from the top, because something else is listed now.
    fn list_anew(&mut self, context: &Context<'_>) {
        self.scroll = Scroll::default();
        self.selected = None;
        self.rebuild(context);
    }

    fn is_code_visible(&self, id: AccountId, context: &Context<'_>) -> bool {
        !context.hides_codes() || self.revealed.shows(id, context.now)
    }

    /// Returns what may be seen of an account: all of it for a while, once it was revealed.
    fn context_of<'a>(&self, id: AccountId, context: &Context<'a>) -> Context<'a> {
        if self.revealed.shows(id, context.now) { context.revealed() } else { *context }
    }

    /// Returns the counter of the HOTP code that was just given out for an account.
    fn issued_counter(&self, id: AccountId, now: Timestamp) -> Option<u64> {
        self.issued.filter(|(issued, _, until)| *issued == id && *until > now).map(|(_, counter, _)| counter)
    }

    fn copy_row(&mut self, number: u8, context: &Context<'_>) -> Next {
        let layout = Layout::of(context.area, self.is_search_visible());
        let window = self.scroll.window(self.rows.len(), layout.visible_rows());
        let row = window.start + usize::from(number.saturating_sub(1));
        if number == 0 || !window.contains(&row) {
            return Next::default();
        }
        self.scroll.selected = row;
        self.fit(context);
        self.with_account(|account| copy(account, context.now))
    }

    fn reveal(&mut self, context: &Context<'_>) -> Next {
        if !context.hides_codes() {
            let key = context.key(Action::HideCodes);
            return Next::notice(Notice::note(format!("codes are not hidden: {key} hides them, codes.hide always")));
        }
        if let Some(id) = self.account().map(|account| account.id()) {
            self.revealed.toggle(id, context.settings.reveal_millis, context.now);
        }
        Next::default()
    }

    fn back(&mut self, context: &Context<'_>) -> Next {
        if self.is_search_visible() {
            self.is_searching = false;
            self.query.clear();
            self.rebuild(context);
        } else if self.tag.take().is_some() | std::mem::take(&mut self.is_without) {
            self.rebuild(context);
        }
        Next::default()
    }

    fn show_tag(&mut self, number: u16, context: &Context<'_>) -> Next {
        let tags = context.snapshot.map(|snapshot| snapshot.vault.tags()).unwrap_or_default();
        self.tag = usize::from(number).checked_sub(1).and_then(|index| tags.get(index).cloned());
        self.list_anew(context);
        Next::default()
    }

    fn sort_by(&mut self, sort: SortBy, context: &Context<'_>) -> Next {
        self.sort = sort;
        self.rebuild(context);
        Next::default()
    }

    /// Moves the selected account one row in the user's own order.
    fn shift(&self, down: bool) -> Next {
        if self.sort != SortBy::Own || self.is_search_visible() || self.tag.is_some() || self.is_without {
            return Next::notice(Notice::note("accounts move in your own order only: o chooses it"));
        }
        order::shifted(&self.rows, self.scroll.selected, down).map_or_else(Next::default, |change| {
            let label = self.account().map(|account| account.label()).unwrap_or_default();
            Next::effect(Effect::Commit { title: format!("moved {label}"), change })
        })
    }
}

impl Screen for List {
    fn name(&self) -> ScreenName {
        ScreenName::List
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        draw::view(self, context, frame, area);
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        let layout = Layout::of(context.area, self.is_search_visible());
        if self.scroll.act(action, self.rows.len(), layout.visible_rows()) {
            self.fit(context);
            return Next::default();
        }
        match action {
            Action::Copy => {
                self.is_searching = false;
                self.with_account(|account| copy(account, context.now))
            }
            Action::CopyNext => self.with_account(|account| copy_next(account, context.now)),
            Action::CopyCandidate => self.with_account(|account| copy_candidate(account, context.now)),
            Action::CopyWhenNew => self.with_account(|account| copy_when_new(account, context.now)),
            Action::CopyRow(number) => self.copy_row(number, context),
            Action::Reveal => self.reveal(context),
            Action::Search => {
                self.is_searching = true;
                self.fit(context);
                Next::default()
            }
            Action::Add => Next::open(AccountForm::adding()),
            Action::Edit => self.account().map_or_else(Next::default, |it| Next::open(AccountForm::editing(it))),
            Action::Rotate => self.account().map_or_else(Next::default, |it| Next::open(AccountForm::rotating(it))),
            Action::StopRotation => self.with_account(stop_rotation),
            Action::Discard => self.with_account(|account| discard(account, context.now)),
            Action::Pin => self.with_account(pin),
            Action::Accept => self.with_account(accept),
            Action::Sort => Next::open(Sort::new(self.sort)),
            Action::SortBy(sort) => self.sort_by(sort, context),
            Action::Tags => Next::open(Tags::new(self.tag.as_deref())),
            Action::ShowTag(number) => self.show_tag(number, context),
            Action::Raise => self.shift(false),
            Action::Lower => self.shift(true),
            Action::Merge => Merge::open(Vec::new()),
            Action::Recovery => self.with_account(|account| Next::open(RecoveryCodes::of(account.id()))),
            Action::ShowWithout => {
                self.is_without = !self.is_without;
                self.list_anew(context);
                Next::default()
            }
            Action::Trash => Next::open(Trash::new()),
            Action::Import => Next::open(Import::new()),
            Action::Export => Next::open(Export::new()),
            Action::ShowQr if !self.rows.is_empty() => {
                let ids = self.rows.iter().map(|row| row.account.id()).collect();
                Next::open(Qr::new(ids, self.scroll.selected, context))
            }
            Action::Audit => Audit::opening(),
            Action::Leftovers => Leftovers::opening(),
            Action::Backups => BackupList::open(),
            Action::Slots => super::slots::SlotList::open(),
            Action::Clock => ClockPage::opening(),
            Action::Refused => self.with_account(|account| Next::open(RefusedCode::of(account.id()))),
            Action::Back => self.back(context),
            _ => Next::default(), // actions of other screens, and those that moved above
        }
    }

    fn hints(&self, context: &Context<'_>) -> Vec<Action> {
        let is_pending = self.account().is_some_and(|account| account.pending() || account.candidate().is_some());
        if self.rows.is_empty() && !self.is_search_visible() {
            return vec![Action::Add, Action::Import, Action::Trash, Action::Help, Action::Lock, Action::Quit];
        }
        if self.is_searching {
            return vec![Action::Copy, Action::Back];
        }
        let countdown = self.account().and_then(|account| Countdown::at(account.enrolment(), context.now));
        // Beside the list, the panel offers it: hints that move twice a minute are work for a terminal far away.
        let is_wide = Layout::of(context.area, self.is_search_visible()).shape == Shape::Wide;
        let mut hints = match !is_wide && countdown.is_some_and(Countdown::is_expiring) {
            true => vec![Action::Copy, Action::CopyWhenNew, Action::CopyNext],
            false => vec![Action::Copy, Action::CopyNext],
        };
        hints.extend(context.hides_codes().then_some(Action::Reveal));
        let is_rotating = self.account().is_some_and(|account| account.candidate().is_some());
        hints.extend(is_rotating.then_some(Action::CopyCandidate));
        hints.extend(is_pending.then_some(Action::Accept));
        hints.extend([
            Action::Search,
            Action::Add,
            Action::Edit,
            Action::Backups,
            Action::Palette,
            Action::Help,
            Action::Lock,
        ]);
        hints
    }

    fn takes_text(&self) -> bool {
        self.is_searching
    }

    fn type_key(&mut self, key: Key, context: &Context<'_>) -> bool {
        if !self.is_searching || !self.query.press(key) {
            return false;
        }
        self.list_anew(context);
        true
    }

    fn paste(&mut self, text: &SecretString, context: &Context<'_>) -> Option<Next> {
        self.is_searching.then(|| {
            self.query.paste(text);
            self.list_anew(context);
            Next::default()
        })
    }

    fn hear(&mut self, outcome: &Outcome, context: &Context<'_>) -> Next {
        match outcome {
            Outcome::Copied { copied, .. } if copied.valid.is_none() && !copied.is_new => {
                self.issued = Some((copied.id, copied.step, context.now.plus_millis(ISSUED_MILLIS)));
            }
            Outcome::Saved { added: Some(id), .. } => {
                self.query.clear();
                self.is_searching = false;
                self.tag = None;
                self.is_without = false;
                self.selected = Some(*id);
                self.rebuild(context);
            }
            _ => {} // the rest is in the snapshot or in a notice
        }
        Next::default()
    }

    fn mouse(&mut self, kind: MouseKind, at: Position, _area: Rect, context: &Context<'_>) -> Next {
        match kind {
            MouseKind::WheelUp => self.act(Action::Up, context),
            MouseKind::WheelDown => self.act(Action::Down, context),
            MouseKind::Click => {
                let layout = Layout::of(context.area, self.is_search_visible());
                let window = self.scroll.window(self.rows.len(), layout.visible_rows());
                match layout.row_at(at) {
                    Some(row) if window.contains(&(window.start + row)) => {
                        self.copy_row(u8::try_from(row + 1).unwrap_or(0), context)
                    }
                    Some(_) | None if layout.detail.is_some_and(|detail| detail.contains(at)) => {
                        self.act(Action::Copy, context)
                    }
                    Some(_) | None if layout.search.contains(at) => self.act(Action::Search, context),
                    Some(_) | None => header::hit(self, context, &layout, at)
                        .map_or_else(Next::default, |action| self.act(action, context)),
                }
            }
        }
    }

    fn refresh(&mut self, context: &Context<'_>) {
        let is_same = match (&self.source, context.snapshot) {
            (Some(source), Some(snapshot)) => {
                Arc::ptr_eq(&source.vault, &snapshot.vault) && Arc::ptr_eq(&source.memory, &snapshot.memory)
            }
            _ => false,
        };
        if is_same {
            self.fit(context);
        } else {
            self.rebuild(context);
        }
    }

    fn cover(&mut self) {
        self.revealed.end();
    }

    fn clock_moved(&mut self, by_millis: i64, _: Moved) {
        self.revealed.shift(by_millis);
        if let Some((_, _, until)) = &mut self.issued {
            *until = until.plus_millis(by_millis);
        }
    }

    fn wake_at(&self, context: &Context<'_>, area: Rect) -> Option<Timestamp> {
        let layout = Layout::of(area, self.is_search_visible());
        let window = self.scroll.window(self.rows.len(), layout.visible_rows());
        let is_moving = match layout.shape {
            Shape::One => self.account().is_some_and(|account| account.params().period().is_some()),
            Shape::Wide | Shape::Plain | Shape::TwoLines => {
                self.rows[window].iter().any(|row| row.account.params().period().is_some())
            }
        };
        let kept = [self.revealed.wake_at(context.now), self.issued.map(|(_, _, until)| until)];
        let kept = kept.into_iter().flatten().filter(|until| *until > context.now);
        kept.chain(is_moving.then(|| countdown::next_change(context.now))).min()
    }
}
