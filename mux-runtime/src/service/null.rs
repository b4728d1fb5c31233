//! The null device, in place of a terminal.

use std::{fs::OpenOptions, io};

use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};

/// The null device, which is opened before a `chroot` hides it.
#[derive(Debug)]
pub(super) struct Null(std::fs::File);

impl Null {
    pub(super) fn open() -> io::Result<Self> {
        OpenOptions::new().read(true).write(true).open("/dev/null").map(Null)
    }

    /// Lets go of the terminal's input.
    pub(super) fn replaces_stdin(&self) -> io::Result<()> {
        Ok(dup2_stdin(&self.0)?)
    }

    /// Lets go of the terminal's output.
    pub(super) fn replaces_output(&self) -> io::Result<()> {
        dup2_stdout(&self.0)?;
        Ok(dup2_stderr(&self.0)?)
    }
}
