//! The server in memory.
//!
//! [`mux_runtime::testing`](crate::testing) runs the engine of the real server without sockets and
//! with a clock that is moved by hand, so a test of a protocol waits for nothing and always does
//! the same.
//!
//! | call | what happens |
//! |---|---|
//! | `testing::Server::<Guest>::new(shared)` | a server |
//! | `server.connect("127.0.0.1:9")` | a client connects from there |
//! | `ann.sends(bytes)` | its bytes come in |
//! | `ann.hears()` | what it was sent since it was last asked |
//! | `ann.finishes()` | it is done writing, and still reads |
//! | `ann.vanishes()` | its connection breaks |
//! | `ann.reads_only(n)`, `ann.reads_again()` | it stops reading after `n` bytes more; it reads on |
//! | `ann.is_closed()`, `ann.closed()` | whether its connection is over; why |
//! | `server.advance(d)` | time passes |
//! | `server.shared()`, `server.shared_mut()` | the shared value |
//! | `server.shut_down()` | the server ends |
//!
//! A good test sends the same script whole and in pieces, and wants the same answer:
//!
//! ```
//! use mux_runtime::{mux_server, testing};
//!
//! #[derive(Default)]
//! struct Echo;
//!
//! #[mux_server]
//! impl Echo {
//!     #[line]
//!     fn echo(&mut self, line: &str) -> String {
//!         format!("{line}\r\n")
//!     }
//! }
//!
//! let script = "one\r\ntwo\n\nlast";
//! for at in 0..script.len() {
//!     let ann = testing::Server::<Echo>::new(()).connect("127.0.0.1:9");
//!     let (head, tail) = script.split_at(at);
//!     ann.sends(head);
//!     ann.sends(tail);
//!     ann.finishes();
//!     assert_eq!(ann.hears(), "one\r\ntwo\r\n\r\nlast\r\n", "split at {at}");
//! }
//! ```
//!
//! A handler that panics fails the test, unlike under a real server, which closes its connection.
//!
//! A test over real sockets uses [`Server`](crate::Server) with port 0; see
//! [`running`](super::running).
