//! The machine: the only input and output in the crate. Implements the ports; known to `main.rs` alone.

#[cfg(unix)]
pub mod bare_streams;
pub mod clipboard;
pub mod clipboard_holder;
pub mod clock;
pub mod clock_keeper;
pub mod command;
pub mod documents;
mod earlier;
pub mod entropy;
mod folder;
mod fresh_file;
pub mod hardening;
pub mod host;
#[cfg(unix)]
mod kept_pages;
pub mod kernel_clock;
mod lock;
#[cfg(target_os = "linux")]
pub mod logind;
mod native_clipboard;
pub mod network_time;
#[cfg(not(target_os = "linux"))]
pub mod os_keyring;
pub mod panics;
pub mod paths;
pub mod plugin_program;
mod private_screen;
pub mod prompt;
#[cfg(unix)]
mod quiet_terminal;
#[cfg(target_os = "linux")]
pub mod secret_service;
pub mod settings_file;
pub mod signals;
pub mod state;
pub mod terminal;
pub mod time_services;
pub mod time_sources;
pub mod vault_file;

use std::path::Path;
use std::sync::Arc;

#[cfg(not(target_os = "linux"))]
use self::os_keyring::SystemKeyring;
#[cfg(target_os = "linux")]
use self::secret_service::SystemKeyring;
use crate::config::Settings;
use crate::ports::Machine;

/// The basket's name, unless the settings have another: beside the vault.
const BASKET_NAME: &str = "recovery.age";

/// Returns the real machine: this run's clock, the vault and the basket at these paths, and what this device remembers under
/// `state`.
pub fn machine(
    clock: &clock::WallClock,
    vault: &Path,
    basket: Option<&Path>,
    state: &Path,
    settings: &Settings,
) -> Machine {
    let basket = basket.map_or_else(|| vault.with_file_name(BASKET_NAME), Path::to_owned);
    Machine {
        clock: Box::new(clock.clone()),
        time_sources: Box::new(time_sources::SystemTimeSources),
        vault_file: Box::new(vault_file::VaultOnDisk::new(vault)),
        basket_file: Box::new(vault_file::VaultOnDisk::new(&basket)),
        state: Box::new(state::StateOnDisk::new(state, vault)),
        documents: Box::new(documents::UserFiles),
        clipboard: Box::new(
            clipboard::ReachableClipboard::new(settings.clipboard.osc52, terminal::Terminal::of_this_process())
                .with_holder(std::env::current_exe().ok()),
        ),
        keyring: Box::new(SystemKeyring),
        key_talk: Arc::new(prompt::TerminalPrompter),
        prompter: Box::new(prompt::TerminalPrompter),
        private_screen: Box::new(private_screen::OtherScreen),
        entropy: Box::new(entropy::SystemEntropy),
        host: Box::new(host::ThisComputer),
    }
}
