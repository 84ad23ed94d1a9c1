//! What the page about the clock says.

use crate::otp::Period;
use crate::tui::action::Action;
use crate::tui::clock::{
    Certainty, Evidence, EvidenceKind, Level, Report, Says, ahead_in_words, correction_in_words, role_of, suggested,
    with_minus,
};
use crate::tui::screen::Context;
use crate::tui::theme::Role;
use crate::tui::widgets::reading::Passage;

/// Returns what is looked at even where it has nothing to say, and what it says then.
fn always(context: &Context<'_>) -> [(EvidenceKind, String); 3] {
    let (compare, ask) = (context.key(Action::Compare), context.key(Action::AskNetwork));
    [
        (EvidenceKind::LastSave, "consistent: it is later here than when the vault was saved".to_owned()),
        (EvidenceKind::Comparison, format!("not compared: {compare} compares with your phone, and takes a minute")),
        (EvidenceKind::Network, format!("not asked: {ask} asks time servers, after a yes")),
    ]
}

/// Returns what it comes to, for the end of the first line.
pub(super) fn short_headline(report: &Report) -> String {
    match report.ahead {
        None => "not confirmed".to_owned(),
        Some(ahead) => format!("this computer is {}", ahead_in_words(ahead)),
    }
}

/// Returns everything that there is to read.
pub(super) fn of(report: &Report, context: &Context<'_>) -> Vec<Passage> {
    let mut all = vec![
        Passage::named("clock", report.headline(), headline_role(report.level)),
        Passage::named("codes", report.meaning(shortest_period(context)), Role::Text),
        Passage::Gap,
    ];
    all.extend(report.evidence.iter().map(evidence));
    let is_silent = |kind: EvidenceKind| !report.evidence.iter().any(|evidence| evidence.kind == kind);
    let silent = always(context).into_iter().filter(|(kind, _)| is_silent(*kind));
    all.extend(silent.map(|(kind, words)| Passage::named(name(kind), words, Role::Muted)));
    all.push(Passage::Gap);
    for (place, advice) in report.advice().into_iter().enumerate() {
        // On the command line that is a command, here it is a key.
        let advice = advice.replace(": countersign clock compare", &format!(" ({})", context.key(Action::Compare)));
        all.push(Passage::named(if place == 0 { "to do" } else { "or" }, advice, Role::Text));
    }
    all.push(Passage::named("here alone", correction(report), Role::Text));
    all
}

fn evidence(evidence: &Evidence) -> Passage {
    let (sign, role) = match evidence.says {
        Says::Fine => ("", Role::Text),
        Says::Unknown => ("", Role::Muted),
        Says::Doubtful => ("! ", Role::Warning),
        Says::Wrong => ("! ", Role::Danger),
    };
    let words = match evidence.certainty {
        Certainty::CannotTell => format!("{sign}{}", evidence.words),
        certainty => format!("{sign}{} ({})", evidence.words, certainty.words()),
    };
    Passage::named(name(evidence.kind), words, role)
}

/// Returns what the first line looks like: it is no small print, however calm.
fn headline_role(level: Level) -> Role {
    if level.is_alarm() { role_of(level) } else { Role::Text }
}

const fn name(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Correction => "your correction",
        EvidenceKind::Built => "this program",
        EvidenceKind::LastSave => "the last save",
        EvidenceKind::NewestFile => "newest file",
        EvidenceKind::Network => "the network",
        EvidenceKind::Comparison => "other device",
        EvidenceKind::Service => "time service",
        EvidenceKind::Kernel => "the system",
        EvidenceKind::Step => "since the start",
    }
}

/// Says what can be done for countersign alone.
fn correction(report: &Report) -> String {
    let (add, was) = (suggested(report), report.correction.as_ref().map(|correction| correction.millis));
    let words = |millis: i64| with_minus(&correction_in_words(millis));
    match (was, add) {
        (Some(was), Some(add)) if was != add && report.level != Level::Ok => {
            format!("o changes the correction from {} to {}; x takes it away", words(was), words(add))
        }
        (Some(was), _) => format!("codes are made with {}: o changes it, x takes it away", words(was)),
        (None, Some(add)) if report.level != Level::Ok => {
            format!("o applies {} to codes (shown everywhere, asked again in 30 days)", words(add))
        }
        (None, _) => "o corrects the time for codes, where you may not set the clock itself".to_owned(),
    }
}

/// Returns the shortest step among the accounts: the first to notice.
fn shortest_period(context: &Context<'_>) -> Period {
    let accounts = context.snapshot.iter().flat_map(|snapshot| snapshot.vault.accounts());
    accounts.filter_map(|account| account.params().period()).min().unwrap_or_default()
}
