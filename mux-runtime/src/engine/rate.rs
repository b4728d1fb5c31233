//! How many in a second.

use std::{num::NonZeroU32, time::Duration};

use crate::session::Time;

/// A token bucket that holds a second's worth, as one number: the moment at which it would be full
/// (the generic cell rate algorithm, ITU-T I.371).
#[derive(Debug)]
pub(super) struct Rate {
    interval: Duration,
    full_at: Time,
}

impl Rate {
    pub(super) fn new(per_second: NonZeroU32) -> Self {
        Rate { interval: Duration::from_secs(1) / per_second.get(), full_at: Time::START }
    }

    /// When one may be taken: now, or before, if it is not later than `now`.
    pub(super) fn next(&self) -> Time {
        // Not empty: it is full within a second less what one takes.
        Time::START + self.full_at.since(Time::START + (Duration::from_secs(1) - self.interval))
    }

    /// Takes one.
    pub(super) fn take(&mut self, now: Time) {
        self.full_at = self.full_at.max(now) + self.interval;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_s_worth_may_come_at_once_and_then_one_an_interval() {
        let per_second = NonZeroU32::new(4).unwrap();
        let mut rate = Rate::new(per_second);
        let at = |milliseconds| Time::START + Duration::from_millis(milliseconds);
        let mut taken = Vec::new();
        for now in (0..3000).step_by(10) {
            while rate.next() <= at(now) {
                rate.take(at(now));
                taken.push(now);
            }
        }
        assert_eq!(taken[..8], [0, 0, 0, 0, 250, 500, 750, 1000]);
        assert_eq!(taken.len(), 4 + 2990 / 250);
        assert!(rate.next() > at(2990));
        for _ in 0..4 {
            assert!(rate.next() <= at(9000));
            rate.take(at(9000));
        }
        assert_eq!(rate.next(), at(9250));
    }

    #[test]
    fn any_rate_is_kept() {
        for per_second in [1, 3, 1_000_000_000, u32::MAX] {
            let mut rate = Rate::new(NonZeroU32::new(per_second).unwrap());
            rate.take(Time::START);
            assert!(rate.next() <= Time::START + Duration::from_secs(1));
        }
    }
}
