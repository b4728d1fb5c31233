//! Becoming a daemon, without `fork`: the program starts itself again, and waits until it is
//! ready.

use std::{fs::OpenOptions, io, os::unix::process::CommandExt, process::ExitStatus};

use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};

use super::{
    channel::{Channel, Stage},
    program::Program,
};

/// What became of the daemon.
#[derive(Debug)]
pub(super) enum Started {
    /// It serves.
    Ready,
    /// It could not, and says why.
    Failed(String),
    /// It ended without a word.
    Ended(ExitStatus),
}

/// Starts the program in the background, and waits until it serves or says why it cannot.
pub(super) fn start(program: &Program, setsid: bool) -> io::Result<Started> {
    let mut command = program.command();
    if !setsid {
        // What the terminal sends to those in the foreground is not for it.
        command.process_group(0);
    }
    let channel = Channel::to(&mut command, Stage::Background)?;
    let spawned = command.spawn();
    // It holds the other end of the channel, which must be the daemon's alone.
    drop(command);
    let mut child = spawned?;
    match channel.receive(None)? {
        None => Ok(Started::Ended(child.wait()?)),
        Some(message) => match message.parts() {
            ("ready", _) => Ok(Started::Ready),
            (_, why) => Ok(Started::Failed(why.to_owned())),
        },
    }
}

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
