//! The process: listeners, becoming a daemon, signals, restarts, hooks.
//!
//! What follows is what [`run`](fn@crate::run) and [`Service::run`](crate::Service::run) do. Each
//! setting is described in [`Settings`](crate::Settings); its name is the one that it has in
//! Net::Server.
//!
//! # Where it listens
//!
//! `port` takes Net::Server's strings, any number of them:
//!
//! | string | where |
//! |---|---|
//! | `2000` | port 2000 of `host` |
//! | `0` | a port that the system chooses; the program says which |
//! | `localhost:2000`, `192.0.2.1:2000`, `[::1]:2000` | port 2000 of a name or an address |
//! | `*:2000` | port 2000 of all addresses, IPv6 and IPv4 |
//! | `*:2000/tcp/IPv6`, `2000\|IPv4` | the same, of one version of IP |
//! | `/run/chat.sock\|unix` | a unix socket |
//!
//! A name stands for all its addresses. IPv6 sockets take IPv6 alone, so that both versions are
//! two sockets; where the machine has no IPv6, that one is left out, unless it was asked for.
//!
//! A unix socket gets its permission bits from `unix_mode` and its owner from `unix_owner` before
//! anybody can connect, and keeps them in a restart. A file that is there already is replaced if it
//! is a socket on which nobody answers, and is otherwise left alone, which is an error. It is removed
//! at the end.
//!
//! Sockets that a service manager passes (`LISTEN_FDS`, systemd's socket activation) are told apart
//! by their addresses: one at another protocol's endpoint serves that protocol, and if there are
//! any others, these serve the main one instead of those in `port`. They are passed on to a server
//! in the background. Their files are the manager's.
//!
//! [`Service::serve`](crate::Service::serve) adds protocols over the same shared value, each on an
//! endpoint of its own: a unix socket for administrators, say.
//! [`Service::serve_where`](crate::Service::serve_where) leaves it to an option of the program's.
//!
//! # Becoming a daemon
//!
//! With `background` or `setsid` the shell gets its prompt back once the server serves; if it
//! cannot, the shell gets the reason and a status that is not 0. `setsid` also leaves the shell's
//! session. Standard input, output and error lead nowhere then.
//!
//! The program is not forked but started once more, with the same arguments. So `main` runs twice,
//! and the hook `configure` with it: what a program does before `run` should be cheap, can be
//! repeated, and starts no other process, which would share the standard input over which the two
//! talk. (Neither threads nor locks can be lost on the way, as they can with `fork`.)
//!
//! `pid_file` names the process as long as it lives. The file is locked: a second instance is
//! refused, while a file that was left behind is taken over, whatever it says. A link, symbolic or
//! hard, is never followed. Where the process may not remove it at the end, it is emptied.
//!
//! Once the sockets are bound and `post_bind` has run, the process gives up root's rights: it
//! becomes `user` with that user's groups (or `group` alone), in the folder `chroot`. Then it
//! tries to become root again, and ends if it can. Who stays root is warned. Since `pid_file` and
//! unix sockets are made before, they are best put into a folder in which `user` may remove them.
//!
//! In `chroot` there is no restart (see below), and USR1 looks for the log file there. Where a
//! service manager can give the whole service a root folder (systemd's `RootDirectory`), the program
//! and its files are in it, and all goes as usual.
//!
//! A service manager that set `NOTIFY_SOCKET` (systemd, with `Type=notify`) is told of readiness,
//! restarts, the new main process and the end, and the loop feeds its watchdog.
//!
//! # Signals
//!
//! | signal | meaning |
//! |---|---|
//! | TERM, INT | ends: nobody is accepted any more, sessions are told (`#[on(drain)]`), what was written to them goes out, until `drain_timeout` |
//! | QUIT | the same without a deadline |
//! | a second one of these | cuts who is left |
//! | HUP | restarts |
//! | USR1 | opens the log anew |
//! | USR2 | writes the state to the log: [what is counted](super::operating#what-is-counted) |
//!
//! HUP, USR1 and USR2 that come while the program starts wait until it serves; the others end it.
//!
//! # Restart
//!
//! On HUP the program at the same path is started with the same arguments: a new version, or one
//! that reads its configuration anew. It gets the listening sockets, so that no connection is
//! refused or reset: whoever comes meanwhile is accepted by either process, or waits. Once it is
//! ready, the pid file names it, and the old process accepts no more; its sessions are told
//! (`#[on(drain)]`) and go on until they end, or `drain_timeout` is over. Then they are closed when
//! their output is out, and cut when `drain_timeout` has passed once more.
//!
//! If the new program does not start, or is not ready within a minute, the old one says why in its
//! log, and goes on as if nothing had happened. What the new one had made by then goes with it.
//!
//! | meanwhile | |
//! |---|---|
//! | HUP again, while the new program starts | another restart follows |
//! | HUP to the old process, once the new one serves | the new one is told |
//! | TERM, INT, QUIT while the new program starts | that is ended, too |
//! | TERM, INT, QUIT to the old process, once the new one serves | its own connections end |
//! | either process is killed | the other one goes on if it serves, and ends if it does not |
//!
//! The server is another process afterwards. A supervisor that only looks at the one that it started
//! must be told (`Type=notify`, or the pid file), or takes its end for the server's.
//!
//! The new process runs as `user`: by that user the program must be found and may be run, and so
//! must its configuration file be read and its log file be opened, as on USR1. A log file that root
//! opens is given to `user`; so it must not be a link, but for one of root's to a device.
//!
//! A restart is refused, which the log says, and the server goes on:
//!
//! - in `chroot`, which hides the program, its configuration and its log from the process that would
//!   have to start it;
//! - in process 1, a container's first: all others end with that.
//!
//! There, the server is ended and started again.
//!
//! # Hooks
//!
//! [`#[mux_hooks]`](macro@crate::mux_hooks) on the shared value's type has methods
//! called. The order:
//!
//! 1. `configure`; then the configuration is read, the log is opened, and the pid file taken
//! 2. `post_configure`; then the sockets are bound, or taken over, followed by `restart_open`
//! 3. `post_bind`; then root's rights are given up
//! 4. `pre_loop`; then the server serves, and `run_dequeue` is called every `check_for_dequeue`
//! 5. `pre_server_close`; then the connections end
//! 6. `post_child_cleanup`, and after a restart `restart_close`
//!
//! For each connection: `post_accept`, `allow_deny`, then `#[on(connect)]` or `request_denied`;
//! its messages; `#[on(eof)]`, `post_process_request`, `#[on(close)]` ([`hooks`](super::hooks)).
//!
//! `fatal` is called with the reason when the server cannot start or go on, and `write_to_log`
//! takes the lines of the log. The hooks up to `pre_loop` may return an error, which ends the
//! start.
//!
//! ```no_run
//! use std::{process::ExitCode, time::Duration};
//! use mux_runtime::{Cx, Settings, mux_hooks, mux_server};
//!
//! /// Letters that wait to be sent.
//! #[derive(Default)]
//! struct Queue {
//!     letters: Vec<String>,
//! }
//!
//! #[mux_hooks]
//! impl Queue {
//!     #[hook(configure)]
//!     fn configure(&mut self, settings: &mut Settings) {
//!         settings.port = vec!["127.0.0.1:2525".into()];
//!         settings.check_for_dequeue = Some(Duration::from_secs(10));
//!     }
//!
//!     #[hook(run_dequeue)]
//!     fn send(&mut self) {
//!         self.letters.clear();
//!     }
//! }
//!
//! #[derive(Default)]
//! struct Sender;
//!
//! #[mux_server(shared = Queue)]
//! impl Sender {
//!     #[line]
//!     fn letter(&mut self, cx: &mut Cx<'_, Self>, text: &str) {
//!         cx.shared.letters.push(text.to_owned());
//!     }
//! }
//!
//! fn main() -> ExitCode {
//!     mux_runtime::run::<Sender>(Queue::default())
//! }
//! ```
