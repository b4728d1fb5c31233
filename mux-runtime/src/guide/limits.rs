//! What is bounded, and what happens at each bound.
//!
//! | what | bound | at the bound |
//! |---|---|---|
//! | a line, its end not counted | `max_line` bytes, inclusive; 8192 unless told | `#[on(malformed)]`, then the connection closes ([`CloseReason::Malformed`]) |
//! | a command word | 64 bytes | does not compile |
//! | a connection's unsent output | [`output_high`], 1 MiB | its own replies: no more of its input is handled until [`output_low`] (256 KiB) or less is left; what others write to it: it is closed ([`CloseReason::SlowReader`]) |
//! | what all connections together write in one turn | [`turn_bytes`] | it is sent before the turn goes on |
//! | connections of one protocol | [`connections`], 65,536 | no more are accepted until one ends; they wait in the kernel |
//! | time without progress while a closing connection's output goes out | [`drain_timeout`], 30 s | it is cut |
//! | time to end when the server does | `drain_timeout`, 5 s | all are cut |
//!
//! Running out of file descriptors pauses accepting for 100 ms, or until a connection ends; it
//! never spins.
//!
//! There is no limit on time without input unless the block sets one with `cx.set_timeout`.
//!
//! Of these only `max_line` can be set for a server on sockets. The others are
//! [`engine::Limits`](crate::engine::Limits); tests can give their own
//! ([`testing::Server::with_limits`](crate::testing::Server::with_limits)).
//!
//! [`CloseReason::Malformed`]: crate::CloseReason::Malformed
//! [`CloseReason::SlowReader`]: crate::CloseReason::SlowReader
//! [`output_high`]: crate::engine::Limits::output_high
//! [`output_low`]: crate::engine::Limits::output_low
//! [`turn_bytes`]: crate::engine::Limits::turn_bytes
//! [`connections`]: crate::engine::Limits::connections
//! [`drain_timeout`]: crate::engine::Limits::drain_timeout
//!
//! ```
//! use std::time::Duration;
//! use mux_runtime::engine::Limits;
//!
//! let limits = Limits::default();
//! assert_eq!((limits.output_high, limits.output_low), (1024 * 1024, 256 * 1024));
//! assert_eq!(limits.connections, 65_536);
//! assert_eq!(limits.drain_timeout, Duration::from_secs(30));
//! ```
//!
//! # A line that is too long
//!
//! ```
//! use mux_runtime::{CloseReason, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Short;
//!
//! #[mux_server(max_line = 16)]
//! impl Short {
//!     #[line]
//!     fn line(&mut self, line: &str) -> String {
//!         format!("{} bytes\r\n", line.len())
//!     }
//! }
//!
//! let ann = testing::Server::<Short>::new(()).connect("127.0.0.1:9");
//! ann.sends("1234567890123456\r\n12345678901234567");
//! assert_eq!(ann.hears(), "16 bytes\r\nlonger than 16 bytes\r\n");
//! assert_eq!(ann.closed(), Some(CloseReason::Malformed));
//! ```
//!
//! # A client that does not read
//!
//! ```
//! use mux_runtime::{CloseReason, Cx, engine::Limits, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Guest;
//!
//! #[mux_server]
//! impl Guest {
//!     #[line]
//!     fn say(&mut self, cx: &mut Cx<'_, Self>, text: &str) {
//!         cx.out.others(format_args!("{text}\r\n"));
//!     }
//! }
//!
//! let limits = Limits { output_high: 20, output_low: 10, ..Limits::default() };
//! let server = testing::Server::<Guest>::with_limits((), limits);
//! let ann = server.connect("127.0.0.1:9");
//! let bob = server.connect("127.0.0.1:10");
//! bob.reads_only(0);
//! ann.sends("ten bytes\n");
//! assert!(!bob.is_closed());
//! ann.sends("ten bytes\n");
//! assert_eq!(bob.closed(), Some(CloseReason::SlowReader));
//! ```
