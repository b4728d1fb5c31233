//! Signals that end the server, or have its log opened anew.

use std::{io, thread};

use signal_hook::{
    consts::{SIGINT, SIGTERM, SIGUSR1},
    iterator::Signals,
};

use super::log::Reopener;
use crate::driver::Handle;

/// TERM and INT end the server, the second one at once; USR1 opens the log anew.
pub(super) fn obey(handle: Handle, log: Reopener) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGUSR1])?;
    thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            if signal == SIGUSR1 {
                log.reopen();
            } else {
                handle.stop();
            }
        }
    })?;
    Ok(())
}
