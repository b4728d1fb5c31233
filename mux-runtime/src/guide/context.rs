//! What a method may do: `cx`, the [`Cx`](crate::Cx).
//!
//! # The shared value, the way out, the peers
//!
//! `Cx` has three public fields. They can be borrowed at the same time, together with `self` and
//! with parameters that borrow the input:
//!
//! - `cx.shared`: the value that all connections share, of the type `shared = …`. There is one for
//!   the whole server, so no lock is needed.
//! - `cx.out`: the way out, to this connection and to others ([`Out`](crate::Out)).
//! - `cx.peers`: the other connections of the same protocol, with their state
//!   ([`Peers`](crate::Peers)). This connection is not among them: it is `self`.
//!
//! ```
//! use mux_runtime::{Cx, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Room {
//!     topics: Vec<String>,
//! }
//!
//! #[derive(Default)]
//! struct Guest {
//!     name: String,
//!     praise: u32,
//! }
//!
//! #[mux_server(shared = Room)]
//! impl Guest {
//!     #[line("name")]
//!     fn name(&mut self, name: &str) {
//!         self.name.clear();
//!         self.name.push_str(name); // the word borrows the input: copy what you keep
//!     }
//!
//!     #[line("topic")]
//!     fn topic(&mut self, cx: &mut Cx<'_, Self>, #[rest] topic: &str) {
//!         cx.shared.topics.push(topic.to_owned());
//!         cx.out.others(format_args!("{} proposes {topic}\r\n", self.name));
//!     }
//!
//!     #[line("topics")]
//!     fn topics(&mut self, cx: &mut Cx<'_, Self>) {
//!         for topic in &cx.shared.topics {
//!             write!(cx.out, "{topic}\r\n");
//!         }
//!     }
//!
//!     #[line("praise")]
//!     fn praise(&mut self, cx: &mut Cx<'_, Self>, who: &str) -> Result<(), &'static str> {
//!         let mut peers = cx.peers.iter_mut();
//!         let (id, guest) = peers.find(|(_, guest)| guest.name == who).ok_or("who?\r\n")?;
//!         guest.praise += 1;
//!         write!(cx.out.to(id), "{} praises you ({})\r\n", self.name, guest.praise);
//!         Ok(())
//!     }
//! }
//!
//! let server = testing::Server::<Guest>::new(Room::default());
//! let ann = server.connect("127.0.0.1:9");
//! let bob = server.connect("127.0.0.1:10");
//! ann.sends("name ann\ntopic tea time\ntopics\n");
//! bob.sends("name bob\npraise ann\npraise eve\n");
//! assert_eq!(ann.hears(), "tea time\r\nbob praises you (1)\r\n");
//! assert_eq!(bob.hears(), "ann proposes tea time\r\nwho?\r\n");
//! ```
//!
//! | call | reaches |
//! |---|---|
//! | `cx.out.write(reply)`, `write!(cx.out, …)` | this connection |
//! | `cx.out.to(id).write(reply)`, `write!(cx.out.to(id), …)` | the connection with this [`Id`](crate::Id); if it is gone, nobody |
//! | `cx.out.others(reply)` | all others of this protocol |
//! | `cx.out.broadcast(reply)` | all of this protocol, this one included |
//!
//! `broadcast` and `others` encode the reply once, and return how many bytes each connection gets.
//!
//! # What it cannot do
//!
//! | wish | instead |
//! |---|---|
//! | keep a `&str` or `&[u8]` of the message in `self` | copy it |
//! | wait, sleep, read a file | not in the loop: it serves all connections |
//! | `cx.peers.get_mut(id)` while going through `cx.peers.iter()` | gather the ids first, or use `iter_mut` |
//! | call another method with the same message | just call it: it is an ordinary method |
//!
//! # Closing
//!
//! `cx.close()` closes the connection once everything that was written to it is out. Input that is
//! left is not looked at.
//!
//! # The timer
//!
//! `cx.set_timeout(d)` has `#[on(timeout)]` called once, `d` from now; setting it again moves it,
//! `cx.cancel_timeout()` forgets it. A connection has one timer. Setting it on every message is
//! cheap. See [`events`](super::events).
//!
//! # The rest
//!
//! `cx.id()` names this connection, `cx.peer()` is where it comes from, `cx.local()` where it
//! arrived, `cx.now()` the loop's own time.
