//! What a handler may do.

use std::time::Duration;

use super::{Address, CloseReason, Id, Out, Peer, Peers, Session, Time};

/// What a handler may do, beside changing its own connection's `self`.
///
/// The three fields can be borrowed at the same time, with each other, with `self` and with the
/// message: `for name in &cx.shared.names { cx.out.write(name) }` compiles.
pub struct Cx<'a, P: Session> {
    /// What all connections share.
    pub shared: &'a mut P::Shared,
    /// The way out: to this connection, to another, to all.
    pub out: Out<'a>,
    /// The other connections of this protocol, their state included.
    pub peers: Peers<'a, P>,
    pub(crate) id: Id,
    pub(crate) peer: &'a Peer,
    pub(crate) local: &'a Address,
    pub(crate) control: &'a mut Control,
    pub(crate) now: Time,
}

/// What handlers asked the engine to do once they have returned.
#[derive(Debug, Default)]
pub(crate) struct Control {
    pub(crate) close: Option<CloseReason>,
    pub(crate) timer: TimerRequest,
}

/// The last word of the handlers on the connection's timer.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimerRequest {
    #[default]
    Keep,
    Set(Time),
    Cancel,
}

impl<'a, P: Session> Cx<'a, P> {
    /// This connection's id.
    #[must_use]
    pub fn id(&self) -> Id {
        self.id
    }

    /// Where this connection comes from.
    #[must_use]
    pub fn peer(&self) -> &'a Peer {
        self.peer
    }

    /// The address at which it arrived.
    #[must_use]
    pub fn local(&self) -> &'a Address {
        self.local
    }

    /// The time at which the loop woke up for this handler.
    #[must_use]
    pub fn now(&self) -> Time {
        self.now
    }

    /// Closes the connection once everything written to it is out; input that is left is not
    /// looked at any more.
    pub fn close(&mut self) {
        self.close_because(CloseReason::Closed);
    }

    pub(crate) fn close_because(&mut self, why: CloseReason) {
        self.control.close.get_or_insert(why);
    }

    /// Calls `#[on(timeout)]` once, `after` from now, unless it is set again or cancelled before;
    /// a connection has one such timer. Setting it again on every message is cheap. Without that
    /// event the connection closes instead ([`CloseReason::Timeout`]).
    ///
    /// (IO::Multiplex's `set_timeout`.)
    pub fn set_timeout(&mut self, after: Duration) {
        self.control.timer = TimerRequest::Set(self.now + after);
    }

    /// Forgets what [`set_timeout`](Cx::set_timeout) asked for.
    pub fn cancel_timeout(&mut self) {
        self.control.timer = TimerRequest::Cancel;
    }
}
