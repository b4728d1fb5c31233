//! Bytes that mean something else for a while.
//!
//! `modes(A, B)` on the block lists the protocol's modes: types of one's own that hold what exists
//! only while the mode lasts. A connection starts in the first, which must be `Default`.
//!
//! - A method runs in the first mode, or in the one that it names with `mode = M`.
//! - A parameter `data: &mut M` is the mode's value; `data: M` takes it out and leaves
//!   `M::default()` behind.
//! - **Returning a mode goes there**: `-> M`, `-> Option<M>`, `-> Result<M, impl Reply>`, or one of
//!   several, [`-> Either<M, N>`](crate::Either). What follows in the same read is already in the
//!   new mode.
//! - In a block that is generic a mode may name the type parameters: `modes(Command, Held<T>)`.
//!
//! ```
//! use mux_runtime::{Cx, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Command;
//!
//! /// What exists only while a message is being sent.
//! #[derive(Default)]
//! struct Data {
//!     lines: usize,
//! }
//!
//! #[derive(Default)]
//! struct Mail {
//!     sender: Option<String>,
//! }
//!
//! #[mux_server(modes(Command, Data), ignore_case)]
//! impl Mail {
//!     #[line("FROM")]
//!     fn from(&mut self, sender: String) -> &'static str {
//!         self.sender = Some(sender);
//!         "250 ok\r\n"
//!     }
//!
//!     #[line("DATA")]
//!     fn data(&mut self, cx: &mut Cx<'_, Self>) -> Result<Data, &'static str> {
//!         if self.sender.is_none() {
//!             return Err("503 who are you?\r\n");
//!         }
//!         cx.out.write("354 go on\r\n");
//!         Ok(Data::default())
//!     }
//!
//!     #[line(mode = Data)]
//!     fn line(
//!         &mut self,
//!         cx: &mut Cx<'_, Self>,
//!         data: &mut Data,
//!         line: &[u8],
//!     ) -> Option<Command> {
//!         if line == b"." {
//!             write!(cx.out, "250 {} lines\r\n", data.lines);
//!             return Some(Command);
//!         }
//!         data.lines += 1;
//!         None
//!     }
//! }
//!
//! let ann = testing::Server::<Mail>::new(()).connect("127.0.0.1:9");
//! ann.sends("data\r\nfrom ann\r\ndata\r\nfrom here\r\nto there\r\n.\r\nfrom bob\r\n");
//! assert_eq!(
//!     ann.hears(),
//!     "503 who are you?\r\n250 ok\r\n354 go on\r\n250 2 lines\r\n250 ok\r\n"
//! );
//! ```
//!
//! # Upgrades
//!
//! Where a command changes who can be trusted, as STARTTLS does, nothing may have been sent behind
//! it before it is answered: it could have been put there by somebody else (RFC 3207 section 4.2).
//! `last` refuses the rest of what has come, and closes the connection; it may stand on a method of
//! every framing but `#[chunk]` and `#[input]`.
//!
//! ```
//! # use mux_runtime::{mux_server, testing};
//! #[derive(Default)]
//! struct Plain;
//!
//! #[derive(Default)]
//! struct Secret;
//!
//! #[derive(Default)]
//! struct Door;
//!
//! #[mux_server(modes(Plain, Secret))]
//! impl Door {
//!     #[line("unlock", last)]
//!     fn unlock(&mut self) -> Secret {
//!         Secret
//!     }
//!
//!     #[line(mode = Secret)]
//!     fn say(&mut self, line: &str) -> String {
//!         format!("{line}?\r\n")
//!     }
//! }
//!
//! let ann = testing::Server::<Door>::new(()).connect("127.0.0.1:9");
//! ann.sends("unlock\r\nevil\r\n");
//! assert_eq!(ann.hears(), "nothing may follow before the reply\r\n");
//! assert!(ann.is_closed());
//! ```
//!
//! # What is checked
//!
//! The macro reads the transitions out of the return types, so a mode that nothing enters, or that
//! no method handles, does not compile. It knows a mode by the last word of its type: a type alias
//! hides it.
//!
//! Each mode has its own words, its own parsers and its own plain `#[line]`. The events
//! (`#[on(…)]`) are the same in all modes and are not given the mode's value; those with
//! `&mut self` may return a mode.
