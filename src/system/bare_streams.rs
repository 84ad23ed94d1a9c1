//! Standard input and output without the standard library's buffers, which would keep what passed through them:
//! passphrases, codes, names.

use std::io::{self, Read, Write};

/// What is typed, or the file or pipe in its place.
#[derive(Clone, Copy, Debug, Default)]
pub struct BareInput;

impl Read for BareInput {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(rustix::stdio::stdin(), buffer)?)
    }
}

/// The terminal that is drawn on.
#[derive(Clone, Copy, Debug, Default)]
pub struct BareOutput;

impl Write for BareOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(rustix::io::write(rustix::stdio::stdout(), bytes)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
