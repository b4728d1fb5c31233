//! What a handler may do.

use std::{sync::Arc, time::Duration};

use super::{
    Address, Calls, CloseReason, Help, Hub, Id, Mailbox, Out, Peer, Peers, ServerCx, Session,
    SessionHandle, Time,
};

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
    pub(crate) mailbox: &'a Arc<Mailbox<P::Message>>,
    pub(crate) calls: &'a mut Calls,
    pub(crate) hub: &'a Hub,
    pub(crate) longest: Longest,
}

/// The longest messages, in bytes, where the block would take longer ones.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Longest {
    pub(crate) line: usize,
    pub(crate) frame: usize,
}

/// The longest line: what the block says, or what the server is set to if that is less.
#[inline]
pub fn line_max<P: Session>(cx: &Cx<'_, P>, of_block: usize) -> usize {
    of_block.min(cx.longest.line)
}

/// The longest frame, likewise.
#[inline]
pub fn frame_max<P: Session>(cx: &Cx<'_, P>, of_block: usize) -> usize {
    of_block.min(cx.longest.frame)
}

/// What handlers asked the engine to do once they have returned.
#[derive(Debug, Default)]
pub(crate) struct Control {
    pub(crate) close: Option<CloseReason>,
    pub(crate) timer: TimerRequest,
    /// The handler went to a mode: how far the input was looked at is no longer true.
    pub(crate) entered: bool,
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

    /// A handle with which any thread can send messages to this session, which arrive at its
    /// `#[on(message)]`.
    #[must_use]
    pub fn handle(&self) -> SessionHandle<P> {
        SessionHandle::new(self.id, self.mailbox)
    }

    /// The commands of this protocol, as a reply to HELP.
    #[must_use]
    pub fn help(&self) -> Help {
        Help(P::PROTOCOL)
    }

    /// How often each handler of this protocol was called since the server started, as a list by
    /// [`Command::index`](super::Command::index) that is made anew for each call. That of `#[chunk]`
    /// counts once a body, with its last piece.
    #[must_use]
    pub fn calls(&self) -> Vec<u64> {
        self.calls.tally().counts()
    }

    /// The server as a whole: the connections of all its protocols, what was counted, and the means
    /// to close one or to end the server.
    #[must_use]
    pub fn server(&self) -> ServerCx<'a> {
        ServerCx { hub: self.hub, now: self.now }
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
    /// a connection has one such timer. Setting it again on every message is cheap. One that the event
    /// itself sets to zero is called in the next turn of the loop. Without that event the connection
    /// closes instead ([`CloseReason::Timeout`]).
    ///
    /// (IO::Multiplex's `set_timeout`.)
    pub fn set_timeout(&mut self, after: Duration) {
        self.control.timer = TimerRequest::Set(self.now + after);
    }

    /// Forgets what [`set_timeout`](Cx::set_timeout) asked for.
    pub fn cancel_timeout(&mut self) {
        self.control.timer = TimerRequest::Cancel;
    }

    /// Notes that the handler with this index is called.
    #[inline]
    pub(crate) fn count(&mut self, handler: usize) {
        self.calls.count(handler);
    }
}

/// Notes that the connection went to another mode; for generated code.
#[inline]
pub fn enter<P: Session>(cx: &mut Cx<'_, P>) {
    cx.control.entered = true;
}

/// Notes that the handler with this index is called; for generated code.
#[inline]
pub fn count<P: Session>(cx: &mut Cx<'_, P>, handler: usize) {
    cx.count(handler);
}
