//! What happens to connections beside their input: timeouts, and messages from elsewhere.

use std::mem;

use super::{Engine, Phase, panics::call_hook};
use crate::session::{CloseReason, Cx, Mailbox, Session, Time};

impl<P: Session> Engine<P> {
    /// Calls the handler of an event that may come while a message is half there.
    pub(super) fn event(
        &mut self,
        slot: u32,
        shared: &mut P::Shared,
        call: impl FnOnce(&mut P, &mut P::Mode, &mut Cx<'_, P>),
    ) {
        let waiting = self.outbox.waiting(slot);
        let look = self.with_session(slot, shared, |session, mode, cx, scan| {
            call(session, mode, cx);
            // What a length is computed from may have changed.
            let waited = mem::take(&mut scan.need) > 0;
            if cx.control.entered {
                scan.reset();
            }
            cx.control.entered || waited
        });
        if self.links[slot as usize].phase == Phase::Open {
            self.outbox.limit(slot, waiting);
        }
        // What the old mode left, or what was too short, may be messages now.
        let link = &self.links[slot as usize];
        if look == Some(true) && !link.held && !link.finished {
            self.dispatch_tail(slot, shared);
            self.settle(slot);
        }
    }

    /// When [`Engine::expire`] is due.
    #[inline]
    #[must_use]
    pub fn next_timeout(&self) -> Option<Time> {
        let (timer, watch) = (self.timers.next(), self.watch.next());
        timer.zip(watch).map(|(timer, watch)| timer.min(watch)).or(timer).or(watch)
    }

    /// Calls the timeouts that are over, and closes connections that were idle for too long, or
    /// took too long to send their first message or to take their last output. Once the turn is
    /// full the others wait for the next one, in which they are due.
    #[inline]
    pub fn expire(&mut self, shared: &mut P::Shared) {
        if self.next_timeout().is_some_and(|next| next <= self.now) {
            self.expire_due(shared);
        }
    }

    fn expire_due(&mut self, shared: &mut P::Shared) {
        self.close_late();
        while !self.is_turn_full()
            && let Some(slot) = self.timers.pop(self.now)
        {
            match self.links[slot as usize].phase {
                Phase::Draining(_) => self.end(slot, CloseReason::SlowReader),
                _ => {
                    self.event(slot, shared, |session, mode, cx| session.timeout(mode, cx));
                    // One that sets itself to zero does not keep the turn.
                    self.timers.postpone(slot, self.now);
                }
            }
        }
    }

    /// Hands the messages from other threads to their sessions, until none is left or the turn is
    /// full.
    #[inline]
    pub fn deliver(&mut self, shared: &mut P::Shared) {
        if !self.letters.is_empty() || self.mailbox.is_told() {
            self.deliver_letters(shared);
        }
    }

    fn deliver_letters(&mut self, shared: &mut P::Shared) {
        if self.letters.is_empty() {
            self.mailbox.take(&mut self.letters);
        }
        while !self.is_turn_full()
            && let Some((id, message)) = self.letters.pop_front()
        {
            let at = id.slot as usize;
            if self.serials.get(at) == Some(&id.serial) && self.links[at].phase == Phase::Open {
                self.event(id.slot, shared, |session, mode, cx| {
                    session.message(mode, cx, message);
                });
            } else {
                let what = "a message that came too late";
                call_hook::<P, _>(self.contains_panics, what, || drop(message));
            }
        }
        if self.letters.is_empty() {
            self.letters.shrink_to(Mailbox::<P::Message>::KEPT);
        }
    }

    /// Calls `wake` (from any thread) when there is something to [`deliver`](Engine::deliver).
    pub fn set_wake(&self, wake: impl Fn() + Send + Sync + 'static) {
        self.mailbox.set_wake(Box::new(wake));
    }
}
