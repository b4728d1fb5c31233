//! What signals mean.

use std::{
    io,
    sync::Arc,
    thread::{self, JoinHandle},
};

use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2},
    iterator,
};

use super::{log::Reopener, restart::Restart};
use crate::driver::Handle;

/// The signals to this process, kept until it serves.
pub(super) struct Signals(iterator::Signals);

impl Signals {
    /// Keeps from now on those that mean something to a server alone: they would end a process that
    /// starts, and whoever sends them cannot know that it does.
    pub(super) fn keep() -> io::Result<Self> {
        iterator::Signals::new([SIGHUP, SIGUSR1, SIGUSR2]).map(Signals)
    }

    /// Keeps those that end the process, too: once it is ready they are to end it well.
    pub(super) fn keep_all(&self) -> io::Result<()> {
        [SIGTERM, SIGINT, SIGQUIT].into_iter().try_for_each(|it| self.0.handle().add_signal(it))
    }

    /// From here on, signals reach the server: TERM and INT end it, QUIT has it take its time, HUP
    /// restarts it, USR1 opens the log anew, USR2 writes its state to the log.
    pub(super) fn obey(
        mut self,
        handle: Handle,
        log: Reopener,
        restart: Arc<Restart>,
    ) -> io::Result<Obeyed> {
        let signals = self.0.handle();
        let obey = move |signal| match signal {
            SIGHUP => restart.start(),
            SIGUSR1 => log.reopen(),
            SIGUSR2 => handle.report(),
            SIGQUIT => handle.drain(),
            _ => handle.stop(),
        };
        let thread = thread::Builder::new().name("signals".into()).spawn(move || {
            self.0.forever().for_each(&obey);
            self.0.pending().for_each(&obey);
        })?;
        Ok(Obeyed { signals, thread })
    }
}

/// Signals that reach the server.
pub(super) struct Obeyed {
    signals: iterator::Handle,
    thread: JoinHandle<()>,
}

impl Obeyed {
    /// Sees to those that came last: a HUP may be for the process that serves by now.
    pub(super) fn end(self) {
        self.signals.close();
        if self.thread.join().is_err() {
            tracing::error!("the thread for signals has panicked");
        }
    }
}
