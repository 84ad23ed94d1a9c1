//! countersign: second-factor codes in the terminal, offline, from a vault that only you can open.
//! Builds the real machine, picks a front, hands over.

use std::alloc::System;
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::process::ExitCode;

use countersign::cli::{self, Args, Environment, Exit, Refusal, Surroundings};
use countersign::config::{self, Merging, Placed, Settings};
use countersign::sealing::WorkFactor;
use countersign::system::clock::WallClock;
use countersign::system::{self, clipboard_holder, command, hardening, panics, paths::Places, settings_file, signals};
use countersign::{tasks, tui};
use jiff::tz::TimeZone;
use zeroizing_alloc::ZeroAlloc;

/// Clears every freed block, so that no copy of a secret outlives its owner.
#[global_allocator]
static WIPING: ZeroAlloc<System> = ZeroAlloc(System);

#[expect(clippy::disallowed_methods, reason = "arguments and environment are read here and handed on")]
fn main() -> ExitCode {
    hardening::harden();
    let args: Vec<OsString> = std::env::args_os().collect();
    if clipboard_holder::hold_if_asked(&args) {
        return ExitCode::SUCCESS;
    }
    let environment = Environment::of(|name| std::env::var_os(name));
    let ended = Args::read(args, &environment).and_then(run);
    let is_coloured = !environment.no_color && io::stdout().is_terminal() && io::stderr().is_terminal();
    let refused = |refusal: Refusal| refusal.tell(&mut io::stdout(), &mut io::stderr(), is_coloured).code();
    ExitCode::from(ended.unwrap_or_else(refused))
}

/// Returns the exit code.
fn run(args: Args) -> Result<u8, Refusal> {
    let places = Places::find().ok_or_else(Refusal::no_home)?;
    let config_path = args.config().cloned().unwrap_or(places.config);
    let config_text = settings_file::read(&config_path, args.config().is_some());
    let text = config_text.as_ref().ok().and_then(Option::as_deref);
    let settings = text.and_then(|text| Settings::read(text).ok()).unwrap_or_default();
    let vault = args.vault().cloned().or_else(|| {
        let written = config::file_of(text?, Placed::Vault)?;
        Some(config::path_of(&written, Some(&places.home)))
    });
    let basket = args.basket().cloned().or_else(|| {
        let written = config::file_of(text?, Placed::Recovery)?;
        Some(config::path_of(&written, Some(&places.home)))
    });
    let clock = WallClock::default();
    let mut machine =
        system::machine(&clock, &vault.unwrap_or(places.vault), basket.as_deref(), &places.state, &settings);
    tasks::clock::apply_correction(&machine);
    let has_mistakes = config_text.is_err() || text.is_some_and(|text| Settings::read(text).is_err());
    let surroundings = Surroundings {
        in_is_terminal: io::stdin().is_terminal(),
        out_is_terminal: io::stdout().is_terminal(),
        err_is_terminal: io::stderr().is_terminal(),
        time_zone: TimeZone::system(),
        config_path,
        config_text,
        run_command: &command::output_of,
        app_mistakes: &|settings| match tui::Settings::new(settings, &terminal()) {
            Ok(_) => Vec::new(),
            Err(mistakes) => mistakes.iter().map(ToString::to_string).collect(),
        },
    };
    if args.is_for_the_app() {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(Refusal::no_terminal());
        }
        let way = cli::way_for_the_app(&args, &surroundings, &mut machine)?;
        let (of_machines, shared_clock) = (settings.clone(), clock.clone());
        let places = tui::Places {
            home: places.home,
            settings: surroundings.config_path.clone(),
            machine_at: Box::new(move |vault| {
                system::machine(&shared_clock, vault, basket.as_deref(), &places.state, &of_machines)
            }),
        };
        let worker = tui::Worker::new(machine, args.trust(), WorkFactor::DEFAULT)
            .given(way)
            .using_keyring(args.uses_keyring())
            .at(places)
            .backing_up_to(cli::backup_plan(&settings))
            .merging_alone(settings.sync.merge == Merging::Auto);
        return open_the_app(worker, clock, &settings, has_mistakes);
    }
    panics::tell_places_only();
    Ok(cli::run(args, &surroundings, &mut machine, &mut io::stdout().lock(), &mut io::stderr()).code())
}

/// A program that a signal ended says so with 128 and the signal's number.
const ENDED_BY_SIGNAL: u8 = 128;

fn open_the_app(worker: tui::Worker, clock: WallClock, settings: &Settings, has_mistakes: bool) -> Result<u8, Refusal> {
    let terminal = terminal();
    let chosen = tui::Settings::new(settings, &terminal);
    let greeting = (has_mistakes || chosen.is_err()).then(|| {
        tui::Notice::note("the settings have mistakes, so the usual ones hold: countersign config check names them")
    });
    let usual = || {
        tui::Settings::new(&Settings::default(), &terminal)
            .expect("the defaults agree with the table: a test reads them")
    };
    let signals = signals::listen().map_err(|_| Refusal::no_terminal())?;
    let start = tui::Start {
        worker,
        clock: Box::new(clock),
        settings: chosen.unwrap_or_else(|_| usual()),
        greeting,
        #[cfg(unix)]
        keyboard: Box::new(system::bare_streams::BareInput),
        #[cfg(unix)]
        screen: Box::new(system::bare_streams::BareOutput),
        #[cfg(not(unix))]
        screen: Box::new(io::stdout()),
        signals: Box::new(signals.map(told)),
        desktop: desktop(settings),
        suspend: Box::new(signals::suspend),
    };
    match tui::run(start) {
        Ok(tui::End::Quit) => Ok(Exit::Done.code()),
        Ok(tui::End::Signal { number }) => Ok(ENDED_BY_SIGNAL.saturating_add(number)),
        Err(_) => Err(Refusal::no_terminal()),
    }
}

/// Listens to logind, unless the settings make nothing of what it tells.
#[cfg(target_os = "linux")]
fn desktop(settings: &Settings) -> Option<Box<dyn Iterator<Item = tui::Desktop> + Send>> {
    use system::logind::{Logind, Told};
    let told = |told| match told {
        Told::Sleep(delay) => tui::Desktop::Sleep(tui::Delay::until_dropped(delay)),
        Told::ScreenLocked => tui::Desktop::ScreenLocked,
    };
    let listens = settings.lock.on_sleep || settings.lock.on_screen_lock;
    listens.then(|| Box::new(Logind::new(settings.lock.on_sleep).map(told)) as _)
}

/// Other systems are not asked.
#[cfg(not(target_os = "linux"))]
fn desktop(_settings: &Settings) -> Option<Box<dyn Iterator<Item = tui::Desktop> + Send>> {
    None
}

#[expect(clippy::disallowed_methods, reason = "the environment is read here and handed on")]
fn terminal() -> tui::Terminal {
    tui::Terminal::of(|name| std::env::var(name).ok(), TimeZone::system())
}

/// Neither the app nor the system knows the other's word for a signal.
fn told(signal: signals::Signal) -> tui::Signal {
    match signal {
        signals::Signal::End { number } => tui::Signal::End { number },
        signals::Signal::Suspend => tui::Signal::Suspend,
        signals::Signal::Resume => tui::Signal::Resume,
        signals::Signal::Resized => tui::Signal::Resized,
    }
}
