//! What signals mean.

use std::{
    io,
    sync::{Arc, OnceLock, atomic::AtomicBool},
    thread::{self, JoinHandle},
};

use signal_hook::{
    SigId,
    consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2},
    flag, iterator, low_level,
};

use super::{log::Reopener, restart::Restart};
use crate::driver::Handle;

/// The signals to this process, kept until it serves.
pub(super) struct Signals {
    signals: iterator::Signals,
    first: First,
    /// What lets a second one end the process while it starts.
    impatient: Vec<SigId>,
}

/// The first of those that ended the process.
#[derive(Clone, Default)]
pub(super) struct First(Arc<OnceLock<&'static str>>);

impl First {
    pub(super) fn name(&self) -> Option<&'static str> {
        self.0.get().copied()
    }

    fn is(&self, name: &'static str) {
        let _ = self.0.set(name);
    }
}

impl Signals {
    /// Keeps from now on those that mean something to a server alone: they would end a process that
    /// starts, and whoever sends them cannot know that it does.
    pub(super) fn keep() -> io::Result<Self> {
        let signals = iterator::Signals::new([SIGHUP, SIGUSR1, SIGUSR2])?;
        Ok(Signals { signals, first: First::default(), impatient: Vec::new() })
    }

    /// Keeps those that end the process, too: once it is ready they are to end it well. A second one
    /// ends it before that.
    pub(super) fn keep_all(&mut self) -> io::Result<()> {
        let told = Arc::new(AtomicBool::new(false));
        for signal in [SIGTERM, SIGINT, SIGQUIT] {
            // In this order, so that the first one is no second one.
            self.impatient.push(flag::register_conditional_default(signal, Arc::clone(&told))?);
            self.impatient.push(flag::register(signal, Arc::clone(&told))?);
            self.signals.handle().add_signal(signal)?;
        }
        Ok(())
    }

    /// The first of those that will have ended the process.
    pub(super) fn first(&self) -> First {
        self.first.clone()
    }

    /// From here on, signals reach the server: TERM and INT end it, QUIT has it take its time, HUP
    /// restarts it, USR1 opens the log anew, USR2 writes its state to the log.
    pub(super) fn obey(
        mut self,
        handle: Handle,
        log: Reopener,
        restart: Arc<Restart>,
    ) -> io::Result<Obeyed> {
        for id in self.impatient.drain(..) {
            low_level::unregister(id);
        }
        let (signals, first) = (self.signals.handle(), self.first.clone());
        let obey = move |signal| match signal {
            SIGHUP => restart.start(),
            SIGUSR1 => log.reopen(),
            SIGUSR2 => handle.report(),
            SIGQUIT => {
                first.is("QUIT");
                handle.drain();
            }
            _ => {
                first.is(if signal == SIGINT { "INT" } else { "TERM" });
                handle.stop();
            }
        };
        let thread = thread::Builder::new().name("signals".into()).spawn(move || {
            self.signals.forever().for_each(&obey);
            self.signals.pending().for_each(&obey);
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
