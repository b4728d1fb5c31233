//! The chat as a process: what a shell, a service manager and a log reader see.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

mod common;

use std::{
    net::{TcpListener, TcpStream},
    process::{Command, Output, Stdio},
};

use common::{Client, Program, chat_program, loopbacks, wait_until};
use rustix::process::Signal;

/// A client that has heard its welcome.
fn guest(program_address: std::net::SocketAddr) -> Client {
    let mut client = Client::connect(program_address);
    while !client.hears_line().starts_with("Welcome") {}
    client
}

/// Runs the program to its end, which must come by itself.
fn run(arguments: &[&str]) -> Output {
    Command::new(chat_program()).args(arguments).stdin(Stdio::null()).output().unwrap()
}

#[test]
fn it_says_in_one_line_where_it_listens() {
    for address in loopbacks() {
        let host = address.ip().to_string();
        let mut program = Program::start(&["--port=0", "--log-level=1", "--host", &host]);
        let bound = program.address();
        assert_eq!(bound.ip(), address.ip());
        assert_ne!(bound.port(), 0);
        guest(bound);
        program.is_told(Signal::TERM);
        assert_eq!(program.ends().code(), Some(0));
        assert_eq!(program.lines_left(), [""; 0]);
    }
}

#[test]
fn term_and_int_end_it_cleanly_with_guests_inside() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut program = Program::start(&["--port=0", "--log-level=1"]);
        let address = program.address();
        let mut guests = [(); 3].map(|()| guest(address));
        guests[2].sends("/me is here\r\n");
        guests[2].hears("* 3 is here\r\n");
        program.is_told(signal);
        for (at, guest) in guests.iter_mut().enumerate() {
            let heard = String::from_utf8(guest.hears_to_the_end()).unwrap();
            let arrivals = (at + 2..=3).map(|id| format!("JOIN: (#{id}) from 127.0.0.1\r\n"));
            let act = if at == 2 { "" } else { "* 3 is here\r\n" };
            assert_eq!(heard, arrivals.collect::<String>() + act);
        }
        drop(guests);
        assert_eq!(program.ends().code(), Some(0), "{signal:?}");
        assert_eq!(program.lines_left(), [""; 0], "{signal:?}");
        assert!(TcpStream::connect(address).is_err(), "nobody listens any more");
    }
}

#[test]
fn a_second_signal_does_not_wait_for_guests_that_stay() {
    let mut program = Program::start(&["--port", "0"]);
    let guest = guest(program.address());
    program.is_told(Signal::TERM);
    program.is_told(Signal::INT);
    assert_eq!(program.ends().code(), Some(0));
    drop(guest);
}

#[test]
fn a_mistake_is_one_line_that_names_it_and_status_2() {
    for (arguments, line) in [
        (&["--port", "70000"][..], r#"chat: port "70000": not in 0..=65535 (see --help)"#),
        (&["--port", "abc"], r#"chat: port "abc": no port number (see --help)"#),
        (&["--port=-1"], r#"chat: port "-1": not in 0..=65535 (see --help)"#),
        (&["--port", ""], r#"chat: port "": no port number (see --help)"#),
        (
            &["--prt", "1"],
            "chat: unexpected argument '--prt' found: did you mean '--port'? (see --help)",
        ),
        (&["--frobnicate"], "chat: unexpected argument '--frobnicate' found (see --help)"),
        (&["stray"], "chat: unexpected argument 'stray' found (see --help)"),
        (
            &["--admin=70000", "--check-config"],
            r#"chat: port "70000": not in 0..=65535 (where Admin is served)"#,
        ),
        (
            &["--check-config", "--user=nobody-of-this-name"],
            r#"chat: user "nobody-of-this-name": there is no such user (see --help)"#,
        ),
        (
            &["--check-config", "--admin=/nowhere/admin.sock|unix"],
            r#"chat: port "/nowhere/admin.sock|unix": its folder "/nowhere": No such file or directory (os error 2) (where Admin is served)"#,
        ),
        (
            &["--log-level", "loud"],
            r#"chat: log_level "loud": not one of 0 to 4, error, warn, info, debug, trace (see --help)"#,
        ),
    ] {
        let output = run(arguments);
        assert_eq!(String::from_utf8(output.stderr).unwrap(), format!("{line}\n"));
        assert_eq!(output.stdout, b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn what_cannot_be_served_is_one_line_that_names_it_and_status_1() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = taken.local_addr().unwrap();
    for (arguments, start) in [
        (
            vec!["--port".into(), address.port().to_string()],
            format!("chat: cannot listen on {address}: "),
        ),
        // TEST-NET-1 (RFC 5737) is no address of this machine.
        (
            vec!["--host=192.0.2.1".into(), "--port=0".into()],
            "chat: cannot listen on 192.0.2.1:0: ".into(),
        ),
    ] {
        let output = run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.starts_with(&start) && text.lines().count() == 1, "{text:?}");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    }
}

#[test]
fn a_file_configures_it_and_is_checked_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.toml");
    let log = folder.path().join("chat.log");
    std::fs::write(&path, format!("log_file = {log:?}\nport = 0\nidle_timout = 1\n")).unwrap();
    let name = path.to_str().unwrap();
    let output = run(&["--conf_file", name]);
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        format!(
            "chat: idle_timout \"1\": no such key: did you mean idle_timeout? (in {name}, line 3)\n"
        )
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(!log.exists(), "nothing is written");

    std::fs::write(&path, "host = '*'\nport = 0\n").unwrap();
    let output = run(&["--conf_file", name, "--check-config"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains(&format!("# {name}, line 1\n")), "{said}");
    assert_eq!((output.stderr.as_slice(), output.status.code()), (&b""[..], Some(0)));

    let mut program = Program::start(&["--conf_file", name, "--host=127.0.0.1"]);
    guest(program.address());
    program.is_told(Signal::TERM);
    assert_eq!(program.ends().code(), Some(0));
}

#[test]
fn help_lists_every_argument() {
    let output = run(&["--help"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for argument in ["--port", "--host", "--log-level", "--conf-file", "--help"] {
        assert!(text.contains(argument), "{argument} in {text}");
    }
    assert_eq!(output.stderr, b"");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_log_has_a_line_for_each_arrival_input_and_departure() {
    let mut program = Program::start(&["--port", "0", "--log-level", "4"]);
    let address = program.address();
    let mut guest = guest(address);
    let own = guest.stream.local_addr().unwrap().to_string();
    program.line_with(&["DEBUG", "accepted", &own]);
    guest.sends("hello\r\n");
    program.line_with(&["TRACE", "input", "bytes=7"]);
    guest.finishes();
    guest.hears_to_the_end();
    program.line_with(&[
        " INFO mux_runtime::access: closed protocol=Guest id=0.1",
        &format!(" peer={own} listener={address} bytes_in=7 bytes_out="),
        " messages=1 ms=",
        r#" reason="finished by the peer""#,
    ]);
    program.is_told(Signal::TERM);
    assert_eq!(program.ends().code(), Some(0));
}

#[test]
fn a_log_that_is_no_terminal_has_no_colours() {
    let mut program = Program::start(&["--port", "0", "--log-level", "debug"]);
    drop(guest(program.address()));
    let closed = program.line_with(&["closed"]);
    assert!(!closed.contains('\x1b'), "{closed:?}");
    program.is_told(Signal::TERM);
    program.ends();
}

#[test]
fn without_being_asked_it_logs_each_departure_and_its_own_end_and_nothing_that_is_said() {
    let mut program = Program::start(&["--port", "0"]);
    let mut guest = guest(program.address());
    guest.sends("hello\r\n/quit\r\n");
    guest.hears_to_the_end();
    program.is_told(Signal::TERM);
    program.ends();
    let lines = program.lines_left();
    let parts = ["bytes_in=14", ": ending, told by TERM pid=", ": ended pid="];
    assert!(lines.len() == 3, "{lines:?}");
    assert!(lines.iter().zip(parts).all(|(line, part)| line.contains(part)), "{lines:?}");
}

#[test]
fn a_reader_of_the_log_that_goes_away_takes_nobody_with_it() {
    let mut program = Program::start(&["--port", "0", "--log-level", "trace"]);
    let address = program.address();
    program.is_not_listened_to();
    drop(guest(address));
    wait_until("the pipe is closed", || program.has_nobody_to_tell());
    for _ in 0..3 {
        let mut guest = guest(address);
        guest.sends("/quit\r\n");
        guest.hears_to_the_end();
    }
    program.is_told(Signal::TERM);
    assert_eq!(program.ends().code(), Some(0));
}

#[test]
fn the_status_is_the_same_when_nobody_reads_what_is_said() {
    for (arguments, status) in
        [(&["--port", "abc"][..], 2), (&["--host=192.0.2.1"], 1), (&["--help"], 0)]
    {
        let (unread, closed) = std::io::pipe().unwrap();
        drop(unread);
        let ended = Command::new(chat_program())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(closed.try_clone().unwrap())
            .stderr(closed)
            .status();
        assert_eq!(ended.unwrap().code(), Some(status), "{arguments:?}");
    }
}
