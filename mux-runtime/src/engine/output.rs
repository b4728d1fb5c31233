//! What the driver is to send, and what became of it.

use std::{io::IoSlice, mem};

use super::{Engine, Phase};
use crate::session::{CloseReason, Session};

impl<P: Session> Engine<P> {
    /// The next connection for which there is something to send, or which may be over.
    pub fn next_dirty(&mut self) -> Option<u32> {
        loop {
            let slot = self.outbox.next_dirty()?;
            if self.links[slot as usize].phase == Phase::Free {
                continue;
            }
            if self.outbox.is_above(slot) {
                self.retry(slot);
            }
            return Some(slot);
        }
    }

    /// Whether there may be something to send that the kernel may take.
    #[must_use]
    pub fn may_send(&self, slot: u32) -> bool {
        self.outbox.waiting(slot) > 0 && !self.outbox.is_blocked(slot)
    }

    /// Fills `slices` from the front of what is waiting for the connection, and says how many it
    /// used.
    pub fn slices<'s>(&'s self, slot: u32, slices: &mut [IoSlice<'s>]) -> usize {
        self.outbox.slices(slot, slices)
    }

    /// Bytes that are waiting for the connection.
    #[must_use]
    pub fn unsent(&self, slot: u32) -> usize {
        self.outbox.waiting(slot)
    }

    /// Fills `whole`, which is empty, up to `bytes_max` from the front of what is waiting for the
    /// connection: for a write of one piece.
    pub fn gather(&self, slot: u32, whole: &mut Vec<u8>, bytes_max: usize) {
        self.outbox.gather(slot, whole, bytes_max);
    }

    /// The first `count` bytes that are waiting for the connection went out.
    pub fn sent(&mut self, slot: u32, count: usize) {
        self.outbox.sent(slot, count);
        self.roster.borrow_mut().sent(slot, count);
        if count == 0 {
            return;
        }
        let link = &mut self.links[slot as usize];
        if matches!(link.phase, Phase::Draining(_)) {
            self.timers.set(slot, self.now + self.limits.drain_timeout);
        }
        if link.held {
            link.heard = self.now;
        }
        if !self.waiting.is_empty()
            && let Some(waiting) = self.waiting.get_mut(&slot)
        {
            waiting.since = self.now;
        }
    }

    /// The driver has sent what it could: `sent` says that this was
    /// something, `blocked` that the kernel takes no more for now.
    /// What is left is kept; a connection that held back messages may go on, and one for which too
    /// much is waiting, and that has not taken what was sent before, is closed.
    pub fn flushed(&mut self, slot: u32, sent: bool, blocked: bool) {
        if self.outbox.has_overflowed(slot) {
            return self.end(slot, CloseReason::SlowReader);
        }
        if blocked || self.outbox.waiting(slot) > 0 {
            self.outbox.block(slot);
        }
        let link = &mut self.links[slot as usize];
        let waiting = self.outbox.waiting(slot);
        if P::HANDLES_DRAINED && sent && waiting == 0 && link.phase == Phase::Open {
            link.drained = true;
        }
        let is_low = waiting <= self.limits.output_low;
        let may_go_on = link.held && link.stalls == 0 && is_low || link.drained;
        if may_go_on && !mem::replace(&mut link.queued, true) {
            self.resumable.push_back(slot);
        }
        if is_low && !self.waiting.is_empty() {
            self.release(slot);
        }
        if is_low {
            self.outbox.caught_up(slot);
        }
        if self.is_over(slot).is_some() {
            self.over.push_back(slot);
        }
    }

    /// Has the driver try to send to a connection although the kernel took no more the last time.
    pub fn retry(&mut self, slot: u32) {
        self.outbox.unblock(slot);
    }

    /// The kernel takes output again.
    pub fn writable(&mut self, slot: u32) {
        self.outbox.unblock(slot);
        if self.outbox.waiting(slot) > 0 {
            self.outbox.touch(slot);
        }
    }

    /// Whether this turn has written so much that the driver should send it before it goes on.
    #[must_use]
    pub fn is_turn_full(&self) -> bool {
        self.outbox.is_turn_full()
    }

    /// Ends a turn, or a part of it: nothing is dirty any more.
    pub fn end_turn(&mut self) {
        self.outbox.end_turn();
    }

    /// The next connection that is over, and why: the driver drops it and calls
    /// [`Engine::remove`]. `None` as well when what the sessions said at their ends has filled the
    /// turn: it is to be sent first.
    pub fn next_over(&mut self) -> Option<(u32, CloseReason)> {
        while !self.is_turn_full() {
            let slot = self.over.pop_front()?;
            if let Some(why) = self.is_over(slot) {
                return Some((slot, why));
            }
        }
        None
    }

    /// Whether the connection is to be dropped by the driver, and why.
    fn is_over(&self, slot: u32) -> Option<CloseReason> {
        match self.links[slot as usize].phase {
            Phase::Over(why) => Some(why),
            Phase::Draining(why) if self.outbox.waiting(slot) == 0 => Some(why),
            _ => None,
        }
    }
}
