//! What a server knows, across a restart: the old process saves it, the new one loads it, and nothing
//! happens in between.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails loudly")]

mod common;

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader, ErrorKind, Write},
    net::{SocketAddr, TcpStream},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use common::{
    Client, PATIENCE, Program, chat_program,
    daemon::{Daemon, ask, is_alive, is_served_by, tell, witness},
    program_of, wait_until,
};
use rustix::process::Signal;

const RESTARTS: usize = 8;
const CLIENTS: usize = 10;

/// Takes numbers until it is told not to, on a new connection when the old one is closed.
fn take_numbers(address: SocketAddr, over: &AtomicBool, taken: &Mutex<Vec<u64>>) {
    while !over.load(Ordering::Relaxed) {
        let stream = TcpStream::connect(address).expect("nobody is refused");
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut lines = BufReader::new(stream);
        while !over.load(Ordering::Relaxed) {
            lines.get_mut().write_all(b"next\r\n").expect("nobody is cut off");
            let mut line = String::new();
            match lines.read_line(&mut line).expect("an answer, or the end") {
                0 => break,
                _ => taken.lock().unwrap().push(line.trim_end().parse().unwrap()),
            }
        }
    }
}

#[test]
fn state_in_a_file_survives_restarts_under_load() {
    let program = program_of("mux-tests", "tickets");
    let mut daemon = Daemon::of(&program).with("--setsid=1");
    let address = daemon.starts_at();
    let (over, taken) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    let mut pids = vec![daemon.pid()];
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| take_numbers(address, &over, &taken));
        }
        for _ in 0..RESTARTS {
            let seen = taken.lock().unwrap().len();
            wait_until("numbers are taken", || taken.lock().unwrap().len() > seen + 100);
            pids.push(daemon.restarts());
        }
        over.store(true, Ordering::Relaxed);
    });
    wait_until("the former processes end", || pids[..RESTARTS].iter().all(|pid| !is_alive(*pid)));
    daemon.ends();
    let taken = taken.into_inner().unwrap();
    let each = taken.iter().copied().collect::<BTreeSet<_>>();
    assert_eq!(each.len(), taken.len(), "a number was handed out twice");
    let last = fs::read_to_string(daemon.path("tickets")).unwrap();
    assert_eq!(each.last().map(u64::to_string), Some(last), "a number is lost");
    assert_eq!(each.len() as u64, *each.last().unwrap(), "a number was left out");
}

#[test]
fn the_guide_shows_the_server_as_it_is() {
    let guide = include_str!("../../mux-runtime/src/guide/process.rs");
    let guide = guide.lines().map(|line| line.trim_start_matches("//!").trim_start_matches(' '));
    let guide = guide.collect::<String>();
    let (_, example) = include_str!("../examples/tickets.rs").split_once("\n\n").unwrap();
    let example = example.lines().map(str::trim_start).collect::<String>();
    assert!(guide.contains(&example));
}

/// A server that waits in `pre_loop` of a restart, with a client who was there before and has sent
/// a line since; and its process.
struct Held {
    daemon: Daemon,
    program: Program,
    address: SocketAddr,
    client: Client,
    new: u32,
}

impl Held {
    fn new(mut daemon: Daemon) -> Self {
        let program = Program::from_command(daemon.command());
        let address = program.address();
        let mut client = Client::connect(address);
        client.sends("hello\r\n");
        client.hears("hello\r\n");
        daemon.holds("load");
        let old = program.id();
        program.is_told(Signal::HUP);
        let new = daemon.another_to_which("pre_loop", &[old]);
        assert!(daemon.trace_of(old).iter().any(|(what, _)| what == "restart_close"));
        assert_eq!(daemon.pid(), old);
        client.sends("pid\r\n");
        Held { daemon, program, address, client, new }
    }
}

fn loading() -> Daemon {
    Daemon::of(witness())
        .with_variable("LOAD", "load")
        .with_variable("FAIL_LOAD", "fail_load")
        .with_variable("FAIL_CLOSE", "fail_close")
}

#[test]
fn between_saving_and_loading_nothing_happens_and_everybody_waits() {
    let mut held = Held::new(loading());
    let old = held.program.id();
    // Long enough for a server that goes on to answer.
    let short = Duration::from_millis(200);
    held.client.stream.set_read_timeout(Some(short)).unwrap();
    let heard = held.client.stream.peek(&mut [0]).map_err(|error| error.kind());
    assert_eq!(heard, Err(ErrorKind::WouldBlock));
    held.client.stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut comes = Client::connect(held.address);
    comes.sends("pid\r\n");
    held.daemon.lets_go("load");
    assert_eq!(comes.hears_line(), format!("{}\r\n", held.new));
    assert_eq!(held.client.hears_line(), format!("{old}\r\n"), "who stays is served on");
    drop(held.client);
    assert_eq!(held.program.ends().code(), Some(0));
    held.daemon.ends();
}

#[test]
fn a_new_process_that_cannot_load_leaves_the_old_one_serving() {
    let mut held = Held::new(loading());
    let old = held.program.id();
    let mut comes = Client::connect(held.address);
    comes.sends("pid\r\n");
    fs::write(held.daemon.path("fail_load"), "").unwrap();
    held.daemon.lets_go("load");
    let why = "«daemon: it is told to fail (hook pre_loop)»; going on";
    held.program.line_with(&["cannot restart", why]);
    for client in [&mut held.client, &mut comes] {
        assert_eq!(client.hears_line(), format!("{old}\r\n"));
    }
    // And it saves once more for the next.
    fs::remove_file(held.daemon.path("fail_load")).unwrap();
    let new = held.daemon.restarts();
    let saved =
        held.daemon.trace_of(old).iter().filter(|(what, _)| what == "restart_close").count();
    assert_eq!(saved, 2);
    is_served_by(held.address, new);
    drop((held.client, comes));
    assert_eq!(held.program.ends().code(), Some(0));
    held.daemon.ends();
}

#[test]
fn a_server_that_waits_for_the_new_one_to_load_can_be_ended() {
    let mut held = Held::new(loading());
    held.program.is_told(Signal::TERM);
    held.client.hears_the_end();
    drop(held.client);
    assert_eq!(held.program.ends().code(), Some(0));
    wait_until("the new process is ended, too", || !is_alive(held.new));
    assert!(!held.daemon.path("d.pid").exists());
}

#[test]
fn a_new_process_that_takes_too_long_to_load_is_given_up() {
    let mut held = Held::new(loading());
    held.program.line_with(&["cannot restart: it was not ready within 10s; going on"]);
    assert_eq!(held.client.hears_line(), format!("{}\r\n", held.program.id()));
    wait_until("the new process is ended", || !is_alive(held.new));
    drop(held.client);
    held.program.is_told(Signal::TERM);
    assert_eq!(held.program.ends().code(), Some(0));
}

#[test]
fn a_new_process_whose_old_one_is_gone_while_it_loads_ends() {
    let held = Held::new(loading());
    tell(held.program.id(), Signal::KILL);
    wait_until("the old process ends", || !is_alive(held.program.id()));
    held.daemon.lets_go("load");
    wait_until("the new process ends", || !is_alive(held.new));
    assert!(TcpStream::connect(held.address).is_err(), "nobody listens any more");
}

#[test]
fn a_server_that_cannot_save_does_not_restart() {
    let mut daemon = loading();
    let mut program = Program::from_command(daemon.command());
    let (address, old) = (program.address(), program.id());
    fs::write(daemon.path("fail_close"), "").unwrap();
    program.is_told(Signal::HUP);
    program.line_with(&["cannot restart: it is told to fail (hook restart_close); going on"]);
    is_served_by(address, old);
    assert!(daemon.trace().iter().all(|(what, _, pid)| what != "pre_loop" || *pid == old));
    fs::remove_file(daemon.path("fail_close")).unwrap();
    let new = daemon.restarts();
    assert_eq!(program.ends().code(), Some(0));
    is_served_by(address, new);
    daemon.ends();
}

#[test]
fn a_program_without_the_hook_restarts_too() {
    let mut chat = Daemon::of(chat_program()).with("--setsid=1").with("--drain_timeout=100ms");
    let address = chat.starts_at();
    let old = chat.pid();
    let new = chat.restarts();
    assert_eq!(ask(address, ""), "JOIN: (#1) from 127.0.0.1");
    wait_until("the old process ends", || !is_alive(old));
    assert!(is_alive(new));
    chat.ends();
}
