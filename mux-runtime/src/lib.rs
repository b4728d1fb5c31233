//! The runtime of [`#[mux_server]`](macro@mux_server), which makes a network server of an `impl`
//! block.
//!
//! The block says what the protocol is: how the input is cut, which method takes each line, what
//! the rest of the line must be, what happens when a connection comes, waits too long or ends. The
//! macro checks that and writes the code that calls the methods; this crate reads, writes, buffers
//! and keeps the time. Output never blocks, every buffer has a bound, and nothing needs a lock.
//!
//! ```no_run
//! use std::process::ExitCode;
//! use mux_runtime::{Cx, mux_server};
//!
//! /// The state of one connection.
//! #[derive(Default)]
//! struct Echo {
//!     lines: u64,
//! }
//!
//! #[mux_server]
//! impl Echo {
//!     /// Leave.
//!     #[line("quit")]
//!     fn quit(&mut self, cx: &mut Cx<'_, Self>) {
//!         cx.close();
//!     }
//!
//!     /// Any other line comes back with its number.
//!     #[line]
//!     fn echo(&mut self, cx: &mut Cx<'_, Self>, line: &str) {
//!         self.lines += 1;
//!         write!(cx.out, "{}: {line}\r\n", self.lines);
//!     }
//! }
//!
//! fn main() -> ExitCode {
//!     mux_runtime::run::<Echo>(())
//! }
//! ```
//!
//! **The [`guide`] explains every attribute, parameter, event and limit**, with examples that run.
//!
//! | to | use |
//! |---|---|
//! | declare a protocol | [`#[mux_server]`](macro@mux_server), [`Cx`], [`Reply`] |
//! | serve it as a program | [`run`](fn@run), [`Service`] |
//! | serve it inside a program | [`Server`], [`Handle`] |
//! | test it without sockets | [`testing`] |
//! | drive it by a loop of one's own | [`engine`] |
//!
//! # Features
//!
//! `service` (default): [`run`](fn@run), with its configuration, log and signals. Without it neither
//! `clap`, `toml`, `signal-hook` nor `tracing-subscriber` is built.
//!
//! `prometheus`: the protocol `Prometheus`, which tells what was counted.
//!
//! `metrics`: what was counted goes to the recorder of the crate `metrics` that the program
//! installed.
//!
//! # Log
//!
//! The loop tells [`tracing`](https://docs.rs/tracing) what it does: connections at `DEBUG`, reads
//! at `TRACE`, trouble at `WARN` and `ERROR`.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod driver;
pub mod engine;
pub mod guide;
pub mod prelude;
#[cfg(feature = "service")]
mod service;
mod session;
pub mod testing;

/// Makes a network server of an inherent `impl` block.
///
/// The type is one connection's state; its methods handle what comes in, and are marked with
/// `#[line]` (a line of input), `#[on(…)]` (an event of the connection) or `#[hook(…)]` (who is let
/// in). All other items in the block stay what they are. The [`guide`] says what each may look
/// like.
///
/// ```
/// use mux_runtime::{Cx, mux_server, testing};
///
/// #[derive(Default)]
/// struct Total {
///     sum: i64,
/// }
///
/// /// The state of one connection.
/// #[derive(Default)]
/// struct Till;
///
/// #[mux_server(shared = Total, ignore_case)]
/// impl Till {
///     /// Adds a number for everyone.
///     #[line("ADD")]
///     fn add(&mut self, cx: &mut Cx<'_, Self>, number: i64) {
///         cx.shared.sum += number;
///         write!(cx.out, "{}\r\n", cx.shared.sum);
///     }
/// }
///
/// let server = testing::Server::<Till>::new(Total::default());
/// let ann = server.connect("127.0.0.1:9");
/// let bob = server.connect("127.0.0.1:10");
/// ann.sends("add 2\r\n");
/// bob.sends("add 3\r\n");
/// assert_eq!(bob.hears(), "5\r\n");
/// ```
///
/// # Options
///
/// | option | meaning | without it |
/// |---|---|---|
/// | `shared = Type` | what all connections share | `()` |
/// | `modes(A, B)` | the protocol's modes, the first one first | one mode |
/// | `line = lf`, `crlf` or `any` | what ends a line | `any` |
/// | `max_line = N` | the longest line in bytes, its end not counted: 16 to 1 GiB | 8192 |
/// | `framing = F` | what cuts the frames of `#[frame("WORD")]` | |
/// | `max_frame = N` | the longest frame in bytes, up to 1 GiB | 65,536 |
/// | `max_body = N` | the longest body behind a line in bytes, up to 1 GiB | 1,048,576 |
/// | `ignore_case` | command words match in any case (ASCII) | as written |
/// | `crate = path` | where generated code finds `mux_runtime`, for a crate that re-exports it | `::mux_runtime` |
///
/// # The block
///
/// It may be generic over types, may have `#[cfg(…)]` on its methods, and may be made whole by a
/// `macro_rules!`. The type cannot borrow, and has one annotated block. The methods are ordinary
/// methods: they can be called, tested and documented as such; the block is left as it was
/// written, without the attributes.
///
/// The macro implements [`Session`] for the type. `MUX_MACROS_DEBUG=1` in the environment of the
/// build prints what it wrote.
pub use mux_macros::mux_server;

/// Net::Server's hooks of the process, as methods of the value that all connections share.
///
/// The methods that are marked `#[hook(…)]` are called at the moments in the process's life that
/// their names say: see [`Hooks`], which the macro implements, and
/// [`guide::process`] for the order. Each parameter but `self` may be left
/// out; those up to `restart_close` but `run_dequeue` may return a `Result`, whose error ends the
/// start, or the restart. [`run`](fn@run) and [`Service`] call them by themselves.
///
/// ```no_run
/// use std::{io, process::ExitCode};
/// use mux_runtime::{Handle, Settings, mux_hooks, mux_server};
///
/// #[derive(Default)]
/// struct Room {
///     motto: String,
///     waits: u64,
/// }
///
/// #[mux_hooks]
/// impl Room {
///     /// What holds unless the command line says otherwise.
///     #[hook(configure)]
///     fn defaults(&mut self, settings: &mut Settings) {
///         settings.check_for_dequeue = Some(std::time::Duration::from_secs(60));
///     }
///
///     /// What only root may read.
///     #[hook(post_bind)]
///     fn read_motto(&mut self) -> io::Result<()> {
///         self.motto = std::fs::read_to_string("/etc/motto")?;
///         Ok(())
///     }
///
///     #[hook(run_dequeue)]
///     fn look_after_things(&mut self, handle: &Handle) {
///         self.waits += 1;
///         if self.waits == 1440 {
///             handle.stop();
///         }
///     }
/// }
///
/// #[derive(Default)]
/// struct Guest;
///
/// #[mux_server(shared = Room)]
/// impl Guest {
///     #[line("motto")]
///     fn motto(&mut self, cx: &mut mux_runtime::Cx<'_, Self>) -> String {
///         cx.shared.motto.clone()
///     }
/// }
///
/// fn main() -> ExitCode {
///     mux_runtime::run::<Guest>(Room::default())
/// }
/// ```
///
/// | hook | signature |
/// |---|---|
/// | `configure` | `fn(&mut self, settings: &mut Settings)` |
/// | `post_configure` | `fn(&mut self, settings: &Settings)` |
/// | `restart_open` | `fn(&mut self)` |
/// | `post_bind` | `fn(&mut self, bound: &[String])` |
/// | `pre_loop` | `fn(&mut self, handle: &Handle)` |
/// | `run_dequeue` | `fn(&mut self, handle: &Handle)` |
/// | `restart_close` | `fn(&mut self)` |
/// | `pre_server_close` | `fn(&mut self, handle: &Handle)` |
/// | `post_child_cleanup` | `fn(&mut self, handle: &Handle)` |
/// | `fatal` | `fn(&mut self, error: &str)` |
/// | `write_to_log` | `fn(level: u8, line: &str)` |
///
/// The only option is `crate = path`, where generated code finds `mux_runtime`.
#[cfg(feature = "service")]
pub use mux_macros::mux_hooks;

pub use driver::{Bound, Handle, Server, ServerError, SocketOptions};
#[cfg(feature = "prometheus")]
pub use service::Prometheus;
#[cfg(feature = "service")]
pub use service::{
    HookOutcome, HookResult, Hooks, LogFormat, LogHook, LogTarget, Service, Settings, run,
};
pub use session::{
    Address, CloseReason, Closing, Command, Connection, Counts, Cut, Cx, Depth, Either, Framed,
    Framing, FromArg, Help, Id, LineEnd, MailboxFull, Malformed, MalformedKind, Message, Mode,
    MuxMessage, Netstring, Opened, Out, Outcome, Parameter, Peer, Peers, Prefix, Protocol,
    ProtocolStats, Reply, Resp, Scan, ServerCx, Session, SessionHandle, Time, Times, To, ToOthers,
    Words, Writer, parse_message, resp, shape, text, to_bytes,
};
