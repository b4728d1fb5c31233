//! The protocol as data.
//!
//! `#[mux_server]` gives the type a constant, `PROTOCOL`: every mode, command, parameter and doc
//! comment of the block, and its limits ([`Protocol`](crate::Protocol)). From it come
//!
//! - the usage lines that answer malformed commands;
//! - HELP: [`Cx::help`](crate::Cx::help) is a reply;
//! - how often each method was called: [`Cx::calls`](crate::Cx::calls), by
//!   [`Command::index`](crate::Command::index).
//!
//! ```
//! use mux_runtime::{Cx, Help, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Clock;
//!
//! /// Tells the time.
//! #[mux_server]
//! impl Clock {
//!     /// What time it is.
//!     #[line("time")]
//!     fn time(&mut self, zone: Option<&str>) -> &'static str {
//!         "12:00\r\n"
//!     }
//!
//!     /// This text.
//!     #[line("help")]
//!     fn help(&mut self, cx: &mut Cx<'_, Self>) -> Help {
//!         cx.help()
//!     }
//!
//!     /// How often the time was asked for.
//!     #[line("count")]
//!     fn count(&mut self, cx: &mut Cx<'_, Self>) -> String {
//!         format!("{}\r\n", cx.calls()[0])
//!     }
//! }
//!
//! let ann = testing::Server::<Clock>::new(()).connect("127.0.0.1:9");
//! ann.sends("help\r\n");
//! assert_eq!(
//!     ann.hears(),
//!     "time [zone]  What time it is.\r\n\
//!      help         This text.\r\n\
//!      count        How often the time was asked for.\r\n"
//! );
//! ann.sends("time\r\ntime utc\r\ncount\r\n");
//! assert_eq!(ann.hears(), "12:00\r\n12:00\r\n2\r\n");
//!
//! let command = Clock::PROTOCOL.modes[0].commands[0];
//! assert_eq!((command.word, command.parameters[0].of_type), (Some("time"), "Option<&str>"));
//! ```
