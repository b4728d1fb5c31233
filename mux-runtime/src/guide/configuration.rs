//! All that can be set: arguments, the program, a file.
//!
//! A program that is served by [`run`](fn@crate::run) or `Service` (feature `service`) can be set
//! in four ways. Key by key, the first of these that names a key sets it, as in Net::Server:
//!
//! 1. the command line: `--idle-timeout=2m` or `--idle_timeout 2m`;
//! 2. the program: first what its [`configure`](super::process#hooks) hook changes, then what it sets
//!    by `Service::set("idle_timeout", "2m")` and `Service::port`;
//! 3. the configuration file: `idle_timeout = "2m"`;
//! 4. the default.
//!
//! ```sh
//! chat --setsid=1 --log_file=chat.log --pid_file=chat.pid --port=2000
//! chat --conf-file=/etc/chat.toml --check-config
//! ```
//!
//! # The file
//!
//! `--conf-file FILE`, or the key `conf_file` set by the program, names a file in
//! [TOML](https://toml.io/en/v1.0.0), of at most 1 MiB. Its keys are those of the command line, and
//! stand at the top, not in tables; `-` and `_` are the same.
//!
//! ```toml
//! port = ["*:2000", "/run/chat.sock|unix"]
//! user = "chat"
//! log_file = "syslog"
//! idle_timeout = "10m"
//! max_connections = 5000
//! output_high = "256KiB"
//! output_low = "64KiB"
//! ```
//!
//! # Values
//!
//! | value | examples |
//! |---|---|
//! | BOOL | `true`, `yes`, `on`, `1`, and `false`, `no`, `off`, `0`; `--setsid` alone is `--setsid=true`, and `--setsid 1`, too, unless the program has arguments without a name |
//! | COUNT | `100` |
//! | TIME | `90s`, `2m`, `1h30m`, `1d`, `250ms`; a number alone is seconds, `0.5` |
//! | SIZE, in bytes | `4096`, `64KiB` (1024), `1MB` (1000 × 1000); `K`, `M` and `G` are powers of 1024 |
//! | lists | the argument given several times; an array in the file; `Service::set` several times |
//!
//! Where there is a choice of nothing, it is `none`: `--user=none` undoes what the file says. Of a
//! time that may be `none`, 0 is the same.
//!
//! A list is one value: it comes from one of the four ways as a whole.
//!
//! # Mistakes
//!
//! An unknown key, a bad value, or two keys that contradict each other are told in one line on
//! standard error, and the program ends with status 2 before it has done or written anything:
//!
//! ```text
//! chat: port "70000": not in 0..=65535 (in mux.toml, line 3)
//! chat: log_fiel "x": no such key: did you mean log_file? (in mux.toml, line 1)
//! chat: output_low "2MiB": more than output_high, which is 1MiB (see --help)
//! ```
//!
//! A value is checked even where a former source has set the key. `--check-config` reads all and
//! starts nothing: it prints every value that would be used and where it comes from, in a form that
//! can be a configuration file, and ends with status 0, or 2 after a mistake.
//!
//! ```text
//! port = [2000]           # argument
//! backlog = 100           # configure hook
//! idle_timeout = "1m30s"  # program
//! log_file = "chat.log"   # /etc/chat.toml, line 2
//! host = "127.0.0.1"      # default
//! ```
//!
//! It also looks for what a start would not find on this machine: `user`, `group`, `unix_owner`, the
//! folders of `chroot`, `pid_file`, `log_file` and unix sockets, and hosts' addresses. What only
//! trying can tell it leaves to the start: whether a port is free, and what the process is allowed to
//! open, bind and become.
//!
//! # Keys
//!
//! | key | value | default | meaning |
//! |---|---|---|---|
//! | **Listening** | | | |
//! | `port` | list of PORT | 2000 | where to listen: `2000` (0 has the system choose), `HOST:PORT/PROTO/IPV`, `PATH\|unix` |
//! | `host` | HOST | 127.0.0.1 | address or name for ports without one; `*` is all of them |
//! | `proto` | `tcp`, `unix` | tcp | for ports that do not say |
//! | `ipv` | `4`, `6`, `*` | * | for ports that do not say; `*` is both; also `IPv4` and the like |
//! | `backlog` | COUNT | 1024 | connections that the kernel keeps waiting at each port; also `listen`, as in Net::Server |
//! | `nodelay` | BOOL | true | small writes are sent at once |
//! | `keepalive` | TIME | none | a connection that is silent for so long is probed; at least 1 s |
//! | `reuse_port` | BOOL | false | several processes may listen on the same port |
//! | `unix_mode` | octal | none | permission bits of unix sockets |
//! | `unix_owner` | USER:GROUP | none | who owns unix sockets; `none` is whom the process becomes |
//! | **Process** | | | |
//! | `background` | BOOL | false | leave the terminal once the server is ready; there is no log then without `log_file` |
//! | `setsid` | BOOL | false | the same, in a session of its own |
//! | `pid_file` | FILE | none | file that names the process as long as it lives |
//! | `chroot` | FOLDER | none | the root once the ports are bound |
//! | `user` | USER | none | whom the process becomes once the ports are bound |
//! | `group` | GROUP | none | the same for its group; `none` is the user's own |
//! | `check_for_dequeue` | TIME | none | time between two calls of the `run_dequeue` hook |
//! | `drain_timeout` | TIME | 5s | how long peers may take to read their last output: one that is closed, to take any of it; all together, when the server ends |
//! | **Log** | | | |
//! | `log_level` | 0 to 4 | 2 | `error`, `warn`, `info`, `debug` (each connection), `trace` (each input) |
//! | `log_file` | FILE | stderr | a file, `stderr`, or `syslog` (Net::Server's `Sys::Syslog`) |
//! | `log_format` | `text`, `json` | text | how a line is written |
//! | **Access** | | | |
//! | `allow` | list of REGEX | | a peer's address or name must match one, if there are any |
//! | `deny` | list of REGEX | | it may match none |
//! | `cidr_allow` | list of NETWORK | | its address must be in one, if there are any |
//! | `cidr_deny` | list of NETWORK | | it may be in none |
//! | `reverse_lookups` | BOOL | false | peers' names are looked up; `double` is the next key |
//! | `double_reverse_lookups` | BOOL | false | the same, and the name must lead back to the address |
//! | `lookup_timeout` | TIME | 5s | how long a connection waits for its peer's name; at least 1 ms |
//! | **Limits** | | | [what happens at each](super::limits) |
//! | `max_connections` | COUNT | 65536 | connections of a protocol at the same time |
//! | `max_connections_per_ip` | COUNT | none | the same, from one address |
//! | `accept_rate` | COUNT | none | connections accepted in a second |
//! | `idle_timeout` | TIME | none | time without input |
//! | `first_message_timeout` | TIME | none | time to the first whole message |
//! | `max_line` | SIZE | none | longest line; at most the block's own `max_line`, which `none` is |
//! | `max_frame` | SIZE | none | longest frame, likewise |
//! | `output_high` | SIZE | 1MiB | unsent output above which a connection is not read |
//! | `output_low` | SIZE | 256KiB | unsent output at which it is read again |
//! | `slow_reader` | `close`, `drop`, `pause` | close | what becomes of a reader to whom others have written more than `output_high` |
//! | **Metrics** | | | [what is counted](super::operating#what-is-counted) |
//! | `measure` | BOOL | false | it is measured how long each handler takes |
//! | `slow_handler` | TIME | none | the same, and one that takes longer is named in the log |
//! | `prometheus` | PORT | none | where Prometheus fetches what was counted, written like `port` (feature `prometheus`) |
//!
//! These are for the command line alone: `--check-config`; `--describe markdown`, `mermaid` or `json`
//! ([`description`](super::description)); `--generate man`, a manual page, or `--generate completions`
//! and `bash`, `zsh` or `fish`; `--version`, if the program tells it (`Service::version`); and `--help`,
//! which lists all of them. Help and manual page begin with `Service::about`, or else with the doc
//! comment of the block.
//!
//! # Options of the program's own
//!
//! A struct with `#[derive(clap::Args)]` is all it takes: its fields become arguments, keys of the
//! file, and keys of `Service::set`, with the same order of precedence; a field's own default comes
//! last. What is wrong with a value is found by clap's parsers and told as above.
//!
#![cfg_attr(feature = "service", doc = "```no_run")]
#![cfg_attr(not(feature = "service"), doc = "```ignore")]
//! use std::path::PathBuf;
//! use clap::Args;
//! use mux_runtime::{Service, mux_server};
//!
//! #[derive(Args)]
//! struct Options {
//!     /// Where letters are kept
//!     #[arg(long, default_value = "/var/spool/letters")]
//!     spool_folder: PathBuf,
//!     /// Letters that one client may bring
//!     #[arg(long, default_value_t = 10)]
//!     letters_max: u32,
//! }
//!
//! #[derive(Default)]
//! struct Spool {
//!     folder: PathBuf,
//!     letters_max: u32,
//! }
//!
//! #[derive(Default)]
//! struct Letterbox;
//!
//! #[mux_server(shared = Spool)]
//! impl Letterbox {
//!     #[line]
//!     fn letter(&mut self, _line: &str) {}
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     Service::new(Spool::default())
//!         .port(2525)
//!         .set("idle_timeout", "5m")
//!         .about("letterbox")
//!         .version(env!("CARGO_PKG_VERSION"))
//!         .options(|spool: &mut Spool, options: &Options| {
//!             if options.letters_max == 0 {
//!                 return Err("letters_max \"0\": not at least 1");
//!             }
//!             spool.folder = options.spool_folder.clone();
//!             spool.letters_max = options.letters_max;
//!             Ok(())
//!         })
//!         .run::<Letterbox>()
//! }
//! ```
//!
//! In the file these are `spool_folder = "/srv/letters"` and `letters_max = 3`. A `bool` is a flag
//! as the server's are; a `Vec` takes an array. An option may not have the name of a key above.
//!
//! What clap cannot check, such as options that must fit together, is checked where they are handed
//! over: an error of that closure is told as any mistake is, at the start and by `--check-config`. It is
//! called before everything else, and twice with `background`, so it opens nothing; that is for the
//! hooks from `post_configure` on, which `--check-config` does not call.
