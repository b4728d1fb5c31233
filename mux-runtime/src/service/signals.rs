//! Signals that end the server.

use std::{io, thread};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    iterator::Signals,
};

use crate::driver::Handle;

/// TERM and INT end the server; the second one at once.
pub(super) fn end_on_term(handle: Handle) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT])?;
    thread::Builder::new().name("signals".into()).spawn(move || {
        for _ in signals.forever() {
            handle.stop();
        }
    })?;
    Ok(())
}
