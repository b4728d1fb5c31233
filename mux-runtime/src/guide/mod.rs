//! The guide: all that a `#[mux_server]` block can say, each with an example that runs.
//!
//! Read it in order, or look things up in the tables below.
//!
//! 1. [`lines`]: which method takes a line
//! 2. [`parameters`]: how the rest of the line becomes the method's parameters
//! 3. [`parsers`]: what words cannot say, read by nom
//! 4. [`replies`]: what a method may return, and what is sent
//! 5. [`context`]: the shared value, the other connections, closing, the timer
//! 6. [`events`]: the moments of a connection's life
//! 7. [`hooks`]: who is let in
//! 8. [`modes`]: bytes that mean something else for a while
//! 9. [`bodies`]: a payload behind a line
//! 10. [`frames`]: messages that are not lines
//! 11. [`messages`]: frames that are declared
//! 12. [`pieces`]: so many bytes, whole or as they come
//! 13. [`threads`]: messages from other threads, and output in portions
//! 14. [`description`]: the protocol as data
//! 15. [`limits`]: what is bounded, and what happens at each bound
//! 16. [`testing`]: the server in memory
//! 17. [`running`]: `run`, and a loop of one's own
//! 18. [`configuration`]: all that can be set, by arguments, the program, or a file
//! 19. [`process`]: listeners, becoming a daemon, signals, restarts, hooks of the process
//! 20. [`operating`]: who may come in, the log, what is counted, a protocol for administrators
//!
//! [`use mux_runtime::prelude::*`](crate::prelude) imports what blocks name.
//!
//! The examples use [`mux_runtime::testing`](crate::testing): a client `sends` bytes and then
//! `hears` what the server sent back.
//!
//! # A server
//!
//! A server is a type with an annotated `impl` block. A value of the type is the state of one
//! connection; it is made when the connection is let in and dropped when it is over. The block's
//! methods are called by one event loop on one thread, one at a time: nothing is locked, and
//! nothing may block.
//!
//! ```
//! use mux_runtime::{Cx, mux_server, testing};
//!
//! /// One connection: the sum so far.
//! #[derive(Default)]
//! struct Adder {
//!     sum: i64,
//! }
//!
//! #[mux_server]
//! impl Adder {
//!     /// Adds a number.
//!     #[line("add")]
//!     fn add(&mut self, cx: &mut Cx<'_, Self>, number: i64) {
//!         self.sum += number;
//!         write!(cx.out, "{}\r\n", self.sum);
//!     }
//! }
//!
//! let server = testing::Server::<Adder>::new(());
//! let ann = server.connect("127.0.0.1:9");
//! ann.sends("add 2\r\nadd 3\r\nadd x\r\n");
//! assert_eq!(ann.hears(), "2\r\n5\r\nusage: add <number>\r\n");
//! ```
//!
//! # On the block
//!
//! `#[mux_server(…)]` takes these, in any order, all optional:
//!
//! | option | meaning | without it | |
//! |---|---|---|---|
//! | `shared = Type` | the type of the value that all connections share | `()` | [`context`] |
//! | `modes(A, B)` | the protocol's modes, the first one first | one mode | [`modes`] |
//! | `line = lf`, `crlf` or `any` | what ends a line | `any` | [`lines`] |
//! | `framing = F` | what cuts the frames of `#[frame("WORD")]` | | [`frames`] |
//! | `max_line = N` | the longest line in bytes, its end not counted: 16 to 1 GiB | 8192 | [`limits`] |
//! | `max_frame = N` | the longest frame in bytes, up to 1 GiB | 65,536 | [`frames`] |
//! | `max_body = N` | the longest body behind a line in bytes, up to 1 GiB | 1,048,576 | [`bodies`] |
//! | `ignore_case` | command words match in any case (ASCII) | as written | [`lines`] |
//! | `crate = path` | where generated code finds this crate, if it is not `::mux_runtime` | | [`mux_server`](crate::mux_server) |
//!
//! # On its methods
//!
//! A method has one of these, or none; one that has none is an ordinary method.
//!
//! | attribute | the method takes | |
//! |---|---|---|
//! | `#[line("WORD")]` | lines that begin with the word | [`lines`] |
//! | `#[line("WORD", parser = P)]` | the same; the nom parser `P` reads what follows the word | [`parsers`] |
//! | `#[line(parser = P)]` | lines that `P` takes whole | [`parsers`] |
//! | `#[line]` | every other line | [`lines`] |
//! | `last` beside a word | … behind which nothing may have been sent yet | [`modes`] |
//! | `#[frame(prefix = P)]` | frames behind a length | [`frames`] |
//! | `#[frame("WORD")]`, `#[frame]` | frames of words, with `framing = F` on the block | [`frames`] |
//! | `#[frame(parser = P)]` | what a streaming nom parser takes | [`frames`] |
//! | `#[until(DELIMITER)]` | what stands before a delimiter | [`frames`] |
//! | `#[bytes(LENGTH)]` | so many bytes | [`pieces`] |
//! | `#[chunk(LENGTH)]` | so many bytes, as they come | [`pieces`] |
//! | `#[input]` | bytes as they come; it says how many it took | [`pieces`] |
//! | `mode = M` in any of them | … while the connection is in the mode `M` | [`modes`] |
//! | `#[on(connect)]` | a new connection; it makes the connection's value | [`events`] |
//! | `#[on(eof)]` | the peer is done writing | [`events`] |
//! | `#[on(timeout)]` | the connection's timer | [`events`] |
//! | `#[on(drain)]` | the server is ending | [`events`] |
//! | `#[on(drained)]` | all that was written to the connection is out | [`threads`] |
//! | `#[on(message)]` | a message from another thread | [`threads`] |
//! | `#[on(malformed)]` | input that fits nothing | [`events`] |
//! | `#[on(close)]` | the end of the connection | [`events`] |
//! | `#[hook(post_accept)]` | each connection, before it is decided whether to let it in | [`hooks`] |
//! | `#[hook(allow_deny)]` | the decision | [`hooks`] |
//! | `#[hook(request_denied)]` | what to tell one that is not let in | [`hooks`] |
//!
//! # On its parameters
//!
//! | parameter of a `#[line]` method | is | |
//! |---|---|---|
//! | `cx: &mut Cx<'_, Self>` | the context; may be left out | [`context`] |
//! | `&str`, `&[u8]` | one word (or, alone in a method without a word, the whole line) | [`parameters`] |
//! | a [`FromStr`](std::str::FromStr) or [`FromArg`](crate::FromArg) type | one word, read | [`parameters`] |
//! | `Option<…>` of these | a word that may be missing | [`parameters`] |
//! | `#[rest]` on `&str` or `&[u8]` | the rest of the line | [`parameters`] |
//! | [`Words<'_>`](crate::Words), `Words<'_, [u8]>` | all words that are left | [`parameters`] |
//! | `#[body(LENGTH)]` on `&[u8]` or `&str` | what follows the line | [`bodies`] |
//! | `&mut M` or `M`, a mode | the mode's value, borrowed or taken | [`modes`] |
//! | a declared message, alone in a method of whole frames | the frame | [`messages`] |
//! | anything, beside `parser = P` | what `P` gave; several are its tuple | [`parsers`] |
//!
//! # When it does not compile
//!
//! What cannot work is refused where it stands, with a sentence that says what to write instead:
//! two methods for one word, an event that does not exist, a mode that nothing enters. The
//! environment variable `MUX_MACROS_DEBUG=1` prints the generated code.
//!
//! ```compile_fail
//! # use mux_runtime::{Cx, mux_server};
//! # #[derive(Default)]
//! # struct Adder;
//! #[mux_server]
//! impl Adder {
//!     #[line("add")]
//!     fn add(&mut self, number: i64) {}
//!
//!     #[on(conect)] // error: unknown event `conect`; help: did you mean `connect`?
//!     fn start(cx: &mut Cx<'_, Self>) -> Self { Adder }
//! }
//! ```

pub mod bodies;
pub mod configuration;
pub mod context;
pub mod description;
pub mod events;
pub mod frames;
pub mod hooks;
pub mod limits;
pub mod lines;
pub mod messages;
pub mod modes;
pub mod operating;
pub mod parameters;
pub mod parsers;
pub mod pieces;
#[cfg(feature = "service")]
pub mod process;
pub mod replies;
pub mod running;
pub mod testing;
pub mod threads;
