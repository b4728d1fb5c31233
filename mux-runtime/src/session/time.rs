//! A moment on the loop's own clock.

use std::{
    fmt,
    ops::{Add, Sub},
    time::Duration,
};

/// A moment, counted from the start of the loop that gave it.
///
/// It is given to the engine from outside (by the driver, or by a test that moves it), so that
/// nothing which decides ever asks the system what time it is.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    /// As a number, it takes half the room of a `Duration`, and each connection has several.
    nanoseconds: u64,
}

impl Time {
    /// The moment at which the loop started.
    pub const START: Time = Time { nanoseconds: 0 };
    /// A moment that does not come.
    pub(crate) const NEVER: Time = Time { nanoseconds: u64::MAX };

    /// How much later this moment is than `earlier`; zero if it is not later.
    #[must_use]
    pub fn since(self, earlier: Time) -> Duration {
        Duration::from_nanos(self.nanoseconds.saturating_sub(earlier.nanoseconds))
    }
}

/// Writes the time since the start, `1.5s`.
impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Time({:?})", self.since(Time::START))
    }
}

impl Add<Duration> for Time {
    type Output = Time;

    /// Saturates at the far end of time (about 584 years) instead of wrapping.
    fn add(self, later: Duration) -> Time {
        let later = u64::try_from(later.as_nanos()).unwrap_or(u64::MAX);
        Time { nanoseconds: self.nanoseconds.saturating_add(later) }
    }
}

impl Sub for Time {
    type Output = Duration;

    fn sub(self, earlier: Time) -> Duration {
        self.since(earlier)
    }
}
