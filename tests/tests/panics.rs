//! A handler that panics ends its own connection, and nobody else's.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test fails loudly")]

mod common;

use std::{cell::Cell, fs, rc::Rc, time::Duration};

use common::{
    Client, InThread, Program,
    daemon::{Daemon, ask, witness},
};
use mux_runtime::{CloseReason, Closing, Cx, Peer, Server, mux_server, testing};
use rustix::process::Signal;

/// Where the next panic is to be.
#[derive(Default)]
struct Room {
    next: Option<&'static str>,
    closed: Vec<(String, CloseReason)>,
}

impl Room {
    fn panics_at(&mut self, place: &str) {
        if self.next == Some(place) {
            self.next = None;
            panic!("told to, at {place}");
        }
    }
}

const PLACES: [&str; 7] =
    ["post_accept", "allow_deny", "request_denied", "connect", "timeout", "close", "process"];

struct Guest {
    name: String,
}

#[mux_server(shared = Room)]
impl Guest {
    #[hook(post_accept)]
    fn post_accept(room: &mut Room, _peer: &Peer) {
        room.panics_at("post_accept");
    }

    #[hook(allow_deny)]
    fn allow_deny(room: &mut Room, _peer: &Peer) -> bool {
        room.panics_at("allow_deny");
        room.next != Some("request_denied")
    }

    #[hook(request_denied)]
    fn request_denied(room: &mut Room, _peer: &Peer) -> &'static str {
        room.panics_at("request_denied");
        "no\n"
    }

    #[hook(post_process_request)]
    fn post_process_request(room: &mut Room, _peer: &Peer) {
        room.panics_at("process");
    }

    #[on(connect)]
    fn arrive(cx: &mut Cx<'_, Self>) -> Self {
        writeln!(cx.out, "hello");
        cx.shared.panics_at("connect");
        Guest { name: "?".into() }
    }

    #[line("name")]
    fn name(&mut self, name: &str) -> &'static str {
        self.name = name.into();
        "so be it\n"
    }

    /// The next panic comes elsewhere.
    #[line("at")]
    fn at(&mut self, cx: &mut Cx<'_, Self>, place: &str) -> &'static str {
        cx.shared.next = PLACES.into_iter().find(|known| *known == place);
        "you will see\n"
    }

    #[line("late")]
    fn late(&mut self, cx: &mut Cx<'_, Self>) {
        cx.set_timeout(Duration::ZERO);
    }

    #[on(timeout)]
    fn timeout(&mut self, cx: &mut Cx<'_, Self>) {
        cx.shared.panics_at("timeout");
    }

    #[line("panic")]
    fn panic(&mut self, cx: &mut Cx<'_, Self>) {
        cx.out.others(format_args!("{} panics\n", self.name));
        write!(cx.out, "i will ");
        let number: usize = "nine".parse().unwrap();
        writeln!(cx.out, "{number}");
    }

    #[on(close)]
    fn leave(self, cx: &mut Closing<'_, Self>, why: CloseReason) {
        cx.out.broadcast(format_args!("{} has gone: {why}\n", self.name));
        cx.shared.closed.push((self.name, why));
        cx.shared.panics_at("close");
    }
}

/// A room, and one who watches it.
fn room() -> (InThread<Room>, Client) {
    let server = InThread::serve::<Guest>(([127, 0, 0, 1], 0).into(), Room::default);
    let mut bob = server.connect();
    bob.sends("name bob\n");
    bob.hears("hello\nso be it\n");
    (server, bob)
}

#[test]
fn the_others_go_on_and_nothing_that_was_written_is_lost() {
    let (server, mut bob) = room();
    let mut ann = server.connect();
    ann.sends("name ann\npanic\nname anna\n");
    let heard = ann.hears_to_the_end();
    assert_eq!(String::from_utf8(heard).unwrap(), "hello\nso be it\ni will ");
    bob.hears("ann panics\nann has gone: a handler panicked\n");
    bob.sends("name robert\n");
    bob.hears("so be it\n");
    let closed = server.stop().closed;
    assert_eq!(closed[0], ("ann".into(), CloseReason::Panicked), "she is told as at any end");
    assert_eq!(closed[1].0, "robert");
}

#[test]
fn who_panics_while_coming_or_going_does_not_harm_the_others_either() {
    let (server, mut bob) = room();
    let visit = |bob: &mut Client, place: &str| {
        bob.sends(format!("at {place}\n"));
        bob.hears("you will see\n");
        let mut eve = server.connect();
        eve.sends("late\n");
        eve.finishes();
        String::from_utf8(eve.hears_to_the_end()).unwrap()
    };
    assert_eq!(visit(&mut bob, "post_accept"), "no\n", "who was not looked at is not let in");
    assert_eq!(visit(&mut bob, "allow_deny"), "no\n");
    assert_eq!(visit(&mut bob, "request_denied"), "");
    assert_eq!(visit(&mut bob, "connect"), "hello\n");
    assert_eq!(visit(&mut bob, "close"), "hello\n");
    bob.hears("? has gone: finished by the peer\n");
    assert_eq!(visit(&mut bob, "process"), "hello\n");
    bob.hears("? has gone: finished by the peer\n");
    bob.sends("at timeout\n");
    bob.hears("you will see\n");
    let mut eve = server.connect();
    eve.sends("late\n");
    assert_eq!(eve.hears_to_the_end(), b"hello\n");
    bob.hears("? has gone: a handler panicked\n");
    assert_eq!(visit(&mut bob, "nowhere"), "hello\n");
    let _ = server.stop();
}

#[test]
fn what_is_called_again_and_again_is_called_again() {
    let mut server = Server::new(0).unwrap();
    server.listen::<Nothing>(([127, 0, 0, 1], 0).into()).unwrap();
    let handle = server.handle();
    let calls = Rc::new(Cell::new(0));
    let counted = Rc::clone(&calls);
    server.every(Duration::from_millis(1), move |shared| {
        *shared += 1;
        counted.set(counted.get() + 1);
        assert_ne!(counted.get(), 2, "the second call panics");
        if counted.get() == 3 {
            handle.stop();
        }
    });
    assert_eq!(server.run().unwrap(), 3);
}

#[derive(Default)]
struct Nothing;

#[mux_server(shared = i32)]
impl Nothing {
    #[line]
    fn say(&mut self) {}
}

#[test]
#[should_panic(expected = "ParseIntError")]
fn in_a_test_the_panic_is_the_test_s() {
    let server = testing::Server::<Guest>::new(Room::default());
    server.connect("127.0.0.1:1").sends("panic\n");
}

#[test]
fn the_log_says_where_and_why_and_who() {
    let mut daemon = Daemon::of(witness()).with("--setsid=1").with("--log_file=log");
    let address = daemon.starts_at();
    let mut guest = Client::connect(address);
    guest.sends("panic\n");
    guest.hears_the_end();
    assert_eq!(ask(address, "hello"), "hello", "it serves on");
    daemon.ends();
    let log = fs::read_to_string(daemon.path("log")).unwrap();
    let line = |parts: &[&str]| {
        let found = log.lines().find(|line| parts.iter().all(|part| line.contains(part)));
        found.unwrap_or_else(|| panic!("{parts:?} is missing in\n{log}"))
    };
    line(&["panicked: told to \\u{1b}[31m", "place=tests/examples/daemon.rs:", "thread=main"]);
    line(&["a handler panicked: the connection is closed", "protocol=Guest", "connection="]);
    line(&["closed", "reason=\"a handler panicked\""]);
}

#[test]
fn a_restart_whose_close_hook_panics_is_none() {
    let daemon = Daemon::of(witness()).with_variable("PANIC_CLOSE", "panic_close");
    let mut program = Program::from_command(daemon.command());
    let address = program.address();
    fs::write(daemon.path("panic_close"), "").unwrap();
    program.is_told(Signal::HUP);
    program.line_with(&["cannot restart", "panicked (hook restart_close)"]);
    assert_eq!(ask(address, "pid"), program.id().to_string());
    program.is_told(Signal::TERM);
    assert_eq!(program.ends().code(), Some(0));
}
