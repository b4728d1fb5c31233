//! The bounds of a server.

use std::time::Duration;

/// The bounds of what one protocol's connections may use.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at the same time. At the limit no more are accepted until one ends; they wait
    /// in the kernel's backlog.
    pub connections: usize,
    /// Bytes of a connection's unsent output above which no more of its input is handled, and
    /// what other connections or its own events (a timeout, a message from elsewhere) write to it
    /// closes it, unless it has taken all that former turns left.
    pub output_high: usize,
    /// Bytes of unsent output, inclusive, at which its input is handled again.
    pub output_low: usize,
    /// Bytes that all connections together may write in one turn before they are sent. (What is
    /// for many is written once; a turn is also full with 1,048,576 pieces for single readers.)
    pub turn_bytes: usize,
    /// How long a connection that is closing may take no byte of its last output before it is cut.
    pub drain_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connections: 65_536,
            output_high: 1 << 20,
            output_low: 1 << 18,
            turn_bytes: 1 << 20,
            drain_timeout: Duration::from_secs(30),
        }
    }
}
