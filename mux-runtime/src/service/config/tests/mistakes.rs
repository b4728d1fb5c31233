//! What is wrong is told in one line.

use std::time::Duration;

use super::*;

#[test]
fn a_mistake_is_one_line_that_names_it() {
    const LEVELS: &str = "not one of 0 to 4, error, warn, info, debug, trace";
    const FLAGS: &str = "not one of true, false, yes, no, on, off, 1, 0";
    const TIMES: &str = "not a time such as 90s, 2m or 1h30m";
    const SIZES: &str = "not a size such as 4096, 64KiB or 1MB";
    let of_arguments: [(&[&str], String); 32] = [
        (&["--port", "70000"], "port \"70000\": not in 0..=65535".into()),
        (&["--port", "abc"], "port \"abc\": no port number".into()),
        (&["--port=-1"], "port \"-1\": not in 0..=65535".into()),
        (&["--port", "-1"], "port \"-1\": not in 0..=65535".into()),
        (&["--port=host:70000"], "port \"host:70000\": not in 0..=65535".into()),
        (&["--port=7/udp"], "port \"7/udp\": \"udp\" is not one of tcp, unix".into()),
        (&["--port=7/IPv5"], "port \"7/IPv5\": \"IPv5\" is not IPv4, IPv6 or IPv*".into()),
        (
            &["--port=/run/chat.sock"],
            "port \"/run/chat.sock\": a unix socket is written \"/run/chat.sock|unix\"".into(),
        ),
        (&["--port="], "port \"\": no port number".into()),
        (&["--port"], "a value is required for '--port <PORT>' but none was supplied".into()),
        (&["--port", "7", "--port", "7"], "port \"7\": given twice".into()),
        (&["--prot", "1"], "unexpected argument '--prot' found: did you mean '--proto'?".into()),
        (&["--frobnicate"], "unexpected argument '--frobnicate' found".into()),
        (&["stray"], "unexpected argument 'stray' found".into()),
        (&["--setsid", "stray"], format!("setsid \"stray\": {FLAGS}")),
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
        (&["--verbose=maybe"], format!("invalid value 'maybe' for '--verbose [<BOOL>]': {FLAGS}")),
        (
            &["--spool-size=x"],
            "invalid value 'x' for '--spool-size <SPOOL_SIZE>': invalid digit found in string"
                .into(),
        ),
        (
            &["--greetings=x"],
            "unexpected argument '--greetings' found: did you mean '--greeting'?".into(),
        ),
        (
            &["--double-reverse-lookups", "--reverse-lookups=0"],
            "double_reverse_lookups \"true\": contradicts reverse_lookups, which is false".into(),
        ),
        (
            &["--slow-handler=50ms", "--measure=no"],
            "slow_handler \"50ms\": contradicts measure, which is false".into(),
        ),
    ];
    for (given, what) in of_arguments {
        assert_eq!(arguments(given).mistake(), format!("chat: {what} (see --help)"), "{given:?}");
    }
    let of_files: [(&str, usize, String); 44] = [
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
        ("backlog = 1\nlisten = 2", 2, "listen: set in line 1 already".into()),
        ("lookup_timeout = 0", 1, "lookup_timeout \"0\": not at least 1ms".into()),
        ("slow_handler = 'x'", 1, format!("slow_handler \"x\": {TIMES}")),
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
        ("greeting = ['a', 'b']", 1, "greeting [\"a\", \"b\"]: takes one value".into()),
        ("verbose = 3", 1, format!("verbose \"3\": {FLAGS}")),
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
fn a_mistake_in_a_list_names_the_line_of_the_element() {
    for (given, line, what) in [
        ("port = [\n  2000,\n  70000,\n]", 3, "port \"70000\": not in 0..=65535"),
        ("port = [\n  2000,\n  2001,\n  2000,\n]", 4, "port \"2000\": given twice"),
        ("deny = [\n  'a',\n\n  '(',\n]", 4, "deny \"(\": unclosed group"),
        (
            "port = [\n  2000,\n  '/run/x',\n]",
            3,
            "port \"/run/x\": a unix socket is written \"/run/x|unix\"",
        ),
    ] {
        let expected = format!("chat: {what} (in mux.toml, line {line})");
        assert_eq!(file(given).mistake(), expected, "{given:?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_told_with_who_named_it_unless_that_was_the_command_line() {
    let what =
        "conf_file \"/nowhere/mux.toml\": cannot be read: No such file or directory (os error 2)";
    let told = arguments(&["--conf_file=/nowhere/mux.toml"]).mistake();
    assert_eq!(told, format!("chat: {what}"));
    let told = program(&[("conf_file", "/nowhere/mux.toml")]).mistake();
    assert_eq!(told, format!("chat: {what} (set by the program)"));
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
fn what_the_program_s_hook_has_set_is_checked_like_anything_else() {
    let with = |change: fn(&mut Settings)| {
        let mut base = Settings::default();
        change(&mut base);
        Given { base, ..Given::default() }.mistake()
    };
    for (change, what) in [
        (
            (|base| base.log_level = 9) as fn(&mut Settings),
            "log_level \"9\": not one of 0 to 4, error, warn, info, debug, trace",
        ),
        (|base| base.limits.connections = 0, "max_connections \"0\": not in 1..=4294967295"),
        (
            |base| base.keepalive = Some(Duration::from_millis(1)),
            "keepalive \"1ms\": not at least 1s, or none",
        ),
        (
            |base| base.drain_timeout = Duration::MAX,
            "drain_timeout \"213503982334601d7h15s999.999999ms\": longer than 36500d",
        ),
        (|base| base.host.clear(), "host \"\": empty"),
        (|base| base.allow.push("(".into()), "allow \"(\": unclosed group"),
        (
            |base| base.limits.output_low = 2 << 20,
            "output_low \"2MiB\": more than output_high, which is 1MiB",
        ),
    ] {
        assert_eq!(with(change), format!("chat: {what} (set by the configure hook)"));
    }
}

#[test]
fn a_mistake_is_one_line_whatever_is_in_it() {
    assert_eq!(
        file("\"a\\n\\u001b[31m\" = 1").mistake(),
        "chat: a\\n\\u{1b}[31m \"1\": no such key (in mux.toml, line 1)"
    );
    assert_eq!(
        file("\"\\u001b\" = {}").mistake(),
        "chat: \\u{1b}: a table; all keys stand at the top (in mux.toml, line 1)"
    );
    let told = arguments(&["--\u{1b}[31m\u{7}x"]).mistake();
    assert_eq!(told, "chat: unexpected argument '--x' found (see --help)");
}

#[test]
fn one_file_is_not_two_things_however_it_is_written() {
    let same = arguments(&["--pid_file=chat.log", "--log_file=./chat.log"]).mistake();
    assert_eq!(same, "chat: pid_file \"chat.log\": the same file as log_file (see --help)");
}

#[test]
fn a_network_in_the_notation_of_the_other_version_is_one() {
    assert_eq!(
        file("cidr_deny = '::ffff:10.0.0.0/95'").mistake(),
        "chat: cidr_deny \"::ffff:10.0.0.0/95\": not a network such as 192.0.2.0/24 or \
         2001:db8::/32 (in mux.toml, line 1)"
    );
}

#[cfg(feature = "prometheus")]
#[test]
fn the_place_of_prometheus_is_checked_like_a_port() {
    for (given, what) in [
        ("prometheus = '9100/udp'", "prometheus \"9100/udp\": \"udp\" is not one of tcp, unix"),
        ("prometheus = 70000", "prometheus \"70000\": not in 0..=65535"),
        ("prometheus = [1, 2]", "prometheus [\"1\", \"2\"]: takes one value"),
    ] {
        assert_eq!(file(given).mistake(), format!("chat: {what} (in mux.toml, line 1)"));
    }
    let both = Given { arguments: &["--port=7"], file: Some("prometheus = 7"), ..Given::default() };
    assert_eq!(
        both.mistake(),
        "chat: prometheus \"7\": the same as port (in mux.toml, line 1; see --help)"
    );
}
