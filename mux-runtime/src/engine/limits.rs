//! The bounds of a server.

use std::{num::NonZeroU32, time::Duration};

pub use crate::session::SlowReader;

/// The bounds of what one protocol's connections may use.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at the same time. At the limit no more are accepted until one ends; they wait
    /// in the kernel's backlog.
    pub connections: usize,
    /// Connections at the same time from one IP address. One more is closed at once, without a
    /// word and without any hook.
    pub connections_per_ip: Option<usize>,
    /// Connections accepted in a second. As many may come at once after a quiet second; the others
    /// wait in the kernel's backlog.
    pub accept_rate: Option<NonZeroU32>,
    /// A connection that sends no byte for so long is closed, when its output is out
    /// ([`CloseReason::Idle`](crate::CloseReason::Idle)). Time in which the server does not read
    /// from it, because others are to catch up, does not count.
    pub idle_timeout: Option<Duration>,
    /// So is one whose first message is not complete by then, however many bytes it sends
    /// ([`CloseReason::NoMessage`](crate::CloseReason::NoMessage)).
    pub first_message_timeout: Option<Duration>,
    /// Bytes of the longest line, its end not counted, if that is less than the block's `max_line`.
    pub max_line: Option<usize>,
    /// Bytes of the longest frame, if that is less than the block's `max_frame`.
    pub max_frame: Option<usize>,
    /// Bytes of a connection's unsent output above which no more of its input is handled, and
    /// what other connections write to it meets `slow_reader`, unless it has taken all that was
    /// sent to it before. What its own events (a timeout, a message from elsewhere) write closes it
    /// likewise.
    pub output_high: usize,
    /// Bytes of unsent output, inclusive, at which its input is handled again; at most
    /// `output_high`.
    pub output_low: usize,
    /// What becomes of a connection to which others have written more than `output_high`.
    pub slow_reader: SlowReader,
    /// Bytes that all connections together may write in one turn before they are sent. (What is
    /// for many is written once; a turn is also full with 1,048,576 pieces for single readers.)
    pub turn_bytes: usize,
    /// How long a connection that is closing may take no byte of its last output before it is cut.
    pub drain_timeout: Duration,
}

/// Bounds that contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("output_low is {low}, more than output_high, which is {high}")]
pub struct LimitsError {
    low: usize,
    high: usize,
}

impl Limits {
    /// Whether the bounds can hold at the same time.
    ///
    /// # Errors
    /// [`output_low`](Limits::output_low) is above [`output_high`](Limits::output_high): a
    /// connection would be held back and let go without end.
    pub fn check(&self) -> Result<(), LimitsError> {
        let (low, high) = (self.output_low, self.output_high);
        if low > high { Err(LimitsError { low, high }) } else { Ok(()) }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connections: 65_536,
            connections_per_ip: None,
            accept_rate: None,
            idle_timeout: None,
            first_message_timeout: None,
            max_line: None,
            max_frame: None,
            output_high: 1 << 20,
            output_low: 1 << 18,
            slow_reader: SlowReader::Close,
            turn_bytes: 1 << 20,
            drain_timeout: Duration::from_secs(30),
        }
    }
}
