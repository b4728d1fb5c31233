//! How often each handler was called, and how long it took.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

/// Upper bounds of the classes in which times are counted, in microseconds, inclusive; what took
/// longer than the last is in one class more.
pub const TIME_BOUNDS_US: [u64; 12] =
    [1, 2, 5, 10, 20, 50, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/// How long the calls of one handler took.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Times {
    /// So many calls for each of [`TIME_BOUNDS_US`], and those that took longer; no call is in two.
    pub classes: [u64; TIME_BOUNDS_US.len() + 1],
    /// All calls together.
    pub total: Duration,
    /// The longest one.
    pub longest: Duration,
}

impl Times {
    /// One more, which took so long.
    pub(crate) fn add(&mut self, took: Duration) {
        let micros = took.as_nanos().div_ceil(1000);
        let class = TIME_BOUNDS_US.partition_point(|&bound| u128::from(bound) < micros);
        self.classes[class] += 1;
        self.total = self.total.saturating_add(took);
        self.longest = self.longest.max(took);
    }
}

/// A clock for how long handlers take, and from when on one is too slow.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch {
    /// The time since any fixed moment.
    pub now: fn() -> Duration,
    /// A handler that holds the loop for longer is named in the log.
    pub slow: Option<Duration>,
}

/// How often each of a block's handlers was called, and how long that took, by
/// [`Command::index`](super::Command::index). A clone is the same tally: the engine counts, and
/// whoever asks reads.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    counts: Rc<[Cell<u64>]>,
    /// Empty without a stopwatch.
    times: Rc<RefCell<Vec<Times>>>,
}

impl Tally {
    pub(crate) fn counts(&self) -> Vec<u64> {
        self.counts.iter().map(Cell::get).collect()
    }

    pub(crate) fn times(&self) -> Vec<Times> {
        self.times.borrow().clone()
    }
}

/// Counts the calls of a block's handlers.
#[derive(Debug)]
pub(crate) struct Calls {
    tally: Tally,
    /// The handler that was called last; `usize::MAX` if none was.
    last: usize,
    stopwatch: Option<Stopwatch>,
}

impl Calls {
    pub(crate) fn new(handlers: usize) -> Self {
        Calls {
            tally: Tally { counts: vec![Cell::new(0); handlers].into(), times: Rc::default() },
            last: usize::MAX,
            stopwatch: None,
        }
    }

    pub(crate) fn set_stopwatch(&mut self, stopwatch: Stopwatch) {
        let times = vec![Times::default(); self.tally.counts.len()];
        self.tally.times.replace(times);
        self.stopwatch = Some(stopwatch);
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Notes that the handler with this index is called.
    #[inline]
    pub(crate) fn count(&mut self, handler: usize) {
        if let Some(count) = self.tally.counts.get(handler) {
            count.set(count.get() + 1);
            self.last = handler;
        }
    }

    /// Whether calls are timed.
    #[inline]
    pub(crate) fn is_timed(&self) -> bool {
        self.stopwatch.is_some()
    }

    /// A message is about to be handled.
    #[inline]
    pub(crate) fn start(&mut self) -> Option<Duration> {
        let stopwatch = self.stopwatch?;
        self.last = usize::MAX;
        Some((stopwatch.now)())
    }

    /// It was handled; says which handler took how long, if that was too long.
    #[inline]
    pub(crate) fn stop(&mut self, started: Option<Duration>) -> Option<(usize, Duration)> {
        let (stopwatch, started) = (self.stopwatch?, started?);
        let took = (stopwatch.now)().saturating_sub(started);
        self.tally.times.borrow_mut().get_mut(self.last)?.add(took);
        stopwatch.slow.filter(|&slow| took > slow).map(|_| (self.last, took))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_in_the_class_of_the_next_higher_bound() {
        for (nanos, class) in
            [(0, 0), (1000, 0), (1001, 1), (2000, 1), (100_000, 6), (100_001, 7), (u64::MAX, 12)]
        {
            let mut times = Times::default();
            times.add(Duration::from_nanos(nanos));
            assert_eq!(times.classes[class], 1, "{nanos}");
            assert_eq!(times.classes.iter().sum::<u64>(), 1);
            assert_eq!((times.total, times.longest), (Duration::from_nanos(nanos), times.total));
        }
    }
}
