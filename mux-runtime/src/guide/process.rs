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
//! anybody can connect, and keeps them in a restart. Without `unix_owner` it belongs to `user` and
//! `group`, if the process becomes those. Both keys are for all unix sockets of the program; whom
//! only one of them is for, the folder in which it is can keep the others out. A file that is there
//! already is replaced if it is a socket on which nobody answers, and is otherwise left alone, which
//! is an error. It is removed at the end.
//!
//! Sockets that a service manager passes (`LISTEN_FDS`, systemd's socket activation) are told apart
//! by their addresses: one at another protocol's endpoint serves that protocol, and if there are
//! any others, these serve the main one instead of those in `port`. Their names (`LISTEN_FDNAMES`)
//! are not looked at: with several protocols, the address of each one's socket must stand in both
//! places, in the manager's unit and in what is set here, alike. They are passed on to a server in the
//! background. Their files are the manager's. The chat's unit for it is
//! `examples/chat/packaging/chat.socket`.
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
//! and so do the hook `configure` and the closure of [`Service::options`](crate::Service::options);
//! the later hooks run in the process that serves alone. What a program does before `run` should be
//! cheap, can be repeated, and starts no other process, which would share the standard input over
//! which the two talk. (Neither threads nor locks can be lost on the way, as they can with `fork`.)
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
//! In `chroot` there is no restart (see below), and USR1 looks for the log file there; the log warns
//! of both at the start. Where a service manager can give the whole service a root folder (systemd's
//! `RootDirectory`), the program and its files are in it, and all goes as usual.
//!
//! A service manager that set `NOTIFY_SOCKET` (systemd, with `Type=notify`) is told of readiness,
//! restarts, the new main process and the end, and the loop feeds its watchdog. (It does not while
//! `restart_close` and the new process's `pre_loop` run: with that hook, `WatchdogSec` should be at
//! least 45 s.)
//!
//! # Signals
//!
//! | signal | meaning |
//! |---|---|
//! | TERM, INT | ends: nobody is accepted any more, sessions are told (`#[on(drain)]`), what was written to them goes out, until `drain_timeout`; those of a block without `#[on(drain)]` are closed as soon as it is out |
//! | QUIT | the same without a deadline for sessions whose block has `#[on(drain)]`; to the others it is what TERM is |
//! | a second one of these | cuts who is left |
//! | HUP | restarts |
//! | USR1 | opens the log anew |
//! | USR2 | writes the state to the log: [what is counted](super::operating#what-is-counted) |
//!
//! HUP, USR1 and USR2 that come while the program starts wait until it serves; the others end it. While
//! `pre_loop` runs they wait until that has returned; a second one does not.
//!
//! The process ends when the last connection is gone, and that may be up to 2 seconds after the log
//! has it as closed: a client that does not close its own end is waited for so long, since it would
//! lose what it has not read ([`limits`](super::limits)). So a script that starts the server again
//! waits until the pid file is gone, or empty:
//!
//! ```sh
//! kill "$(cat chat.pid)"
//! while [ -s chat.pid ]; do sleep 0.1; done
//! ```
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
//! If the new program does not start, or takes more than a minute up to `pre_loop` or for that, the
//! old one says why in its log, and goes on as if nothing had happened. What the new one had made by
//! then goes with it, unless it hangs and is killed: a pid file or unix socket of its own that it leaves
//! is in nobody's way.
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
//! # State that outlives a restart
//!
//! The new process has a shared value of its own, which begins as `main` made it, and counts from
//! zero. What it is to know goes through a file (or whatever else both can reach), in the order of
//! these hooks:
//!
//! | the old process | the new one |
//! |---|---|
//! | serves | `configure`, `post_configure`, `restart_open`, `post_bind` |
//! | `restart_close`: saves; from here on it accepts, reads, writes and calls nothing | |
//! | | `pre_loop`: loads |
//! | goes on: `pre_server_close`, `#[on(drain)]`, what its sessions still do, `post_child_cleanup` | serves |
//!
//! So nothing is lost between saving and loading: who connects or sends something meanwhile waits, for
//! as long as the two take. Each may take 10 seconds; what takes longer, and needs nothing that the old
//! process saves, is better done in `post_bind`, while that still serves. (Without a hook
//! `restart_close` nobody waits, and `pre_loop` may take a minute.) If `restart_close` or `pre_loop`
//! returns an error, there is no restart, and the old process goes on with what it has: so
//! `restart_close` must leave its value as it is.
//!
//! **Sessions that stay in the old process** go on with the old value, for up to `drain_timeout`, while
//! those that come have the new one: there are two values, and what is done to the old one no longer
//! reaches the new. Where that matters, sessions are to end in `#[on(drain)]`, which is called before
//! anything else is; or each change is appended to the file when it is made, by both processes, and
//! the new one looks now and then at what has come (in `run_dequeue`, say). What both could do, only
//! one may: `run_dequeue`, `pre_server_close` and `post_child_cleanup` are given the handle whose
//! [`has_handed_over`](crate::Handle::has_handed_over) says that another process has taken over. In
//! that case a process that ends does not write the file, which would undo what the new one has
//! written since.
//!
//! ```no_run
//! use std::{fs, io, process::ExitCode};
//!
//! use mux_runtime::{Cx, Handle, mux_hooks, mux_server};
//!
//! /// The last number that was handed out.
//! #[derive(Default)]
//! struct Tickets {
//!     last: u64,
//! }
//!
//! #[mux_hooks]
//! impl Tickets {
//!     /// At the start; in a restart the process before this one has saved by now.
//!     #[hook(pre_loop)]
//!     fn load(&mut self) -> io::Result<()> {
//!         match fs::read_to_string("tickets") {
//!             Ok(text) => self.last = text.trim().parse().map_err(io::Error::other)?,
//!             Err(error) if error.kind() == io::ErrorKind::NotFound => {}
//!             Err(error) => return Err(error),
//!         }
//!         Ok(())
//!     }
//!
//!     /// In a restart; the new process loads next, and nobody gets a number until it has.
//!     #[hook(restart_close)]
//!     fn save(&mut self) -> io::Result<()> {
//!         fs::write("tickets.new", self.last.to_string())?;
//!         // Whoever reads it finds the former number or this one.
//!         fs::rename("tickets.new", "tickets")
//!     }
//!
//!     /// At the end; after a restart the file is the new process's.
//!     #[hook(post_child_cleanup)]
//!     fn end(&mut self, handle: &Handle) {
//!         if !handle.has_handed_over()
//!             && let Err(error) = self.save()
//!         {
//!             tracing::error!("the last number, {}, is not saved: {error}", self.last);
//!         }
//!     }
//! }
//!
//! #[derive(Default)]
//! struct Guest;
//!
//! #[mux_server(shared = Tickets)]
//! impl Guest {
//!     /// Take a number.
//!     #[line("next")]
//!     fn next(&mut self, cx: &mut Cx<'_, Self>) -> String {
//!         cx.shared.last += 1;
//!         format!("{}\r\n", cx.shared.last)
//!     }
//!
//!     /// Of a number that it took from now on the new process would not know.
//!     #[on(drain)]
//!     fn leave(&mut self, cx: &mut Cx<'_, Self>) {
//!         cx.close();
//!     }
//! }
//!
//! fn main() -> ExitCode {
//!     mux_runtime::run::<Guest>(Tickets::default())
//! }
//! ```
//!
//! # Hooks
//!
//! [`#[mux_hooks]`](macro@crate::mux_hooks) on the shared value's type has methods
//! called. The order:
//!
//! 1. `configure`; then the configuration is read, the closure of
//!    [`Service::options`](crate::Service::options) is called, the log is opened, and the pid file taken
//! 2. `post_configure`; then the sockets are bound, or taken over, followed by `restart_open`
//! 3. `post_bind`; then root's rights are given up
//! 4. `pre_loop`; then the server serves, and `run_dequeue` is called every `check_for_dequeue`
//! 5. in a restart `restart_close`, before the new process calls `pre_loop`
//! 6. `pre_server_close`; then the connections end
//! 7. `post_child_cleanup`
//!
//! For each connection: `post_accept`, `allow_deny`, then `#[on(connect)]` or `request_denied`;
//! its messages; `#[on(eof)]`, `post_process_request`, `#[on(close)]` ([`hooks`](super::hooks)).
//!
//! `fatal` is called with the reason when the server cannot start or go on, and `write_to_log`
//! takes the lines of the log. The hooks up to `pre_loop` may return an error, which ends the
//! start and is told with the hook's name; so may `restart_close`, and then there is no restart.
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
