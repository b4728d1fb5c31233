//! All that an administrator can set, with the value that is in force.

use std::{path::PathBuf, time::Duration};

use crate::engine::Limits;

/// How long a peer may take to read the last that was written to it.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a connection waits for its peer's name.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(5);

/// The settings of a server, by the names of Net::Server where it has them.
///
/// A key is set by the first of these that names it: the command line, the program, the
/// configuration file, the default.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// `port`: where to listen, in Net::Server's form: `2000`, `127.0.0.1:2000/tcp/IPv4`,
    /// `[::1]:2000`, `*:2000`, `/run/chat.sock|unix`; any number of them.
    pub port: Vec<String>,
    /// `host`: the address or name for those that name none.
    pub host: String,
    /// `proto`: `tcp` or `unix`, for those that name none.
    pub proto: String,
    /// `ipv`: `4`, `6` or `*` for both, for those that name none.
    pub ipv: String,
    /// `backlog`: connections that the kernel keeps waiting at each listener.
    pub backlog: u32,
    /// `nodelay`: small writes are sent at once (`TCP_NODELAY`).
    pub nodelay: bool,
    /// `keepalive`: a silent connection is probed after this time (`SO_KEEPALIVE`).
    pub keepalive: Option<Duration>,
    /// `reuse_port`: several processes may listen on the same port (`SO_REUSEPORT`).
    pub reuse_port: bool,
    /// `unix_mode`: the permission bits of unix sockets.
    pub unix_mode: Option<u32>,
    /// `unix_owner`: who owns unix sockets, `user` or `user:group`; without it whom the process
    /// becomes.
    pub unix_owner: Option<String>,

    /// `background`: leave the terminal; the shell gets its prompt back once the server is ready.
    pub background: bool,
    /// `setsid`: the same, in a session of its own.
    pub setsid: bool,
    /// `pid_file`: the file that names the process as long as it lives.
    pub pid_file: Option<PathBuf>,
    /// `chroot`: the folder that becomes the root after the sockets are bound.
    pub chroot: Option<PathBuf>,
    /// `user`: whom the process becomes after the sockets are bound; a name or a number.
    pub user: Option<String>,
    /// `group`: the same for its group; without it the user's own.
    pub group: Option<String>,
    /// `check_for_dequeue`: the time between two calls of the `run_dequeue` hook.
    pub check_for_dequeue: Option<Duration>,
    /// `drain_timeout`: how long all connections together may take to read their last output when
    /// the server ends, and one that closes before to take any of it.
    pub drain_timeout: Duration,

    /// `log_level`: 0 to 4.
    pub log_level: u8,
    /// `log_file`: where the log goes.
    pub log_file: LogTarget,
    /// `log_format`: how a line of it is written.
    pub log_format: LogFormat,

    /// `allow`: regular expressions that let in a peer that they match. If any of the four lists
    /// has an entry, `allow` or `cidr_allow` must match.
    pub allow: Vec<String>,
    /// `deny`: regular expressions of which a peer may match none.
    pub deny: Vec<String>,
    /// `cidr_allow`: networks that let in a peer that is in them.
    pub cidr_allow: Vec<String>,
    /// `cidr_deny`: networks in none of which a peer may be.
    pub cidr_deny: Vec<String>,
    /// `reverse_lookups`: the peer's name is looked up, and `allow` and `deny` see it.
    pub reverse_lookups: bool,
    /// `double_reverse_lookups`: the name must lead back to the peer's address.
    pub double_reverse_lookups: bool,
    /// `lookup_timeout`: a connection that has waited for its peer's name for so long goes on
    /// without.
    pub lookup_timeout: Duration,

    /// `max_connections`, `max_connections_per_ip`, `accept_rate`, `idle_timeout`,
    /// `first_message_timeout`, `max_line`, `max_frame`, `output_high`, `output_low`,
    /// `slow_reader`; and `drain_timeout`, which is a closing connection's, too.
    pub limits: Limits,

    /// `measure`: it is measured how long each handler takes.
    pub measure: bool,
    /// `slow_handler`: the same, and one that takes longer is named in the log.
    pub slow_handler: Option<Duration>,
    /// `prometheus`: where Prometheus fetches what was counted, written like `port`.
    #[cfg(feature = "prometheus")]
    pub prometheus: Option<String>,
}

/// Where the log goes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogTarget {
    /// Standard error.
    Stderr,
    /// A file, opened anew on USR1.
    File(PathBuf),
    /// The system's log.
    Syslog,
}

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: an object of JSON a line.
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            port: vec!["2000".into()],
            host: "127.0.0.1".into(),
            proto: "tcp".into(),
            ipv: "*".into(),
            backlog: 1024,
            nodelay: true,
            keepalive: None,
            reuse_port: false,
            unix_mode: None,
            unix_owner: None,
            background: false,
            setsid: false,
            pid_file: None,
            chroot: None,
            user: None,
            group: None,
            check_for_dequeue: None,
            drain_timeout: DRAIN_TIMEOUT,
            log_level: 2,
            log_file: LogTarget::Stderr,
            log_format: LogFormat::Text,
            allow: Vec::new(),
            deny: Vec::new(),
            cidr_allow: Vec::new(),
            cidr_deny: Vec::new(),
            reverse_lookups: false,
            double_reverse_lookups: false,
            lookup_timeout: LOOKUP_TIMEOUT,
            limits: Limits { drain_timeout: DRAIN_TIMEOUT, ..Limits::default() },
            measure: false,
            slow_handler: None,
            #[cfg(feature = "prometheus")]
            prometheus: None,
        }
    }
}
