//! What lies about on this computer: where to look, what was found, and what becomes of each.

mod folders;
mod found;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use secrecy::SecretString;

use self::folders::Folders;
use self::found::FoundList;
use super::account_form::AccountForm;
use super::confirm::Confirm;
use super::import::Import;
use super::recovery::Adding;
use crate::otp::Timestamp;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::key::{Key, MouseKind};
use crate::tui::leftovers::{Leftover, LeftoverKind, LeftoverOutcome, LeftoverTask};
use crate::tui::message::Outcome;
use crate::tui::notice::Notice;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::widgets::picker;

/// What deleting a file does not do.
pub(super) const NO_ERASURE: &str =
    "This is no secure erasure: whoever searches the disk may still find what was in it.";

/// The screen.
pub struct Leftovers {
    page: Page,
}

enum Page {
    /// Where to look.
    Folders(Folders),
    /// What was found.
    Found(FoundList),
}

impl Leftovers {
    /// Opens the screen, and asks which folders there are.
    pub fn opening() -> Next {
        let screen = Self { page: Page::Folders(Folders::default()) };
        Next { effects: vec![Effect::Leftovers(LeftoverTask::Folders)], ..Next::open(screen) }
    }

    fn search(&mut self, context: &Context<'_>) -> Next {
        let Page::Folders(page) = &mut self.page else { return Next::default() };
        match page.search(context) {
            Some(folders) => Next::effect(Effect::Leftovers(LeftoverTask::Search { asked: context.now, folders })),
            None => Next::notice(Notice::note("choose a folder, or type one")),
        }
    }

    fn hear_of(&mut self, outcome: &LeftoverOutcome, context: &Context<'_>) -> Next {
        match (outcome, &mut self.page) {
            (LeftoverOutcome::Folders(there), Page::Folders(page)) => page.offer(there, context),
            (LeftoverOutcome::Looking { asked, files, found }, Page::Folders(page)) if page.waits_for(*asked) => {
                page.progress(*files, *found);
                return Next::effect(Effect::Leftovers(LeftoverTask::GoOn { asked: *asked }));
            }
            (LeftoverOutcome::Found { asked, leftovers, kept }, Page::Folders(page)) if page.waits_for(*asked) => {
                self.page = Page::Found(FoundList::new(leftovers.clone(), kept));
            }
            (LeftoverOutcome::Taken(text), Page::Found(_)) => return Next::open(AccountForm::from_uri(text)),
            (LeftoverOutcome::Compared(kept), Page::Found(list)) => {
                // What has just come in is the next to go, if its owner wants that.
                if let Some(leftover) = list.compare(kept) {
                    return ask_to_delete(&leftover, true, context);
                }
            }
            (LeftoverOutcome::Deleted(path), Page::Found(list)) => {
                list.remove(path);
                let words = format!("deleted {}, not erased", found::path_words(path, context));
                return Next::notice(Notice::good(words));
            }
            (_, Page::Folders(_) | Page::Found(_)) => {}
        }
        Next::default()
    }
}

/// Goes where a file is brought in: each time its reader sees first what was understood.
fn bring_in(leftover: &Leftover) -> Next {
    match leftover.kind {
        LeftoverKind::RecoveryCodes { .. } | LeftoverKind::NamedCodes => Adding::from_file(leftover.path.clone()),
        LeftoverKind::Export { .. } | LeftoverKind::NamedExport => Import::from_file(&leftover.path),
        LeftoverKind::Addresses { .. } | LeftoverKind::Picture { .. } => {
            Next::effect(Effect::Leftovers(LeftoverTask::Take(leftover.clone())))
        }
    }
}

fn ask_to_delete(leftover: &Leftover, is_kept: bool, context: &Context<'_>) -> Next {
    let effect = Effect::Leftovers(LeftoverTask::Delete(leftover.path.clone()));
    let question = format!("delete {}?", found::path_words(&leftover.path, context));
    match is_kept {
        true => Next::open(Confirm::new(question, format!("The vault has all of it. {NO_ERASURE}"), vec![effect])),
        false => {
            let words = format!("! The vault does not have all of it: what is only in there is lost. {NO_ERASURE}");
            Next::open(Confirm::new(question, words, vec![effect]).typing("delete"))
        }
    }
}

impl Screen for Leftovers {
    fn name(&self) -> ScreenName {
        ScreenName::Leftovers
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        match &self.page {
            Page::Folders(page) => page.view(context, frame, area),
            Page::Found(list) => list.view(context, frame.buffer_mut(), area),
        }
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        match (&mut self.page, action) {
            (_, Action::Back) => return Next::go(Go::Close),
            (Page::Folders(_), Action::Submit) => return self.search(context),
            (Page::Folders(page), action) => page.act(action),
            (Page::Found(list), action) => {
                if let Some(place) = picker::moved(action, list.place, list.len()) {
                    list.place = place;
                    return Next::default();
                }
                match (action, list.selected()) {
                    (Action::Submit, Some((leftover, true))) => return ask_to_delete(leftover, true, context),
                    (Action::Submit, Some((leftover, false))) => return bring_in(leftover),
                    (Action::DeleteFile, Some((leftover, is_kept))) => {
                        return ask_to_delete(leftover, is_kept, context);
                    }
                    _ => {} // actions of other screens
                }
            }
        }
        Next::default()
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        match &self.page {
            Page::Folders(page) if page.is_waiting() => vec![Action::Back],
            Page::Folders(_) => vec![Action::Submit, Action::Toggle, Action::Back],
            Page::Found(list) if list.selected().is_none() => vec![Action::Back],
            Page::Found(_) => vec![Action::Submit, Action::DeleteFile, Action::Undo, Action::Back],
        }
    }

    fn takes_text(&self) -> bool {
        matches!(&self.page, Page::Folders(page) if page.takes_text())
    }

    fn type_key(&mut self, key: Key, _: &Context<'_>) -> bool {
        match &mut self.page {
            Page::Folders(page) => page.press(key),
            Page::Found(_) => false,
        }
    }

    fn paste(&mut self, text: &SecretString, _: &Context<'_>) -> Option<Next> {
        let Page::Folders(page) = &mut self.page else { return None };
        page.paste(text);
        Some(Next::default())
    }

    fn hear(&mut self, outcome: &Outcome, context: &Context<'_>) -> Next {
        match (outcome, &mut self.page) {
            (Outcome::Leftovers(outcome), _) => self.hear_of(outcome, context),
            (Outcome::Saved { .. } | Outcome::Undone { .. }, Page::Found(list)) if list.len() > 0 => {
                Next::effect(Effect::Leftovers(LeftoverTask::Compare(list.all())))
            }
            (Outcome::Crashed, Page::Folders(page)) => {
                page.stop();
                Next::default()
            }
            _ => Next::default(), // what became of others' effects
        }
    }

    fn mouse(&mut self, kind: MouseKind, at: Position, area: Rect, context: &Context<'_>) -> Next {
        match (kind, &mut self.page) {
            (MouseKind::WheelUp, _) => self.act(Action::Up, context),
            (MouseKind::WheelDown, _) => self.act(Action::Down, context),
            (MouseKind::Click, Page::Folders(page)) => {
                page.click(at, area, context);
                Next::default()
            }
            (MouseKind::Click, Page::Found(list)) => {
                list.click(at, area);
                Next::default()
            }
        }
    }

    fn wake_at(&self, context: &Context<'_>, _: Rect) -> Option<Timestamp> {
        match &self.page {
            Page::Folders(page) => page.wake_at(context.now),
            Page::Found(_) => None,
        }
    }
}
