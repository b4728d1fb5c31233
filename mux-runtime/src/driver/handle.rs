//! Reaching a running server from another thread.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use mio::Waker;

/// What a server was told to do, and the means to wake it.
pub(super) struct Orders {
    /// How often it was told to end.
    ends: AtomicU32,
    /// The first time, it was told to take its time.
    patient: AtomicBool,
    hand_over: AtomicBool,
    report: AtomicBool,
    waker: Waker,
}

impl Orders {
    pub(super) fn new(waker: Waker) -> Self {
        Orders {
            ends: AtomicU32::new(0),
            patient: AtomicBool::new(false),
            hand_over: AtomicBool::new(false),
            report: AtomicBool::new(false),
            waker,
        }
    }

    pub(super) fn ends(&self) -> u32 {
        self.ends.load(Ordering::Acquire)
    }

    pub(super) fn is_patient(&self) -> bool {
        self.patient.load(Ordering::Acquire)
    }

    pub(super) fn is_to_hand_over(&self) -> bool {
        self.hand_over.load(Ordering::Acquire)
    }

    /// Whether a report was asked for since this was called last.
    pub(super) fn takes_report(&self) -> bool {
        self.report.load(Ordering::Relaxed) && self.report.swap(false, Ordering::AcqRel)
    }

    /// Wakes the loop.
    pub(super) fn wake(&self) {
        if let Err(error) = self.waker.wake() {
            tracing::error!("cannot wake the server: {error}");
        }
    }
}

/// Reaches a running server from any thread.
#[derive(Clone)]
pub struct Handle {
    orders: Arc<Orders>,
}

impl Handle {
    pub(super) fn new(orders: Arc<Orders>) -> Self {
        Handle { orders }
    }

    /// Has the server end: it accepts no more connections, tells the sessions (`#[on(drain)]`),
    /// sends what is waiting, and closes them. Whoever is left after
    /// [`drain_timeout`](super::Server::set_drain_timeout) is cut; a second call cuts at once.
    pub fn stop(&self) {
        self.orders.ends.fetch_add(1, Ordering::AcqRel);
        self.orders.wake();
    }

    /// The same without a deadline: sessions that handle `#[on(drain)]` may take as long as they
    /// like. A second call, or [`stop`](Handle::stop), cuts them.
    pub fn drain(&self) {
        if self.orders.ends() == 0 {
            self.orders.patient.store(true, Ordering::Release);
        }
        self.stop();
    }

    /// Another process serves the same listening sockets from now on: this server accepts no more
    /// connections, tells the sessions (`#[on(drain)]`), and goes on with those that stay until
    /// they end, or `drain_timeout` is over and they are closed.
    pub fn hand_over(&self) {
        self.orders.hand_over.store(true, Ordering::Release);
        self.orders.wake();
    }

    /// Whether [`hand_over`](Handle::hand_over) was called.
    #[must_use]
    pub fn has_handed_over(&self) -> bool {
        self.orders.is_to_hand_over()
    }

    /// Has the server write its state to the log: connections, and calls of each handler.
    pub fn report(&self) {
        self.orders.report.store(true, Ordering::Release);
        self.orders.wake();
    }

    /// Whether the server was told to end, and not only to hand over.
    #[cfg(feature = "service")]
    pub(crate) fn is_told_to_end(&self) -> bool {
        self.orders.ends() > 0
    }

    /// Whether the server was told to end.
    #[must_use]
    pub fn is_ending(&self) -> bool {
        self.orders.ends() > 0 || self.orders.is_to_hand_over()
    }
}
