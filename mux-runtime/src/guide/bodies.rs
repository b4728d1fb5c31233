//! A payload behind a line, of a length that the line gives.
//!
//! `#[body(LENGTH)] data: &[u8]` (or `&str`) is exactly so many bytes that follow the line, and the
//! line's end behind them. `LENGTH` is an expression of any integer type over the parameters before
//! it; it may also look at `self` and at the mode's value. The method is called once, when all is
//! there, so that header and payload are one call.
//!
//! ```
//! use mux_runtime::{Cx, mux_server, testing};
//! use std::collections::HashMap;
//!
//! #[derive(Default)]
//! struct Store {
//!     items: HashMap<Vec<u8>, Vec<u8>>,
//! }
//!
//! #[mux_server(max_body = 1024)]
//! impl Store {
//!     /// Keep a value.
//!     #[line("set")]
//!     fn set(&mut self, key: &[u8], ttl: u32, length: usize, #[body(length)] data: &[u8]) -> &'static str {
//!         self.items.insert(key.to_vec(), data.to_vec());
//!         "STORED\r\n"
//!     }
//!
//!     #[line("get")]
//!     fn get(&mut self, cx: &mut Cx<'_, Self>, key: &[u8]) {
//!         if let Some(value) = self.items.get(key) {
//!             write!(cx.out, "VALUE {}\r\n", value.len());
//!             cx.out.write((value, "\r\n"));
//!         }
//!     }
//! }
//!
//! let ann = testing::Server::<Store>::new(()).connect("127.0.0.1:9");
//! ann.sends("set k 60 8\r\nget\r\nset\r\nget k\r\n");
//! assert_eq!(ann.hears(), "STORED\r\nVALUE 8\r\nget\r\nset\r\n");
//! ```
//!
//! # When the line is wrong
//!
//! A body is never read as commands. If the line is malformed but the length in it can be read, the
//! body is taken with the line, and the client is told how the command is written. If the length
//! cannot be read, or the body is longer than `max_body` (1 MiB by default), or no line's end
//! follows it, the connection closes.
//!
//! ```
//! # use mux_runtime::{mux_server, testing};
//! # #[derive(Default)]
//! # struct Store;
//! # #[mux_server(max_body = 1024)]
//! # impl Store {
//! #     #[line("set")]
//! #     fn set(&mut self, key: &[u8], ttl: u32, length: usize, #[body(length)] data: &[u8]) -> &'static str { "STORED\r\n" }
//! # }
//! let ann = testing::Server::<Store>::new(()).connect("127.0.0.1:9");
//! ann.sends("set k soon 4\r\nquit\r\n");
//! assert_eq!(ann.hears(), "usage: set <key> <ttl> <length>\r\n");
//! ann.sends("set k 60 2000\r\n");
//! assert_eq!(ann.hears(), "longer than 1024 bytes\r\n");
//! assert!(ann.is_closed());
//! ```
//!
//! # Without a line's end
//!
//! `#[body(LENGTH, bare)]` is for protocols in which the next line begins right behind the body.
//!
//! ```
//! # use mux_runtime::{mux_server, testing};
//! #[derive(Default)]
//! struct Relay;
//!
//! #[mux_server]
//! impl Relay {
//!     #[line("send")]
//!     fn send(&mut self, length: u16, #[body(length, bare)] text: &str) -> String {
//!         format!("<{text}>")
//!     }
//! }
//!
//! let ann = testing::Server::<Relay>::new(()).connect("127.0.0.1:9");
//! ann.sends("send 2\r\nhisend 3\r\nyou");
//! assert_eq!(ann.hears(), "<hi><you>");
//! ```
