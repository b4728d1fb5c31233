//! Every key: its name, what may stand behind it, and where it goes in [`Settings`].

use std::time::Duration;

use super::values::{self, Wrong, or_none, show_or_none, show_size, show_time};
use crate::service::{
    endpoint,
    settings::{LogTarget, Settings},
};

/// How often a key may be given, and with what.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    /// Nothing, or whether it holds.
    Flag,
    /// One value.
    One,
    /// Any number of values, which are one list.
    Many(fn(&mut Settings) -> &mut Vec<String>),
}

/// One thing that can be set.
pub(super) struct Key {
    /// As in Net::Server, with `_` between words.
    pub(super) name: &'static str,
    /// What `--help` calls its value.
    pub(super) value: &'static str,
    pub(super) help: &'static str,
    pub(super) takes: Takes,
    /// Reads a value into the settings; a list gets one more.
    pub(super) set: fn(&mut Settings, &str) -> Result<(), Wrong>,
    /// The value in force; of a list, each.
    pub(super) show: fn(&Settings) -> Vec<String>,
}

/// The keys of one subject, under a heading of `--help`.
pub(super) struct Group {
    pub(super) heading: &'static str,
    pub(super) keys: &'static [Key],
}

pub(super) const GROUPS: [Group; 6] = [
    Group { heading: "Listening", keys: LISTENING },
    Group { heading: "Process", keys: PROCESS },
    Group { heading: "Log", keys: LOG },
    Group { heading: "Access", keys: ACCESS },
    Group { heading: "Limits", keys: LIMITS },
    Group { heading: "Metrics", keys: METRICS },
];

/// All keys, in the order in which they are shown.
pub(super) fn all() -> impl Iterator<Item = &'static Key> {
    GROUPS.iter().flat_map(|group| group.keys)
}

/// What Net::Server calls keys that have another name here, where the name is taken for what it
/// is elsewhere.
pub(super) const ALIASES: [(&str, &str); 1] = [("listen", "backlog")];

/// The key of this name, which may be written with `-` between words.
pub(super) fn named(name: &str) -> Option<&'static Key> {
    let name = name.replace('-', "_");
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
    let name = alias.map_or(name.as_str(), |(_, name)| name);
    all().find(|key| key.name == name)
}

/// How a key or an option is called, however it is written.
pub(super) fn canonical(name: &str) -> String {
    named(name).map_or_else(|| name.replace('-', "_"), |key| key.name.into())
}

fn put<T>(slot: &mut T, value: Result<T, Wrong>) -> Result<(), Wrong> {
    *slot = value?;
    Ok(())
}

fn one(shown: impl ToString) -> Vec<String> {
    vec![shown.to_string()]
}

const fn flag(
    name: &'static str,
    help: &'static str,
    set: fn(&mut Settings, &str) -> Result<(), Wrong>,
    show: fn(&Settings) -> Vec<String>,
) -> Key {
    Key { name, value: "BOOL", help, takes: Takes::Flag, set, show }
}

const fn value(
    name: &'static str,
    value: &'static str,
    help: &'static str,
    set: fn(&mut Settings, &str) -> Result<(), Wrong>,
    show: fn(&Settings) -> Vec<String>,
) -> Key {
    Key { name, value, help, takes: Takes::One, set, show }
}

const LISTENING: &[Key] = &[
    Key {
        name: "port",
        value: "PORT",
        help: "Where to listen: 2000 (0 has the system choose), HOST:PORT/PROTO/IPV, or PATH|unix; \
               may be given several times",
        takes: Takes::Many(|settings| &mut settings.port),
        set: |settings, text| values::port(text).map(|port| settings.port.push(port)),
        show: |settings| settings.port.clone(),
    },
    value(
        "host",
        "HOST",
        "Address or name of this machine for ports without one; * is all of them",
        |settings, text| put(&mut settings.host, values::text(text)),
        |settings| one(&settings.host),
    ),
    value(
        "proto",
        "PROTO",
        "tcp or unix, for ports that do not say",
        |settings, text| {
            let known = values::one_of(text, &[("tcp", "tcp"), ("unix", "unix")]);
            put(&mut settings.proto, known.map(str::to_owned))
        },
        |settings| one(&settings.proto),
    ),
    value(
        "ipv",
        "IPV",
        "4, 6, or * for both, for ports that do not say",
        |settings, text| {
            let text = endpoint::strip_ipv(text).unwrap_or(text);
            let known = values::one_of(text, &[("4", "4"), ("6", "6"), ("*", "*")]);
            put(&mut settings.ipv, known.map(str::to_owned))
        },
        |settings| one(&settings.ipv),
    ),
    value(
        "backlog",
        "COUNT",
        "Connections that the kernel keeps waiting at each port",
        |settings, text| put(&mut settings.backlog, values::count(text, 1, i32::MAX as u32)),
        |settings| one(settings.backlog),
    ),
    flag(
        "nodelay",
        "Send small writes at once (TCP_NODELAY)",
        |settings, text| put(&mut settings.nodelay, values::flag(text)),
        |settings| one(settings.nodelay),
    ),
    value(
        "keepalive",
        "TIME",
        "Probe a connection that is silent for so long (SO_KEEPALIVE), or none",
        |settings, text| {
            let time = match values::time_or_none(text) {
                Ok(Some(time)) if time.as_secs() == 0 => Err("not at least 1s, or none".into()),
                time => time,
            };
            put(&mut settings.keepalive, time)
        },
        |settings| one(show_or_none(settings.keepalive, show_time)),
    ),
    flag(
        "reuse_port",
        "Let several processes listen on the same port (SO_REUSEPORT)",
        |settings, text| put(&mut settings.reuse_port, values::flag(text)),
        |settings| one(settings.reuse_port),
    ),
    value(
        "unix_mode",
        "MODE",
        "Permission bits of unix sockets, in octal, or none to leave them to the umask",
        |settings, text| put(&mut settings.unix_mode, or_none(text, values::mode)),
        |settings| one(show_or_none(settings.unix_mode, |mode| format!("0{mode:o}"))),
    ),
    value(
        "unix_owner",
        "OWNER",
        "Who owns unix sockets: USER, USER:GROUP, or none for whom the process becomes",
        |settings, text| put(&mut settings.unix_owner, or_none(text, values::text)),
        |settings| one(show_or_none(settings.unix_owner.clone(), |owner| owner)),
    ),
];

const PROCESS: &[Key] = &[
    flag(
        "background",
        "Leave the terminal once the server is ready",
        |settings, text| put(&mut settings.background, values::flag(text)),
        |settings| one(settings.background),
    ),
    flag(
        "setsid",
        "The same, in a session of its own",
        |settings, text| put(&mut settings.setsid, values::flag(text)),
        |settings| one(settings.setsid),
    ),
    value(
        "pid_file",
        "FILE",
        "File that names the process as long as it lives, or none",
        |settings, text| put(&mut settings.pid_file, or_none(text, values::path)),
        |settings| {
            one(show_or_none(settings.pid_file.as_deref(), |path| path.display().to_string()))
        },
    ),
    value(
        "chroot",
        "FOLDER",
        "Folder that becomes the root once the ports are bound, or none",
        |settings, text| put(&mut settings.chroot, or_none(text, values::path)),
        |settings| one(show_or_none(settings.chroot.as_deref(), |path| path.display().to_string())),
    ),
    value(
        "user",
        "USER",
        "Name or number of whom the process becomes once the ports are bound, or none",
        |settings, text| put(&mut settings.user, or_none(text, values::text)),
        |settings| one(show_or_none(settings.user.clone(), |user| user)),
    ),
    value(
        "group",
        "GROUP",
        "The same for its group; none is the user's own",
        |settings, text| put(&mut settings.group, or_none(text, values::text)),
        |settings| one(show_or_none(settings.group.clone(), |group| group)),
    ),
    value(
        "check_for_dequeue",
        "TIME",
        "Time between two calls of the run_dequeue hook, or none",
        |settings, text| put(&mut settings.check_for_dequeue, values::time_or_none(text)),
        |settings| one(show_or_none(settings.check_for_dequeue, show_time)),
    ),
    value(
        "drain_timeout",
        "TIME",
        "How long peers may take to read their last output, when they are closed or the server ends",
        |settings, text| put(&mut settings.drain_timeout, values::time(text)),
        |settings| one(show_time(settings.drain_timeout)),
    ),
];

const LOG: &[Key] = &[
    value(
        "log_level",
        "LEVEL",
        "What to log: 0 or error, 1 or warn, 2 or info, 3 or debug (each connection), 4 or trace \
         (each input)",
        |settings, text| put(&mut settings.log_level, values::log_level(text)),
        |settings| one(settings.log_level),
    ),
    value(
        "log_file",
        "FILE",
        "Where the log goes: a file, stderr or syslog",
        |settings, text| put(&mut settings.log_file, values::log_target(text)),
        |settings| {
            one(match &settings.log_file {
                LogTarget::Stderr => "stderr".into(),
                LogTarget::Syslog => "syslog".into(),
                LogTarget::File(path) => path.display().to_string(),
            })
        },
    ),
    value(
        "log_format",
        "FORMAT",
        "How a line of the log is written: text or json",
        |settings, text| put(&mut settings.log_format, values::one_of(text, &values::LOG_FORMATS)),
        |settings| one(values::word(settings.log_format, &values::LOG_FORMATS)),
    ),
];

const ACCESS: &[Key] = &[
    Key {
        name: "allow",
        value: "REGEX",
        help: "Let in only peers whose address or name matches; may be given several times",
        takes: Takes::Many(|settings| &mut settings.allow),
        set: |settings, text| values::text(text).map(|regex| settings.allow.push(regex)),
        show: |settings| settings.allow.clone(),
    },
    Key {
        name: "deny",
        value: "REGEX",
        help: "Let in no peer whose address or name matches; may be given several times",
        takes: Takes::Many(|settings| &mut settings.deny),
        set: |settings, text| values::text(text).map(|regex| settings.deny.push(regex)),
        show: |settings| settings.deny.clone(),
    },
    Key {
        name: "cidr_allow",
        value: "NETWORK",
        help: "Let in only peers of this network; may be given several times",
        takes: Takes::Many(|settings| &mut settings.cidr_allow),
        set: |settings, text| {
            values::network(text).map(|network| settings.cidr_allow.push(network))
        },
        show: |settings| settings.cidr_allow.clone(),
    },
    Key {
        name: "cidr_deny",
        value: "NETWORK",
        help: "Let in no peer of this network; may be given several times",
        takes: Takes::Many(|settings| &mut settings.cidr_deny),
        set: |settings, text| values::network(text).map(|network| settings.cidr_deny.push(network)),
        show: |settings| settings.cidr_deny.clone(),
    },
    flag(
        "reverse_lookups",
        "Look peers' names up, for allow, deny and the log",
        |settings, text| put(&mut settings.reverse_lookups, values::flag(text)),
        |settings| one(settings.reverse_lookups),
    ),
    flag(
        "double_reverse_lookups",
        "The same, and let in only peers whose name leads back to their address",
        |settings, text| put(&mut settings.double_reverse_lookups, values::flag(text)),
        |settings| one(settings.double_reverse_lookups),
    ),
    value(
        "lookup_timeout",
        "TIME",
        "How long a connection waits for its peer's name before it goes on without",
        |settings, text| {
            put(&mut settings.lookup_timeout, values::time_from(text, Duration::from_millis(1)))
        },
        |settings| one(show_time(settings.lookup_timeout)),
    ),
];

const LIMITS: &[Key] = &[
    value(
        "max_connections",
        "COUNT",
        "Connections at the same time; more wait to be accepted",
        |settings, text| {
            put(&mut settings.limits.connections, values::count(text, 1, u32::MAX as usize))
        },
        |settings| one(settings.limits.connections),
    ),
    value(
        "max_connections_per_ip",
        "COUNT",
        "Connections at the same time from one address, or none for any number; more are closed",
        |settings, text| {
            let count = or_none(text, |text| values::count(text, 1, u32::MAX as usize));
            put(&mut settings.limits.connections_per_ip, count)
        },
        |settings| one(show_or_none(settings.limits.connections_per_ip, |count| count.to_string())),
    ),
    value(
        "accept_rate",
        "COUNT",
        "Connections accepted in a second, or none for any number; more wait",
        |settings, text| put(&mut settings.limits.accept_rate, or_none(text, values::rate)),
        |settings| one(show_or_none(settings.limits.accept_rate, |rate| rate.to_string())),
    ),
    value(
        "idle_timeout",
        "TIME",
        "Close a connection that sends nothing for so long, or none",
        |settings, text| put(&mut settings.limits.idle_timeout, values::time_or_none(text)),
        |settings| one(show_or_none(settings.limits.idle_timeout, show_time)),
    ),
    value(
        "first_message_timeout",
        "TIME",
        "Close a connection whose first message is not complete by then, or none",
        |settings, text| {
            put(&mut settings.limits.first_message_timeout, values::time_or_none(text))
        },
        |settings| one(show_or_none(settings.limits.first_message_timeout, show_time)),
    ),
    value(
        "max_line",
        "SIZE",
        "Longest line, its end not counted; none is the program's own",
        |settings, text| {
            let size = or_none(text, |text| match values::size(text)? {
                size if size < 16 => Err("not at least 16".into()),
                size => Ok(size),
            });
            put(&mut settings.limits.max_line, size)
        },
        |settings| one(show_or_none(settings.limits.max_line, show_size)),
    ),
    value(
        "max_frame",
        "SIZE",
        "Longest frame; none is the program's own",
        |settings, text| put(&mut settings.limits.max_frame, or_none(text, values::size_above_0)),
        |settings| one(show_or_none(settings.limits.max_frame, show_size)),
    ),
    value(
        "output_high",
        "SIZE",
        "Unsent output of a connection above which it is not read",
        |settings, text| put(&mut settings.limits.output_high, values::size_above_0(text)),
        |settings| one(show_size(settings.limits.output_high)),
    ),
    value(
        "output_low",
        "SIZE",
        "Unsent output at which it is read again",
        |settings, text| put(&mut settings.limits.output_low, values::size(text)),
        |settings| one(show_size(settings.limits.output_low)),
    ),
    value(
        "slow_reader",
        "POLICY",
        "What becomes of a reader to which others have written more than output_high: close it, \
         drop what they write, or pause them",
        |settings, text| {
            put(&mut settings.limits.slow_reader, values::one_of(text, &values::SLOW_READERS))
        },
        |settings| one(values::word(settings.limits.slow_reader, &values::SLOW_READERS)),
    ),
];

const METRICS: &[Key] = &[
    flag(
        "measure",
        "Measure how long each handler takes",
        |settings, text| put(&mut settings.measure, values::flag(text)),
        |settings| one(settings.measure),
    ),
    value(
        "slow_handler",
        "TIME",
        "The same, and name in the log a handler that takes longer, or none",
        |settings, text| put(&mut settings.slow_handler, values::time_or_none(text)),
        |settings| one(show_or_none(settings.slow_handler, show_time)),
    ),
    #[cfg(feature = "prometheus")]
    value(
        "prometheus",
        "PORT",
        "Where Prometheus fetches what was counted, in the form of a port, or none",
        |settings, text| put(&mut settings.prometheus, or_none(text, values::port)),
        |settings| one(show_or_none(settings.prometheus.clone(), |port| port)),
    ),
];
