//! The timers of all connections.

use std::time::Duration;

use crate::session::Time;

/// "Not in the heap."
const NONE: u32 = u32::MAX;

/// Children of a node: a flat heap touches fewer lines of the cache.
const WIDTH: usize = 4;

/// One timer a slot.
///
/// A heap by due time in which each slot stands at most once. Setting a timer to a later time,
/// which is what a server does on every message, only notes the new time: O(1); the entry moves
/// when the old time comes. Setting it to an earlier time is O(log n). Cancelling is O(1).
#[derive(Debug, Default)]
pub(super) struct Timers {
    /// When each slot's timer is due; one that is not set never is.
    due: Vec<Time>,
    /// Where each slot stands in the heap.
    place: Vec<u32>,
    /// A time no later than the slot's due time, and the slot.
    heap: Vec<(Time, u32)>,
}

impl Timers {
    /// Sets the timer of `slot`, in place of what it was set to.
    pub(super) fn set(&mut self, slot: u32, when: Time) {
        let at = slot as usize;
        if at >= self.due.len() {
            self.due.resize(at + 1, Time::NEVER);
            self.place.resize(at + 1, NONE);
        }
        self.due[at] = when;
        let place = self.place[at];
        if place == NONE {
            self.heap.push((when, slot));
            self.rise(self.heap.len() - 1);
        } else if when < self.heap[place as usize].0 {
            self.heap[place as usize].0 = when;
            self.rise(place as usize);
        }
    }

    /// Has the timer of `slot` be due after `now`, if it is set to be due by then.
    pub(super) fn postpone(&mut self, slot: u32, now: Time) {
        if self.due[slot as usize] <= now {
            self.set(slot, now + Duration::from_nanos(1));
        }
    }

    /// What a slot costs, once one was set.
    #[cfg(test)]
    pub(super) const SLOT_BYTES: usize =
        size_of::<Time>() + size_of::<u32>() + size_of::<(Time, u32)>();

    /// Forgets the timer of `slot`.
    pub(super) fn cancel(&mut self, slot: u32) {
        if let Some(due) = self.due.get_mut(slot as usize) {
            *due = Time::NEVER;
        }
    }

    /// A time before which no timer is due. It may be early, where a timer was moved or cancelled.
    #[inline]
    pub(super) fn next(&self) -> Option<Time> {
        self.heap.first().map(|&(when, _)| when)
    }

    /// Takes a timer that is due at `now`.
    pub(super) fn pop(&mut self, now: Time) -> Option<u32> {
        loop {
            let &(when, slot) = self.heap.first()?;
            if when > now {
                return None;
            }
            let due = self.due[slot as usize];
            if due == Time::NEVER {
                self.remove_first();
            } else if due > now {
                self.heap[0].0 = due;
                self.sink(0);
            } else {
                self.remove_first();
                self.due[slot as usize] = Time::NEVER;
                return Some(slot);
            }
        }
    }

    fn remove_first(&mut self) {
        let (_, slot) = self.heap.swap_remove(0);
        self.place[slot as usize] = NONE;
        if !self.heap.is_empty() {
            self.sink(0);
        }
    }

    /// Moves the entry at `at` up to where it belongs.
    fn rise(&mut self, mut at: usize) {
        let entry = self.heap[at];
        while at > 0 {
            let parent = (at - 1) / WIDTH;
            if self.heap[parent].0 <= entry.0 {
                break;
            }
            self.put(at, self.heap[parent]);
            at = parent;
        }
        self.put(at, entry);
    }

    /// Moves the entry at `at` down to where it belongs.
    fn sink(&mut self, mut at: usize) {
        let entry = self.heap[at];
        loop {
            let first = at * WIDTH + 1;
            let children = first..(first + WIDTH).min(self.heap.len());
            let Some(least) = children.min_by_key(|&child| self.heap[child].0) else { break };
            if self.heap[least].0 >= entry.0 {
                break;
            }
            self.put(at, self.heap[least]);
            at = least;
        }
        self.put(at, entry);
    }

    fn put(&mut self, at: usize, entry: (Time, u32)) {
        self.heap[at] = entry;
        self.place[entry.1 as usize] = at as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Time {
        Time::START + Duration::from_secs(seconds)
    }

    fn all_due(timers: &mut Timers, now: Time) -> Vec<u32> {
        std::iter::from_fn(|| timers.pop(now)).collect()
    }

    #[test]
    fn a_timer_fires_once_when_it_is_due() {
        let mut timers = Timers::default();
        timers.set(3, at(2));
        assert_eq!(timers.next(), Some(at(2)));
        assert_eq!(all_due(&mut timers, at(1)), []);
        assert_eq!(all_due(&mut timers, at(2)), [3]);
        assert_eq!(all_due(&mut timers, at(9)), []);
    }

    #[test]
    fn the_last_setting_counts_earlier_or_later() {
        let mut timers = Timers::default();
        timers.set(0, at(5));
        timers.set(0, at(9));
        timers.set(1, at(5));
        timers.set(1, at(2));
        assert_eq!(all_due(&mut timers, at(6)), [1]);
        assert_eq!(all_due(&mut timers, at(9)), [0]);
    }

    #[test]
    fn a_cancelled_timer_does_not_fire_and_can_be_set_again() {
        let mut timers = Timers::default();
        timers.set(0, at(1));
        timers.cancel(0);
        timers.cancel(7);
        assert_eq!(all_due(&mut timers, at(2)), []);
        timers.set(0, at(3));
        timers.cancel(0);
        timers.set(0, at(4));
        assert_eq!(all_due(&mut timers, at(3)), []);
        assert_eq!(all_due(&mut timers, at(4)), [0]);
    }

    #[test]
    fn many_timers_fire_in_order_of_time() {
        let mut timers = Timers::default();
        let mut seed = 1u64;
        for slot in 0..1000 {
            for _ in 0..3 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                timers.set(slot, at(seed >> 54));
            }
        }
        let expected = timers.due.clone();
        let mut last = at(0);
        let mut count = 0;
        for now in 0..1024 {
            for slot in all_due(&mut timers, at(now)) {
                assert_eq!(expected[slot as usize], at(now));
                assert!(last <= at(now));
                last = at(now);
                count += 1;
            }
        }
        assert_eq!(count, 1000);
    }
}
