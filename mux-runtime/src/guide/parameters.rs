//! How the rest of a line becomes a method's parameters.
//!
//! The parameter list is the grammar: each parameter after the context is read from the words
//! behind the command word, in order. All words must be used up. A line that has the word but not
//! the parameters is malformed; by default the client is told the usage line, which is made from
//! the parameters' names.
//!
//! ```
//! use mux_runtime::{Cx, Words, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Shop;
//!
//! #[mux_server]
//! impl Shop {
//!     /// One word as it is, one read as a number, and one that may be missing.
//!     #[line("buy")]
//!     fn buy(&mut self, cx: &mut Cx<'_, Self>, what: &str, count: u32, price: Option<f32>) {
//!         write!(cx.out, "{count} of {what} at {price:?}\r\n");
//!     }
//!
//!     /// The rest of the line, blanks and all.
//!     #[line("note")]
//!     fn note(&mut self, cx: &mut Cx<'_, Self>, about: &str, #[rest] text: &str) {
//!         write!(cx.out, "{about}: {text:?}\r\n");
//!     }
//!
//!     /// All words that are left.
//!     #[line("list")]
//!     fn list(&mut self, cx: &mut Cx<'_, Self>, items: Words<'_>) {
//!         write!(cx.out, "{items:?}\r\n");
//!     }
//! }
//!
//! let ann = testing::Server::<Shop>::new(()).connect("127.0.0.1:9");
//! ann.sends("buy tea 2\nbuy tea 2 1.5\n");
//! assert_eq!(ann.hears(), "2 of tea at None\r\n2 of tea at Some(1.5)\r\n");
//! ann.sends("buy tea\nbuy tea two\nbuy tea 2 1.5 now\n");
//! assert_eq!(ann.hears(), "usage: buy <what> <count> [price]\r\n".repeat(3));
//! ann.sends("note tea  is  late\n");
//! assert_eq!(ann.hears(), "tea: \"is  late\"\r\n");
//! ann.sends("list a  b\tc\n");
//! assert_eq!(ann.hears(), "[\"a\", \"b\", \"c\"]\r\n");
//! ```
//!
//! | parameter | is read from | in the usage line | malformed if |
//! |---|---|---|---|
//! | `name: &str` | one word | `<name>` | there is none, or it is not UTF-8 |
//! | `name: &[u8]` | one word | `<name>` | there is none |
//! | `name: T` where `T:` [`FromStr`](std::str::FromStr) or [`FromArg`](crate::FromArg) | one word | `<name>` | there is none, or it does not stand for a `T` |
//! | `name: Option<…>` of these | one word, or none | `[name]` | a word is there, and it is wrong |
//! | `#[rest] name: &str` | all that is left, from the next word on; it may be empty | `<name...>` | it is not UTF-8 |
//! | `#[rest] name: &[u8]` | the same | `<name...>` | never |
//! | `name: Words<'_>` | all words that are left, perhaps none | `[name...]` | they are not UTF-8 |
//!
//! `#[rest]` and [`Words`](crate::Words) come last, and nothing required follows an `Option`; the
//! macro checks that. `cx` may stand anywhere or be left out. It is known by the name of its type,
//! so the type must be written `Cx`.
//!
//! `&str`, `&[u8]` and `Words` borrow the input buffer. They live as long as the call: copy what
//! the session is to keep.
//!
//! # A method without a word
//!
//! If its only parameter is a `&str` or `&[u8]`, it gets the whole line as it is, without its end.
//! With any other parameters the line's words are read, from the first on; with none at all, the
//! line must be blank.
//!
//! ```
//! use mux_runtime::{mux_server, testing};
//!
//! #[derive(Default)]
//! struct Sum;
//!
//! #[mux_server]
//! impl Sum {
//!     #[line]
//!     fn sum(&mut self, a: u64, b: u64) -> String {
//!         format!("{}\r\n", a + b)
//!     }
//! }
//!
//! let ann = testing::Server::<Sum>::new(()).connect("127.0.0.1:9");
//! ann.sends("1 2\none two\n");
//! assert_eq!(ann.hears(), "3\r\nusage: <a> <b>\r\n");
//! ```
//!
//! # A type of one's own
//!
//! A type that owns what it holds implements [`FromStr`](std::str::FromStr). One that borrows from
//! the line implements [`FromArg`](crate::FromArg):
//!
//! ```
//! use mux_runtime::{FromArg, mux_server, testing};
//!
//! /// `host:port`, the host still in the input buffer.
//! struct Target<'a> {
//!     host: &'a str,
//!     port: u16,
//! }
//!
//! impl<'a> FromArg<'a> for Target<'a> {
//!     fn from_arg(word: &'a [u8]) -> Option<Self> {
//!         let (host, port) = std::str::from_utf8(word).ok()?.rsplit_once(':')?;
//!         Some(Target { host, port: port.parse().ok()? })
//!     }
//! }
//!
//! #[derive(Default)]
//! struct Proxy;
//!
//! #[mux_server]
//! impl Proxy {
//!     #[line("to")]
//!     fn to(&mut self, target: Target<'_>) -> String {
//!         format!("{} port {}\r\n", target.host, target.port)
//!     }
//! }
//!
//! let ann = testing::Server::<Proxy>::new(()).connect("127.0.0.1:9");
//! ann.sends("to example.org:80\nto example.org\n");
//! assert_eq!(ann.hears(), "example.org port 80\r\nusage: to <target>\r\n");
//! ```
