//! The devices of the vault: who they are, letting one in, showing one out.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::device_form::DeviceForm;
use crate::tui::action::Action;
use crate::tui::dates;
use crate::tui::effect::{DeviceJob, Effect};
use crate::tui::message::{DeviceRemoved, Devices as List, KnownDevice, Outcome};
use crate::tui::notice::Notice;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::theme::Role;
use crate::tui::widgets::page::{self, Item};
use crate::tui::widgets::{heading, label, picker};

/// How many secrets are named before the rest is counted.
const MOST_NAMED: usize = 12;

/// How many cells the longest standing needs.
const STANDING_CELLS: u16 = 43;
/// From so many columns on a recipient stands on one line.
const RECIPIENT_COLUMNS: u16 = 66;

/// The devices, one of them selected.
#[derive(Default)]
pub struct Devices {
    /// Nothing before the worker has answered.
    list: Option<List>,
    selected: usize,
    shown: Shown,
}

/// What is on the screen.
#[derive(Default)]
enum Shown {
    #[default]
    Devices,
    /// This device's recipient.
    Own,
    /// What removing a device did.
    Report(DeviceRemoved),
}

impl Devices {
    /// Opens the screen, and asks for the devices.
    pub fn open() -> Next {
        Next { effects: vec![Effect::Devices(DeviceJob::List)], ..Next::open(Self::default()) }
    }

    fn devices(&self) -> &[KnownDevice] {
        self.list.as_ref().map_or(&[], |list| &list.devices)
    }

    fn show_own(&mut self) -> Next {
        match self.list.as_ref().map(|list| list.recipient.is_some()) {
            Some(true) => self.shown = Shown::Own,
            Some(false) => return Next::open(DeviceForm::request()),
            None => {}
        }
        Next::default()
    }

    fn rename(&self) -> Next {
        let this = self.devices().iter().find(|device| device.is_this);
        Next::open(DeviceForm::rename(this.map_or("", |device| &device.name)))
    }

    fn remove(&self, context: &Context<'_>) -> Next {
        match self.devices().get(self.selected) {
            Some(device) if device.is_this => {
                Next::notice(Notice::note("this is the device that you are using; remove it from another one"))
            }
            Some(device) => {
                let vault = context.snapshot.map(|snapshot| &snapshot.vault);
                let count = vault.map_or(0, |vault| vault.accounts().count() + vault.trash().count());
                Next::open(DeviceForm::remove(device, count))
            }
            None => Next::default(),
        }
    }

    fn view_devices(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let devices = self.devices();
        let slots = self.list.as_ref().map(|list| list.slots.join(", ")).unwrap_or_default();
        let detail = if slots.is_empty() { slots } else { format!("opens with: {slots}") };
        let rows = heading::view("devices", &detail, context, frame.buffer_mut(), area);
        picker::view(rows, self.selected, devices.len(), context, frame.buffer_mut(), |buffer, row, place| {
            let device = &devices[row];
            let name = format!("{}{}", device.name, if device.is_this { " (this device)" } else { "" });
            let left = place.width - STANDING_CELLS.min(place.width * 3 / 5);
            label::draw(buffer, Rect { width: left, ..place }, &name, context.style(Role::Text));
            let right = Rect { x: place.x + left, width: place.width - left, ..place };
            label::draw(buffer, right, &standing(device, context), context.style(Role::Muted));
        });
    }

    fn items(&self, area: Rect) -> Vec<Item<'_>> {
        match &self.shown {
            Shown::Devices => Vec::new(),
            Shown::Own => {
                let recipient = self.list.as_ref().and_then(|list| list.recipient.clone()).unwrap_or_default();
                let middle = if area.width < RECIPIENT_COLUMNS { recipient.len() / 2 } else { recipient.len() };
                let (first, second) = recipient.split_at(middle);
                let mut items = vec![Item::Title("this device"), Item::Gap];
                let lines = [first, second].into_iter().filter(|line| !line.is_empty());
                items.extend(lines.map(|line| Item::Text(line.to_owned(), Role::Accent)));
                let words = "It is no secret. On a device that opens the vault, add it with a.";
                items.extend([Item::Gap, Item::Aside(words.to_owned())]);
                items
            }
            Shown::Report(removed) => report(removed),
        }
    }
}

/// Says how a device stands to the vault.
fn standing(device: &KnownDevice, context: &Context<'_>) -> String {
    let way = if device.slot.is_some() { "own slot" } else { "the vault's passphrase" };
    match (device.saves, device.last_saved) {
        (0, _) => format!("{way} · has not saved yet"),
        (_, None) => way.to_owned(),
        (_, Some(at)) => format!("{way} · saved {}", dates::when(at, context.now, &context.settings.time_zone)),
    }
}

fn report(removed: &DeviceRemoved) -> Vec<Item<'_>> {
    let count = removed.knows.len();
    let mut items = vec![
        Item::Title("removed"),
        Item::Gap,
        Item::Text(format!("{} does not open what is saved from now on.", removed.name), Role::Text),
        Item::Text(
            format!(
                "It may still hold a copy with these {count} secrets; replace them at the sites if you do not trust who has it:"
            ),
            Role::Warning,
        ),
        Item::Gap,
    ];
    let named = removed.knows.iter().take(MOST_NAMED);
    items.extend(named.map(|secret| {
        let place = if secret.in_trash { " (in the trash)" } else { "" };
        Item::Text(format!("{}{place}", secret.label), Role::Text)
    }));
    if count > MOST_NAMED {
        items.push(Item::Text(format!("and {} more: everything that is in the list", count - MOST_NAMED), Role::Text));
    }
    let lost = removed.left_behind.iter();
    items.extend(
        lost.map(|slot| Item::Text(format!("! the slot {slot} does not open the vault any more"), Role::Danger)),
    );
    items
}

impl Screen for Devices {
    fn name(&self) -> ScreenName {
        ScreenName::Devices
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        match self.shown {
            Shown::Devices => self.view_devices(context, frame, area),
            Shown::Own | Shown::Report(_) => page::view(&self.items(area), context, frame, area),
        }
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        if action == Action::Back {
            return match std::mem::take(&mut self.shown) {
                Shown::Devices => Next::go(Go::Close),
                Shown::Own | Shown::Report(_) => Next::default(),
            };
        }
        if !matches!(self.shown, Shown::Devices) {
            return Next::default();
        }
        if let Some(place) = picker::moved(action, self.selected, self.devices().len()) {
            self.selected = place;
            return Next::default();
        }
        match action {
            Action::AddDevice => Next::open(DeviceForm::adding()),
            Action::OwnRecipient => self.show_own(),
            Action::RenameDevice => self.rename(),
            Action::RemoveDevice => self.remove(context),
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        match self.shown {
            Shown::Devices => vec![
                Action::AddDevice,
                Action::OwnRecipient,
                Action::RenameDevice,
                Action::RemoveDevice,
                Action::Back,
                Action::Help,
            ],
            Shown::Own | Shown::Report(_) => vec![Action::Back, Action::Help],
        }
    }

    fn hear(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        if let Outcome::Devices(devices) = outcome {
            self.list = Some(devices.as_ref().clone());
            self.selected = self.selected.min(devices.devices.len().saturating_sub(1));
            if let Some(removed) = &devices.removed {
                self.shown = Shown::Report(removed.clone());
            } else if devices.is_requested {
                self.shown = Shown::Own;
            }
        }
        Next::default()
    }
}
