//! Those who make others wait: connections that are silent, and readers that do not read.

use std::collections::HashSet;

use super::{Engine, Phase};
use crate::session::{CloseReason, Id, Session, Time};

/// Those whose input waits until a reader has caught up.
#[derive(Debug)]
pub(super) struct Waiting {
    /// In the order in which they began.
    writers: Vec<Id>,
    /// The same, to find one again: timers and messages have a writer that waits write more.
    noted: HashSet<Id>,
    /// When they began to wait, or the reader last took something.
    pub(super) since: Time,
}

impl Waiting {
    fn new(since: Time) -> Self {
        Waiting { writers: Vec::new(), noted: HashSet::new(), since }
    }
}

impl<P: Session> Engine<P> {
    /// Handles no more of a writer's input until the readers that it has written too much to have
    /// caught up.
    pub(super) fn stall(&mut self, slot: u32) {
        let writer = Id { slot, serial: self.serials[slot as usize] };
        while let Some(reader) = self.outbox.next_stalled() {
            let since = self.now;
            let waiting = self.waiting.entry(reader).or_insert_with(|| Waiting::new(since));
            let is_first = waiting.writers.is_empty();
            if waiting.noted.insert(writer) {
                waiting.writers.push(writer);
                self.links[slot as usize].stalls += 1;
            }
            if is_first {
                self.watch_over(reader);
            }
        }
        self.links[slot as usize].held = true;
    }

    /// A reader has caught up, or is gone: those who waited for it go on.
    pub(super) fn release(&mut self, reader: u32) {
        let waiting = if self.waiting.is_empty() { None } else { self.waiting.remove(&reader) };
        for writer in waiting.into_iter().flat_map(|waiting| waiting.writers) {
            let at = writer.slot as usize;
            let link = &mut self.links[at];
            if self.serials[at] != writer.serial || link.phase == Phase::Free {
                continue;
            }
            link.stalls -= 1;
            if link.stalls == 0 && link.phase == Phase::Open {
                link.heard = self.now;
                self.watch_over(writer.slot);
                // It is resumed once its own output is out.
                self.outbox.touch(writer.slot);
            }
        }
    }

    /// When an open connection has made the server wait for too long, and what it is closed for.
    fn deadline(&self, slot: u32) -> Option<(Time, CloseReason)> {
        let link = &self.links[slot as usize];
        if link.phase != Phase::Open {
            return None;
        }
        let limits = &self.limits;
        let idle = limits.idle_timeout.filter(|_| link.stalls == 0);
        let first = limits.first_message_timeout.filter(|_| !link.spoke);
        let waiting = if self.waiting.is_empty() { None } else { self.waiting.get(&slot) };
        let deadlines = [
            idle.map(|time| (link.heard + time, CloseReason::Idle)),
            first.map(|time| {
                let since = self.roster.borrow().entries[slot as usize].since;
                (since + time, CloseReason::NoMessage)
            }),
            waiting.map(|others| (others.since + limits.drain_timeout, CloseReason::SlowReader)),
        ];
        deadlines.into_iter().flatten().min_by_key(|&(when, _)| when)
    }

    /// Has the connection looked at when its time is over.
    ///
    /// A deadline that has become later since, as it does with every input, is found out only
    /// then: input costs no more than noting the time.
    pub(super) fn watch_over(&mut self, slot: u32) {
        if let Some((when, _)) = self.deadline(slot) {
            self.watch.set(slot, when);
        }
    }

    /// Closes the connections that have made the server wait for too long.
    pub(super) fn close_late(&mut self) {
        while let Some(slot) = self.watch.pop(self.now) {
            match self.deadline(slot) {
                Some((when, _)) if when > self.now => self.watch.set(slot, when),
                Some((_, CloseReason::SlowReader)) => self.end(slot, CloseReason::SlowReader),
                Some((_, why)) => self.drain(slot, why),
                None => {}
            }
        }
    }
}
