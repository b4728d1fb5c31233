//! Reaching a running server from another thread.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use mio::Waker;

/// How often the server was told to end, and the means to wake it.
pub(super) struct Stop {
    times: AtomicU32,
    waker: Waker,
}

impl Stop {
    pub(super) fn new(waker: Waker) -> Self {
        Stop { times: AtomicU32::new(0), waker }
    }

    pub(super) fn times(&self) -> u32 {
        self.times.load(Ordering::Acquire)
    }

    /// Wakes the loop.
    pub(super) fn wake(&self) {
        if let Err(error) = self.waker.wake() {
            tracing::error!("cannot wake the server: {error}");
        }
    }
}

/// Ends a running server from any thread.
#[derive(Clone)]
pub struct Handle {
    stop: Arc<Stop>,
}

impl Handle {
    pub(super) fn new(stop: Arc<Stop>) -> Self {
        Handle { stop }
    }

    /// Has the server end: it accepts no more connections, sends what is waiting for those that
    /// it has (for up to 5 seconds), and closes them. A second call closes them at once.
    pub fn stop(&self) {
        self.stop.times.fetch_add(1, Ordering::AcqRel);
        self.stop.wake();
    }
}
