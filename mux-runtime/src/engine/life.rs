//! How connections come and go.

use std::collections::hash_map::Entry;

use super::{Ends, Engine, Link, Phase, rate::Rate};
use crate::session::{
    Address, CloseReason, Closing, Control, Cx, Id, Out, Peer, Peers, Scan, Session, Time,
    ToOthers, Writer,
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
    /// no hook is asked, if its address has as many connections as [`Limits::connections_per_ip`](super::Limits::connections_per_ip)
    /// allows, or if the driver should not have accepted it ([`Engine::may_accept`]).
    pub fn accept(&mut self, shared: &mut P::Shared, peer: Peer, local: Address) -> Option<u32> {
        if !self.may_accept() || !self.count_ip(&peer) {
            return None;
        }
        if let Some(rate) = &mut self.rate {
            rate.take(self.now);
        }
        P::post_accept(shared, &peer);
        let allowed = P::allow_deny(shared, &peer);
        let slot = self.open_slot(Ends { peer, local });
        if allowed {
            let mut control = Control::default();
            let at = slot as usize;
            let (session, peers) = Peers::around(&mut self.sessions, &self.serials, at);
            let mut cx = Cx {
                shared,
                out: Out::new(&mut self.outbox, slot),
                peers,
                id: Id { slot, serial: self.serials[at] },
                peer: &self.ends[at].peer,
                local: &self.ends[at].local,
                control: &mut control,
                now: self.now,
                mailbox: &self.mailbox,
                calls: &mut self.calls,
                longest: self.longest,
            };
            *session = P::connect(&mut self.modes[at], &mut cx);
            drop(cx);
            let refused = session.is_none();
            if refused {
                control.close.get_or_insert(CloseReason::Refused);
            }
            self.obey(slot, control);
        } else {
            let mut farewell = Vec::new();
            P::request_denied(shared, &peer, &mut Writer::new(&mut farewell));
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
            && let Some(ip) = self.ends[slot as usize].peer.ip()
            && let Entry::Occupied(mut count) = self.per_ip.entry(ip)
        {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }

    fn open_slot(&mut self, ends: Ends) -> u32 {
        self.serial = self.serial.wrapping_add(1);
        let link = Link {
            phase: Phase::Open,
            tail: Vec::new(),
            scan: Scan::default(),
            held: false,
            finished: false,
            drained: false,
            queued: false,
            spoke: false,
            stalls: 0,
            opened: self.now,
            heard: self.now,
        };
        let slot = match self.free.pop() {
            Some(slot) => {
                let at = slot as usize;
                // It may still stand in the queue from its last use, and must not twice.
                self.links[at] = Link { queued: self.links[at].queued, ..link };
                self.ends[at] = ends;
                self.serials[at] = self.serial;
                slot
            }
            None => {
                self.sessions.push(None);
                self.modes.push(P::Mode::default());
                self.links.push(link);
                self.ends.push(ends);
                self.serials.push(self.serial);
                self.links.len() as u32 - 1
            }
        };
        self.outbox.attach(Id { slot, serial: self.serial });
        slot
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
            link.tail = Vec::new();
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

    /// Whether the connection is to be dropped by the driver, and why.
    #[must_use]
    pub fn is_over(&self, slot: u32) -> Option<CloseReason> {
        match self.links[slot as usize].phase {
            Phase::Over(why) => Some(why),
            Phase::Draining(why) if self.outbox.waiting(slot) == 0 => Some(why),
            _ => None,
        }
    }

    /// Frees the connection, which is over, and tells its session.
    pub fn remove(&mut self, slot: u32, shared: &mut P::Shared, why: CloseReason) {
        let at = slot as usize;
        if self.links[at].phase == Phase::Free {
            return;
        }
        self.links[at].phase = Phase::Free;
        self.links[at].tail = Vec::new();
        self.links[at].held = false;
        self.links[at].drained = false;
        self.discount_ip(slot);
        self.timers.cancel(slot);
        self.watch.cancel(slot);
        self.release(slot);
        self.outbox.seal(slot);
        self.outbox.discard(slot);
        let (session, peers) = Peers::around(&mut self.sessions, &self.serials, at);
        if let Some(session) = session.take() {
            let mut cx = Closing {
                shared,
                out: ToOthers::new(&mut self.outbox),
                peers,
                id: Id { slot, serial: self.serials[at] },
                peer: &self.ends[at].peer,
                local: &self.ends[at].local,
            };
            session.close(&mut cx, why);
            drop(cx);
            // Nobody is left to wait.
            while self.outbox.next_stalled().is_some() {}
        }
        // What the mode holds (a file, say) ends with the connection, not with the slot's next.
        self.modes[at] = P::Mode::default();
        self.free.push(slot);
    }
}
