//! The chat in memory: every piece, every clock, every kind of client, without a socket.

#![allow(clippy::unwrap_used, reason = "a test fails loudly")]

#[allow(dead_code, reason = "only the room is needed, not the program")]
#[path = "../../examples/chat/main.rs"]
mod chat;

use std::time::Duration;

use chat::{Guest, Room};
use mux_runtime::{CloseReason, engine::Limits, testing};

type Server = testing::Server<Guest>;
type Client = testing::Client<Guest>;

/// What a connection may have waiting before it counts as one that doesn't read.
const OUTPUT_HIGH: usize = 1 << 20;

fn room() -> Server {
    Server::new(Room::default())
}

/// A guest that has heard its welcome.
fn guest(server: &Server) -> Client {
    let client = server.connect("127.0.0.1:9");
    client.ignores();
    client
}

/// A room with two guests, whose arrivals were heard.
fn two() -> (Server, Client, Client) {
    let server = room();
    let (ann, bob) = (guest(&server), guest(&server));
    ann.ignores();
    (server, ann, bob)
}

#[test]
fn the_newcomer_hears_its_own_arrival_first() {
    let server = room();
    let ann = server.connect("127.0.0.1:9");
    assert_eq!(
        ann.hears(),
        "JOIN: (#1) from 127.0.0.1\r\nWelcome, you are number 1 to connect.\r\n"
    );
    let bob = server.connect("[::1]:9");
    assert_eq!(ann.hears(), "JOIN: (#2) from ::1\r\n");
    assert_eq!(bob.hears(), "JOIN: (#2) from ::1\r\nWelcome, you are number 2 to connect.\r\n");
}

#[test]
fn a_line_is_said_once_wherever_the_reads_part_it() {
    let script = b"hello\r\n";
    for at in 0..=script.len() {
        let (_server, ann, bob) = two();
        ann.sends(&script[..at]);
        if at < script.len() {
            assert_eq!((ann.hears(), bob.hears()), (String::new(), String::new()), "at {at}");
        }
        ann.sends(&script[at..]);
        assert_eq!(bob.hears(), "[1 - 127.0.0.1] hello\r\n", "at {at}");
        assert_eq!(ann.hears(), "[1 - 127.0.0.1] hello\r\n - sent 23 byte message\r\n", "at {at}");
    }
}

#[test]
fn several_lines_of_one_read_are_answered_in_one_write_each() {
    let (server, ann, bob) = two();
    let before = server.writes();
    ann.sends("hello\r\nsecond\n\r\n\nthird");
    assert_eq!(bob.hears(), "[1 - 127.0.0.1] hello\r\n[1 - 127.0.0.1] second\r\n");
    assert_eq!(
        ann.hears(),
        "[1 - 127.0.0.1] hello\r\n - sent 23 byte message\r\n\
         [1 - 127.0.0.1] second\r\n - sent 24 byte message\r\n"
    );
    assert_eq!(server.writes() - before, 2);
}

#[test]
fn a_line_end_across_two_reads_is_one_line_end() {
    let (_server, ann, bob) = two();
    ann.sends("one\r");
    assert_eq!(bob.hears(), "");
    ann.sends("\ntwo\r\n");
    assert_eq!(bob.hears(), "[1 - 127.0.0.1] one\r\n[1 - 127.0.0.1] two\r\n");
    assert!(!ann.is_closed());
}

#[test]
fn the_longest_line_is_said_and_one_byte_more_is_answered_and_closes() {
    let longest = "x".repeat(8192);
    for end in ["\n", "\r\n"] {
        let (_server, ann, bob) = two();
        ann.sends(format!("{longest}{end}"));
        assert_eq!(bob.hears(), format!("[1 - 127.0.0.1] {longest}\r\n"));
        assert!(!ann.is_closed());
    }
    // In one read, with and without an end, and byte by byte.
    for (line, piece) in [
        (format!("{longest}x\r\nnext\r\n"), usize::MAX),
        (format!("{longest}x"), usize::MAX),
        (format!("{longest}{longest}"), 1),
        (format!("{longest}\rx"), 4096),
    ] {
        let (_server, ann, bob) = two();
        for piece in line.as_bytes().chunks(piece.min(line.len())) {
            ann.sends(piece);
        }
        assert_eq!(ann.hears(), "longer than 8192 bytes\r\n");
        assert_eq!(ann.closed(), Some(CloseReason::Malformed));
        assert_eq!(bob.hears(), "LEFT: (#1) from 127.0.0.1\r\n");
    }
}

#[test]
fn a_half_closed_guest_hears_the_answer_to_its_last_line() {
    for (last, heard) in [
        ("", ""),
        ("third", "[1 - 127.0.0.1] third\r\n"),
        ("third\r", "[1 - 127.0.0.1] third\r\n"),
        ("third\r\n", "[1 - 127.0.0.1] third\r\n"),
        ("/me leaves", "* 1 leaves\r\n"),
    ] {
        let (_server, ann, bob) = two();
        ann.sends(last);
        ann.finishes();
        assert_eq!(bob.hears(), format!("{heard}LEFT: (#1) from 127.0.0.1\r\n"), "{last:?}");
        assert!(ann.hears().starts_with(heard), "{last:?}");
        assert_eq!(ann.closed(), Some(CloseReason::Finished));
    }
}

#[test]
fn a_half_closed_guest_is_kept_until_it_has_heard_all() {
    let (server, ann, bob) = two();
    ann.reads_only(10);
    ann.sends("third");
    ann.finishes();
    assert_eq!(ann.hears(), "[1 - 127.0");
    assert!(!ann.is_closed());
    assert_eq!(bob.hears(), "[1 - 127.0.0.1] third\r\n");
    ann.reads_again();
    assert_eq!(ann.hears(), ".0.1] third\r\n - sent 23 byte message\r\n");
    assert_eq!(ann.closed(), Some(CloseReason::Finished));
    assert_eq!(bob.hears(), "LEFT: (#1) from 127.0.0.1\r\n");
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_guest_that_vanishes_has_left_and_its_half_line_with_it() {
    let (server, ann, bob) = two();
    ann.sends("half a li");
    ann.vanishes();
    assert_eq!(ann.closed(), Some(CloseReason::Lost));
    assert_eq!(bob.hears(), "LEFT: (#1) from 127.0.0.1\r\n");
    // Its place is taken by the next, who hears nothing of it.
    let cid = guest(&server);
    cid.sends("ne\r\n");
    assert_eq!(bob.hears(), "JOIN: (#3) from 127.0.0.1\r\n[3 - 127.0.0.1] ne\r\n");
}

#[test]
fn one_that_never_reads_slows_nobody_and_is_closed_at_the_high_mark() {
    let (server, ann, bob) = two();
    let cid = guest(&server);
    cid.reads_only(0);
    let line = format!("{}\n", "x".repeat(8000));
    let said = format!("[1 - 127.0.0.1] {}\r\n", "x".repeat(8000));
    ann.ignores();
    bob.ignores();
    for told in 1.. {
        ann.sends(&line);
        assert!(ann.hears().starts_with(&said));
        let heard = bob.hears();
        assert!(heard.starts_with(&said), "the others hear every line");
        if let Some(why) = cid.closed() {
            assert_eq!(why, CloseReason::SlowReader);
            assert_eq!(heard, format!("{said}LEFT: (#3) from 127.0.0.1\r\n"));
            // Not before the mark, and by no more than a line after it.
            let waiting = told * said.len();
            assert!((OUTPUT_HIGH..OUTPUT_HIGH + said.len()).contains(&waiting), "{waiting}");
            break;
        }
        assert!(told * said.len() <= OUTPUT_HIGH, "what waits for one that never reads is bounded");
    }
    assert_eq!(server.connections(), 2);
}

#[test]
fn one_that_asks_and_never_reads_is_not_answered_beyond_the_high_mark() {
    let limits = Limits { output_high: 1000, output_low: 100, ..Limits::default() };
    let server = Server::with_limits(Room::default(), limits);
    let ann = guest(&server);
    ann.reads_only(0);
    let line = "/who\r\n";
    ann.sends(line.repeat(500));
    assert!(!ann.is_closed());
    ann.reads_only(usize::MAX);
    ann.reads_again();
    // Nothing was lost, and all is answered in order once it reads.
    assert_eq!(ann.hears(), "you are 1 (#1)\r\n".repeat(500));
}

#[test]
fn a_junior_is_upgraded_after_20_seconds_and_a_senior_leaves_40_after_its_last_line() {
    let (server, ann, bob) = two();
    let seconds = |count| server.advance(Duration::from_secs(count));
    seconds(19);
    // Talking does not make a junior wait any longer.
    ann.sends("hello\n");
    ann.ignores();
    bob.ignores();
    assert_eq!((ann.hears(), bob.hears()), (String::new(), String::new()));
    seconds(1);
    let upgraded = "Whoa, you must have a lot of patience.  You have been upgraded.\r\n";
    assert_eq!((ann.hears(), bob.hears()), (upgraded.into(), upgraded.into()));
    seconds(39);
    ann.sends("\n");
    assert_eq!((ann.hears(), bob.hears()), (String::new(), String::new()));
    seconds(1);
    let bye = "If you don't want to talk then you should leave. *BYE*\r\n";
    assert_eq!(bob.hears(), bye);
    assert_eq!(bob.closed(), Some(CloseReason::Closed));
    assert_eq!(ann.hears(), "LEFT: (#2) from 127.0.0.1\r\n");
    seconds(38);
    assert_eq!(ann.hears(), "");
    seconds(1);
    assert_eq!(ann.hears(), bye);
    assert!(ann.is_closed());
    assert_eq!(server.connections(), 0);
}

#[test]
fn one_that_is_denied_is_told_and_no_guest_hears_of_it() {
    for from in ["192.0.2.1:9", "[2001:db8::1]:9", "[::ffff:192.0.2.1]:9"] {
        let server = room();
        let ann = guest(&server);
        let stranger = server.connect(from);
        assert_eq!(stranger.hears(), "Go away!\n", "{from}");
        assert_eq!(stranger.closed(), Some(CloseReason::Refused), "{from}");
        stranger.sends("hello\n");
        stranger.finishes();
        assert_eq!(ann.hears(), "", "{from}");
        assert_eq!(server.connections(), 1);
        // It was not counted as an arrival.
        guest(&server);
        assert_eq!(
            ann.hears(),
            "JOIN: (#2) from 127.0.0.1\r\nLEFT: (#2) from 127.0.0.1\r\n"
                .split_inclusive('\n')
                .next()
                .unwrap()
        );
    }
    let server = room();
    assert!(!server.connect("[::ffff:127.0.0.1]:9").is_closed(), "IPv4 in IPv6 is IPv4");
}

#[test]
fn commands_are_carried_out_or_answered_with_their_usage() {
    for (line, to_ann, to_bob) in [
        ("/nick ann", "* 1 is now ann\r\n", "* 1 is now ann\r\n"),
        ("  /nick\t ann  ", "* 1 is now ann\r\n", "* 1 is now ann\r\n"),
        ("/nick", "usage: /nick <name>\r\n", ""),
        ("/nick a b", "usage: /nick <name>\r\n", ""),
        ("/nick 2", "that name is taken\r\n", ""),
        ("/msg 2 hello  you", "", "<1> hello  you\r\n"),
        ("/msg 2", "", "<1> \r\n"),
        ("/msg", "usage: /msg <to> <text...>\r\n", ""),
        ("/msg nobody hello", "no such guest\r\n", ""),
        ("/me waves", "* 1 waves\r\n", "* 1 waves\r\n"),
        ("/who", "you are 1 (#1)\r\n2 (#2)\r\n", ""),
        ("/who else", "usage: /who\r\n", ""),
        ("/roll 3d1", "* 1 rolls 3d1: 3\r\n", "* 1 rolls 3d1: 3\r\n"),
        ("/roll 0d6 ", "* 1 rolls 0d6: 0\r\n", "* 1 rolls 0d6: 0\r\n"),
        ("/roll", "usage: /roll <dice>\r\n", ""),
        ("/roll 2d0", "usage: /roll <dice>\r\n", ""),
        ("/roll 2d6 3", "usage: /roll <dice>\r\n", ""),
        ("/roll 256d6", "usage: /roll <dice>\r\n", ""),
        // Words are told apart by their letters, and what is no word is said.
        ("/Who", "[1 - 127.0.0.1] /Who\r\n - sent 22 byte message\r\n", "[1 - 127.0.0.1] /Who\r\n"),
        (
            "/whos",
            "[1 - 127.0.0.1] /whos\r\n - sent 23 byte message\r\n",
            "[1 - 127.0.0.1] /whos\r\n",
        ),
    ] {
        let (_server, ann, bob) = two();
        ann.sends(line);
        ann.sends("\r\n");
        assert_eq!((ann.hears(), bob.hears()), (to_ann.into(), to_bob.into()), "{line:?}");
        assert!(!ann.is_closed(), "{line:?}");
    }
}

#[test]
fn dice_stay_within_their_sides() {
    let (_server, ann, _bob) = two();
    for _ in 0..200 {
        ann.sends("/roll 2d6\n");
        let heard = ann.hears();
        let sum = heard.trim_end().strip_prefix("* 1 rolls 2d6: ").unwrap().parse::<u64>().unwrap();
        assert!((2..=12).contains(&sum), "{sum}");
    }
}

#[test]
fn quit_closes_and_what_is_pipelined_behind_it_is_dropped() {
    let (server, ann, bob) = two();
    ann.sends("/me goes\r\n/quit\r\nhello\r\n/me is");
    assert_eq!(ann.hears(), "* 1 goes\r\n");
    assert_eq!(ann.closed(), Some(CloseReason::Closed));
    assert_eq!(bob.hears(), "* 1 goes\r\nLEFT: (#1) from 127.0.0.1\r\n");
    ann.sends("hello\r\n");
    ann.finishes();
    assert_eq!((ann.hears(), bob.hears()), (String::new(), String::new()));
    assert_eq!(server.connections(), 1);
}

#[test]
fn bytes_that_are_no_text_are_refused_and_the_guest_stays() {
    for (line, answer) in [
        (&b"/nick \xff"[..], "usage: /nick <name>\r\n"),
        (b"/msg 2 \xff", "usage: /msg <to> <text...>\r\n"),
        (b"/me \xc3", "usage: /me <deed...>\r\n"),
        (b"say \xff", "not UTF-8\r\n"),
    ] {
        let (_server, ann, bob) = two();
        ann.sends([line, b"\r\n"].concat());
        assert_eq!((ann.hears(), bob.hears()), (answer.into(), String::new()));
        ann.sends("/me stays\r\n");
        assert_eq!(bob.hears(), "* 1 stays\r\n");
    }
}

#[test]
fn nothing_is_sent_to_a_guest_that_is_closing() {
    let (_server, ann, bob) = two();
    ann.reads_only(0);
    ann.sends("/me goes\r\n/quit\r\n");
    assert!(!ann.is_closed(), "its last output is not out");
    bob.ignores();
    bob.sends("/me shouts\r\n/msg 1 psst\r\n");
    assert_eq!(bob.hears(), "* 2 shouts\r\n");
    ann.reads_again();
    assert_eq!(ann.hears(), "* 1 goes\r\n");
    assert_eq!(ann.closed(), Some(CloseReason::Closed));
    assert_eq!(bob.hears(), "LEFT: (#1) from 127.0.0.1\r\n");
}

#[test]
fn the_answer_arrives_before_the_close() {
    let (server, ann, bob) = two();
    ann.sends("/who\r\n/quit\r\n");
    assert_eq!(ann.hears(), "you are 1 (#1)\r\n2 (#2)\r\n");
    assert!(ann.is_closed());
    bob.ignores();
    bob.sends("last\n");
    server.shut_down();
    assert_eq!(bob.hears(), "[2 - 127.0.0.1] last\r\n - sent 22 byte message\r\n");
    assert_eq!(bob.closed(), Some(CloseReason::Shutdown));
}

#[test]
fn one_that_does_not_take_its_last_output_is_cut_in_the_end() {
    let (server, ann, bob) = two();
    ann.reads_only(0);
    ann.sends("/who\r\n/quit\r\n");
    server.advance(Duration::from_secs(29));
    assert!(!ann.is_closed());
    server.advance(Duration::from_secs(1));
    assert_eq!(ann.closed(), Some(CloseReason::SlowReader));
    assert!(bob.hears().ends_with("LEFT: (#1) from 127.0.0.1\r\n"));
}

#[test]
fn a_burst_of_one_turn_closes_no_guest_that_reads() {
    let (_server, ann, bob) = two();
    let name = "n".repeat(8000);
    ann.sends(format!("/nick {name}\n"));
    bob.ignores();
    // Each of these short lines is 8 KiB for everyone: together more than the high mark.
    let count = 300;
    ann.sends("/me\n".repeat(count));
    assert_eq!(bob.closed(), None);
    assert_eq!(bob.hears().len(), count * format!("* {name} \r\n").len());
}

#[test]
fn a_broadcast_beyond_the_high_mark_closes_no_guest_that_reads() {
    let limits = Limits { output_high: 1000, output_low: 100, ..Limits::default() };
    let server = Server::with_limits(Room::default(), limits);
    let (ann, bob, cid) = (guest(&server), guest(&server), guest(&server));
    bob.ignores();
    cid.reads_only(1);
    let line = "x".repeat(2000);
    for _ in 0..2 {
        ann.sends(format!("{line}\n"));
        assert!(bob.hears().starts_with(&format!("[1 - 127.0.0.1] {line}\r\n")));
        // One that has not taken the first is closed by the second.
    }
    assert_eq!((bob.closed(), cid.closed()), (None, Some(CloseReason::SlowReader)));
}

#[test]
fn chunking_cannot_matter() {
    testing::check_chunking::<Guest>(
        "hello\r\n\r\n/nick ann\n/nick\n/me waves\r\n/who\n/msg 1 hi\n/msg\nsecond\nthird",
    );
}

#[test]
fn two_guests_talk_as_they_did_in_the_seed() {
    testing::dialogue::<Guest>(
        Room::default(),
        r"
        S: JOIN: (#1) from 127.0.0.1
        S: Welcome, you are number 1 to connect.
        S2: JOIN: (#2) from 127.0.0.1
        S2: Welcome, you are number 2 to connect.
        S: JOIN: (#2) from 127.0.0.1
        C- hel
        C- lo\r\nsecond\nthird
        S: [1 - 127.0.0.1] hello
        S:  - sent 23 byte message
        S: [1 - 127.0.0.1] second
        S:  - sent 24 byte message
        S2: [1 - 127.0.0.1] hello
        S2: [1 - 127.0.0.1] second
        C finishes
        S: [1 - 127.0.0.1] third
        S:  - sent 23 byte message
        S closes
        S2: [1 - 127.0.0.1] third
        S2: LEFT: (#1) from 127.0.0.1
        wait 20
        S2: Whoa, you must have a lot of patience.  You have been upgraded.
        wait 40
        S2: If you don't want to talk then you should leave. *BYE*
        S2 closes
        ",
    );
}
