//! Who is let in: Net::Server's hooks of a connection.
//!
//! They run before there is a connection's value, so they have no `self`: they get the shared
//! value and the [`Peer`](crate::Peer). Either may be left out.
//!
//! | hook | signature | without it |
//! |---|---|---|
//! | `post_accept` | `fn(shared: &mut Shared, peer: &Peer)` | |
//! | `allow_deny` | `fn(shared: &mut Shared, peer: &Peer) -> bool` | all are let in |
//! | `request_denied` | `fn(shared: &mut Shared, peer: &Peer) -> impl Reply` | nothing is sent |
//! | `post_process_request` | `fn(shared: &mut Shared, peer: &Peer)` | |
//!
//! The order: `post_accept`, then the lists of who may come in ([`operating`](super::operating)), then
//! `allow_deny`; then `#[on(connect)]` if it said `true`, and otherwise `request_denied`, whose
//! reply is sent before the connection closes. When one that was let in is over,
//! `post_process_request` is called, and then `#[on(close)]`.
//!
//! The hooks of the process, from `configure` to `post_child_cleanup`, are methods of the shared
//! value's type: [`process`](super::process).
//!
//! ```
//! use mux_runtime::{Peer, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Door {
//!     knocks: u32,
//! }
//!
//! #[derive(Default)]
//! struct Local;
//!
//! #[mux_server(shared = Door)]
//! impl Local {
//!     #[hook(post_accept)]
//!     fn knock(door: &mut Door) {
//!         door.knocks += 1;
//!     }
//!
//!     #[hook(allow_deny)]
//!     fn local_only(_door: &mut Door, peer: &Peer) -> bool {
//!         peer.is_loopback()
//!     }
//!
//!     #[hook(request_denied)]
//!     fn go_away(door: &mut Door, peer: &Peer) -> String {
//!         format!("{peer} may not come in, knock {}\r\n", door.knocks)
//!     }
//!
//!     #[line("ping")]
//!     fn ping(&mut self) -> &'static str {
//!         "pong\r\n"
//!     }
//! }
//!
//! let server = testing::Server::<Local>::new(Door::default());
//! let ann = server.connect("127.0.0.1:9");
//! let eve = server.connect("192.0.2.1:9");
//! ann.sends("ping\n");
//! assert_eq!(ann.hears(), "pong\r\n");
//! assert_eq!(eve.hears(), "192.0.2.1 may not come in, knock 2\r\n");
//! assert!(eve.is_closed());
//! ```
