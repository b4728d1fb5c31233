use std::{fs, time::Duration};

use super::*;
use crate::__private::{MAX_BODY_DEFAULT, MAX_FRAME_DEFAULT, MAX_LINE_DEFAULT, protocol};
use crate::service::settings::{LogFormat, LogTarget};
use crate::session::LineEnd;

const PROTOCOL: Protocol = protocol(
    "Chat",
    "",
    LineEnd::Any,
    (MAX_LINE_DEFAULT, MAX_FRAME_DEFAULT, MAX_BODY_DEFAULT),
    false,
    &[],
    0,
);

/// What a test is configured with.
#[derive(Default)]
struct Given<'a> {
    arguments: &'a [&'a str],
    program: &'a [(&'a str, &'a str)],
    file: Option<&'a str>,
    base: Settings,
}

impl Given<'_> {
    /// Reads it; the file is called `mux.toml` in what is said of it.
    fn read<O: Args>(&self) -> Result<Configuration<O>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mux.toml");
        let mut words = vec![OsString::from("/usr/bin/chat")];
        if let Some(file) = self.file {
            fs::write(&path, file).unwrap();
            words.push("--conf-file".into());
            words.push(path.clone().into());
        }
        words.extend(self.arguments.iter().map(OsString::from));
        let said = self.program.iter().map(|&(key, value)| (key.to_owned(), value.to_owned()));
        let shorter = |text: String| text.replace(&path.display().to_string(), "mux.toml");
        match read::<O>(&words, &said.collect::<Vec<_>>(), &self.base, &[&PROTOCOL]) {
            Ok(mut configuration) => {
                if let Task::Say(text) = configuration.task {
                    configuration.task = Task::Say(shorter(text));
                }
                Ok(configuration)
            }
            Err(Told::Help(text) | Told::Mistake(text)) => Err(shorter(text)),
        }
    }

    fn settings(&self) -> Settings {
        self.read::<()>().unwrap().settings
    }

    fn mistake(&self) -> String {
        self.read::<Theirs>().map(|_| ()).unwrap_err()
    }
}

fn arguments<'a>(arguments: &'a [&'a str]) -> Given<'a> {
    Given { arguments, ..Given::default() }
}

fn file(text: &str) -> Given<'_> {
    Given { file: Some(text), ..Given::default() }
}

fn program<'a>(program: &'a [(&'a str, &'a str)]) -> Given<'a> {
    Given { program, ..Given::default() }
}

fn show(settings: &Settings, key: &str) -> String {
    (keys::named(key).unwrap().show)(settings).join(" ")
}

/// The options of a program.
#[derive(Args, Debug)]
struct Theirs {
    /// What each guest is told first
    #[arg(long, default_value = "hello")]
    greeting: String,
    #[arg(long)]
    spool_size: Option<u32>,
    #[arg(long)]
    verbose: bool,
    #[arg(long)]
    words: Vec<String>,
}

/// One that must be given.
#[derive(Args, Debug)]
struct Needy {
    #[arg(long)]
    spool: std::path::PathBuf,
}

/// Some that depend on each other, and one that counts.
#[derive(Args, Debug)]
#[group(required = true)]
struct Entangled {
    #[arg(long, requires = "key")]
    cert: Option<String>,
    #[arg(long)]
    key: Option<String>,
    #[arg(long, conflicts_with = "key")]
    plain: bool,
    #[arg(long, action = clap::ArgAction::Count)]
    detail: u8,
}

/// One that has a name of the server's.
#[derive(Args, Debug)]
struct Greedy {
    #[arg(long)]
    log_file: String,
}

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
const OTHERS: [(&str, &str, &str); 38] = [
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
    ("log_level", "warn", "1"),
];

#[test]
fn every_key_can_be_set_in_each_of_the_three_ways() {
    for key in keys::all() {
        assert!(OTHERS.iter().any(|(name, ..)| *name == key.name), "{} is not tried", key.name);
    }
    for (name, value, shown) in OTHERS {
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
fn what_the_program_s_hook_has_changed_counts_as_the_program_s() {
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
    let Task::Say(text) = read.task else { panic!("nothing said") };
    assert!(text.lines().any(|line| line.starts_with("host = ") && line.ends_with("# program")));
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
    assert!(arguments(&["--double-reverse-lookups"]).settings().reverse_lookups);
    assert_eq!(
        arguments(&["--log_file=Sys::Syslog"]).settings().log_file,
        LogTarget::Syslog,
        "as the seed has it"
    );
}

#[test]
fn a_mistake_is_one_line_that_names_it() {
    const LEVELS: &str = "not one of 0 to 4, error, warn, info, debug, trace";
    const FLAGS: &str = "not one of true, false, yes, no, on, off, 1, 0";
    const TIMES: &str = "not a time such as 90s, 2m or 1h30m";
    const SIZES: &str = "not a size such as 4096, 64KiB or 1MB";
    let of_arguments: [(&[&str], String); 31] = [
        (&["--port", "70000"], "port \"70000\": not in 0..=65535".into()),
        (&["--port", "abc"], "port \"abc\": not in 0..=65535".into()),
        (&["--port=-1"], "port \"-1\": not in 0..=65535".into()),
        (&["--port", "-1"], "port \"-1\": not in 0..=65535".into()),
        (&["--port=host:70000"], "port \"host:70000\": not in 0..=65535".into()),
        (&["--port=7/udp"], "port \"7/udp\": \"udp\" is not one of tcp, unix".into()),
        (&["--port=7/IPv5"], "port \"7/IPv5\": \"IPv5\" is not IPv4, IPv6 or IPv*".into()),
        (
            &["--port=/run/chat.sock"],
            "port \"/run/chat.sock\": a unix socket is written \"/run/chat.sock|unix\"".into(),
        ),
        (&["--port="], "port \"\": not in 0..=65535".into()),
        (&["--port"], "a value is required for '--port <PORT>' but none was supplied".into()),
        (&["--port", "7", "--port", "7"], "port \"7\": given twice".into()),
        (&["--prot", "1"], "unexpected argument '--prot' found: did you mean '--proto'?".into()),
        (&["--frobnicate"], "unexpected argument '--frobnicate' found".into()),
        (&["stray"], "unexpected argument 'stray' found".into()),
        (&["--setsid", "1"], "unexpected argument '1' found".into()),
        (&["--setsid=maybe"], format!("setsid \"maybe\": {FLAGS}")),
        (
            &["--host=a", "--host=b"],
            "the argument '--host <HOST>' cannot be used multiple times".into(),
        ),
        (&["--host="], "host \"\": empty".into()),
        (&["--proto=udp"], "proto \"udp\": not one of tcp, unix".into()),
        (&["--ipv=5"], "ipv \"5\": not one of 4, 6, *".into()),
        (&["--ipv=4", "--host=::1"], "ipv \"4\": contradicts host, which is ::1".into()),
        (&["--ipv=6"], "ipv \"6\": contradicts host, which is 127.0.0.1".into()),
        (&["--log-level", "5"], format!("log_level \"5\": {LEVELS}")),
        (&["--describe", "xml"], "describe \"xml\": not one of markdown, mermaid, json".into()),
        (&["--pid_file=x", "--log_file=x"], "pid_file \"x\": the same file as log_file".into()),
        (
            &["--output-low=2MiB"],
            "output_low \"2MiB\": more than output_high, which is 1MiB".into(),
        ),
        (
            &["--output-high=1KiB"],
            "output_high \"1KiB\": less than output_low, which is 256KiB".into(),
        ),
        (
            &["--conf_file=/nowhere/mux.toml"],
            "conf_file \"/nowhere/mux.toml\": cannot be read: No such file or directory (os error 2)"
                .into(),
        ),
        (&["--spool-size=x"], "invalid value 'x' for '--spool-size <SPOOL_SIZE>': invalid digit found in string".into()),
        (&["--greetings=x"], "unexpected argument '--greetings' found: did you mean '--greeting'?".into()),
        (
            &["--double-reverse-lookups", "--reverse-lookups=0"],
            "double_reverse_lookups \"true\": contradicts reverse_lookups, which is false".into(),
        ),
    ];
    for (given, what) in of_arguments {
        assert_eq!(arguments(given).mistake(), format!("chat: {what} (see --help)"), "{given:?}");
    }
    let of_files: [(&str, usize, String); 40] = [
        ("host = '*'\n\nport = 70000", 3, "port \"70000\": not in 0..=65535".into()),
        ("port = [1, 65536]", 1, "port \"65536\": not in 0..=65535".into()),
        ("port = []", 1, "port \"\": names nothing to listen on".into()),
        ("prot = 2000", 1, "prot \"2000\": no such key: did you mean proto?".into()),
        ("log_fiel = 'x'", 1, "log_fiel \"x\": no such key: did you mean log_file?".into()),
        ("greting = 'x'", 1, "greting \"x\": no such key: did you mean greeting?".into()),
        ("xyzzy = 1", 1, "xyzzy \"1\": no such key".into()),
        ("host = ['a', 'b']", 1, "host [\"a\", \"b\"]: takes one value".into()),
        ("backlog = 0", 1, "backlog \"0\": not in 1..=2147483647".into()),
        ("backlog = 1.5", 1, "backlog \"1.5\": not in 1..=2147483647".into()),
        ("nodelay = 2", 1, format!("nodelay \"2\": {FLAGS}")),
        ("keepalive = '1 minute'", 1, format!("keepalive \"1 minute\": {TIMES}")),
        ("keepalive = 0.1", 1, "keepalive \"0.1\": not at least 1s, or none".into()),
        ("idle_timeout = true", 1, format!("idle_timeout \"true\": {TIMES}")),
        ("idle_timeout = -1", 1, format!("idle_timeout \"-1\": {TIMES}")),
        ("idle_timeout = 1e9", 1, format!("idle_timeout \"1e9\": {TIMES}")),
        ("drain_timeout = 'none'", 1, format!("drain_timeout \"none\": {TIMES}")),
        (
            "check_for_dequeue = '40000d'",
            1,
            "check_for_dequeue \"40000d\": longer than 36500d".into(),
        ),
        ("first_message_timeout = 'x'", 1, format!("first_message_timeout \"x\": {TIMES}")),
        ("output_high = '1 MiB'", 1, format!("output_high \"1 MiB\": {SIZES}")),
        ("output_high = 0", 1, "output_high \"0\": not at least 1".into()),
        ("output_low = '1PB'", 1, format!("output_low \"1PB\": {SIZES}")),
        (
            "unix_mode = 'rw'",
            1,
            "unix_mode \"rw\": not permission bits in octal such as 0660".into(),
        ),
        (
            "unix_mode = '888'",
            1,
            "unix_mode \"888\": not permission bits in octal such as 0660".into(),
        ),
        ("log_format = 'xml'", 1, "log_format \"xml\": not one of text, json".into()),
        ("log_file = ''", 1, "log_file \"\": empty".into()),
        ("slow_reader = 'wait'", 1, "slow_reader \"wait\": not one of close, drop, pause".into()),
        ("max_connections = -1", 1, "max_connections \"-1\": not in 1..=4294967295".into()),
        (
            "max_connections_per_ip = 0",
            1,
            "max_connections_per_ip \"0\": not in 1..=4294967295".into(),
        ),
        ("accept_rate = 0", 1, "accept_rate \"0\": not in 1..=4294967295 or none".into()),
        (
            "cidr_allow = '10.0.0.0/33'",
            1,
            "cidr_allow \"10.0.0.0/33\": not a network such as 192.0.2.0/24 or 2001:db8::/32"
                .into(),
        ),
        ("allow = ['a', '']", 1, "allow \"\": empty".into()),
        ("log_level = 1\nlog-level = 2", 2, "log-level: set in line 1 already".into()),
        ("conf_file = 'x'", 1, "conf_file \"x\": can be given on the command line alone".into()),
        ("[limits]\nidle_timeout = 1", 1, "limits: a table; all keys stand at the top".into()),
        ("max_line = 15", 1, "max_line \"15\": not at least 16".into()),
        (
            "max_line = '9KiB'",
            1,
            "max_line \"9KiB\": more than the program takes, which is 8KiB".into(),
        ),
        (
            "max_frame = '1MiB'",
            1,
            "max_frame \"1MiB\": more than the program takes, which is 64KiB".into(),
        ),
        ("spool_size = 'x'", 1, "spool_size \"x\": invalid digit found in string".into()),
        ("verbose = 3", 1, "verbose \"3\": value was not a boolean".into()),
    ];
    for (given, line, what) in of_files {
        let expected = format!("chat: {what} (in mux.toml, line {line})");
        assert_eq!(file(given).mistake(), expected, "{given:?}");
    }
    for (given, what) in [
        (&[("port", "70000")][..], "port \"70000\": not in 0..=65535"),
        (&[("prot", "1")], "prot \"1\": no such key: did you mean proto?"),
        (&[("setsid", "si")], "setsid \"si\": not one of true, false, yes, no, on, off, 1, 0"),
        (
            &[("greeting", "a"), ("spool-size", "b")],
            "spool_size \"b\": invalid digit found in string",
        ),
        (&[("check_config", "1")], "check_config \"1\": can be given on the command line alone"),
    ] {
        let expected = format!("chat: {what} (set by the program)");
        assert_eq!(program(given).mistake(), expected, "{given:?}");
    }
}

#[test]
fn keys_of_two_sources_that_contradict_each_other_name_both_places() {
    let given = Given {
        arguments: &["--output-low=2MiB"],
        file: Some("# small\noutput_high = '512KiB'"),
        program: &[],
        ..Given::default()
    };
    assert_eq!(
        given.mistake(),
        "chat: output_low \"2MiB\": more than output_high, which is 512KiB \
         (see --help; in mux.toml, line 2)"
    );
    assert_eq!(
        file("max_connections = 5\nmax_connections_per_ip = 6").mistake(),
        "chat: max_connections_per_ip \"6\": more than max_connections, which is 5 \
         (in mux.toml, line 2; in mux.toml, line 1)"
    );
}

#[test]
fn a_file_that_is_no_toml_is_told_with_its_line() {
    let told = file("port = 1\nhost = \n").mistake();
    assert!(
        told.starts_with("chat: not TOML: ") && told.ends_with(" (in mux.toml, line 2)"),
        "{told}"
    );
    assert_eq!(told.lines().count(), 1);
    let told = file("port 2000\n").mistake();
    assert!(
        told.starts_with("chat: not TOML: ") && told.ends_with(" (in mux.toml, line 1)"),
        "{told}"
    );
    let told = file("port = 1\nport = 2\n").mistake();
    assert!(told.ends_with(" (in mux.toml, line 2)"), "{told}");
}

#[test]
fn a_bad_value_is_told_though_another_source_sets_the_key() {
    let given = Given {
        arguments: &["--port=1"],
        file: Some("port = 70000"),
        program: &[],
        ..Given::default()
    };
    assert_eq!(given.mistake(), "chat: port \"70000\": not in 0..=65535 (in mux.toml, line 1)");
}

#[test]
fn the_program_s_options_are_set_like_the_server_s_keys() {
    let theirs = |given: &Given<'_>| given.read::<Theirs>().unwrap().options;
    assert_eq!(theirs(&arguments(&[])).greeting, "hello");
    let options =
        theirs(&file("greeting = 'hi'\nspool_size = 7\nverbose = true\nwords = ['a', 'b']"));
    assert_eq!((options.greeting.as_str(), options.spool_size), ("hi", Some(7)));
    assert!(options.verbose);
    assert_eq!(options.words, ["a", "b"]);
    let all = Given {
        arguments: &["--greeting=1"],
        program: &[("greeting", "2"), ("spool_size", "2")],
        file: Some("greeting = '3'\nspool_size = 3\nverbose = true"),
        ..Given::default()
    };
    let options = theirs(&all);
    assert_eq!((options.greeting.as_str(), options.spool_size), ("1", Some(2)));
    assert!(options.verbose);
    assert_eq!(theirs(&arguments(&["--spool_size=4"])).spool_size, Some(4));
    let off = Given {
        arguments: &["--verbose=0"],
        file: Some("verbose = true"),
        program: &[],
        ..Given::default()
    };
    assert!(!theirs(&off).verbose);
}

#[test]
fn an_option_that_must_be_given_may_be_given_anywhere() {
    let needy = |given: &Given<'_>| given.read::<Needy>().map(|read| read.options.spool);
    assert_eq!(needy(&arguments(&["--spool=/a"])), Ok("/a".into()));
    assert_eq!(needy(&file("spool = '/b'")), Ok("/b".into()));
    assert_eq!(needy(&program(&[("spool", "/c")])), Ok("/c".into()));
    let told = needy(&arguments(&[])).unwrap_err();
    assert_eq!(
        told,
        "chat: the following required arguments were not provided: --spool <SPOOL> (see --help)"
    );
}

#[test]
fn options_that_depend_on_each_other_may_come_from_different_places() {
    let read = |given: &Given<'_>| given.read::<Entangled>().map(|read| read.options);
    let options = read(&file("cert = 'a'\nkey = 'b'\ndetail = 3")).unwrap();
    assert_eq!((options.cert.as_deref(), options.key.as_deref()), (Some("a"), Some("b")));
    assert_eq!(options.detail, 3);
    let program = &[("cert", "a")];
    let split = Given { program, file: Some("key = 'b'"), ..Given::default() };
    assert!(read(&split).is_ok());
    let told = read(&file("cert = 'a'")).map(|_| ()).unwrap_err();
    assert!(told.starts_with("chat: the following required arguments") && told.contains("--key"));
    let told = read(&file("key = 'a'\nplain = true")).map(|_| ()).unwrap_err();
    assert!(told.contains("cannot be used with"), "{told}");
    let told = read(&file("detail = 'much'")).map(|_| ()).unwrap_err();
    assert!(told.starts_with("chat: detail \"much\": "), "{told}");
    assert!(told.ends_with(" (in mux.toml, line 1)"), "{told}");
    assert!(read(&arguments(&[])).is_err(), "one of the group is required");
}

#[test]
fn an_option_with_the_name_of_a_key_is_a_mistake_of_the_program() {
    let told = arguments(&[]).read::<Greedy>().map(|read| read.options.log_file).unwrap_err();
    assert_eq!(told, "chat: log_file: an option of the program has the name of a server's key");
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
fn help_lists_everything() {
    let text = program(&[("port", "6379")]).read::<Theirs>().unwrap().program;
    assert_eq!(text, "chat");
    let given = Given {
        arguments: &["--help"],
        program: &[("port", "6379")],
        file: None,
        ..Given::default()
    };
    let text = given.mistake();
    for key in keys::all() {
        assert!(text.contains(&format!("--{}", key.name.replace('_', "-"))), "{}", key.name);
    }
    for other in [
        "--conf-file",
        "--check-config",
        "--describe",
        "--help",
        "--greeting",
        "What each guest is told first",
        "[default: 6379]",
        "[default: 1MiB]",
        "Limits:",
        "Options of the program:",
    ] {
        assert!(text.contains(other), "{other} in {text}");
    }
    assert!(!text.contains("The options of a program"), "{text}");
}

#[test]
fn the_guide_s_table_has_every_key_with_its_default() {
    let guide = include_str!("../../guide/configuration.rs");
    for key in keys::all() {
        let start = format!("//! | `{}` | ", key.name);
        let row = guide.lines().find(|line| line.starts_with(&start));
        let row = row.unwrap_or_else(|| panic!("no row for {}", key.name));
        let default = row.replace("\\|", "").split(" |").nth(3).unwrap().trim().to_owned();
        assert_eq!(default, show(&Settings::default(), key.name), "{}", key.name);
    }
}

#[test]
fn check_config_prints_each_value_and_where_it_comes_from() {
    let given = Given {
        arguments: &["--check-config", "--port=1", "--port=2", "--verbose"],
        program: &[("idle_timeout", "90s")],
        file: Some("\nlog_file = 'a \"b\".log'\ngreeting = 'hi'"),
        ..Given::default()
    };
    let Task::Say(text) = given.read::<Theirs>().unwrap().task else { panic!("nothing said") };
    let said = text.lines().map(|line| {
        let (value, origin) = line.split_once("  # ").unwrap();
        (value.trim_end(), origin)
    });
    let said = said.collect::<Vec<_>>();
    assert_eq!(said.len(), keys::all().count() + 4);
    for expected in [
        ("port = [1, 2]", "argument"),
        ("idle_timeout = \"1m30s\"", "program"),
        ("log_file = \"a \\\"b\\\".log\"", "mux.toml, line 2"),
        ("host = \"127.0.0.1\"", "default"),
        ("setsid = false", "default"),
        ("greeting = \"hi\"", "mux.toml, line 3"),
        ("verbose = true", "argument"),
        ("words = []", "default"),
    ] {
        assert!(said.contains(&expected), "{expected:?} in {text}");
    }
    // What it prints is a configuration file.
    let server = text.lines().filter(|line| !line.starts_with("spool_size")).collect::<Vec<_>>();
    let again = file(&server.join("\n")).read::<Theirs>().unwrap();
    assert_eq!(show(&again.settings, "idle_timeout"), "1m30s");
    assert_eq!(again.options.greeting, "hi");
}

#[test]
fn check_config_tells_a_mistake_instead() {
    assert_eq!(
        arguments(&["--check-config", "--port=x"]).mistake(),
        "chat: port \"x\": not in 0..=65535 (see --help)"
    );
}
