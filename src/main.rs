//! countersign: second-factor codes in the terminal, offline, from a vault that only you can open.
//! Builds the real machine, picks a front, hands over.

use std::alloc::System;
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::process::ExitCode;

use countersign::cli::{self, Args, Environment, Exit, Refusal, Surroundings};
use countersign::config::Settings;
use countersign::system::{self, clipboard_holder, command, hardening, paths::Places, settings_file};
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
    let exit = ended.unwrap_or_else(|refusal| refusal.tell(&mut io::stdout(), &mut io::stderr(), is_coloured));
    ExitCode::from(exit.code())
}

fn run(args: Args) -> Result<Exit, Refusal> {
    let places = Places::find().ok_or_else(Refusal::no_home)?;
    let config_path = args.config().cloned().unwrap_or(places.config);
    let config_text = settings_file::read(&config_path, args.config().is_some());
    let text = config_text.as_ref().ok().and_then(Option::as_deref);
    let settings = text.and_then(|text| Settings::read(text).ok()).unwrap_or_default();
    let mut machine = system::machine(args.vault().unwrap_or(&places.vault), &places.state, &settings);
    if args.is_for_the_app() {
        return Err(Refusal::no_terminal());
    }
    let surroundings = Surroundings {
        out_is_terminal: io::stdout().is_terminal(),
        err_is_terminal: io::stderr().is_terminal(),
        time_zone: TimeZone::system(),
        config_path,
        config_text,
        run_command: &command::output_of,
    };
    Ok(cli::run(args, &surroundings, &mut machine, &mut io::stdout().lock(), &mut io::stderr()))
}
