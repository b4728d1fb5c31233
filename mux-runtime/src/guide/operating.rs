//! Who may come in, what is logged, what is counted, and what an administrator can do.
//!
//! # Who may come in
//!
//! `allow`, `deny`, `cidr_allow` and `cidr_deny` are lists, with the rules of Net::Server:
//!
//! 1. a peer on a unix socket may come in;
//! 2. with `double_reverse_lookups`, one whose name does not lead back to its address may not;
//! 3. if none of the four lists has an entry, all may;
//! 4. one that `deny` or `cidr_deny` matches may not;
//! 5. one that `allow` or `cidr_allow` matches may;
//! 6. **all others may not**: to keep out a few and let in the rest, allow all (`allow = [".*"]`)
//!    and deny the few.
//!
//! `allow` and `deny` are regular expressions that must match the whole of the address or, with
//! `reverse_lookups`, of the name, in any case. `cidr_allow` and `cidr_deny` are networks
//! (`10.0.0.0/8`), addresses or ranges (`192.0.2.1-192.0.2.9`). An IPv4 address in IPv6 notation
//! counts as IPv4. A mistake in a list ends the start: `deny "(": unclosed group`.
//!
//! The lists are asked between the hooks `post_accept` and `allow_deny` ([`hooks`](super::hooks)),
//! and one that they keep out is told what `request_denied` says. A program with a loop of its own
//! has [`Server::set_access`](crate::Server::set_access).
//!
//! **Names** are looked up on threads: the connection waits, unread and for up to `lookup_timeout`
//! (5 s), and nobody else. Without an answer it goes on without a name; so does, when more than 1024
//! wait, one of the address for which most do. [`Peer::name`](crate::Peer::name) gives it to hooks
//! and handlers. ([`Server::look_up_names`](crate::Server::look_up_names) takes a
//! [`Resolver`](crate::driver::Resolver) of one's own.)
//!
//! Whoever owns an address chooses its name, and a name need not look like one: `127.0.example.org`
//! matches `127\..*`. So where names are looked up, addresses are better listed in `cidr_allow` and
//! `cidr_deny`, and names are to be allowed only with `double_reverse_lookups`.
//!
//! # The log
//!
//! | `log_level` | what is told |
//! |---|---|
//! | 0 | what failed for good |
//! | 1 | trouble that passes |
//! | 2 | the server's own steps, and a line for each connection that is over |
//! | 3 | each arrival; what a handler logs stands in its connection's span |
//! | 4 | each input |
//!
//! The server's own steps are where it listens, what ended it (a signal, or the program) with how many
//! sessions, that it has ended, and what a restart comes to. Where it listens, and why it could not
//! start, are always said on standard error, too, so they are left out of a log that goes there.
//!
//! Handlers log with [`tracing`](https://docs.rs/tracing). The line for a connection that is over:
//!
//! ```text
//! 2026-05-01T12:00:00.000000Z  INFO mux_runtime::access: closed protocol=Guest id=0.1 peer=127.0.0.1:40000 listener=127.0.0.1:2000 bytes_in=7 bytes_out=93 messages=1 ms=12 reason="finished by the peer"
//! ```
//!
//! It goes to standard error, to a file (`log_file`), which is opened anew on USR1, or to syslog,
//! which gets a datagram a line, with its priority and without a time, since syslog has its own.
//! With `log_format = "json"` each line is an object: `time`, `level`, `target`, `message`, `fields`
//! and, if there are any, `spans`.
//!
//! - What peers sent is escaped, line ends, control characters and marks of direction: one event is
//!   one line, and a terminal obeys none of it. A value is cut at 4096 bytes.
//! - The loop never waits for whoever takes the log. Up to 4 MiB wait. What does not fit is lost, and
//!   so is what a full disk does not take; as soon as it can be told, a line says how many lines
//!   were, and why. At the end of the program all is written, for up to 5 seconds.
//! - A file that cannot be opened anew is kept, and says why. When `user` is set, root opens no
//!   symbolic link and no file with a second name as the log, since it gives the file to that user.
//! - A program that installs a subscriber of its own before [`run`](fn@crate::run) keeps it.
//!
//! # What is counted
//!
//! [`Cx::server`](crate::Cx::server) gives a handler the [`ServerCx`](crate::ServerCx): the
//! connections of all protocols, with their bytes and messages, [`Counts`](crate::Counts) and the
//! calls of each handler. `measure = true` ([`Server::measure`](crate::Server::measure)) adds how
//! long each takes, and `slow_handler = "50ms"` names in the log one that held up all others for
//! longer. On USR2 all of it is written to the log, if `log_level` is 2 or more; at 3 also a line
//! for each connection.
//!
//! With the feature `prometheus`, `prometheus = "127.0.0.1:9100"` has the numbers fetched from
//! there, by whoever the lists above let in. (In a loop of one's own it is a protocol like any other:
//! `server.listen::<Prometheus<Room>>(address)`.) The feature `metrics` hands the same numbers, once
//! a second, to the recorder that the program installed:
//!
//! | name | labels | |
//! |---|---|---|
//! | `mux_connections` | `protocol` | now |
//! | `mux_accepted_total`, `mux_closed_total`, `mux_denied_total`, `mux_turned_away_total`, `mux_malformed_total`, `mux_slow_readers_total`, `mux_panicked_total` | `protocol` | connections |
//! | `mux_messages_total`, `mux_bytes_in_total`, `mux_bytes_out_total` | `protocol` | |
//! | `mux_calls_total` | `protocol`, `handler` | |
//! | `mux_handler_seconds` | `protocol`, `handler` | a histogram, if it is measured |
//! | `mux_turn_seconds` | | the same of the loop's turns: how long an event may have waited |
//!
//! After a restart all counts begin at 0, and connections that the old process still serves are
//! counted and listed by nobody else: neither here nor to administrators of the new one.
//!
//! The page also has `mux_uptime_seconds`. A connection that `max_connections_per_ip` turned away is
//! in `mux_turned_away_total` alone. (To the recorder a time is told as the upper bound of its class.)
//!
//! ## Numbers of one's own
//!
//! They go to the crate [`metrics`](https://docs.rs/metrics), and mux's own join them there with its
//! feature `metrics`; an exporter's page then has all of them. (That of the key `prometheus` has mux's
//! alone.) The recorder is installed by a hook, `post_bind` as root or `pre_loop` as the user that
//! serves: in the one process that serves, while `main` runs twice with `background`.
//!
#![cfg_attr(all(feature = "metrics", feature = "service"), doc = "```no_run")]
#![cfg_attr(not(all(feature = "metrics", feature = "service")), doc = "```ignore")]
//! use mux_runtime::{mux_hooks, mux_server};
//!
//! struct Post;
//!
//! #[mux_hooks]
//! impl Post {
//!     #[hook(pre_loop)]
//!     fn count(&mut self) -> Result<(), impl std::fmt::Display + use<>> {
//!         // In its place, `PrometheusBuilder` of metrics-exporter-prometheus, say.
//!         metrics::set_global_recorder(metrics::NoopRecorder)
//!     }
//! }
//!
//! #[derive(Default)]
//! struct Letterbox;
//!
//! #[mux_server(shared = Post)]
//! impl Letterbox {
//!     #[line]
//!     fn letter(&mut self, text: &str) {
//!         metrics::counter!("letters_total").increment(1);
//!         metrics::histogram!("letter_bytes").record(text.len() as f64);
//!     }
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     mux_runtime::run::<Letterbox>(Post)
//! }
//! ```
//!
//! # A protocol for administrators
//!
//! It is one more block over the same shared value, on a socket that only they can reach. The chat's
//! is in `examples/chat/admin.rs`: `stats`, `sessions`, `kick ID`, `drain`, `quit`, `help`. This is the
//! heart of it:
//!
//! ```
//! use mux_runtime::{Cx, Id, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Admin;
//!
//! #[mux_server]
//! impl Admin {
//!     #[line("sessions")]
//!     fn sessions(&mut self, cx: &mut Cx<'_, Self>) {
//!         for connection in cx.server().connections() {
//!             let (id, peer, sent) = (connection.id, connection.peer, connection.bytes_in);
//!             write!(cx.out, "{id} {} {peer} {sent}\r\n", connection.protocol);
//!         }
//!     }
//!
//!     #[line("kick")]
//!     fn kick(&mut self, cx: &mut Cx<'_, Self>, id: Id) -> &'static str {
//!         if cx.server().close(id) { "ok\r\n" } else { "no such connection\r\n" }
//!     }
//!
//!     #[line("drain")]
//!     fn drain(&mut self, cx: &mut Cx<'_, Self>) {
//!         cx.server().drain();
//!     }
//! }
//!
//! let server = testing::Server::<Admin>::new(());
//! let (ann, bob) = (server.connect("127.0.0.1:9"), server.connect("127.0.0.1:10"));
//! ann.sends("sessions\n");
//! assert_eq!(ann.hears(), "0.1 Admin 127.0.0.1 9\r\n1.2 Admin 127.0.0.1 0\r\n");
//! ann.sends("kick 1.2\n");
//! assert!(bob.is_closed());
//! ```
