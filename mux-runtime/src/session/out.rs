//! The ways out of a handler: to its own connection, to another, to all.

use std::fmt;

use super::{Id, Outbox, Reply, Writer};

/// The slot of nobody.
const NOBODY: u32 = u32::MAX;

/// The way out of a handler. Nothing here can fail or block: it is appended to what leaves at the
/// end of the turn.
///
/// What is waiting for a connection is bounded: while its own replies are above the high mark it
/// is not read, and one that lets the output of others, or of its own events, pile up to the mark
/// is closed ([`CloseReason::SlowReader`](super::CloseReason::SlowReader)), unless the server's
/// `slow_reader` says otherwise of what others write.
pub struct Out<'a> {
    outbox: &'a mut Outbox,
    own: u32,
    /// From here on the log is for this connection, and not linked to it yet: that is done once
    /// for many replies.
    run: usize,
}

impl<'a> Out<'a> {
    #[inline]
    pub(crate) fn new(outbox: &'a mut Outbox, own: u32) -> Self {
        let run = outbox.written();
        outbox.forget_mark();
        Out { outbox, own, run }
    }

    /// Writes to this connection.
    #[inline]
    pub fn write(&mut self, reply: impl Reply) {
        reply.write_to(&mut Writer::new(self.outbox.log()));
    }

    /// Writes formatted text to this connection: what `write!(cx.out, …)` calls. It cannot fail.
    pub fn write_fmt(&mut self, text: fmt::Arguments<'_>) {
        self.write(text);
    }

    /// The way to the connection `id`, this one included. If it is gone or closing, what is
    /// written there goes nowhere.
    pub fn to(&mut self, id: Id) -> To<'_> {
        let slot = self.outbox.find(id);
        To { outbox: self.outbox, slot, own: self.own, run: &mut self.run }
    }

    /// Writes to every connection of this protocol, this one included; says how many bytes each
    /// of them gets. The reply is encoded once.
    pub fn broadcast(&mut self, reply: impl Reply) -> usize {
        self.link();
        let bytes = self.outbox.broadcast(&reply, self.own, true);
        self.run = self.outbox.written();
        bytes
    }

    /// Writes to every connection of this protocol but this one; says how many bytes each of them
    /// gets. The reply is encoded once.
    pub fn others(&mut self, reply: impl Reply) -> usize {
        self.link();
        let bytes = self.outbox.broadcast(&reply, self.own, false);
        self.run = self.outbox.written();
        bytes
    }

    /// Links what was written to this connection.
    #[inline]
    fn link(&mut self) {
        self.outbox.link_run(self.own, &mut self.run);
    }

    /// Bytes that are waiting for this connection.
    #[inline]
    pub(crate) fn own_waiting(&self) -> usize {
        self.outbox.waiting(self.own) + self.outbox.written() - self.run
    }

    /// Whether no more of this connection's input may be handled for now: too much is waiting for
    /// it, or for a reader that it wrote to, or the turn is full.
    #[inline]
    pub(crate) fn must_pause(&mut self) -> bool {
        // Below the mark none of this can be.
        if self.outbox.is_below_mark() {
            return false;
        }
        let waiting = self.own_waiting();
        self.outbox.find_mark(waiting)
    }
}

impl Drop for Out<'_> {
    #[inline]
    fn drop(&mut self) {
        self.link();
    }
}

/// The way to one connection, from [`Out::to`].
pub struct To<'a> {
    outbox: &'a mut Outbox,
    slot: Option<u32>,
    own: u32,
    run: &'a mut usize,
}

impl To<'_> {
    /// Whether the connection is there and open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.slot.is_some()
    }

    /// Writes to it.
    pub fn write(&mut self, reply: impl Reply) {
        let Some(slot) = self.slot else { return };
        if slot == self.own {
            return reply.write_to(&mut Writer::new(self.outbox.log()));
        }
        self.outbox.link_run(self.own, self.run);
        let start = self.outbox.written();
        self.outbox.append(&reply);
        let end = self.outbox.written();
        self.outbox.offer(slot, start..end);
        *self.run = end;
    }

    /// Writes formatted text to it: what `write!(cx.out.to(id), …)` calls. It cannot fail.
    pub fn write_fmt(&mut self, text: fmt::Arguments<'_>) {
        self.write(text);
    }
}

/// The way out of `#[on(close)]`: to the connections that stay.
pub struct ToOthers<'a> {
    out: Out<'a>,
}

impl<'a> ToOthers<'a> {
    pub(crate) fn new(outbox: &'a mut Outbox) -> Self {
        ToOthers { out: Out::new(outbox, NOBODY) }
    }

    /// The way to the connection `id`. If it is gone or closing, what is written there goes
    /// nowhere.
    pub fn to(&mut self, id: Id) -> To<'_> {
        self.out.to(id)
    }

    /// Writes to every connection of this protocol that stays; says how many bytes each of them
    /// gets.
    pub fn broadcast(&mut self, reply: impl Reply) -> usize {
        self.out.broadcast(reply)
    }
}
