//! Who says what: the four sources, key by key.

use std::time::Duration;

use super::*;
use crate::service::settings::{LogFormat, LogTarget};

#[test]
fn what_is_not_said_has_a_default() {
    let settings = arguments(&[]).settings();
    let default = Settings::default();
    for key in keys::all() {
        assert_eq!((key.show)(&settings), (key.show)(&default), "{}", key.name);
    }
    assert_eq!(show(&settings, "port"), "2000");
    assert_eq!(show(&settings, "host"), "127.0.0.1");
}

#[test]
fn the_seed_s_command_line_works() {
    let line = ["--setsid=1", "--log_file=chat.log", "--pid_file=chat.pid", "--port=2000"];
    let settings = arguments(&line).settings();
    assert!(settings.setsid);
    assert_eq!(settings.log_file, LogTarget::File("chat.log".into()));
    assert_eq!(settings.pid_file, Some("chat.pid".into()));
    assert_eq!(settings.port, ["2000"]);
    assert!(arguments(&["--setsid", "--pid-file", "chat.pid"]).settings().setsid);
    assert!(!arguments(&["--setsid=0"]).settings().setsid);
}

/// A value other than the default for each key, and how it is shown.
const OTHERS: &[(&str, &str, &str)] = &[
    ("port", "2001", "2001"),
    ("host", "*", "*"),
    ("proto", "unix", "unix"),
    ("ipv", "4", "4"),
    ("backlog", "7", "7"),
    ("nodelay", "false", "false"),
    ("keepalive", "90s", "1m30s"),
    ("reuse_port", "true", "true"),
    ("unix_mode", "0o660", "0660"),
    ("unix_owner", "chat:adm", "chat:adm"),
    ("background", "true", "true"),
    ("setsid", "true", "true"),
    ("pid_file", "/run/chat.pid", "/run/chat.pid"),
    ("chroot", "/srv/chat", "/srv/chat"),
    ("user", "nobody", "nobody"),
    ("group", "65534", "65534"),
    ("check_for_dequeue", "10", "10s"),
    ("drain_timeout", "1h30m", "1h30m"),
    ("log_level", "4", "4"),
    ("log_file", "syslog", "syslog"),
    ("log_format", "json", "json"),
    ("allow", "^127\\.", "^127\\."),
    ("deny", "evil", "evil"),
    ("cidr_allow", "192.0.2.0/24", "192.0.2.0/24"),
    ("cidr_deny", "::1", "::1"),
    ("reverse_lookups", "true", "true"),
    ("double_reverse_lookups", "true", "true"),
    ("lookup_timeout", "500ms", "500ms"),
    ("max_connections", "500", "500"),
    ("max_connections_per_ip", "5", "5"),
    ("accept_rate", "100", "100"),
    ("idle_timeout", "2m", "2m"),
    ("first_message_timeout", "0.5", "500ms"),
    ("max_line", "1KiB", "1KiB"),
    ("max_frame", "32768", "32KiB"),
    ("output_high", "2MiB", "2MiB"),
    ("output_low", "64KiB", "64KiB"),
    ("slow_reader", "drop", "drop"),
    ("measure", "true", "true"),
    ("slow_handler", "0.25", "250ms"),
    #[cfg(feature = "prometheus")]
    ("prometheus", "127.0.0.1:9100", "127.0.0.1:9100"),
    ("log_level", "warn", "1"),
];

#[test]
fn every_key_can_be_set_in_each_of_the_three_ways() {
    for key in keys::all() {
        assert!(OTHERS.iter().any(|(name, ..)| *name == key.name), "{} is not tried", key.name);
    }
    for &(name, value, shown) in OTHERS {
        assert_ne!(show(&Settings::default(), name), shown, "{name}");
        let dashed = name.replace('_', "-");
        let quoted = format!("{name} = '{value}'");
        let bare = format!("{dashed} = {value}");
        let is_bare = value.parse::<f64>().is_ok() || value == "true" || value.starts_with("0o");
        let mut ways = vec![
            ("argument", arguments(&[&format!("--{dashed}={value}")]).settings()),
            ("argument with _", arguments(&[&format!("--{name}={value}")]).settings()),
            ("program", program(&[(name, value)]).settings()),
            ("file", file(&quoted).settings()),
        ];
        if is_bare {
            ways.push(("file, bare", file(&bare).settings()));
        }
        for (way, settings) in ways {
            assert_eq!(show(&settings, name), shown, "{name} by {way}");
        }
    }
}

#[test]
fn the_first_that_sets_a_key_wins_key_by_key() {
    for key in keys::all() {
        let others = OTHERS.iter().find(|(name, ..)| *name == key.name).unwrap();
        let (name, other, shown) = *others;
        let default = match show(&Settings::default(), name).as_str() {
            "" if name.starts_with("cidr") => "10.0.0.1".to_owned(),
            "" => "other".to_owned(),
            default => default.to_owned(),
        };
        let argument = format!("--{name}={other}");
        let said = [(name, default.as_str())];
        let text = format!("{name} = '{default}'");
        let all = Given {
            arguments: &[&argument],
            program: &said,
            file: Some(&text),
            ..Given::default()
        };
        assert_eq!(show(&all.settings(), name), shown, "{name}: argument before all");
        let said = [(name, other)];
        let both = Given { program: &said, file: Some(&text), ..Given::default() };
        assert_eq!(show(&both.settings(), name), shown, "{name}: program before file");
    }
    // A key that one source sets does not hide the source's others.
    let mixed = Given {
        arguments: &["--port=1"],
        program: &[("port", "2"), ("host", "*")],
        file: Some("port = 3\nhost = '::1'\nlog_level = 4"),
        ..Given::default()
    };
    let settings = mixed.settings();
    let shown = ["port", "host", "log_level"].map(|key| show(&settings, key));
    assert_eq!(shown, ["1", "*", "4"]);
}

#[test]
fn what_the_program_s_hook_has_changed_goes_before_what_the_program_sets() {
    let mut base = Settings { host: "*".into(), port: vec!["7".into()], ..Settings::default() };
    base.drain_timeout = Duration::from_micros(1);
    base.limits.idle_timeout = Some(Duration::from_secs(1));
    let given = Given {
        arguments: &["--port=8", "--check-config"],
        program: &[("idle_timeout", "2s"), ("backlog", "9")],
        file: Some("port = 10\nhost = '::1'\nuser = 'chat'\nbacklog = 11"),
        base,
    };
    let read = given.read::<()>().unwrap();
    let shown = ["port", "host", "user", "backlog", "idle_timeout"];
    let shown = shown.map(|key| show(&read.settings, key));
    assert_eq!(shown, ["8", "*", "chat", "9", "1s"]);
    assert_eq!(read.settings.limits.drain_timeout, Duration::from_micros(1));
    let Task::Check(text) = read.task else { panic!("nothing said") };
    for (key, origin) in
        [("host", "configure hook"), ("idle_timeout", "configure hook"), ("backlog", "program")]
    {
        let start = format!("{key} = ");
        let line = text.lines().find(|line| line.starts_with(&start)).unwrap();
        assert!(line.ends_with(&format!("  # {origin}")), "{line}");
    }
}

#[test]
fn lists_come_from_one_source_as_a_whole() {
    let several = ["--port", "1", "--port=[::1]:2", "--port=/run/chat.sock|unix"];
    assert_eq!(arguments(&several).settings().port, ["1", "[::1]:2", "/run/chat.sock|unix"]);
    let path = ["--proto=unix", "--port=/run/chat.sock", "--port=chat.sock"];
    assert_eq!(arguments(&path).settings().port, ["/run/chat.sock", "chat.sock"]);
    assert_eq!(file("port = [1, '*:2']").settings().port, ["1", "*:2"]);
    assert_eq!(program(&[("port", "1"), ("port", "2")]).settings().port, ["1", "2"]);
    let both = Given {
        arguments: &["--allow=a"],
        file: Some("allow = ['b', 'c']"),
        program: &[],
        ..Given::default()
    };
    assert_eq!(both.settings().allow, ["a"]);
    assert_eq!(arguments(&["--port=0", "--port=0"]).settings().port, ["0", "0"]);
}

#[test]
fn values_end_up_where_they_are_used() {
    let settings = file("drain_timeout = '7s'\nlog_format = 'json'\nkeepalive = 0").settings();
    assert_eq!(settings.drain_timeout, Duration::from_secs(7));
    assert_eq!(settings.limits.drain_timeout, Duration::from_secs(7));
    assert_eq!(settings.log_format, LogFormat::Json);
    assert_eq!(settings.keepalive, None);
    let over = Given {
        arguments: &["--user=none"],
        file: Some("user = 'chat'"),
        program: &[],
        ..Given::default()
    };
    assert_eq!(over.settings().user, None);
    assert_eq!(show(&file("ipv = 'IPv4'").settings(), "ipv"), "4", "as in a port");
    assert!(arguments(&["--double-reverse-lookups"]).settings().reverse_lookups);
    assert!(arguments(&["--slow-handler=50ms"]).settings().measure);
    assert_eq!(
        arguments(&["--log_file=Sys::Syslog"]).settings().log_file,
        LogTarget::Syslog,
        "as the seed has it"
    );
}

#[test]
fn the_program_may_name_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.toml");
    fs::write(&path, "port = 7").unwrap();
    let path = path.display().to_string();
    assert_eq!(program(&[("conf_file", &path)]).settings().port, ["7"]);
    let other = Given {
        program: &[("conf_file", &path)],
        file: Some("port = 8"),
        arguments: &[],
        ..Given::default()
    };
    assert_eq!(other.settings().port, ["8"]);
}

#[test]
fn the_seed_s_other_ways_of_saying_things_work() {
    let settings = arguments(&["--setsid", "1", "--background", "0", "--port", "7"]).settings();
    assert_eq!((settings.setsid, settings.background), (true, false));
    assert_eq!(settings.port, ["7"]);
    // `listen` is how long the kernel's queue is.
    assert_eq!(arguments(&["--listen=10"]).settings().backlog, 10);
    assert_eq!(file("listen = 10").settings().backlog, 10);
    assert_eq!(program(&[("listen", "10")]).settings().backlog, 10);
    for given in [arguments(&["--reverse_lookups=double"]), file("reverse_lookups = 'double'")] {
        let settings = given.settings();
        assert!(settings.reverse_lookups && settings.double_reverse_lookups);
    }
    let less = Given {
        arguments: &["--double_reverse_lookups=0"],
        file: Some("reverse_lookups = 'double'"),
        ..Given::default()
    };
    let settings = less.settings();
    assert!(settings.reverse_lookups && !settings.double_reverse_lookups);
    let none = Given {
        arguments: &["--reverse_lookups=0"],
        file: Some("reverse_lookups = 'double'"),
        ..Given::default()
    };
    let settings = none.settings();
    assert!(!settings.reverse_lookups && !settings.double_reverse_lookups);
}
