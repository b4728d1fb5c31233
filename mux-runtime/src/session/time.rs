//! A moment on the loop's own clock.

use std::{
    ops::{Add, Sub},
    time::Duration,
};

/// A moment, counted from the start of the loop that gave it.
///
/// It is given to the engine from outside (by the driver, or by a test that moves it), so that
/// nothing which decides ever asks the system what time it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(Duration);

impl Time {
    /// The moment at which the loop started.
    pub const START: Time = Time(Duration::ZERO);

    /// How much later this moment is than `earlier`; zero if it is not later.
    #[must_use]
    pub fn since(self, earlier: Time) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Time {
    type Output = Time;

    /// Saturates at the far end of time (about 584 billion years) instead of wrapping.
    fn add(self, later: Duration) -> Time {
        Time(self.0.saturating_add(later))
    }
}

impl Sub for Time {
    type Output = Duration;

    fn sub(self, earlier: Time) -> Duration {
        self.since(earlier)
    }
}
