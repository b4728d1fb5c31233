//! `run`, and a loop of one's own.
//!
//! # As a program
//!
//! [`run`](fn@crate::run) is the whole of `main`: it reads its [configuration](super::configuration),
//! opens the log, listens, and ends cleanly on TERM and INT.
//!
//! ```no_run
//! use std::process::ExitCode;
//! use mux_runtime::mux_server;
//!
//! #[derive(Default)]
//! struct Echo;
//!
//! #[mux_server]
//! impl Echo {
//!     #[line]
//!     fn echo(&mut self, line: &str) -> String {
//!         format!("{line}\r\n")
//!     }
//! }
//!
//! fn main() -> ExitCode {
//!     mux_runtime::run::<Echo>(())
//! }
//! ```
//!
//! With `--describe markdown`, `mermaid` or `json` it does not serve, but writes out what the block
//! says: a reference for those who write clients, a diagram of its modes, or all of it as JSON.
//!
//! It needs the feature `service`, which is on by default. [`Service`](crate::Service) is the same
//! with defaults of one's own, more protocols and hooks, and [`process`](super::process) tells
//! what such a program does as a daemon.
//!
//! # As a part of a program
//!
//! [`Server`](crate::Server) is the loop alone: it listens on as many addresses as it is told, for
//! as many protocols as share one value, until its [`Handle`](crate::Handle) says stop, and then
//! gives the shared value back. A program that wants only this turns the default features off.
//!
//! ```
//! use std::{io::{BufRead, BufReader, Write}, net::TcpStream, thread};
//! use mux_runtime::{Cx, Server, mux_server};
//!
//! #[derive(Default)]
//! struct Counter {
//!     clicks: u64,
//! }
//!
//! #[derive(Default)]
//! struct Clicker;
//!
//! #[mux_server(shared = Counter)]
//! impl Clicker {
//!     #[line("click")]
//!     fn click(&mut self, cx: &mut Cx<'_, Self>) {
//!         cx.shared.clicks += 1;
//!         write!(cx.out, "{}\r\n", cx.shared.clicks);
//!     }
//! }
//!
//! /// Another protocol over the same counter.
//! #[derive(Default)]
//! struct Admin;
//!
//! #[mux_server(shared = Counter)]
//! impl Admin {
//!     #[line("reset")]
//!     fn reset(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
//!         cx.shared.clicks = 0;
//!         "done\r\n"
//!     }
//! }
//!
//! let mut server = Server::new(Counter::default())?;
//! let clicker = server.listen::<Clicker>(([127, 0, 0, 1], 0).into())?;
//! let admin = server.listen::<Admin>(([127, 0, 0, 1], 0).into())?;
//! let handle = server.handle();
//!
//! let client = thread::spawn(move || {
//!     let ask = |address, line: &str| {
//!         let mut stream = TcpStream::connect(address)?;
//!         stream.write_all(line.as_bytes())?;
//!         let mut answer = String::new();
//!         BufReader::new(stream).read_line(&mut answer)?;
//!         std::io::Result::Ok(answer)
//!     };
//!     let answers = [ask(clicker, "click\r\n"), ask(admin, "reset\r\n"), ask(clicker, "click\r\n")];
//!     handle.stop();
//!     answers.map(Result::unwrap)
//! });
//! let counter = server.run()?;
//! assert_eq!(client.join().unwrap(), ["1\r\n", "done\r\n", "1\r\n"]);
//! assert_eq!(counter.clicks, 1);
//! # Ok::<(), mux_runtime::ServerError>(())
//! ```
//!
//! Connections of different protocols share the value, but are not each other's peers.
//!
//! # A handler that panics
//!
//! A mistake in one method is not the end of everybody's connections. That of the peer who ran into it
//! closes once its output is out, that of the panicking method included as far as it came; `#[on(close)]`
//! gets [`CloseReason::Panicked`](crate::CloseReason::Panicked), and all others are served on. They get
//! nothing of a reply to them that itself panics (in a `Display` of yours, say). The log says where and
//! why it panicked (without [`run`](fn@crate::run), the program's panic hook does), and which connection
//! that was.
//!
//! A hook that lets peers in and panics lets nobody in, nor does a first mode whose `Default` panics.
//! One about whom a [`Resolver`](crate::driver::Resolver) panics has no name.
//! A hook that is called repeatedly is called again at its next time; `restart_close` refuses the
//! restart; `pre_server_close` does not keep the server from ending. The other hooks of the process end
//! the program, as its own `main` would.
//!
//! What the method had half done to the shared value stays half done. Where that is worse than no
//! server, `panic = "abort"` in the program's profile ends the process at once, for a supervisor to
//! start it again; the log still has the reason. In [tests](super::testing) nothing is caught: a panic
//! in a handler is the test's.
//!
//! # The protocol as data
//!
//! `PROTOCOL`, of the trait [`Session`](crate::Session) that the macro implements, describes the
//! block: its modes, its commands, their parameters and doc comments. A help text is made from it:
//!
//! ```
//! use mux_runtime::{Session, mux_server};
//!
//! #[derive(Default)]
//! struct Lamp;
//!
//! #[mux_server]
//! impl Lamp {
//!     /// Dims the lamp.
//!     #[line("dim")]
//!     fn dim(&mut self, _percent: u8) {}
//! }
//!
//! let dim = Lamp::PROTOCOL.modes[0].commands[0];
//! assert_eq!(format!("{}: {}", dim.usage, dim.doc), "dim <percent>: Dims the lamp.");
//! ```
