//! Draws the fields, and tells which one is where.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use super::AccountForm;
use super::fields::FieldName;
use super::said::Said;
use crate::shown;
use crate::tui::screen::Context;
use crate::tui::theme::Role;
use crate::tui::widgets::{heading, label};

/// Cells before the labels; the mark of the focus stands in the second.
const INDENT: u16 = 3;
/// Cells of the labels and the space behind them; fewer where the terminal is narrow.
const LABEL_CELLS: (u16, u16) = (12, 8);
const NARROW: u16 = 32;
/// With fewer columns than this, what is said about a field begins under its label.
const ROOMY: u16 = 60;
/// With fewer rows than this, only the field with the focus has something said about it.
const FEW_ROWS: u16 = 8;
/// The most cells of a value.
const VALUE_CELLS: u16 = 62;
/// From this width on, what was understood stands beside the secret.
const WIDE: u16 = 110;
const VALUE_CELLS_WIDE: u16 = 44;
const BESIDE_GAP: u16 = 3;
/// From so many rows on there are empty ones.
const AIRY_ROWS: u16 = 16;
/// Cells between what is typed and its unit.
const UNIT_GAP: usize = 2;

/// One row of the form.
enum Row {
    Field(FieldName),
    Said(Said),
    /// What the fields that nobody needs are about.
    More,
    Gap,
}

/// Where the columns are.
struct Columns {
    labels: Rect,
    values: Rect,
    said: Rect,
    beside: Rect,
}

impl Columns {
    fn of(area: Rect) -> Self {
        let label_cells = if area.width < NARROW { LABEL_CELLS.1 } else { LABEL_CELLS.0 };
        let x = area.x + (INDENT + label_cells).min(area.width);
        let room = area.right().saturating_sub(x + 1);
        let most = if area.width >= WIDE { VALUE_CELLS_WIDE } else { VALUE_CELLS };
        let values = Rect { x, width: room.min(most), ..area };
        let left = area.x + INDENT.min(area.width);
        let labels = Rect { x: left, width: x.saturating_sub(left + 1), ..area };
        let under_all = Rect { x: left, width: area.right().saturating_sub(left + 1), ..area };
        let said = if area.width < ROOMY { under_all } else { values };
        let beside_x = (values.right() + BESIDE_GAP).min(area.right());
        let beside = Rect { x: beside_x, width: area.right().saturating_sub(beside_x + 1), ..area };
        Self { labels, values, said, beside }
    }
}

/// Draws the fields.
pub(super) fn view(form: &AccountForm, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let title = form.purpose.words();
    let names = form.fields.names();
    let place = names.iter().position(|name| *name == form.fields.focus).unwrap_or(0) + 1;
    let body = heading::below(area);
    let rows = rows(form, context, area);
    let detail = match () {
        () if form.is_saving => "saving…".to_owned(),
        () if rows.len() > usize::from(body.height) => format!("field {place} of {}", names.len()),
        () => "nothing is saved yet".to_owned(),
    };
    heading::view(&title, &detail, context, frame.buffer_mut(), area);
    let columns = Columns::of(area);
    for (row, y) in rows.iter().skip(first(&rows, form.fields.focus, body.height)).zip(body.y..body.bottom()) {
        let at = |column: Rect| Rect { y, height: 1, ..column };
        match row {
            Row::Field(name) => {
                view_field(form, *name, context, frame, (at(columns.labels), at(columns.values)));
                if *name == FieldName::Secret && area.width >= WIDE {
                    view_beside(form, context, frame, at(columns.beside));
                }
            }
            Row::Said(said) => {
                label::draw(frame.buffer_mut(), at(columns.said), &said.text, context.style(said.role));
            }
            Row::More => {
                let words = "type, algorithm, digits, period";
                label::draw(frame.buffer_mut(), at(columns.labels), "more", context.style(Role::Muted));
                label::draw(frame.buffer_mut(), at(columns.values), words, context.style(Role::Muted));
            }
            Row::Gap => {}
        }
    }
}

/// Returns the field at a cell.
pub(super) fn hit(form: &AccountForm, context: &Context<'_>, area: Rect, at: Position) -> Option<FieldName> {
    let body = heading::below(area);
    let rows = rows(form, context, area);
    let row = first(&rows, form.fields.focus, body.height) + usize::from(at.y.checked_sub(body.y)?);
    match rows.get(row).filter(|_| body.contains(at))? {
        Row::Field(name) => Some(*name),
        Row::More => Some(FieldName::Kind),
        Row::Said(_) | Row::Gap => None,
    }
}

/// Returns the first row on the screen: the focus and all that is said about it fit below.
fn first(rows: &[Row], focus: FieldName, height: u16) -> usize {
    let start = rows.iter().position(|row| matches!(row, Row::Field(name) if *name == focus)).unwrap_or(0);
    let said = rows[start..].iter().skip(1).take_while(|row| matches!(row, Row::Said(_))).count();
    (start + 1 + said).saturating_sub(usize::from(height)).min(start)
}

fn rows(form: &AccountForm, context: &Context<'_>, area: Rect) -> Vec<Row> {
    let is_airy = area.height >= AIRY_ROWS;
    let reading = form.reading();
    let mistakes = reading.mistakes(&form.fields);
    let cells = usize::from(Columns::of(area).said.width);
    let mut rows = Vec::new();
    let is_folded = form.folds_advanced(&mistakes);
    for name in form.fields.names() {
        if is_airy && (name == FieldName::Issuer || name == FieldName::Kind) {
            rows.push(Row::Gap);
        }
        if name.is_advanced() && is_folded {
            rows.push(Row::More);
            break;
        }
        rows.push(Row::Field(name));
        if area.height < FEW_ROWS && name != form.fields.focus {
            continue;
        }
        let mut said = form.mistakes(name, &mistakes);
        if name == FieldName::Secret {
            let is_under = said.is_empty() && area.width < WIDE;
            said.extend(form.understood(&reading).filter(|_| is_under));
            said.extend(form.warnings(&reading, context));
        }
        rows.extend(said.into_iter().flat_map(|said| wrapped(&said, context, cells)).map(Row::Said));
    }
    rows
}

fn wrapped(said: &Said, context: &Context<'_>, cells: usize) -> Vec<Said> {
    label::wrap(&context.seen(&said.text), cells).into_iter().map(|text| Said { role: said.role, text }).collect()
}

fn view_beside(form: &AccountForm, context: &Context<'_>, frame: &mut Frame<'_>, place: Rect) {
    let reading = form.reading();
    if let Some(said) = form.understood(&reading) {
        label::draw(frame.buffer_mut(), place, &said.text, context.style(said.role));
    }
}

fn view_field(
    form: &AccountForm,
    name: FieldName,
    context: &Context<'_>,
    frame: &mut Frame<'_>,
    (label_place, place): (Rect, Rect),
) {
    let has_focus = form.fields.focus == name;
    if has_focus {
        let mark = Rect { x: label_place.x.saturating_sub(2), width: 1, ..label_place };
        label::draw(frame.buffer_mut(), mark, "▌", context.style(Role::Accent));
    }
    let role = if has_focus { Role::Text } else { Role::Muted };
    label::draw(frame.buffer_mut(), label_place, name.label(), context.style(role));
    let mut used = 0;
    if let Some(choice) = form.choice(name) {
        let words = if has_focus { format!("‹ {choice} ›") } else { choice };
        used = usize::from(label::draw(frame.buffer_mut(), place, &words, context.style(Role::Field)));
    } else if let Some(field) = form.fields.text_field(name) {
        match context.hides_names() && name.is_private() && !form.fields.shows_names {
            true if has_focus => field.view_hidden(context, frame, place, has_focus),
            true => {
                let seen = context.seen_name(field.text());
                label::draw(frame.buffer_mut(), place, &seen, context.style(Role::Field));
            }
            false => field.view_marked(context, frame, place, has_focus, form.marked(name)),
        }
        let placeholder = form.placeholder(name);
        if field.is_empty() && has_focus {
            label::draw(frame.buffer_mut(), place, placeholder, context.style(Role::Muted));
        }
        used = shown::width(&shown::shown(field.text()));
    }
    let unit = form.unit(name);
    let x = place.x.saturating_add(u16::try_from(used + UNIT_GAP).unwrap_or(u16::MAX)).min(place.right());
    if !unit.is_empty() {
        let rest = Rect { x, width: place.right() - x, ..place };
        label::draw(frame.buffer_mut(), rest, unit, context.style(Role::Muted));
    }
}
