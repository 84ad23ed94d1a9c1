//! What is said of QR codes on the command line.

use std::path::PathBuf;

use super::Which;

/// Shows the account as a QR code on the terminal's other screen, of which nothing is left: any key puts it away. Or
/// writes a picture, readable for you alone. Whoever sees the code has the secret.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Qr {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub place: QrPlace,
}

/// Where a QR code goes, if not onto the terminal's other screen.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct QrPlace {
    /// Writes it as PNG into a new file.
    #[arg(long, value_name = "FILE")]
    pub png: Option<PathBuf>,
    /// Writes it as SVG into a new file.
    #[arg(long, value_name = "FILE", conflicts_with = "png")]
    pub svg: Option<PathBuf>,
}

impl QrPlace {
    /// Tells whether a file was named.
    pub fn is_file(&self) -> bool {
        self.png.is_some() || self.svg.is_some()
    }
}
