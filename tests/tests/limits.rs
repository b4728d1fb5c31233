//! What becomes of connections at each of the server's bounds.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

mod common;

use std::{
    net::SocketAddr,
    num::NonZeroU32,
    thread,
    time::{Duration, Instant},
};

use common::Client;
use mux_runtime::{
    CloseReason, Closing, Cx, Peer, Server, SocketOptions,
    engine::{Limits, SlowReader},
    mux_server, testing,
};

/// What the hooks and events saw.
#[derive(Default)]
struct Seen {
    accepted: usize,
    closed: Vec<CloseReason>,
}

/// Whatever one says is told to all others.
#[derive(Default)]
struct Guest;

#[mux_server(shared = Seen)]
impl Guest {
    #[hook(post_accept)]
    fn accepted(seen: &mut Seen, _peer: &Peer) {
        seen.accepted += 1;
    }

    /// Says it twice, in two parts each.
    #[line("twice")]
    fn twice(&mut self, cx: &mut Cx<'_, Self>, text: &str) {
        for _ in 0..2 {
            cx.out.others(format_args!("{text}, "));
            cx.out.others("he said\n");
        }
    }

    /// Talks by itself from now on, once a second.
    #[line("babble")]
    fn babble(&mut self, cx: &mut Cx<'_, Self>) {
        cx.set_timeout(Duration::from_secs(1));
    }

    #[on(timeout)]
    fn go_on(&mut self, cx: &mut Cx<'_, Self>) {
        cx.out.others("babble..\n");
        cx.set_timeout(Duration::from_secs(1));
    }

    #[line("quit")]
    fn quit(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
        cx.close();
        "bye\n"
    }

    #[line]
    fn say(&mut self, cx: &mut Cx<'_, Self>, text: &str) -> &'static str {
        cx.out.others(format_args!("{text}\n"));
        "said\n"
    }

    #[on(close)]
    fn leave(self, cx: &mut Closing<'_, Self>, why: CloseReason) {
        cx.shared.closed.push(why);
    }
}

fn server(limits: Limits) -> testing::Server<Guest> {
    testing::Server::with_limits(Seen::default(), limits)
}

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

#[test]
fn no_more_connections_are_accepted_than_there_may_be() {
    let server = server(Limits { connections: 2, ..Limits::default() });
    let ann = server.connect("192.0.2.1:1");
    let _bob = server.connect("192.0.2.2:1");
    assert!(server.try_connect("192.0.2.3:1").is_none());
    assert_eq!(server.shared().accepted, 2, "the third was not accepted at all");
    ann.sends("quit\n");
    assert!(server.try_connect("192.0.2.3:1").is_some());
}

#[test]
fn an_address_has_no_more_connections_than_it_may() {
    let server = server(Limits { connections_per_ip: Some(2), ..Limits::default() });
    let ann = server.connect("192.0.2.1:1");
    let _bob = server.connect("192.0.2.1:2");
    for _ in 0..3 {
        assert!(server.try_connect("192.0.2.1:3").is_none());
    }
    assert_eq!(server.shared().accepted, 2, "no hook is asked");
    let _other = server.connect("192.0.2.2:1");
    let _sixth = server.connect("[2001:db8::1]:1");
    ann.sends("quit\n");
    let _again = server.connect("192.0.2.1:4");
    assert!(server.try_connect("192.0.2.1:5").is_none());
}

/// Says how many were turned away.
#[derive(Default)]
struct Counter;

#[mux_server]
impl Counter {
    #[line]
    fn count(&mut self, cx: &mut Cx<'_, Self>, _line: &str) -> String {
        let counts = cx.server().protocols()[0].counts;
        format!("{} {} {}\n", counts.accepted, counts.denied, counts.turned_away)
    }
}

#[test]
fn those_that_an_address_may_not_have_are_counted() {
    let limits = Limits { connections_per_ip: Some(1), ..Limits::default() };
    let server = testing::Server::<Counter>::with_limits((), limits);
    let ann = server.connect("192.0.2.1:1");
    for _ in 0..3 {
        assert!(server.try_connect("192.0.2.1:2").is_none());
    }
    ann.sends("?\n");
    assert_eq!(ann.hears(), "1 0 3\n");
}

#[test]
fn connections_are_accepted_at_a_rate() {
    let server = server(Limits { accept_rate: NonZeroU32::new(4), ..Limits::default() });
    let mut accepted = Vec::new();
    for millisecond in (0..2000).step_by(50) {
        while server.try_connect("192.0.2.1:1").is_some() {
            accepted.push(millisecond);
        }
        server.advance(Duration::from_millis(50));
    }
    assert_eq!(accepted, [0, 0, 0, 0, 250, 500, 750, 1000, 1250, 1500, 1750]);
}

#[test]
fn those_that_an_address_may_not_have_do_not_use_up_the_rate() {
    let server = server(Limits {
        accept_rate: NonZeroU32::new(2),
        connections_per_ip: Some(1),
        ..Limits::default()
    });
    let _ann = server.connect("192.0.2.1:1");
    for _ in 0..9 {
        assert!(server.try_connect("192.0.2.1:2").is_none());
    }
    assert!(server.try_connect("192.0.2.2:1").is_some());
}

#[test]
fn a_connection_that_sends_nothing_is_closed() {
    let server = server(Limits { idle_timeout: Some(seconds(10)), ..Limits::default() });
    let ann = server.connect("192.0.2.1:1");
    let bob = server.connect("192.0.2.2:1");
    for _ in 0..20 {
        server.advance(Duration::from_millis(9_999));
        // Half a line is a sign of life, too; what it hears is not.
        ann.sends(".");
    }
    assert_eq!((ann.closed(), bob.closed()), (None, Some(CloseReason::Idle)));
    server.advance(seconds(10));
    assert_eq!(ann.closed(), Some(CloseReason::Idle));
    assert_eq!(server.shared().closed, [CloseReason::Idle; 2]);
    assert_eq!(CloseReason::Idle.to_string(), "idle");
}

#[test]
fn the_time_without_input_counts_from_the_last_input() {
    let server = server(Limits { idle_timeout: Some(seconds(10)), ..Limits::default() });
    let ann = server.connect("192.0.2.1:1");
    server.advance(seconds(7));
    ann.sends("hello\n");
    server.advance(Duration::from_millis(9_999));
    assert_eq!(ann.closed(), None);
    server.advance(Duration::from_millis(1));
    assert_eq!(ann.closed(), Some(CloseReason::Idle));
}

#[test]
fn a_slot_that_is_used_again_has_its_own_times() {
    let server = server(Limits {
        idle_timeout: Some(seconds(10)),
        first_message_timeout: Some(seconds(5)),
        ..Limits::default()
    });
    let ann = server.connect("192.0.2.1:1");
    server.advance(seconds(4));
    ann.sends("quit\n");
    let bob = server.connect("192.0.2.2:1");
    server.advance(Duration::from_millis(4_999));
    assert_eq!(bob.closed(), None);
    server.advance(Duration::from_millis(1));
    assert_eq!(bob.closed(), Some(CloseReason::NoMessage));
}

#[test]
fn a_first_message_that_is_not_complete_in_time_ends_the_connection() {
    let limits = Limits { first_message_timeout: Some(seconds(10)), ..Limits::default() };
    let server = server(limits);
    let drip = server.connect("192.0.2.1:1");
    let mute = server.connect("192.0.2.2:1");
    let ann = server.connect("192.0.2.3:1");
    for _ in 0..9 {
        server.advance(seconds(1));
        drip.sends("x");
    }
    ann.sends("hello\n");
    assert_eq!(drip.closed(), None);
    server.advance(seconds(1));
    assert_eq!(drip.closed(), Some(CloseReason::NoMessage));
    assert_eq!(mute.closed(), Some(CloseReason::NoMessage));
    server.advance(seconds(1000));
    assert_eq!(ann.closed(), None, "after its first message it may take its time");
}

#[test]
fn a_closing_connection_has_its_time_to_take_the_last_output() {
    let server = server(Limits { drain_timeout: seconds(7), ..Limits::default() });
    let ann = server.connect("192.0.2.1:1");
    ann.reads_only(0);
    ann.sends("quit\n");
    server.advance(Duration::from_millis(6_999));
    assert_eq!(ann.closed(), None);
    server.advance(Duration::from_millis(1));
    assert_eq!(ann.closed(), Some(CloseReason::SlowReader));
}

#[test]
fn a_line_may_be_no_longer_than_the_server_is_set_to() {
    let server = server(Limits { max_line: Some(20), ..Limits::default() });
    let ann = server.connect("192.0.2.1:1");
    ann.sends(format!("{}\n", "x".repeat(20)));
    assert_eq!(ann.hears(), "said\n");
    ann.sends("x".repeat(21));
    assert_eq!(ann.hears(), "longer than 20 bytes\r\n");
    assert_eq!(ann.closed(), Some(CloseReason::Malformed));
}

#[test]
fn a_setting_does_not_lengthen_what_the_block_takes() {
    let server = server(Limits { max_line: Some(10_000), ..Limits::default() });
    let ann = server.connect("192.0.2.1:1");
    ann.sends("x".repeat(8193));
    assert_eq!(ann.hears(), "longer than 8192 bytes\r\n");
}

/// Frames of all kinds.
#[derive(Default)]
struct Framed;

#[mux_server(modes(Start, Prefixed, Ended, Exact, Parsed, Raw))]
impl Framed {
    #[line("prefixed")]
    fn prefixed(&mut self) -> Prefixed {
        Prefixed
    }
    #[line("ended")]
    fn ended(&mut self) -> Ended {
        Ended
    }
    #[line("exact")]
    fn exact(&mut self, count: usize) -> Exact {
        Exact { count }
    }
    #[line("parsed")]
    fn parsed(&mut self) -> Parsed {
        Parsed
    }
    #[line("raw")]
    fn raw(&mut self) -> Raw {
        Raw
    }

    #[frame(mode = Prefixed, prefix = u8)]
    fn one(&mut self, _frame: &[u8]) -> &'static str {
        "one"
    }
    #[until(b";", mode = Ended)]
    fn two(&mut self, _frame: &[u8]) -> &'static str {
        "two"
    }
    #[bytes(self_count(exact), mode = Exact)]
    fn three(&mut self, exact: &mut Exact, _bytes: &[u8]) -> &'static str {
        exact.count = 1;
        "three"
    }
    #[frame(mode = Parsed, parser = nom::bytes::streaming::take(30usize))]
    fn four(&mut self, _frame: &[u8]) -> &'static str {
        "four"
    }
    #[input(mode = Raw)]
    fn five(&mut self, _input: &[u8]) -> usize {
        0
    }
}

fn self_count(exact: &Exact) -> usize {
    exact.count
}

#[derive(Default)]
struct Start;
struct Prefixed;
struct Ended;
struct Exact {
    count: usize,
}
struct Parsed;
struct Raw;

#[test]
fn a_frame_of_any_kind_may_be_no_longer_than_the_server_is_set_to() {
    let limits = Limits { max_frame: Some(20), ..Limits::default() };
    for (mode, fits, heard, long) in [
        ("prefixed\n", "\x1412345678901234567890", "one", "\x15123456789012345678901"),
        ("ended\n", "12345678901234567890;", "two", "123456789012345678901;"),
        ("exact 20\n", "12345678901234567890", "three", ""),
        ("exact 21\n", "", "", "123456789012345678901"),
        ("parsed\n", "", "", "123456789012345678901"),
        ("raw\n", "12345678901234567890", "", "x"),
    ] {
        let server = testing::Server::<Framed>::with_limits((), limits.clone());
        let ann = server.connect("192.0.2.1:1");
        ann.sends(mode);
        ann.sends(fits);
        assert_eq!(ann.hears(), heard, "{mode:?}");
        ann.sends(long);
        let expected = (!long.is_empty()).then_some(CloseReason::Malformed);
        assert_eq!(ann.closed(), expected, "{mode:?}");
    }
}

fn slow(slow_reader: SlowReader) -> Limits {
    let drain_timeout = seconds(30);
    Limits { output_high: 40, output_low: 10, slow_reader, drain_timeout, ..Limits::default() }
}

#[test]
fn a_slow_reader_is_closed_by_default() {
    let server = server(slow(SlowReader::Close));
    let ann = server.connect("192.0.2.1:1");
    let bob = server.connect("192.0.2.2:1");
    bob.reads_only(0);
    for _ in 0..5 {
        ann.sends("ten bytes\n");
    }
    assert_eq!(bob.closed(), Some(CloseReason::SlowReader));
    assert_eq!(ann.hears(), "said\n".repeat(5));
}

#[test]
fn a_slow_reader_may_miss_what_was_said_meanwhile_but_no_half_of_it() {
    let server = server(slow(SlowReader::Drop));
    let ann = server.connect("192.0.2.1:1");
    let bob = server.connect("192.0.2.2:1");
    bob.reads_only(0);
    for number in 0..9 {
        ann.sends(format!("{number} en bytes\n"));
    }
    // The first part would not fit any more, and the second one would.
    ann.sends("twice a_longer_text_than_there_is_room_for\n");
    assert_eq!(ann.hears(), "said\n".repeat(9));
    bob.reads_again();
    assert_eq!(bob.hears(), "0 en bytes\n1 en bytes\n2 en bytes\n");
    ann.sends("here again\n");
    assert_eq!(bob.hears(), "here again\n");
    assert_eq!(bob.closed(), None);
}

#[test]
fn whoever_writes_to_a_slow_reader_may_have_to_wait() {
    let server = server(slow(SlowReader::Pause));
    let ann = server.connect("192.0.2.1:1");
    let bob = server.connect("192.0.2.2:1");
    let cid = server.connect("192.0.2.3:1");
    bob.reads_only(0);
    let lines = (0..20).map(|number| format!("line {number:04}\n")).collect::<String>();
    ann.sends(&lines);
    ann.sends(&lines);
    assert_eq!(ann.hears(), "said\n".repeat(5), "the one that goes beyond the mark, and no more");
    let heard = 5;
    cid.sends("quit\n");
    assert_eq!(cid.closed(), Some(CloseReason::Closed), "others are served meanwhile");
    bob.reads_again();
    assert_eq!(bob.hears(), lines.repeat(2), "nothing is lost");
    assert_eq!(heard + ann.hears().len() / "said\n".len(), 40);
    ann.sends("more\n");
    assert_eq!(bob.hears(), "more\n");
    assert_eq!((ann.closed(), bob.closed()), (None, None));
}

#[test]
fn one_who_waits_for_others_is_not_idle() {
    let server = server(Limits { idle_timeout: Some(seconds(10)), ..slow(SlowReader::Pause) });
    let ann = server.connect("192.0.2.1:1");
    let bob = server.connect("192.0.2.2:1");
    bob.reads_only(0);
    for _ in 0..9 {
        ann.sends("ten bytes\n");
    }
    bob.sends(".");
    for _ in 0..3 {
        server.advance(seconds(9));
        // Signs of life: what it says, and what it reads once nothing that it says is read.
        bob.sends(".");
        bob.reads_only(1);
    }
    assert_eq!((ann.closed(), bob.closed()), (None, None));
    bob.reads_again();
    server.advance(seconds(9));
    assert_eq!(ann.closed(), None);
    server.advance(seconds(1));
    assert_eq!(ann.closed(), Some(CloseReason::Idle));
}

#[test]
fn a_reader_that_takes_nothing_does_not_hold_others_up_for_ever() {
    let server = server(slow(SlowReader::Pause));
    let ann = server.connect("192.0.2.1:1");
    let bob = server.connect("192.0.2.2:1");
    bob.reads_only(0);
    for _ in 0..9 {
        ann.sends("ten bytes\n");
    }
    let before = ann.hears();
    assert!(before.len() < "said\n".len() * 9);
    for _ in 0..5 {
        // As long as it takes a little, it has its time.
        server.advance(seconds(29));
        bob.reads_only(1);
    }
    assert_eq!(bob.closed(), None);
    server.advance(seconds(30));
    assert_eq!(bob.closed(), Some(CloseReason::SlowReader));
    assert_eq!(before + &ann.hears(), "said\n".repeat(9));
    ann.sends("alone\n");
    assert_eq!(ann.hears(), "said\n");
}

#[test]
fn a_reader_that_leaves_lets_the_others_go_on() {
    let server = server(slow(SlowReader::Pause));
    let ann = server.connect("192.0.2.1:1");
    let bob = server.connect("192.0.2.2:1");
    bob.reads_only(0);
    for _ in 0..9 {
        ann.sends("ten bytes\n");
    }
    bob.vanishes();
    assert_eq!(ann.hears(), "said\n".repeat(9));
}

#[test]
fn what_cannot_be_held_back_is_bounded_all_the_same() {
    let server = server(slow(SlowReader::Pause));
    let ann = server.connect("192.0.2.1:1");
    let bob = server.connect("192.0.2.2:1");
    bob.reads_only(0);
    ann.sends("babble\n");
    server.advance(seconds(8));
    assert_eq!(bob.closed(), None, "72 bytes");
    server.advance(seconds(1));
    assert_eq!(bob.closed(), Some(CloseReason::SlowReader), "81 bytes, twice the mark is 80");
}

#[test]
fn two_that_do_not_read_wait_for_each_other_and_go_on_when_they_read() {
    let server = server(slow(SlowReader::Pause));
    let ann = server.connect("192.0.2.1:1");
    let bob = server.connect("192.0.2.2:1");
    ann.reads_only(0);
    bob.reads_only(0);
    for _ in 0..9 {
        ann.sends("ten bytes\n");
        bob.sends("ten bytes\n");
    }
    ann.reads_again();
    bob.reads_again();
    for guest in [&ann, &bob] {
        let heard = guest.hears();
        assert_eq!(heard.matches("ten bytes\n").count(), 9);
        assert_eq!(heard.matches("said\n").count(), 9);
    }
}

#[test]
fn marks_that_contradict_each_other_are_refused() {
    let limits = Limits { output_high: 10, output_low: 20, ..Limits::default() };
    assert!(limits.check().is_err());
    let equal = Limits { output_high: 10, output_low: 10, ..Limits::default() };
    assert!(equal.check().is_ok());
    let mut server = Server::new(Seen::default()).unwrap();
    server.set_limits(limits);
    let error = server.listen::<Guest>(([127, 0, 0, 1], 0).into()).unwrap_err();
    let told = "cannot serve Guest: output_low is 20, more than output_high, which is 10";
    assert_eq!(error.to_string(), told);
    server.set_limits(equal);
    assert!(server.listen::<Guest>(([127, 0, 0, 1], 0).into()).is_ok());
}

#[test]
#[should_panic(expected = "output_low is 20, more than output_high, which is 10")]
fn a_test_with_such_marks_fails_at_once() {
    server(Limits { output_high: 10, output_low: 20, ..Limits::default() });
}

/// A server on a socket of the loopback, in a thread that ends with the process.
fn serve(limits: Limits, options: SocketOptions, address: SocketAddr) -> SocketAddr {
    let (bound, address_of) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let mut server = Server::new(Seen::default()).unwrap();
        server.set_limits(limits);
        server.set_sockets(options);
        bound.send(server.listen::<Guest>(address).unwrap()).unwrap();
        server.run().unwrap();
    });
    address_of.recv().unwrap()
}

#[test]
fn over_sockets_those_beyond_the_rate_wait_and_are_served() {
    let limits = Limits { accept_rate: NonZeroU32::new(4), ..Limits::default() };
    let address = serve(limits, SocketOptions::default(), ([127, 0, 0, 1], 0).into());
    let started = Instant::now();
    let mut clients = [(); 6].map(|()| Client::connect(address));
    for client in &mut clients {
        client.sends("quit\n");
        assert_eq!(client.hears_to_the_end(), b"bye\n");
    }
    assert!(started.elapsed() >= Duration::from_millis(490), "{:?}", started.elapsed());
}

#[test]
fn over_sockets_an_address_has_no_more_connections_than_it_may() {
    let limits = Limits { connections_per_ip: Some(1), ..Limits::default() };
    let address = serve(limits, SocketOptions::default(), ([127, 0, 0, 1], 0).into());
    let mut ann = Client::connect(address);
    ann.sends("hello\n");
    assert_eq!(ann.hears_line(), "said\n");
    let mut bob = Client::connect(address);
    assert_eq!(bob.hears_to_the_end(), b"");
    ann.sends("quit\n");
    assert_eq!(ann.hears_to_the_end(), b"bye\n");
}

#[test]
fn over_sockets_a_silent_connection_is_closed() {
    let limits = Limits { idle_timeout: Some(Duration::from_millis(50)), ..Limits::default() };
    let address = serve(limits, SocketOptions::default(), ([127, 0, 0, 1], 0).into());
    assert_eq!(Client::connect(address).hears_to_the_end(), b"");
}

#[test]
fn two_servers_share_a_port_only_if_both_may() {
    let options = SocketOptions {
        backlog: 1,
        keepalive: Some(seconds(60)),
        reuse_port: true,
        ..SocketOptions::default()
    };
    let address = serve(Limits::default(), options.clone(), ([127, 0, 0, 1], 0).into());
    assert_eq!(serve(Limits::default(), options, address), address);
    let mut third = Server::new(Seen::default()).unwrap();
    assert!(third.listen::<Guest>(address).is_err());
}
