//! The log of a server as a process: who gets it, and what peers can do to it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails loudly")]

mod common;

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use common::{
    Client, Program,
    daemon::{Daemon, UnixClient, is_alive, tell, witness},
    program_of, wait_until,
};
use rustix::process::Signal;

fn diary() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| program_of("mux-tests", "diary"))
}

fn say(address: SocketAddr, line: &[u8]) {
    let mut guest = Client::connect(address);
    guest.sends(line);
    guest.hears_line();
    guest.finishes();
    guest.hears_the_end();
}

/// What ends a line, moves a terminal, turns the direction of writing, and is no text.
const HOSTILE: &[u8] = b"a\x1b]0;owned\x07\x9b31m \xe2\x80\xae \"q\" \\ b\n";

#[test]
fn the_hook_gets_the_lines_and_nobody_else() {
    let daemon = Daemon::of(diary()).with_variable("DIARY", "diary").with("--log_level=3");
    let mut program = Program::from_command(daemon.command());
    let address = program.address();
    say(address, HOSTILE);
    program.is_told(Signal::USR2);
    let read = || fs::read_to_string(daemon.path("diary")).unwrap_or_default();
    wait_until("the state is logged", || read().contains("state"));
    program.is_told(Signal::TERM);
    assert_eq!(program.ends().code(), Some(0));
    assert_eq!(program.lines_left(), [""; 0], "standard error has none of it");
    let diary = read();
    let level_of = |part: &str| {
        let line = diary.lines().find(|line| line.contains(part)).expect(part);
        line.split(' ').next().unwrap().to_owned()
    };
    assert_eq!(level_of(": accepted "), "3");
    assert_eq!(level_of(": heard a"), "1");
    assert_eq!(level_of(": closed "), "2");
    assert!(diary.lines().all(|line| line.starts_with(|level| ('0'..='3').contains(&level))));
    let hostile = |letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}';
    assert!(!diary.contains(hostile), "{diary:?}");
    let heard = diary.lines().find(|line| line.contains("heard")).unwrap();
    assert!(heard.contains(r"a\u{1b}]0;owned\u{7}"), "{heard}");
    assert!(heard.contains(" connection{protocol=Guest id=0.1 "), "{heard}");
}

#[test]
fn the_hook_gets_panics_but_its_own() {
    let daemon = Daemon::of(diary()).with_variable("DIARY", "diary");
    let mut program = Program::from_command(daemon.command());
    let address = program.address();
    // Of the second one the hook is told while that panics, and panics itself.
    for why in ["told to", "heard poison"] {
        let mut guest = Client::connect(address);
        guest.sends(format!("panic {why}\n"));
        guest.hears_the_end();
    }
    say(address, b"poison\n");
    say(address, b"well\n");
    program.is_told(Signal::TERM);
    assert_eq!(program.ends().code(), Some(0));
    let diary = fs::read_to_string(daemon.path("diary")).unwrap();
    let count = |part: &str| diary.lines().filter(|line| line.contains(part)).count();
    assert_eq!(count("panicked: told to"), 1, "{diary}");
    assert_eq!(count("a mistake of its own"), 0, "{diary}");
    assert_eq!(count(": a handler panicked"), 2, "{diary}");
    assert_eq!(count("heard well"), 1, "{diary}");
}

#[test]
fn what_peers_send_is_one_harmless_line_as_text_and_as_json() {
    for format in ["text", "json"] {
        let daemon = Daemon::of(diary()).with("--log_file=log").with("--log_level=1");
        let daemon = daemon.with(format!("--log_format={format}"));
        let mut program = Program::from_command(daemon.command());
        say(program.address(), HOSTILE);
        program.is_told(Signal::TERM);
        assert_eq!(program.ends().code(), Some(0));
        let text = fs::read_to_string(daemon.path("log")).unwrap();
        let lines = text.lines().filter(|line| line.contains("heard")).collect::<Vec<_>>();
        assert_eq!(lines.len(), 1, "{text}");
        let line = lines[0];
        assert!(!line.contains(|letter: char| letter.is_control() || letter == '\u{202e}'));
        let said = match format {
            "text" => r#" said="a\u{1b}]0;owned\u{7}�31m \u{202e} \"q\" \\ b""#,
            _ => r#""fields":{"said":"a\u001b]0;owned\u0007�31m \u202e \"q\" \\ b"}"#,
        };
        assert!(line.contains(said), "{line}");
    }
}

#[test]
fn a_handler_that_is_slower_than_the_setting_allows_is_named() {
    let daemon = Daemon::of(diary()).with("--slow_handler=20ms");
    let mut program = Program::from_command(daemon.command());
    let address = program.address();
    say(address, b"hold 0\n");
    say(address, b"hold 30\n");
    let line = program.line_with(&["WARN", "held up the loop", "handler=hold"]);
    assert!(line.contains("connection=0.2"), "the fast one is not: {line}");
    program.is_told(Signal::TERM);
    program.ends();
}

#[test]
fn the_server_s_own_steps_are_in_its_log() {
    for (signal, by) in
        [(Signal::TERM, "TERM"), (Signal::INT, "INT"), (Signal::QUIT, "QUIT"), (Signal::HUP, "HUP")]
    {
        let mut daemon = Daemon::of(witness()).with("--setsid=1").with("--log_file=log");
        let address = daemon.starts_at();
        let pid = daemon.pid();
        let mut guest = Client::connect(address);
        guest.sends("hello\r\n");
        guest.hears("hello\r\n");
        tell(pid, signal);
        if signal == Signal::HUP {
            wait_until("another process serves", || daemon.pid() != pid);
        } else {
            guest.hears_the_end();
        }
        drop(guest);
        wait_until("the process ends", || !is_alive(pid));
        let text = fs::read_to_string(daemon.path("log")).unwrap();
        let program = witness().display();
        for step in [
            format!("listening on {address} pid={pid} program={program}"),
            format!("ending, told by {by} pid={pid} sessions=1"),
            format!("ended pid={pid}"),
        ] {
            let step = format!(" INFO mux_runtime::service::process: {step}");
            assert_eq!(text.lines().filter(|line| line.ends_with(&step)).count(), 1, "{text}");
        }
        if signal == Signal::HUP {
            let new = daemon.pid();
            wait_until("the new one says so", || {
                let text = fs::read_to_string(daemon.path("log")).unwrap();
                text.contains(&format!("listening on {address} pid={new} "))
            });
            daemon.ends();
        }
    }
}

#[test]
fn a_server_that_an_administrator_ends_says_so() {
    let daemon = Daemon::of(witness()).with_variable("ADMIN", "admin.sock|unix");
    let mut program = Program::from_command(daemon.command());
    program.line_with(&["listening on"]);
    let mut admin = UnixClient::connect(&daemon.path("admin.sock"));
    admin.sends("drain\r\n");
    admin.hears_line();
    admin.sends("quit\r\n");
    let said = program.line_with(&["ending, told by the program", "sessions=1"]);
    assert!(said.contains(" INFO "), "{said}");
    drop(admin);
    assert_eq!(program.ends().code(), Some(0));
    // Where it listens was said on standard error, and is not said there once more.
    let rest = program.lines_left();
    assert!(rest.iter().all(|line| !line.contains("listening")), "{rest:?}");
}

#[test]
fn what_keeps_it_from_starting_is_in_its_log_too() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = taken.local_addr().unwrap();
    let why = format!("cannot listen on {address}: Address already in use (os error 98)");
    for background in ["--background=0", "--background=1"] {
        let daemon = Daemon::of(witness()).with(background).with("--log_file=log");
        let daemon = daemon.with(format!("--port={address}"));
        let output = daemon.run();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), format!("daemon: {why}\n"));
        let text = fs::read_to_string(daemon.path("log")).unwrap();
        let lines = text.lines().filter(|line| line.contains(&why)).collect::<Vec<_>>();
        assert!(lines.len() == 1 && lines[0].contains("ERROR"), "{text}");
        assert!(lines[0].contains(": ended: cannot listen on "), "{text}");
    }
}

#[test]
fn a_log_that_cannot_be_opened_anew_goes_on_where_it_is() {
    let daemon = Daemon::of(diary()).with("--log_file=logs/log").with("--log_level=2");
    let folder = daemon.path("logs");
    fs::create_dir(&folder).unwrap();
    let mut program = Program::from_command(daemon.command());
    let address = program.address();
    // A folder stands where the file was: not even root can write to it.
    fs::rename(folder.join("log"), daemon.path("old")).unwrap();
    fs::create_dir(folder.join("log")).unwrap();
    tell(program.id(), Signal::USR1);
    let read = |path: PathBuf| fs::read_to_string(path).unwrap_or_default();
    let old = || read(daemon.path("old"));
    wait_until("it is told", || old().contains("cannot open log_file \"logs/log\" anew: Is a dir"));
    say(address, b"still here\n");
    wait_until("it is logged", || old().contains("heard still here"));
    fs::remove_dir(folder.join("log")).unwrap();
    tell(program.id(), Signal::USR1);
    wait_until("it is opened anew", || folder.join("log").exists());
    say(address, b"here again\n");
    wait_until("it is logged", || read(folder.join("log")).contains("heard here again"));
    assert!(!old().contains("here again"));
    let mode = fs::metadata(folder.join("log")).unwrap().permissions().mode();
    assert_eq!(mode & 0o137, 0, "others may not read it: {mode:o}");
    program.is_told(Signal::TERM);
    assert_eq!(program.ends().code(), Some(0));
}
