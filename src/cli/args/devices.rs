//! What is said of the devices of a vault on the command line.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Devices {
    /// Lists the devices that save the vault or have a slot of their own.
    List,
    /// Prints this device's recipient: what another device needs to let this one in.
    Request(Request),
    /// Lets another device in, which then unlocks the vault with its own passphrase.
    Add(AddDevice),
    /// Gives this device another name.
    Rename {
        /// The new name.
        name: String,
    },
    /// Takes a device's slot away, gives the vault a new key, and names the secrets that the device still knows.
    Remove(RemoveDevice),
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Request {
    /// What this device is to be called; the computer's name unless given.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Takes the new passphrase of this device from the first line of a file; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct AddDevice {
    /// What `devices request` printed there (age1…); `-` for the first line of standard input.
    pub recipient: String,
    /// What that device is to be called.
    #[arg(long, value_name = "NAME")]
    pub name: String,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct RemoveDevice {
    /// Its name, or the beginning of its id or its slot's.
    pub which: String,
    /// Gives the vault a new passphrase, from the first line of a file: needed if that device knows the old one.
    #[arg(long, value_name = "FILE")]
    pub new_passphrase_file: Option<PathBuf>,
}
