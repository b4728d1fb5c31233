//! All that a `#[mux_server]` block names: `use mux_runtime::prelude::*;`.
//!
//! A block needs no import for `#[line]` and its like: `#[mux_server]` reads them itself. By this
//! one an editor knows them too, and tells what they are; and one that has strayed out of its block
//! is told from a misspelt one.
//!
//! ```
//! use mux_runtime::prelude::*;
//!
//! #[derive(Default)]
//! struct Echo;
//!
//! #[mux_server]
//! impl Echo {
//!     #[line]
//!     fn echo(&mut self, cx: &mut Cx<'_, Self>, line: &str) {
//!         write!(cx.out, "{line}\r\n");
//!     }
//! }
//! ```
//!
//! ```compile_fail
//! use mux_runtime::prelude::*;
//!
//! struct Echo;
//!
//! impl Echo {
//!     #[line] // only works in a block annotated with `#[mux_server]`
//!     fn echo(&mut self, cx: &mut Cx<'_, Self>, line: &str) {}
//! }
//! ```

pub use mux_macros::{bytes, chunk, frame, hook, input, line, on, until};

pub use crate::{
    CloseReason, Closing, Cx, Either, Malformed, MuxMessage, Peer, Reply, Words, mux_server,
};
