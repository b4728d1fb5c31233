//! What words cannot say, read by a [nom] parser.
//!
//! [nom]: https://docs.rs/nom/8
//!
//! `parser = P` takes any expression that is a nom 8 parser over `&[u8]` with nom's own error type
//! (`nom::error::Error<&[u8]>`): the name of a function, or combinators written in place. Its
//! output is the method's parameter; a tuple is as many parameters. The output may borrow from
//! the line.
//!
//! ```
//! use mux_runtime::{Cx, mux_server, testing};
//! use nom::{
//!     IResult, Parser,
//!     bytes::{tag, take_until},
//!     character::complete::u8,
//!     sequence::{delimited, separated_pair},
//! };
//!
//! /// `2d6`: how many dice, and of how many sides.
//! fn dice(input: &[u8]) -> IResult<&[u8], (u8, u8)> {
//!     separated_pair(u8, tag("d"), u8).parse_complete(input)
//! }
//!
//! #[derive(Default)]
//! struct Game;
//!
//! #[mux_server]
//! impl Game {
//!     /// A function on what follows the word; its pair is two parameters.
//!     #[line("roll", parser = dice)]
//!     fn roll(&mut self, cx: &mut Cx<'_, Self>, count: u8, sides: u8) {
//!         write!(cx.out, "{count} dice of {sides} sides\r\n");
//!     }
//!
//!     /// Combinators in place, on the whole line.
//!     #[line(parser = delimited(tag("<"), take_until(">"), tag(">")))]
//!     fn quoted(&mut self, cx: &mut Cx<'_, Self>, inside: &[u8]) {
//!         cx.out.write((inside, "\r\n"));
//!     }
//! }
//!
//! let ann = testing::Server::<Game>::new(()).connect("127.0.0.1:9");
//! ann.sends("roll 2d6\r\n<hello>\r\n");
//! assert_eq!(ann.hears(), "2 dice of 6 sides\r\nhello\r\n");
//! ann.sends("roll 2x6\r\n");
//! assert_eq!(ann.hears(), "usage: roll <count> <sides>\r\n");
//! ```
//!
//! # Where it runs
//!
//! | attribute | the parser reads | if it does not take it |
//! |---|---|---|
//! | `#[line("WORD", parser = P)]` | what follows the word, without blanks before it | malformed: the line has the word |
//! | `#[line(parser = P)]` | the line from its first byte, without its end | the next parser is tried, in source order, then plain `#[line]` |
//!
//! It must take all of it, but for blanks at the end. If nothing takes the line,
//! `#[on(malformed)]` is told how far the parser came that came farthest.
//!
//! # Complete and streaming
//!
//! A line is all there when it is parsed, so mux runs the parser in nom's complete mode. The
//! combinators of `nom::bytes`, `nom::character` and their like follow that by themselves. A
//! function chooses for itself: write `.parse_complete(input)` in it, or use the combinators of
//! the `complete` modules. A parser that asks for more input has met the end of the line, and the
//! line is malformed there.
//!
//! # Text
//!
//! [`text`](crate::text) makes a parser over `&str` one over `&[u8]`; a line that is not UTF-8 is
//! then malformed. It works on frames whose end is known, too, but not on
//! [the stream](super::frames#streaming-parsers).
//!
//! ```
//! use mux_runtime::{mux_server, testing, text};
//! use nom::{IResult, character::complete::alpha1};
//!
//! fn name(input: &str) -> IResult<&str, &str> {
//!     alpha1(input)
//! }
//!
//! #[derive(Default)]
//! struct Greeter;
//!
//! #[mux_server]
//! impl Greeter {
//!     #[line("hello", parser = text(name))]
//!     fn hello(&mut self, name: &str) -> String {
//!         format!("hello, {name}\r\n")
//!     }
//! }
//!
//! let ann = testing::Server::<Greeter>::new(()).connect("127.0.0.1:9");
//! ann.sends("hello Ann\r\nhello 4nn\r\n");
//! assert_eq!(ann.hears(), "hello, Ann\r\nusage: hello <name>\r\n");
//! ```
//!
//! # The usage line
//!
//! It is made of the parameters' names, which do not tell how a parser wants them written.
//! `usage = "…"` says it instead:
//!
//! ```
//! use mux_runtime::{mux_server, testing};
//! use nom::{bytes::{tag, take_until}, sequence::delimited};
//!
//! #[derive(Default)]
//! struct Mail;
//!
//! #[mux_server]
//! impl Mail {
//!     #[line(
//!         "MAIL",
//!         parser = delimited(tag("FROM:<"), take_until(">"), tag(">")),
//!         usage = "MAIL FROM:<sender>"
//!     )]
//!     fn mail(&mut self, _sender: &[u8]) -> &'static str {
//!         "ok\r\n"
//!     }
//! }
//!
//! let ann = testing::Server::<Mail>::new(()).connect("127.0.0.1:9");
//! ann.sends("MAIL ann\r\n");
//! assert_eq!(ann.hears(), "usage: MAIL FROM:<sender>\r\n");
//! ```
