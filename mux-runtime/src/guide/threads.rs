//! Messages from other threads, and output in portions.
//!
//! # `#[on(message)]`
//!
//! [`Cx::handle`](crate::Cx::handle) gives a [`SessionHandle`](crate::SessionHandle), which can be
//! sent to any thread. What is sent through it arrives at the session's `#[on(message)]`, in the
//! loop's own thread, with the context; its type is that of the method's parameter, or `()` without
//! one.
//!
//! ```
//! use mux_runtime::{Cx, mux_server, testing};
//! use std::thread;
//!
//! #[derive(Default)]
//! struct Prime;
//!
//! #[mux_server]
//! impl Prime {
//!     /// What takes long is done elsewhere.
//!     #[line("factor")]
//!     fn factor(&mut self, cx: &mut Cx<'_, Self>, number: u64) {
//!         let handle = cx.handle();
//!         thread::spawn(move || {
//!             let factor = (2..=number).find(|factor| number % factor == 0);
//!             handle.send(factor.unwrap_or(number))
//!         });
//!     }
//!
//!     #[on(message)]
//!     fn found(&mut self, cx: &mut Cx<'_, Self>, factor: u64) {
//!         write!(cx.out, "{factor}\r\n");
//!     }
//! }
//!
//! let server = testing::Server::<Prime>::new(());
//! let ann = server.connect("127.0.0.1:9");
//! ann.sends("factor 35\r\n");
//! let mut heard = String::new();
//! while heard.is_empty() {
//!     thread::yield_now();
//!     server.deliver(); // the real loop is woken
//!     heard = ann.hears();
//! }
//! assert_eq!(heard, "5\r\n");
//! ```
//!
//! [`send`](crate::SessionHandle::send) is an error only where too many messages wait. That it is `Ok`
//! does not say that anybody gets the message: the connection may be over, and then it goes nowhere.
//!
//! # From the shared value
//!
//! What has no context, such as the hook `run_dequeue` ([`process`](super::process)), reaches sessions
//! through handles that the shared value keeps. They are put there by `#[on(connect)]` and taken out
//! by `#[on(close)]`; nothing else forgets them.
//!
//! ```
//! use mux_runtime::{Closing, Cx, Id, SessionHandle, mux_server, testing};
//! use std::collections::HashMap;
//!
//! #[derive(Default)]
//! struct News {
//!     readers: HashMap<Id, SessionHandle<Reader>>,
//!     next: Vec<&'static str>,
//! }
//!
//! // With `#[mux_hooks]` this is `#[hook(run_dequeue)]`.
//! impl News {
//!     fn publish(&mut self) {
//!         for text in self.next.drain(..) {
//!             for reader in self.readers.values() {
//!                 // One who is gone, or too slow, misses it.
//!                 let _ = reader.send(text);
//!             }
//!         }
//!     }
//! }
//!
//! struct Reader;
//!
//! #[mux_server(shared = News)]
//! impl Reader {
//!     #[on(connect)]
//!     fn arrive(cx: &mut Cx<'_, Self>) -> Self {
//!         cx.shared.readers.insert(cx.id(), cx.handle());
//!         Reader
//!     }
//!
//!     #[on(message)]
//!     fn news(&mut self, cx: &mut Cx<'_, Self>, text: &'static str) {
//!         write!(cx.out, "{text}\r\n");
//!     }
//!
//!     #[line]
//!     fn say(&mut self, _text: &str) {}
//!
//!     #[on(close)]
//!     fn leave(self, cx: &mut Closing<'_, Self>) {
//!         cx.shared.readers.remove(&cx.id());
//!     }
//! }
//!
//! let server = testing::Server::<Reader>::new(News::default());
//! let (ann, bob) = (server.connect("127.0.0.1:9"), server.connect("127.0.0.1:10"));
//! bob.vanishes();
//! server.shared_mut().next.push("it rains");
//! server.shared_mut().publish();
//! server.deliver();
//! assert_eq!(ann.hears(), "it rains\r\n");
//! assert_eq!(server.shared().readers.len(), 1);
//! ```
//!
//! # `#[on(drained)]`
//!
//! Called when all that was written to the connection has been taken by the kernel
//! (IO::Multiplex's `mux_outbuffer_empty`): the moment to write the next portion of something
//! long. What a peer does not read then waits where it came from, not in memory.
//!
//! ```
//! use mux_runtime::{Cx, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Count {
//!     next: u32,
//! }
//!
//! #[mux_server]
//! impl Count {
//!     #[line("go")]
//!     fn go(&mut self, cx: &mut Cx<'_, Self>) {
//!         self.more(cx);
//!     }
//!
//!     #[on(drained)]
//!     fn more(&mut self, cx: &mut Cx<'_, Self>) {
//!         if self.next < 4 {
//!             self.next += 1;
//!             write!(cx.out, "{}\r\n", self.next);
//!         }
//!     }
//! }
//!
//! let ann = testing::Server::<Count>::new(()).connect("127.0.0.1:9");
//! ann.reads_only(4);
//! ann.sends("go\r\n");
//! assert_eq!(ann.hears(), "1\r\n2");
//! ann.reads_again();
//! assert_eq!(ann.hears(), "\r\n3\r\n4\r\n");
//! ```
