//! Bytes whose number the protocol knows, and bytes that are not cut at all.
//!
//! These stand in [modes](super::modes) of their own, since they say nothing about what comes next.
//!
//! # A given number: `#[bytes(LENGTH)]`
//!
//! `LENGTH` is an expression that may use `self` and the mode's value, under the names that they
//! have in the method. The bytes come whole, up to `max_frame`. When an [event](super::events) has
//! changed the length, here or below, it is looked at again at once: what is there may be enough now.
//!
//! # As they come: `#[chunk(LENGTH)]`
//!
//! Up to `LENGTH` bytes, as soon as any are there, and never gathered: a body of any size in
//! constant memory. The method is called for each piece and `LENGTH` is looked at again before
//! each, so the method counts down what it is computed from. Where it is zero from the start the
//! method is called once with an empty piece, so that it can go on.
//!
//! ```
//! use mux_runtime::{Cx, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Command;
//!
//! #[derive(Default)]
//! struct Upload {
//!     left: u64,
//!     sum: u64,
//! }
//!
//! #[derive(Default)]
//! struct Pin;
//!
//! #[derive(Default)]
//! struct Files;
//!
//! #[mux_server(modes(Command, Upload, Pin))]
//! impl Files {
//!     #[line("put")]
//!     fn put(&mut self, size: u64) -> Upload {
//!         Upload { left: size, sum: 0 }
//!     }
//!
//!     #[chunk(upload.left, mode = Upload)]
//!     fn piece(
//!         &mut self,
//!         cx: &mut Cx<'_, Self>,
//!         upload: &mut Upload,
//!         piece: &[u8],
//!     ) -> Option<Command> {
//!         upload.left -= piece.len() as u64;
//!         upload.sum += piece.iter().map(|&byte| u64::from(byte)).sum::<u64>();
//!         if upload.left > 0 {
//!             return None;
//!         }
//!         write!(cx.out, "sum {}\r\n", upload.sum);
//!         Some(Command)
//!     }
//!
//!     #[line("pin")]
//!     fn pin(&mut self) -> Pin {
//!         Pin
//!     }
//!
//!     #[bytes(4, mode = Pin)]
//!     fn digits(&mut self, cx: &mut Cx<'_, Self>, digits: &str) -> Command {
//!         write!(cx.out, "pin {digits}\r\n");
//!         Command
//!     }
//! }
//!
//! let ann = testing::Server::<Files>::new(()).connect("127.0.0.1:9");
//! ann.sends("put 6\r\nABC");
//! ann.sends("DEFput 0\r\npin\r\n12");
//! ann.sends("34put 1\r\nA");
//! assert_eq!(ann.hears(), "sum 405\r\nsum 0\r\npin 1234\r\nsum 65\r\n");
//! ```
//!
//! # Not cut: `#[input]`
//!
//! The method gets all that is there and says how many bytes from the left it took; what it leaves
//! it sees again, with what has come behind it (IO::Multiplex's `mux_input`). It may leave up to
//! `max_frame` bytes.
//!
//! ```
//! # use mux_runtime::{Cx, mux_server, testing};
//! #[derive(Default)]
//! struct Pairs;
//!
//! #[mux_server]
//! impl Pairs {
//!     #[input]
//!     fn input(&mut self, cx: &mut Cx<'_, Self>, input: &[u8]) -> usize {
//!         for pair in input.chunks_exact(2) {
//!             cx.out.write((pair, " "));
//!         }
//!         input.len() - input.len() % 2
//!     }
//! }
//!
//! let ann = testing::Server::<Pairs>::new(()).connect("127.0.0.1:9");
//! ann.sends("abc");
//! ann.sends("d");
//! assert_eq!(ann.hears(), "ab cd ");
//! ```
