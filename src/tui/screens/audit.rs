//! What deserves attention: the findings, what to do about each, and the way there.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::account_form::AccountForm;
use super::backups::BackupList;
use super::confirm::Confirm;
use super::leftovers::{Leftovers, NO_ERASURE};
use super::recovery::RecoveryCodes;
use super::slots::SlotList;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::key::Key;
use crate::tui::leftovers::{LeftoverOutcome, LeftoverTask};
use crate::tui::message::Outcome;
use crate::tui::notice::Notice;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::theme::Role;
use crate::tui::widgets::text_field::TextField;
use crate::tui::widgets::{heading, label, picker};
use crate::vault::audit::{Facts, Finding, FindingKind, Remedy, Severity, audit};
use crate::vault::{Change, Vault};

/// Rows for what to do about the selected finding, and from how many rows on there is room for them.
const ADVICE_ROWS: u16 = 4;
const ROOMY_ROWS: u16 = 8;
/// Cells of the severity.
const SEVERITY_CELLS: u16 = 10;
/// The longest reason.
const REASON_LIMIT: usize = 200;

/// The findings, one of them selected.
#[derive(Default)]
pub struct Audit {
    /// What the worker knows of the machine; nothing until it has answered.
    facts: Option<Facts>,
    findings: Vec<Finding>,
    /// The id of the selected one: the selection follows the finding, not the row.
    selected: Option<String>,
    place: usize,
    /// The reason that is being typed.
    reason: Option<TextField>,
    /// What the findings were made of.
    source: Option<Arc<Vault>>,
}

impl Audit {
    /// Opens the screen, and asks for what only the worker knows.
    pub fn opening() -> Next {
        Next { effects: vec![Effect::AuditFacts], ..Next::open(Self::default()) }
    }

    /// Finds everything anew; dismissed findings come last.
    fn find(&mut self, context: &Context<'_>) {
        let Some(snapshot) = context.snapshot else {
            return;
        };
        let facts = self.facts.clone().unwrap_or_else(|| Facts::at(context.now));
        let facts = Facts { limits: context.settings.audit_limits(), ..facts };
        self.findings = audit(&snapshot.vault, &snapshot.memory, &facts);
        self.findings.sort_by_key(|finding| finding.dismissed.is_some());
        self.source = Some(Arc::clone(&snapshot.vault));
        let same = self.findings.iter().position(|finding| Some(finding.id()) == self.selected);
        self.select(same.unwrap_or(self.place));
    }

    fn select(&mut self, place: usize) {
        self.place = place.min(self.findings.len().saturating_sub(1));
        self.selected = self.finding().map(Finding::id);
    }

    fn finding(&self) -> Option<&Finding> {
        self.findings.get(self.place)
    }

    /// Goes where the selected finding is set right.
    fn open(&self, context: &Context<'_>) -> Next {
        let Some(finding) = self.finding() else {
            return Next::default();
        };
        let account = finding.account.and_then(|id| context.snapshot?.vault.get(id));
        match (finding.kind.remedy(), account) {
            (Remedy::Edit, Some(account)) => Next::open(AccountForm::editing(account)),
            (Remedy::Rotate, Some(account)) => Next::open(AccountForm::rotating(account)),
            (Remedy::Confirm, Some(account)) => Next::open(AccountForm::confirming(account)),
            (Remedy::RecoveryCodes, Some(account)) => Next::open(RecoveryCodes::of(account.id())),
            (Remedy::Backup, _) => BackupList::open(),
            (Remedy::Slots, _) => SlotList::open(),
            (Remedy::Outside, _) => delete(finding),
            // Deleted by another device since.
            (Remedy::Edit | Remedy::Rotate | Remedy::Confirm | Remedy::RecoveryCodes, None) => {
                Next::notice(Notice::note("the account is not in the vault any more"))
            }
        }
    }

    /// Begins to dismiss the selected finding, or takes its dismissal back.
    fn dismiss(&mut self) -> Next {
        match self.finding() {
            Some(finding) if finding.dismissed.is_some() => {
                let change = Change::Dismiss(finding.id(), None);
                Next::effect(Effect::Commit { title: format!("recalled {finding}"), change })
            }
            Some(_) => {
                self.reason = Some(TextField::with_limit(REASON_LIMIT));
                Next::default()
            }
            None => Next::default(),
        }
    }

    fn submit_reason(&mut self) -> Next {
        let reason = self.reason.as_ref().map(|field| field.text().trim().to_owned()).unwrap_or_default();
        let Some(finding) = self.finding().filter(|_| !reason.is_empty()) else {
            return Next::notice(Notice::note("say in a few words why it does not matter; esc leaves it"));
        };
        let title = format!("dismissed {finding}");
        let change = Change::Dismiss(finding.id(), Some(reason));
        self.reason = None;
        Next::effect(Effect::Commit { title, change })
    }

    fn counts(&self) -> String {
        let dismissed = self.findings.iter().filter(|finding| finding.dismissed.is_some()).count();
        let open = match self.findings.len() - dismissed {
            0 => "nothing needs your attention".to_owned(),
            1 => "1 finding".to_owned(),
            count => format!("{count} findings"),
        };
        if dismissed == 0 { open } else { format!("{open} · {dismissed} dismissed") }
    }

    fn view_below(&self, finding: &Finding, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let line = Rect { height: area.height.min(1), ..area };
        let Some(reason) = &self.reason else {
            let words = match &finding.dismissed {
                Some(reason) => format!("dismissed: {}", crate::shown::shown(reason)),
                // Where a line is too short for the finding, it stands here whole.
                None if is_narrow(finding, area) => format!("{}; {}", finding.kind, finding.kind.advice()),
                None => finding.kind.advice().to_owned(),
            };
            label::draw_wrapped(frame.buffer_mut(), area, &words, context.style(Role::Muted));
            return;
        };
        let asked = label::draw(frame.buffer_mut(), line, "why does it not matter? ", context.style(Role::Text));
        let room = Rect { x: line.x + asked, width: line.width.saturating_sub(asked), ..line };
        reason.view(context, frame, room, true);
    }
}

/// Offers to delete a file with readable secrets that was written from here.
fn delete(finding: &Finding) -> Next {
    let FindingKind::PlaintextExport { path } = &finding.kind else {
        return Next::notice(Notice::note(finding.kind.advice()));
    };
    let question = format!("delete {}?", crate::shown::shown(path));
    let words = format!("Whoever reads it has all its codes. {NO_ERASURE}");
    Next::open(Confirm::new(question, words, vec![Effect::Leftovers(LeftoverTask::Delete(path.into()))]))
}

fn is_narrow(finding: &Finding, area: Rect) -> bool {
    crate::shown::width(&finding.to_string()) + usize::from(SEVERITY_CELLS) >= usize::from(area.width)
}

/// Returns where the rows stand, and what is said about the selected one.
fn split(area: Rect) -> (Rect, Rect) {
    let below = heading::below(area);
    let taken = if below.height >= ROOMY_ROWS { ADVICE_ROWS } else { 1.min(below.height) };
    let rows = Rect { height: below.height - taken, ..below };
    let margin = heading::MARGIN.min(below.width / 2);
    let advice = Rect { x: below.x + margin, y: rows.bottom(), width: below.width - 2 * margin, height: taken };
    let gap = u16::from(taken == ADVICE_ROWS);
    (rows, Rect { y: advice.y + gap, height: advice.height - gap, ..advice })
}

impl Screen for Audit {
    fn name(&self) -> ScreenName {
        ScreenName::Audit
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        heading::view("audit", &self.counts(), context, frame.buffer_mut(), area);
        let (rows, below) = split(area);
        let Some(selected) = self.finding() else {
            let text = Rect { x: rows.x + heading::MARGIN, width: rows.width.saturating_sub(2), ..rows };
            let words = "Nothing here needs your attention.";
            label::draw_wrapped(frame.buffer_mut(), text, words, context.style(Role::Good));
            return;
        };
        picker::view(rows, self.place, self.findings.len(), context, frame.buffer_mut(), |buffer, row, place| {
            view_finding(&self.findings[row], context, buffer, place);
        });
        self.view_below(selected, context, frame, below);
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        if self.reason.is_some() {
            return match action {
                Action::Submit => self.submit_reason(),
                Action::Back => {
                    self.reason = None;
                    Next::default()
                }
                _ => Next::default(), // nothing else while a reason is typed
            };
        }
        if let Some(place) = picker::moved(action, self.place, self.findings.len()) {
            self.select(place);
            return Next::default();
        }
        match action {
            Action::Submit => self.open(context),
            Action::Dismiss => self.dismiss(),
            Action::Leftovers => Leftovers::opening(),
            Action::Back => Next::go(Go::Close),
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        match (&self.reason, self.findings.is_empty()) {
            (Some(_), _) => vec![Action::Submit, Action::Back],
            (None, true) => vec![Action::Leftovers, Action::Back],
            (None, false) => {
                vec![Action::Submit, Action::Dismiss, Action::Leftovers, Action::Undo, Action::Back]
            }
        }
    }

    fn takes_text(&self) -> bool {
        self.reason.is_some()
    }

    fn type_key(&mut self, key: Key, _: &Context<'_>) -> bool {
        self.reason.as_mut().is_some_and(|reason| reason.press(key))
    }

    fn hear(&mut self, outcome: &Outcome, context: &Context<'_>) -> Next {
        if let Outcome::AuditFacts(facts) = outcome {
            if self.facts.replace(Facts::clone(facts)).is_none() {
                // Now that all is known, the worst is what is looked at first.
                (self.selected, self.place) = (None, 0);
            }
            self.find(context);
        }
        match outcome {
            Outcome::Leftovers(LeftoverOutcome::Deleted(path)) => {
                let words = format!("deleted {}, not erased", crate::shown::shown(&path.to_string_lossy()));
                Next { notice: Some(Notice::good(words)), ..Next::effect(Effect::AuditFacts) }
            }
            // Something about backups or devices has changed.
            Outcome::Devices(_) | Outcome::Slots(_) | Outcome::Exported { .. } => Next::effect(Effect::AuditFacts),
            Outcome::Backup(outcome) if outcome.snapshot().is_some() => Next::effect(Effect::AuditFacts),
            _ => Next::default(), // what is in the vault comes with its snapshot
        }
    }

    fn click(&mut self, at: Position, area: Rect, _: &Context<'_>) -> Next {
        let hit = picker::hit(split(area).0, self.place, self.findings.len(), at);
        self.select(hit.unwrap_or(self.place));
        Next::default()
    }

    fn refresh(&mut self, context: &Context<'_>) {
        let is_same = match (&self.source, context.snapshot) {
            (Some(source), Some(snapshot)) => Arc::ptr_eq(source, &snapshot.vault),
            _ => false,
        };
        if !is_same {
            self.find(context);
        }
    }
}

fn view_finding(finding: &Finding, context: &Context<'_>, buffer: &mut Buffer, place: Rect) {
    let (word, role) = match (&finding.dismissed, finding.kind.severity()) {
        (Some(_), _) => ("dismissed", Role::Muted),
        (None, Severity::Critical) => ("critical", Role::Danger),
        (None, Severity::Warn) => ("warn", Role::Warning),
        (None, Severity::Note) => ("note", Role::Muted),
    };
    let place = Rect { width: place.width.saturating_sub(1), ..place };
    let cells = SEVERITY_CELLS.min(place.width / 3);
    label::draw(buffer, Rect { width: cells, ..place }, word, context.style(role));
    let rest = Rect { x: place.x + cells, width: place.width - cells, ..place };
    let role = if finding.dismissed.is_some() { Role::Muted } else { Role::Text };
    label::draw(buffer, rest, &finding.to_string(), context.style(role));
}
