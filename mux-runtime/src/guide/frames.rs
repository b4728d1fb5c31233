//! Messages that are not lines.
//!
//! All methods of one mode agree on how messages are cut. What is cut is checked against
//! `max_frame` (64 KiB by default) before it is waited for, and a message that comes in pieces is
//! not looked at from the start again (but for [streaming parsers](#streaming-parsers)).
//!
//! A frame that no method takes, or a length beyond the limit, closes the connection of a binary
//! protocol: a line of text would be taken for something else there. `#[on(malformed)]` can answer
//! otherwise.
//!
//! # Behind a length
//!
//! `#[frame(prefix = P)]`, where `P` is `u8`, `be_u16`, `le_u16`, `be_u32`, `le_u32` or `varint`
//! (LEB128). The frame is the parameter, `&[u8]` or `&str`; or what a nom parser makes of it; or a
//! [declared message](super::messages). Parsers and messages are tried in source order and must
//! take all of the frame; the plain method gets what they do not.
//!
//! ```
//! use mux_runtime::{mux_server, testing};
//! use nom::{bytes::tag, number::be_u16, sequence::preceded};
//!
//! #[derive(Default)]
//! struct Meter {
//!     sum: u32,
//! }
//!
//! #[mux_server(max_frame = 512)]
//! impl Meter {
//!     #[frame(prefix = u8, parser = preceded(tag("+"), be_u16()))]
//!     fn add(&mut self, value: u16) {
//!         self.sum += u32::from(value);
//!     }
//!
//!     #[frame(prefix = u8)]
//!     fn other(&mut self, frame: &[u8]) -> u32 {
//!         self.sum
//!     }
//! }
//!
//! let ann = testing::Server::<Meter>::new(()).connect("127.0.0.1:9");
//! ann.sends(b"\x03+\x01\x00\x03+\x00\x02\x01?");
//! assert_eq!(ann.hears_bytes(), [0, 0, 1, 2]);
//! ```
//!
//! # Before a delimiter
//!
//! `#[until(b"\0")]`: the delimiter is any expression that is bytes; it may use `self` and the
//! mode's value, under the name that it has in the method.
//!
//! ```
//! # use mux_runtime::{mux_server, testing};
//! #[derive(Default)]
//! struct Echo;
//!
//! #[mux_server]
//! impl Echo {
//!     #[until(b"\0")]
//!     fn echo(&mut self, text: &str) -> String {
//!         format!("{text}!\0")
//!     }
//! }
//!
//! let ann = testing::Server::<Echo>::new(()).connect("127.0.0.1:9");
//! ann.sends("one\0two\nlines\0thr");
//! assert_eq!(ann.hears(), "one!\0two\nlines!\0");
//! ```
//!
//! # Frames of words
//!
//! `framing = F` on the block names a [`Framing`](crate::Framing), which cuts frames and splits
//! them into words: [`Resp`](crate::Resp), [`Netstring`](crate::Netstring), or a type of one's
//! own. `#[frame("WORD")]` is then written exactly like `#[line("WORD")]`; what its
//! [parameters](super::parameters) may be is the same, but for `#[rest]` and `#[body]`.
//! `#[frame]` takes every other frame.
//!
//! A framing may say that what comes is no frame of its own but a line. `Resp` does, for Redis's
//! inline commands: the words of the line reach the same methods.
//!
//! ```
//! use mux_runtime::{Cx, Resp, Words, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Cache;
//!
//! #[mux_server(framing = Resp, ignore_case)]
//! impl Cache {
//!     #[frame("ECHO")]
//!     fn echo(&mut self, cx: &mut Cx<'_, Self>, text: &[u8]) {
//!         write!(cx.out, "${}\r\n", text.len());
//!         cx.out.write((text, "\r\n"));
//!     }
//!
//!     #[frame("DEL")]
//!     fn del(&mut self, keys: Words<'_, [u8]>) -> String {
//!         format!(":{}\r\n", keys.count())
//!     }
//! }
//!
//! let ann = testing::Server::<Cache>::new(()).connect("127.0.0.1:9");
//! ann.sends("*2\r\n$4\r\nECHO\r\n$5\r\na\r\nb!\r\ndel one two\r\n");
//! assert_eq!(ann.hears(), "$5\r\na\r\nb!\r\n:2\r\n");
//! ann.sends("*1\r\n$4\r\necho\r\n");
//! assert_eq!(ann.hears(), "-ERR usage: ECHO <text>\r\n");
//! ```
//!
//! # Streaming parsers
//!
//! `#[frame(parser = P)]` runs a nom parser on the stream itself: it says where its message ends.
//! Several are tried in source order. One that wants to see more is waited for, so that the bounds
//! of packets decide nothing; one that fails (`Err::Error`) lets the next one try; if all fail, or
//! one fails for good (`Err::Failure`), the connection closes, since nothing tells where the next
//! message begins.
//!
//! ```
//! use mux_runtime::{mux_server, testing};
//! use nom::{IResult, Parser, bytes::streaming::{tag, take}, number::streaming::u8};
//!
//! /// A type, a length, and so many bytes.
//! fn field(input: &[u8]) -> IResult<&[u8], &[u8]> {
//!     let (input, _) = tag("f")(input)?;
//!     let (input, length) = u8(input)?;
//!     take(length)(input)
//! }
//!
//! #[derive(Default)]
//! struct Fields;
//!
//! #[mux_server]
//! impl Fields {
//!     #[frame(parser = field)]
//!     fn field(&mut self, value: &[u8]) -> Vec<u8> {
//!         value.to_vec()
//!     }
//!
//!     #[frame(parser = tag("end"))]
//!     fn end(&mut self) -> &'static str {
//!         "bye"
//!     }
//! }
//!
//! let ann = testing::Server::<Fields>::new(()).connect("127.0.0.1:9");
//! ann.sends("f\x02h");
//! ann.sends("if\x01!e");
//! ann.sends("nd");
//! assert_eq!(ann.hears(), "hi!bye");
//! ```
//!
//! nom starts over whenever more has come, so a message of n bytes in k pieces costs up to n·k, and
//! `max_frame` bounds it. Prefer a prefix, a [body](super::bodies) or a `Framing` where messages
//! are large. The parser must be a streaming one: the `complete` combinators take the end of what
//! has come for the end of the message. [`testing::check_chunking`](crate::testing::check_chunking)
//! finds that.
//!
//! [`text`](crate::text) needs all of a message, too, and is refused here. For text that ends with a
//! delimiter there is `#[until(b"\0", parser = text(…))]`; another grammar reads bytes and makes text of
//! what it has taken: `map_res(take_until("\0"), std::str::from_utf8)`.
