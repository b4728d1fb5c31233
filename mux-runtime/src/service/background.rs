//! Becoming a daemon, without `fork`: the program starts itself again, and waits until it is
//! ready.

use std::{
    env, io,
    os::unix::process::CommandExt,
    process::{self, Command, ExitStatus},
};

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
    hand_on_sockets(&mut command);
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

/// Tells the daemon of the sockets that a service manager passed to this process, and that it
/// inherits. For whom they are is left out: its number is not known yet.
fn hand_on_sockets(command: &mut Command) {
    let ours = env::var("LISTEN_PID").map_or(true, |pid| pid == process::id().to_string());
    for variable in ["LISTEN_FDS", "LISTEN_FDNAMES"] {
        if let Some(value) = env::var_os(variable).filter(|_| ours) {
            command.env(variable, value);
        }
    }
}
