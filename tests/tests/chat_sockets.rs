//! The chat as Net::Server::Multiplex's sample was recorded, over real sockets, to the byte.

#[allow(dead_code, reason = "only the room is needed, not the program")]
#[path = "../../examples/chat/main.rs"]
mod chat;
mod common;

use std::net::SocketAddr;

use chat::{Guest, Room};
use common::{Client, InThread, Program, loopbacks};
use rustix::process::Signal;

/// The recorded session. The one difference is meant: what a guest said last, without a line's
/// end, is said aloud, where the sample loses it.
fn the_recorded_session(address: SocketAddr) {
    let host = address.ip();
    let mut ann = Client::connect(address);
    ann.hears(format!("JOIN: (#1) from {host}\r\nWelcome, you are number 1 to connect.\r\n"));
    let mut bob = Client::connect(address);
    bob.hears(format!("JOIN: (#2) from {host}\r\nWelcome, you are number 2 to connect.\r\n"));
    ann.hears(format!("JOIN: (#2) from {host}\r\n"));

    ann.sends("hel");
    // Had the half line had an answer, it would stand before this one.
    bob.sends("/me waits\r\n");
    ann.hears("* 2 waits\r\n");
    bob.hears("* 2 waits\r\n");
    ann.sends("lo\r\nsecond\nthird");
    let (hello, second) = (format!("[1 - {host}] hello\r\n"), format!("[1 - {host}] second\r\n"));
    bob.hears(&hello);
    bob.hears(&second);
    ann.hears(said(&hello));
    ann.hears(said(&second));

    ann.finishes();
    let third = format!("[1 - {host}] third\r\n");
    bob.hears(&third);
    bob.hears(format!("LEFT: (#1) from {host}\r\n"));
    ann.hears(said(&third));
    ann.hears_the_end();

    // Empty lines are skipped.
    bob.sends("\r\n\n\r\nbye\r\n");
    bob.hears(said(&format!("[2 - {host}] bye\r\n")));
    bob.sends("/quit\r\n");
    bob.hears_the_end();
}

/// What the one who said `line` hears.
fn said(line: &str) -> String {
    format!("{line} - sent {} byte message\r\n", line.len())
}

#[test]
fn the_lengths_are_those_of_the_record() {
    assert!(said("[1 - 127.0.0.1] hello\r\n").ends_with(" - sent 23 byte message\r\n"));
    assert!(said("[1 - 127.0.0.1] second\r\n").ends_with(" - sent 24 byte message\r\n"));
}

#[test]
fn a_server_in_a_thread_holds_the_recorded_session() {
    for address in loopbacks() {
        let server = InThread::serve::<Guest>(address, Room::default);
        the_recorded_session(server.address);
        server.stop();
    }
}

#[test]
fn the_program_holds_the_recorded_session() {
    for address in loopbacks() {
        let host = address.ip().to_string();
        let mut program = Program::start(&["--port=0", "--log-level=1", "--host", &host]);
        the_recorded_session(program.address());
        program.is_told(Signal::TERM);
        assert_eq!(program.ends().code(), Some(0));
        assert_eq!(program.lines_left(), [""; 0]);
    }
}
