//! The chat's administrators: another protocol over the same room, which sees the guests.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails loudly")]

#[allow(dead_code, reason = "only the protocols are needed, not the program")]
#[path = "../../examples/chat/main.rs"]
mod chat;
mod common;

use std::{
    net::SocketAddr,
    sync::mpsc,
    thread::{self, JoinHandle},
};

use chat::{Guest, Room, admin::Admin};
use common::{Client, PATIENCE, wait_until};
use mux_runtime::{Server, testing};

struct Chat {
    guests: SocketAddr,
    admins: SocketAddr,
    thread: JoinHandle<()>,
}

impl Chat {
    fn start() -> Self {
        let (started, addresses) = mpsc::channel();
        let thread = thread::spawn(move || {
            let mut server = Server::new(Room::default()).unwrap();
            let local = SocketAddr::from(([127, 0, 0, 1], 0));
            let guests = server.listen::<Guest>(local).unwrap();
            let admins = server.listen::<Admin>(local).unwrap();
            started.send((guests, admins)).unwrap();
            server.run().unwrap();
        });
        let (guests, admins) = addresses.recv_timeout(PATIENCE).expect("it starts");
        Chat { guests, admins, thread }
    }

    /// A guest that has heard its welcome.
    fn guest(&self) -> Client {
        let mut guest = Client::connect(self.guests);
        while !guest.hears_line().starts_with("Welcome") {}
        guest
    }

    fn ends(self) {
        wait_until("the server ends", || self.thread.is_finished());
        self.thread.join().unwrap();
    }
}

/// What is answered to `line`, up to the `lines`th line, without what depends on the time.
fn ask(admin: &mut Client, line: &str, lines: usize) -> Vec<String> {
    admin.sends(format!("{line}\n"));
    let is_age = |word: &str| {
        word.trim_end_matches(',').ends_with('s') && word.starts_with(char::is_numeric)
    };
    let words = |line: String| {
        line.split_whitespace().filter(|word| !is_age(word)).collect::<Vec<_>>().join(" ")
    };
    (0..lines).map(|_| words(admin.hears_line())).collect()
}

#[test]
fn an_administrator_sees_and_closes_guests_and_ends_the_server() {
    let chat = Chat::start();
    let (mut ann, mut bob) = (chat.guest(), chat.guest());
    ann.hears("JOIN: (#2) from 127.0.0.1\r\n");
    bob.sends("/me waves\r\n");
    ann.hears("* 2 waves\r\n");
    bob.hears("* 2 waves\r\n");
    let mut admin = Client::connect(chat.admins);

    let [ann_at, bob_at, own] =
        [&ann, &bob, &admin].map(|client| client.stream.local_addr().unwrap());
    let sessions = ask(&mut admin, "sessions", 3);
    let out = ["JOIN: (#1) from 127.0.0.1\r\n", "Welcome, you are number 1 to connect.\r\n"];
    let out = out.map(str::len).iter().sum::<usize>();
    let ann_out = out + "JOIN: (#2) from 127.0.0.1\r\n* 2 waves\r\n".len();
    let bob_out = out + "* 2 waves\r\n".len();
    assert_eq!(
        sessions,
        [
            format!("0.1 Guest {ann_at} 0 messages, 0 bytes in, {ann_out} bytes out"),
            format!("1.2 Guest {bob_at} 1 messages, 11 bytes in, {bob_out} bytes out"),
            // It is counted when the turn in which it is read is over.
            format!("0.3 Admin {own} 0 messages, 9 bytes in, 0 bytes out"),
        ]
    );

    let sent = ann_out + bob_out;
    assert_eq!(
        ask(&mut admin, "STATS", 5)[..4],
        [
            "up 2 arrivals".to_owned(),
            "Guest: 2 connections, 2 accepted, 0 denied, 0 turned away, 0 malformed, 0 slow readers".to_owned(),
            format!("Guest: 1 messages, 11 bytes in, {sent} bytes out"),
            "Guest.act: 1 calls".to_owned(),
        ]
    );
    for _ in 0..3 {
        admin.hears_line();
    }

    assert_eq!(ask(&mut admin, "kick 7.7", 1), ["no such connection"]);
    assert_eq!(ask(&mut admin, "kick x", 1), ["usage: kick <id>"]);
    assert_eq!(ask(&mut admin, "kick 0.1", 1), ["ok"]);
    ann.hears_the_end();
    bob.hears("LEFT: (#1) from 127.0.0.1\r\n");
    drop(ann);
    wait_until("it is off the list", || {
        admin.sends("sessions\nkick 0.1\n");
        let mut lines = 0;
        while admin.hears_line().starts_with(char::is_numeric) {
            lines += 1;
        }
        lines == 2
    });

    assert_eq!(ask(&mut admin, "drain", 1), ["ok"]);
    admin.hears_the_end();
    bob.hears_the_end();
    drop((admin, bob));
    chat.ends();
}

#[test]
fn two_administrators_who_drain_do_not_cut_each_other_off() {
    let chat = Chat::start();
    let mut admin = Client::connect(chat.admins);
    admin.sends("drain\ndrain\nhelp\n");
    admin.hears("ok\r\nok\r\n");
    assert!(admin.hears_line().starts_with("stats"));
    drop(admin);
    chat.ends();
}

#[test]
fn an_administrator_can_close_his_own_connection() {
    let server = testing::Server::<Admin>::new(Room::default());
    let (ann, bob) = (server.connect("127.0.0.1:9"), server.connect("127.0.0.1:10"));
    ann.sends("kick 0.1\r\nkick 1.2\r\nhelp\r\n");
    assert!(ann.hears().starts_with("ok\r\nok\r\nstats"));
    assert!(ann.is_closed() && bob.is_closed());
}

#[test]
fn an_administrator_can_leave() {
    let server = testing::Server::<Admin>::new(Room::default());
    let ann = server.connect("127.0.0.1:9");
    ann.sends("quit\nhelp\n");
    assert_eq!(ann.hears(), "");
    assert!(ann.is_closed());
}
