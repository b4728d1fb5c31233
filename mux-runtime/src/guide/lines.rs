//! Which method takes a line.
//!
//! The input is cut into lines, and each is handed to one method. It does not matter in which
//! pieces the bytes come in: a line is handed on when its end is there, and what stands behind it
//! in the same read follows at once.
//!
//! ```
//! use mux_runtime::{mux_server, testing};
//!
//! #[derive(Default)]
//! struct Lamp {
//!     on: bool,
//! }
//!
//! #[mux_server]
//! impl Lamp {
//!     #[line("on")]
//!     fn on(&mut self) -> &'static str {
//!         self.on = true;
//!         "ok\r\n"
//!     }
//!
//!     #[line("state")]
//!     fn state(&mut self) -> &'static str {
//!         if self.on { "on\r\n" } else { "off\r\n" }
//!     }
//!
//!     #[line]
//!     fn other(&mut self, line: &str) -> String {
//!         format!("what is {line:?}?\r\n")
//!     }
//! }
//!
//! let server = testing::Server::<Lamp>::new(());
//! let ann = server.connect("127.0.0.1:9");
//! ann.sends("sta");
//! assert_eq!(ann.hears(), "");
//! ann.sends("te\r\non\nstate\r\non fire\r\noff \r\n");
//! assert_eq!(
//!     ann.hears(),
//!     "off\r\nok\r\non\r\nusage: on\r\nwhat is \"off \"?\r\n"
//! );
//! ```
//!
//! # The order
//!
//! 1. **Words**: the first word of the line picks the method with `#[line("WORD")]`. Words are
//!    parted by spaces and tabs, and blanks before the first are skipped. The line then belongs to
//!    that method alone: if the rest is not what its parameters want, it is answered with the
//!    usage line, and never falls through to the steps below.
//! 2. **Parsers**: the methods with `#[line(parser = P)]` are tried in the order in which they
//!    stand; the first whose parser takes the whole line has it. See [`parsers`](super::parsers).
//! 3. **Every other line**: the one method with plain `#[line]`.
//! 4. **Nothing fits**: `#[on(malformed)]`, or its default, which answers `unknown command`. See
//!    [`events`](super::events).
//!
//! A word is at most 64 bytes and holds no blank. A method has one word; for a second name write
//! a second method that calls the first.
//!
//! # `ignore_case`
//!
//! With this option on the block, words match in any case. Only ASCII letters have a case here.
//!
//! ```
//! use mux_runtime::{mux_server, testing};
//!
//! #[derive(Default)]
//! struct Pop;
//!
//! #[mux_server(ignore_case)]
//! impl Pop {
//!     #[line("NOOP")]
//!     fn noop(&mut self) -> &'static str {
//!         "+OK\r\n"
//!     }
//! }
//!
//! let ann = testing::Server::<Pop>::new(()).connect("127.0.0.1:9");
//! ann.sends("noop\r\nNoOp\r\n");
//! assert_eq!(ann.hears(), "+OK\r\n+OK\r\n");
//! ```
//!
//! # `line = …`
//!
//! | value | a line ends with | at the end of the stream |
//! |---|---|---|
//! | `any` (default) | `\n` or `\r\n` | a last line without its end is delivered |
//! | `lf` | `\n`; `\r` is a byte like any other | the same |
//! | `crlf` | `\r\n`; a `\r` or `\n` alone is malformed and closes the connection | a last line without its end is malformed |
//!
//! `crlf` is for protocols that say so: where one program takes `\n` for a line's end and the next
//! one does not, one peer's line becomes another's two (SMTP smuggling; RFC 5321 section 2.3.8).
//!
//! ```
//! use mux_runtime::{CloseReason, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Strict;
//!
//! #[mux_server(line = crlf)]
//! impl Strict {
//!     #[line("NOOP")]
//!     fn noop(&mut self) -> &'static str {
//!         "250 ok\r\n"
//!     }
//! }
//!
//! let ann = testing::Server::<Strict>::new(()).connect("127.0.0.1:9");
//! ann.sends("NOOP\r\nNOOP\n");
//! assert_eq!(ann.hears(), "250 ok\r\nwrong line end\r\n");
//! assert_eq!(ann.closed(), Some(CloseReason::Malformed));
//! ```
