//! What signals mean.

use std::{io, sync::Arc, thread};

use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2},
    iterator::Signals,
};

use super::{log::Reopener, restart::Restart};
use crate::driver::Handle;

/// From here on, signals reach the server: TERM and INT end it, QUIT has it take its time, HUP
/// restarts it, USR1 opens the log anew, USR2 writes its state to the log.
pub(super) fn obey(handle: Handle, log: Reopener, restart: Arc<Restart>) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2])?;
    thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            match signal {
                SIGHUP => restart.start(),
                SIGUSR1 => log.reopen(),
                SIGUSR2 => handle.report(),
                SIGQUIT => {
                    restart.is_over();
                    handle.drain();
                }
                _ => {
                    restart.is_over();
                    handle.stop();
                }
            }
        }
    })?;
    Ok(())
}
