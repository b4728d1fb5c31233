//! The moments of a connection's life.
//!
//! A method with `#[on(EVENT)]` is called at that moment. A block has each at most once; what it
//! does not have costs nothing.
//!
//! | event | signature | without it |
//! |---|---|---|
//! | `connect` | `fn(cx: &mut Cx<'_, Self>) -> Self`, `-> Option<Self>` or `-> Result<Self, impl Reply>`; or `fn(&mut self, cx: &mut Cx<'_, Self>)` where `Self: Default` | `Self::default()` |
//! | `eof` | `fn(&mut self, cx: &mut Cx<'_, Self>, rest: &[u8])` | a last line without its end is delivered |
//! | `timeout` | `fn(&mut self, cx: &mut Cx<'_, Self>)` | the connection closes |
//! | `malformed` | `fn(&mut self, cx: &mut Cx<'_, Self>, what: &Malformed<'_>)` | the client is told the usage line, or what was wrong |
//! | `drained` ([`threads`](super::threads)) | `fn(&mut self, cx: &mut Cx<'_, Self>)` | nothing |
//! | `message` ([`threads`](super::threads)) | `fn(&mut self, cx: &mut Cx<'_, Self>, message: M)` | nobody can send it one |
//! | `drain` | `fn(&mut self, cx: &mut Cx<'_, Self>)` | a server that ends closes the connection |
//! | `close` | `fn(self, cx: &mut Closing<'_, Self>, why: CloseReason)` | the value is dropped |
//!
//! `cx` and what follows it may be left out. The methods with `&mut self` may return what a
//! `#[line]` method may (see [`replies`](super::replies)).
//!
//! # `connect`
//!
//! Makes the connection's value, after the [`hooks`](super::hooks) have let it in
//! (IO::Multiplex's `mux_connection`). `None` refuses the connection; so does `Err`, whose error
//! is sent. A connection that was refused has no value, so `close` is not called for it.
//!
//! ```
//! use mux_runtime::{Cx, mux_server, testing};
//!
//! struct Guest {
//!     number: usize,
//! }
//!
//! #[mux_server]
//! impl Guest {
//!     #[on(connect)]
//!     fn arrive(cx: &mut Cx<'_, Self>) -> Result<Self, &'static str> {
//!         let number = cx.peers.count() + 1;
//!         if number > 2 {
//!             return Err("no seat is left\r\n");
//!         }
//!         write!(cx.out, "you are number {number}\r\n");
//!         Ok(Guest { number })
//!     }
//!
//!     #[line("number")]
//!     fn number(&mut self) -> String {
//!         format!("{}\r\n", self.number)
//!     }
//! }
//!
//! let server = testing::Server::<Guest>::new(());
//! let [ann, bob, eve] = [1, 2, 3].map(|port| server.connect(&format!("127.0.0.1:{port}")));
//! assert_eq!(ann.hears(), "you are number 1\r\n");
//! assert_eq!(bob.hears(), "you are number 2\r\n");
//! assert_eq!(eve.hears(), "no seat is left\r\n");
//! assert!(eve.is_closed());
//! ```
//!
//! # `eof`
//!
//! The peer is done writing and may still read (IO::Multiplex's `mux_eof`). `rest` is the input
//! that no method took. Afterwards the connection closes when its output is out, and
//! [`#[on(drained)]`](super::threads) has written no more. A block that has
//! this event gets an unfinished last line here, and not through `#[line]`.
//!
//! ```
//! use mux_runtime::{Cx, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Count {
//!     lines: u32,
//! }
//!
//! #[mux_server]
//! impl Count {
//!     #[line]
//!     fn line(&mut self, _line: &[u8]) {
//!         self.lines += 1;
//!     }
//!
//!     #[on(eof)]
//!     fn end(&mut self, cx: &mut Cx<'_, Self>, rest: &[u8]) {
//!         write!(cx.out, "{} lines, {} bytes more\r\n", self.lines, rest.len());
//!     }
//! }
//!
//! let ann = testing::Server::<Count>::new(()).connect("127.0.0.1:9");
//! ann.sends("one\ntwo\nthr");
//! ann.finishes();
//! assert_eq!(ann.hears(), "2 lines, 3 bytes more\r\n");
//! assert!(ann.is_closed());
//! ```
//!
//! # `timeout`
//!
//! The time given to `cx.set_timeout` is over (IO::Multiplex's `mux_timeout`). It is called once
//! for each time that it was set.
//!
//! ```
//! use std::time::Duration;
//! use mux_runtime::{CloseReason, Cx, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Idle {
//!     warned: bool,
//! }
//!
//! #[mux_server]
//! impl Idle {
//!     #[on(connect)]
//!     fn start(&mut self, cx: &mut Cx<'_, Self>) {
//!         cx.set_timeout(Duration::from_secs(60));
//!     }
//!
//!     #[line]
//!     fn line(&mut self, cx: &mut Cx<'_, Self>, _line: &str) {
//!         self.warned = false;
//!         cx.set_timeout(Duration::from_secs(60));
//!     }
//!
//!     #[on(timeout)]
//!     fn idle(&mut self, cx: &mut Cx<'_, Self>) {
//!         if self.warned {
//!             return cx.close();
//!         }
//!         self.warned = true;
//!         cx.out.write("still there?\r\n");
//!         cx.set_timeout(Duration::from_secs(10));
//!     }
//! }
//!
//! let server = testing::Server::<Idle>::new(());
//! let ann = server.connect("127.0.0.1:9");
//! server.advance(Duration::from_secs(59));
//! assert_eq!(ann.hears(), "");
//! server.advance(Duration::from_secs(1));
//! assert_eq!(ann.hears(), "still there?\r\n");
//! server.advance(Duration::from_secs(10));
//! assert_eq!(ann.closed(), Some(CloseReason::Closed));
//! ```
//!
//! # `malformed`
//!
//! Input that fits nothing: a line that no method takes, or one that has a method's word but not
//! its parameters. [`Malformed`](crate::Malformed) says what was wrong, at which byte, and for
//! which command. Its `Display` is the default answer.
//!
//! Two kinds are fatal, since nothing tells where the next line starts: a line longer than
//! `max_line`, and a wrong line end with `line = crlf`. After them the connection closes, whatever
//! the method does; everything else is answered and forgotten.
//!
//! ```
//! use mux_runtime::{Cx, Malformed, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Smtp {
//!     mistakes: u32,
//! }
//!
//! #[mux_server]
//! impl Smtp {
//!     #[line("NOOP")]
//!     fn noop(&mut self) -> &'static str {
//!         "250 ok\r\n"
//!     }
//!
//!     #[on(malformed)]
//!     fn mistake(&mut self, cx: &mut Cx<'_, Self>, what: &Malformed<'_>) -> String {
//!         self.mistakes += 1;
//!         if self.mistakes == 3 {
//!             cx.close();
//!         }
//!         format!("500 {what}\r\n")
//!     }
//! }
//!
//! let ann = testing::Server::<Smtp>::new(()).connect("127.0.0.1:9");
//! ann.sends("HELP\r\nNOOP now\r\n");
//! assert_eq!(ann.hears(), "500 unknown command\r\n500 usage: NOOP\r\n");
//! ann.sends("\r\n");
//! assert!(ann.is_closed());
//! ```
//!
//! # `close`
//!
//! The connection is over, for whatever [`CloseReason`](crate::CloseReason) (IO::Multiplex's
//! `mux_close`). The method takes `self` by value: the connection is gone and cannot be written
//! to, while `cx.out` still reaches those that stay. The socket may be there for up to 2 seconds more,
//! until the client closes its end ([`limits`](super::limits)).
//!
//! ```
//! use mux_runtime::{CloseReason, Closing, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Guest {
//!     name: String,
//! }
//!
//! #[mux_server]
//! impl Guest {
//!     #[line("name")]
//!     fn name(&mut self, name: String) {
//!         self.name = name;
//!     }
//!
//!     #[on(close)]
//!     fn leave(self, cx: &mut Closing<'_, Self>, why: CloseReason) {
//!         cx.out.broadcast(format_args!("{} left: {why}\r\n", self.name));
//!     }
//! }
//!
//! let server = testing::Server::<Guest>::new(());
//! let ann = server.connect("127.0.0.1:9");
//! let bob = server.connect("127.0.0.1:10");
//! bob.sends("name bob\n");
//! bob.vanishes();
//! assert_eq!(ann.hears(), "bob left: lost\r\n");
//! ```
//!
//! # `drain`
//!
//! The server is ending, or another process has taken its place ([`process`](super::process)).
//! The method may say goodbye and close, or let the session go on: until it closes by itself, or
//! the setting `drain_timeout` is over (QUIT sets no deadline). Without it a server that ends closes
//! the connection at once, when what was written to it is out. Handlers can ask whether the server is
//! ending: [`cx.server().is_ending()`](crate::ServerCx::is_ending).
//!
//! ```
//! use mux_runtime::{Cx, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Upload {
//!     begun: bool,
//! }
//!
//! #[mux_server]
//! impl Upload {
//!     #[line("begin")]
//!     fn begin(&mut self, cx: &mut Cx<'_, Self>) -> Option<&'static str> {
//!         if cx.server().is_ending() {
//!             return Some("the server is ending\r\n");
//!         }
//!         self.begun = true;
//!         None
//!     }
//!
//!     #[line("end")]
//!     fn end(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
//!         cx.close();
//!         "saved\r\n"
//!     }
//!
//!     #[on(drain)]
//!     fn ending(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
//!         if !self.begun {
//!             cx.close();
//!         }
//!         "the server is ending\r\n"
//!     }
//! }
//!
//! let server = testing::Server::<Upload>::new(());
//! let ann = server.connect("127.0.0.1:9");
//! let bob = server.connect("127.0.0.1:10");
//! ann.sends("begin\n");
//! server.shut_down();
//! assert_eq!(bob.hears(), "the server is ending\r\n");
//! assert!(bob.is_closed());
//! assert_eq!(ann.hears(), "the server is ending\r\n");
//! ann.sends("begin\nend\n");
//! assert_eq!(ann.hears(), "the server is ending\r\nsaved\r\n");
//! assert!(ann.is_closed());
//! ```
