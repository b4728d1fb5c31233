//! What is bounded, and what happens at each bound.
//!
//! | what | bound | at the bound |
//! |---|---|---|
//! | a line, its end not counted | the block's `max_line`, inclusive; 8192 bytes unless told; [`max_line`] if that is less | `#[on(malformed)]`, then the connection closes ([`CloseReason::Malformed`]) |
//! | a frame | likewise `max_frame`, 65,536 bytes | the same |
//! | a command word | 64 bytes | does not compile |
//! | a connection's unsent output | [`output_high`], 1 MiB | its own replies: no more of its input is handled until [`output_low`] (256 KiB) or less is left; what others write to it: [`slow_reader`]; what its own timeouts and messages write: it is closed ([`CloseReason::SlowReader`]) |
//! | what all connections together write in one turn | [`turn_bytes`] | it is sent before the turn goes on |
//! | connections of one protocol | [`connections`], 65,536 | no more are accepted until one ends; they wait in the kernel |
//! | connections from one IP address | [`connections_per_ip`] | one more is closed at once, no hook is asked, and it is counted; an IPv6 address counts alone, not its network |
//! | connections accepted in a second | [`accept_rate`] | no more are accepted for now; they wait in the kernel |
//! | time without input | [`idle_timeout`] | the connection closes ([`CloseReason::Idle`]) |
//! | time to the first whole message | [`first_message_timeout`] | the connection closes ([`CloseReason::NoMessage`]) |
//! | time without progress while a closing connection's output goes out | [`drain_timeout`], 30 s | it is cut |
//! | time to end, and to send what is left, when the server ends | [`Server::set_drain_timeout`], 5 s | all are cut |
//! | time that a client may take to close its end, once the server has closed its own and all is out | 2 s | the socket is closed, and what was not read may be lost; a server that ends waits for it, too |
//! | connections that wait to be accepted | [`SocketOptions::backlog`], 1024 | the kernel's policy |
//!
//! Running out of file descriptors pauses accepting for 100 ms, or until a connection ends; it
//! never spins.
//!
//! A server on sockets gets its bounds by [`Server::set_limits`], a program by its
//! [configuration](super::configuration), where `drain_timeout` is both of those above and 5 s
//! unless told; tests give theirs to
//! [`testing::Server::with_limits`](crate::testing::Server::with_limits). Bounds that contradict each
//! other are refused ([`Limits::check`](crate::engine::Limits::check)).
//!
//! # A client that says nothing
//!
//! ```
//! use std::time::Duration;
//! use mux_runtime::{CloseReason, engine::Limits, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Guest;
//!
//! #[mux_server]
//! impl Guest {
//!     #[line]
//!     fn say(&mut self, text: &str) -> String {
//!         format!("{text}\r\n")
//!     }
//! }
//!
//! let limits = Limits {
//!     idle_timeout: Some(Duration::from_secs(60)),
//!     first_message_timeout: Some(Duration::from_secs(10)),
//!     ..Limits::default()
//! };
//! let server = testing::Server::<Guest>::with_limits((), limits);
//! let ann = server.connect("127.0.0.1:9");
//! let bob = server.connect("127.0.0.1:10");
//! ann.sends("hello\n");
//! bob.sends("hel");
//! server.advance(Duration::from_secs(10));
//! assert_eq!(bob.closed(), Some(CloseReason::NoMessage));
//! server.advance(Duration::from_secs(50));
//! assert_eq!(ann.closed(), Some(CloseReason::Idle));
//! ```
//!
//! # Readers that are slower than others write
//!
//! What others write to a connection does not wait for it to be read. When more than `output_high`
//! bytes are waiting, and it has not taken all that was sent to it before, [`slow_reader`] says what
//! becomes of it: the connection is closed ([`SlowReader::Close`], the default); what is written is
//! dropped until it has caught up ([`SlowReader::Drop`]). With [`SlowReader::Pause`], whoever writes
//! to one for which so much is waiting is not read until it has caught up.
//!
//! [`SlowReader::Close`]: crate::engine::SlowReader::Close
//! [`SlowReader::Drop`]: crate::engine::SlowReader::Drop
//! [`SlowReader::Pause`]: crate::engine::SlowReader::Pause
//! [`Server::set_limits`]: crate::Server::set_limits
//! [`Server::set_drain_timeout`]: crate::Server::set_drain_timeout
//! [`SocketOptions::backlog`]: crate::SocketOptions::backlog
//! [`CloseReason::Idle`]: crate::CloseReason::Idle
//! [`CloseReason::SlowReader`]: crate::CloseReason::SlowReader
//! [`CloseReason::NoMessage`]: crate::CloseReason::NoMessage
//! [`max_line`]: crate::engine::Limits::max_line
//! [`connections_per_ip`]: crate::engine::Limits::connections_per_ip
//! [`accept_rate`]: crate::engine::Limits::accept_rate
//! [`idle_timeout`]: crate::engine::Limits::idle_timeout
//! [`first_message_timeout`]: crate::engine::Limits::first_message_timeout
//! [`slow_reader`]: crate::engine::Limits::slow_reader
//! [`CloseReason::Malformed`]: crate::CloseReason::Malformed
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
