//! What a method may return, and what is sent.
//!
//! A method writes to `cx.out` as often as it likes, returns a reply, or both; what it returned is
//! sent after what it wrote. Everything that one turn of the loop has for a connection leaves in
//! one write.
//!
//! ```
//! use mux_runtime::{Cx, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Store {
//!     value: Option<String>,
//! }
//!
//! #[mux_server]
//! impl Store {
//!     /// A reply.
//!     #[line("ping")]
//!     fn ping(&mut self) -> &'static str {
//!         "pong\r\n"
//!     }
//!
//!     /// A reply, or nothing.
//!     #[line("set")]
//!     fn set(&mut self, value: String, noreply: Option<&str>) -> Option<&'static str> {
//!         self.value = Some(value);
//!         if noreply.is_some() { None } else { Some("stored\r\n") }
//!     }
//!
//!     /// A reply, or an error that is sent too.
//!     #[line("get")]
//!     fn get(&mut self) -> Result<String, &'static str> {
//!         let value = self.value.as_ref().ok_or("nothing is stored\r\n")?;
//!         Ok(format!("{value}\r\n"))
//!     }
//!
//!     /// Written, piece by piece.
//!     #[line("count")]
//!     fn count(&mut self, cx: &mut Cx<'_, Self>, to: u32) {
//!         for number in 1..=to {
//!             write!(cx.out, "{number} ");
//!         }
//!         cx.out.write("\r\n");
//!     }
//! }
//!
//! let ann = testing::Server::<Store>::new(()).connect("127.0.0.1:9");
//! ann.sends("get\nset a\nset b noreply\nget\nping\ncount 3\n");
//! assert_eq!(ann.hears(), "nothing is stored\r\nstored\r\nb\r\npong\r\n1 2 3 \r\n");
//! ```
//!
//! # What can be returned
//!
//! - nothing, `()`;
//! - anything that is [`Reply`](crate::Reply);
//! - a mode of the protocol (see [`modes`](super::modes));
//! - one of these in an `Option` (`None` sends nothing) or a `Result` whose error is a `Reply`, to
//!   any depth. An `Err` is an answer like any other: the connection stays open.
//!
//! # What can be sent
//!
//! | type | is sent as |
//! |---|---|
//! | `str`, `String`, `[u8]`, `[u8; N]`, `Vec<u8>`, `Cow<_>`, `Box<_>`, references to these | its bytes; **no line end is added** |
//! | `format_args!(…)` | the text |
//! | `u8` to `u128`, `i8` to `i128`, `f32`, `f64` | its bytes in network order; as text: `write!(cx.out, "{n}")` |
//! | a tuple of up to eight of these | one after the other |
//!
//! `write!(cx.out, …)` cannot fail and returns `()`, so no `?` and no `unwrap` follows it.
//! `writeln!(cx.out, …)` works too, for protocols whose lines end with `\n` alone:
//!
//! ```
//! use mux_runtime::{Cx, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Twice;
//!
//! #[mux_server(line = lf)]
//! impl Twice {
//!     #[line]
//!     fn twice(&mut self, cx: &mut Cx<'_, Self>, line: &str) {
//!         writeln!(cx.out, "{line} {line}");
//!     }
//! }
//!
//! let ann = testing::Server::<Twice>::new(()).connect("127.0.0.1:9");
//! ann.sends("ho\n");
//! assert_eq!(ann.hears(), "ho ho\n");
//! ```
//!
//! # A reply of one's own
//!
//! ```
//! use mux_runtime::{Reply, Writer, mux_server, testing};
//!
//! /// A status code and its text, as SMTP and many others write them.
//! struct Status(u16, &'static str);
//!
//! impl Reply for Status {
//!     fn write_to(&self, out: &mut Writer<'_>) {
//!         write!(out, "{} {}\r\n", self.0, self.1);
//!     }
//! }
//!
//! #[derive(Default)]
//! struct Smtp;
//!
//! #[mux_server(ignore_case)]
//! impl Smtp {
//!     #[line("HELO")]
//!     fn helo(&mut self, _name: &str) -> Status {
//!         Status(250, "hello")
//!     }
//! }
//!
//! let ann = testing::Server::<Smtp>::new(()).connect("127.0.0.1:9");
//! ann.sends("helo example.org\r\n");
//! assert_eq!(ann.hears(), "250 hello\r\n");
//! ```
