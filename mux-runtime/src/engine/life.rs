//! How connections come and go.

use std::{collections::hash_map::Entry, mem};

use super::{Engine, Link, Phase, panics::call_hook, rate::Rate};
use crate::session::{
    Address, CloseReason, Closing, Id, Out, Peer, Peers, Session, Time, ToOthers, Writer,
};

impl<P: Session> Engine<P> {
    /// Whether another connection may be accepted now. The others wait in the kernel's backlog.
    #[must_use]
    pub fn may_accept(&self) -> bool {
        self.connections() < self.limits.connections
            && self.rate.as_ref().is_none_or(|rate| rate.next() <= self.now)
    }

    /// When another connection may be accepted, if that is a matter of time.
    #[must_use]
    pub fn next_accept(&self) -> Option<Time> {
        let rate = self.rate.as_ref().filter(|_| self.connections() < self.limits.connections);
        rate.map(Rate::next)
    }

    /// A connection came in: asks the hooks whether to let it in, and makes its session.
    ///
    /// It gets a slot in either case; one that is refused is over once it was told so. `None`, and
    /// no hook is asked, if its address has as many connections as
    /// [`Limits::connections_per_ip`](super::Limits::connections_per_ip)
    /// allows, if the driver should not have accepted it ([`Engine::may_accept`]), or if its first mode
    /// cannot be made.
    pub fn accept(&mut self, shared: &mut P::Shared, peer: Peer, local: Address) -> Option<u32> {
        if !self.may_accept() {
            return None;
        }
        if self.free.is_empty() && !self.add_slot() || !self.count_ip(&peer) {
            self.roster.borrow_mut().counts.turned_away += 1;
            return None;
        }
        if let Some(rate) = &mut self.rate {
            rate.take(self.now);
        }
        let allowed = call_hook::<P, _>(self.contains_panics, "a hook of accepting", || {
            P::post_accept(shared, &peer);
            let listed = self.access.as_ref().is_none_or(|access| access(&peer));
            listed && P::allow_deny(shared, &peer)
        });
        let slot = self.open_slot(peer, local)?;
        if allowed == Some(true) {
            self.enter(slot, shared, |session, mode, cx, _| {
                *session = P::connect(mode, cx);
                if session.is_none() {
                    cx.close_because(CloseReason::Refused);
                }
            });
        } else {
            let mut farewell = Vec::new();
            let mut roster = self.roster.borrow_mut();
            roster.counts.denied += 1;
            let peer = &roster.entries[slot as usize].peer;
            call_hook::<P, _>(self.contains_panics, "request_denied", || {
                P::request_denied(shared, peer, &mut Writer::new(&mut farewell));
            });
            drop(roster);
            Out::new(&mut self.outbox, slot).write(farewell);
            self.drain(slot, CloseReason::Refused);
        }
        self.watch_over(slot);
        Some(slot)
    }

    /// Counts a connection from this address; says whether it may have one more.
    fn count_ip(&mut self, peer: &Peer) -> bool {
        let (Some(most), Some(ip)) = (self.limits.connections_per_ip, peer.ip()) else {
            return true;
        };
        if self.per_ip.get(&ip).is_some_and(|&count| count >= most) {
            return false;
        }
        *self.per_ip.entry(ip).or_default() += 1;
        true
    }

    fn discount_ip(&mut self, slot: u32) {
        if self.limits.connections_per_ip.is_some()
            && let Some(ip) = self.roster.borrow().entries[slot as usize].peer.ip()
            && let Entry::Occupied(mut count) = self.per_ip.entry(ip)
        {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }

    /// Adds a free slot; says whether the mode that its first connection begins with could be made.
    fn add_slot(&mut self) -> bool {
        let Some(mode) = self.first_mode() else { return false };
        self.free.push(self.links.len() as u32);
        self.sessions.push(None);
        self.modes.push(mode);
        self.links.push(Link::new(Phase::Free, self.now));
        self.serials.push(0);
        true
    }

    fn first_mode(&self) -> Option<P::Mode> {
        call_hook::<P, _>(self.contains_panics, "the first mode", P::Mode::default)
    }

    fn open_slot(&mut self, peer: Peer, local: Address) -> Option<u32> {
        let slot = self.free.pop()?;
        let serial = self.hub.next_serial();
        let at = slot as usize;
        // It may still stand in the queue from its last use, and must not twice.
        let queued = self.links[at].queued;
        self.links[at] = Link { queued, ..Link::new(Phase::Open, self.now) };
        self.serials[at] = serial;
        let id = Id { slot, serial };
        self.outbox.attach(id);
        self.open_span(id, &peer, &local);
        self.roster.borrow_mut().add(id, peer, local, self.now);
        Some(slot)
    }

    /// Makes the span in which everything stands that the connection's handlers log; its level is
    /// that of the single steps of a connection.
    fn open_span(&mut self, id: Id, peer: &Peer, local: &Address) {
        let at = id.slot as usize;
        let span = tracing::debug_span!(
            "connection",
            protocol = P::PROTOCOL.name,
            id = %id,
            peer = %peer.address(),
            listener = %local
        );
        if at >= self.spans.len() {
            if span.is_disabled() {
                return;
            }
            self.spans.resize_with(at + 1, tracing::Span::none);
        }
        self.spans[at] = span;
    }

    /// The connection broke: it is over at once, and what was waiting for it is lost.
    pub fn lose(&mut self, slot: u32) {
        self.end(slot, CloseReason::Lost);
    }

    /// Closes the connection when its output is out.
    pub(super) fn drain(&mut self, slot: u32, why: CloseReason) {
        let link = &mut self.links[slot as usize];
        if link.phase == Phase::Open {
            link.phase = Phase::Draining(why);
            link.forget_tail();
            link.held = false;
            self.timers.set(slot, self.now + self.limits.drain_timeout);
            self.watch.cancel(slot);
            self.outbox.seal(slot);
            self.outbox.touch(slot);
            self.release(slot);
        }
    }

    pub(super) fn end(&mut self, slot: u32, why: CloseReason) {
        let link = &mut self.links[slot as usize];
        if matches!(link.phase, Phase::Open | Phase::Draining(_)) {
            link.phase = Phase::Over(why);
            self.outbox.seal(slot);
            self.outbox.discard(slot);
            self.outbox.touch(slot);
            self.release(slot);
        }
    }

    /// Closes the connection `id` when its output is out, if it is one of this engine's.
    pub fn kick(&mut self, id: Id) {
        if self.serials.get(id.slot as usize) == Some(&id.serial) {
            self.drain(id.slot, CloseReason::Kicked);
        }
    }

    /// The server is ending: calls `#[on(drain)]` for the connections from the slot `from` on,
    /// until the turn is full; says then at which slot to go on once it was sent. If `close` says
    /// so, a protocol without that event has its connections closed when their output is out.
    pub fn announce_end(&mut self, shared: &mut P::Shared, close: bool, from: u32) -> Option<u32> {
        if P::HANDLES_DRAIN {
            for slot in from..self.links.len() as u32 {
                if self.is_turn_full() {
                    return Some(slot);
                }
                self.announce_end_to(slot, shared);
            }
        } else if close {
            self.shut_down();
        }
        None
    }

    /// The same for one that came in since: calls `#[on(drain)]`, if there is one.
    pub fn announce_end_to(&mut self, slot: u32, shared: &mut P::Shared) {
        if P::HANDLES_DRAIN {
            self.event(slot, shared, |session, mode, cx| session.drain(mode, cx));
        }
    }

    /// Closes all connections when their output is out.
    pub fn shut_down(&mut self) {
        for slot in 0..self.links.len() as u32 {
            self.drain(slot, CloseReason::Shutdown);
        }
    }

    /// Ends all connections at once.
    pub fn cut(&mut self) {
        for slot in 0..self.links.len() as u32 {
            self.end(slot, CloseReason::Shutdown);
        }
    }

    /// Frees the connection, which is over, and tells its session.
    pub fn remove(&mut self, slot: u32, shared: &mut P::Shared, why: CloseReason) {
        let at = slot as usize;
        if self.links[at].phase == Phase::Free {
            return;
        }
        self.links[at].phase = Phase::Free;
        self.links[at].forget_tail();
        self.links[at].held = false;
        self.links[at].drained = false;
        self.discount_ip(slot);
        self.timers.cancel(slot);
        self.watch.cancel(slot);
        self.release(slot);
        self.outbox.seal(slot);
        self.outbox.discard(slot);
        let mut roster = self.roster.borrow_mut();
        match why {
            CloseReason::Malformed => roster.counts.malformed += 1,
            CloseReason::SlowReader => roster.counts.slow_readers += 1,
            CloseReason::Panicked => roster.counts.panicked += 1,
            _ => {}
        }
        roster.remove(slot);
        let entered = self.spans.get(at).map(tracing::Span::enter);
        let (session, peers) = Peers::around(&mut self.sessions, &self.serials, at);
        if let Some(session) = session.take() {
            let (contain, peer) = (self.contains_panics, &roster.entries[at].peer);
            call_hook::<P, _>(contain, "post_process_request", || {
                P::post_process_request(shared, peer);
            });
            let mut cx = Closing {
                shared,
                out: ToOthers::new(&mut self.outbox),
                peers,
                id: Id { slot, serial: self.serials[at] },
                peer,
                local: &roster.entries[at].local,
            };
            call_hook::<P, _>(contain, "close", || session.close(&mut cx, why));
            drop(cx);
            // Nobody is left to wait.
            while self.outbox.next_stalled().is_some() {}
        }
        drop((entered, roster));
        if let Some(span) = self.spans.get_mut(at) {
            *span = tracing::Span::none();
        }
        // What the mode holds (a file, say) ends with the connection, not with the slot's next.
        if let Some(mode) = self.first_mode() {
            let old = mem::replace(&mut self.modes[at], mode);
            call_hook::<P, _>(self.contains_panics, "a mode that ended", || drop(old));
            self.free.push(slot);
        } else {
            // It still holds the old one, which is nobody else's.
            self.unusable += 1;
        }
    }
}
