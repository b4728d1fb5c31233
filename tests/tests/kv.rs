//! The key-value store, in memory.

#[allow(dead_code, reason = "`main` is not called here")]
#[path = "../../examples/kv/main.rs"]
mod kv;

use std::time::Duration;

use allocation_counter::measure;
use kv::{Db, Kv};
use mux_runtime::{
    CloseReason,
    testing::{Client, Server, check_chunking, play},
};

/// A command as clients send it.
fn command(words: &[&[u8]]) -> Vec<u8> {
    let mut frame = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        frame.extend(format!("${}\r\n", word.len()).bytes());
        frame.extend_from_slice(word);
        frame.extend(b"\r\n");
    }
    frame
}

/// The same, from words with blanks between them.
fn words(line: &str) -> Vec<u8> {
    command(&line.split(' ').map(str::as_bytes).collect::<Vec<_>>())
}

/// What is answered to a command.
fn asks(client: &Client<Kv>, line: &str) -> String {
    client.sends(words(line));
    client.hears()
}

fn server() -> Server<Kv> {
    Server::new(Db::default())
}

fn one_client() -> Client<Kv> {
    server().connect("127.0.0.1:9")
}

/// A script in which every command comes, right and wrong.
const EVERY_COMMAND: &[&str] = &[
    "PING",
    "ping hello",
    "PING a b",
    "ECHO hello",
    "ECHO",
    "GET a",
    "SET a 1",
    "SET a 2 NX",
    "SET a 2 XX EX 100",
    "SET b 2 px 1500",
    "SET b 2 EX 0",
    "SET b 2 EX x",
    "SET b 2 what",
    "GET a",
    "GET",
    "MSET c 3 d 4 e",
    "MSET c 3 d 4",
    "MGET a nothing c d",
    "DEL c nothing",
    "EXISTS a a d c",
    "INCR a",
    "DECR a",
    "INCRBY a 20",
    "DECRBY a 10",
    "INCRBY a x",
    "INCR nothing",
    "SET text abc",
    "INCR text",
    "EXPIRE a 10",
    "EXPIRE a x",
    "TTL a",
    "TTL d",
    "TTL none",
    "KEYS ?",
    "KEYS [ab]*",
    "DBSIZE",
    "COMMAND COUNT",
    "COMMAND",
    "CLIENT ID",
    "CLIENT SETNAME me",
    "CLIENT what",
    "INFO",
    "CONFIG GET *",
    "CONFIG SET a b",
    "PUBLISH channel hello",
    "UNSUBSCRIBE",
    "UNSUBSCRIBE channel",
    "FLUSHALL",
    "what is this",
    "SUBSCRIBE one two",
    "SUBSCRIBE three",
    "PING",
    "PING hello",
    "GET a",
    "UNSUBSCRIBE one",
    "UNSUBSCRIBE",
    "PING",
    "SUBSCRIBE one",
    "QUIT",
];

#[test]
fn a_client_sets_gets_and_counts() {
    play(
        &server(),
        r"
        # Inline commands are answered as frames are.
        C: PING
        S: +PONG
        C: set greeting hello
        S: +OK
        C- *2\r\n$3\r\nGET\r\n$8\r\ngreeting\r\n
        S: $5
        S: hello
        C: GET nothing
        S: $-1
        C: MSET a 1 b 2
        S: +OK
        C: MGET a nothing b
        S: *3
        S: $1
        S: 1
        S: $-1
        S: $1
        S: 2
        C: INCR a
        S: :2
        C: DECR fresh
        S: :-1
        C: EXISTS a b c a
        S: :3
        C: DEL a c
        S: :1
        C: DBSIZE
        S: :3
        C: KEYS [bf]*
        S: *2
        S: $1
        S: b
        S: $5
        S: fresh
        C: FLUSHALL
        S: +OK
        C: KEYS *
        S: *0
        # Nothing is no command.
        C:
        C- *0\r\n
        C: QUIT
        S: +OK
        S closes
        ",
    );
}

#[test]
fn it_does_not_matter_how_the_network_cuts_the_commands() {
    let frames = EVERY_COMMAND.iter().map(|line| words(line)).collect::<Vec<_>>().concat();
    check_chunking::<Kv>(frames);
    let lines = EVERY_COMMAND.iter().map(|line| format!("{line}\r\n")).collect::<String>();
    check_chunking::<Kv>(lines);
}

#[test]
fn what_is_wrong_is_told_in_redis_words() {
    let ann = one_client();
    asks(&ann, "SET text abc");
    asks(&ann, "SET most 9223372036854775807");
    let arity = |of: &str| format!("-ERR wrong number of arguments for '{of}' command\r\n");
    let not_an_int = "-ERR value is not an integer or out of range\r\n";
    let syntax = "-ERR syntax error\r\n";
    let set_time = "-ERR invalid expire time in 'set' command\r\n";
    for (line, answer) in [
        ("GET", &*arity("get")),
        ("get a b", &arity("get")),
        ("SET a", &arity("set")),
        ("MSET a", &arity("mset")),
        ("MSET a 1 b", &arity("mset")),
        ("DEL", &arity("del")),
        ("DBSIZE x", &arity("dbsize")),
        ("SUBSCRIBE", &arity("subscribe")),
        ("SET a b EX", syntax),
        ("SET a b NX XX", syntax),
        ("SET a b EX 1 PX 1", syntax),
        ("SET a b EX abc what", syntax),
        ("FLUSHALL now", syntax),
        ("SET a b EX abc", not_an_int),
        ("EXPIRE text 1x", not_an_int),
        ("INCR text", not_an_int),
        ("SET a b EX 0", set_time),
        ("SET a b PX -1", set_time),
        ("SET a b EX 9223372036854775807", set_time),
        ("EXPIRE text 9223372036854775807", "-ERR invalid expire time in 'expire' command\r\n"),
        ("DECRBY text -9223372036854775808", "-ERR decrement would overflow\r\n"),
        ("INCR most", "-ERR increment or decrement would overflow\r\n"),
        ("FOO a b", "-ERR unknown command 'FOO', with args beginning with: 'a' 'b' \r\n"),
        ("foo", "-ERR unknown command 'foo', with args beginning with: \r\n"),
    ] {
        assert_eq!(asks(&ann, line), answer, "{line}");
    }
    assert_eq!(asks(&ann, "EXISTS a"), ":0\r\n");
}

#[test]
fn a_frame_that_is_none_is_told_and_closes_the_connection() {
    for (frame, error) in [
        ("*x\r\n", "invalid multibulk length"),
        ("*1\r\n+OK\r\n", "expected '$', got '+'"),
        ("*1\r\n$-1\r\n", "invalid bulk length"),
        ("*1\r\n$999999999999\r\n", "invalid bulk length"),
    ] {
        let ann = one_client();
        ann.sends(format!("PING\r\n{frame}PING\r\n"));
        assert_eq!(ann.hears(), format!("+PONG\r\n-ERR Protocol error: {error}\r\n"));
        assert_eq!(ann.closed(), Some(CloseReason::Malformed), "{frame:?}");
    }
}

#[test]
fn half_a_command_is_not_carried_out() {
    let server = server();
    let ann = server.connect("127.0.0.1:9");
    ann.sends("SET a 10");
    ann.finishes();
    assert_eq!((ann.hears(), ann.is_closed()), (String::new(), true));
    assert_eq!(asks(&server.connect("127.0.0.1:10"), "GET a"), "$-1\r\n");
}

#[test]
fn a_key_is_gone_when_its_time_is_over() {
    play(
        &server(),
        r"
        C: SET a 1 EX 10
        S: +OK
        C: TTL a
        S: :10
        wait 9.9
        C: INCR a
        S: :2
        C: TTL a
        S: :0
        wait 0.1
        C: GET a
        S: $-1
        C: TTL a
        S: :-2
        C: INCR a
        S: :1
        C: TTL a
        S: :-1
        C: EXPIRE a 2
        S: :1
        C: SET a 5
        S: +OK
        wait 3
        C: GET a
        S: $1
        S: 5
        C: EXPIRE a -1
        S: :1
        C: EXISTS a
        S: :0
        C: SET b 1 PX 1500
        S: +OK
        C: SET b 2 NX
        S: $-1
        wait 1.5
        C: DBSIZE
        S: :0
        C: SET b 2 XX
        S: $-1
        C: SET b 2 NX
        S: +OK
        ",
    );
}

#[test]
fn keys_that_are_over_do_not_pile_up() {
    let server = server();
    let ann = server.connect("127.0.0.1:9");
    let measured = measure(|| {
        for round in 0..100 {
            for key in 0..100 {
                ann.sends(words(&format!("SET {round}:{key} x EX 1")));
                ann.ignores();
            }
            server.advance(Duration::from_secs(1));
        }
    });
    // Ten thousand would take ten times as much, at least.
    assert!(measured.bytes_current < 64 * 1024, "{} bytes are kept", measured.bytes_current);
}

#[test]
fn no_get_and_no_set_of_a_key_that_exists_asks_for_memory() {
    let ann = one_client();
    asks(&ann, "SET key value");
    asks(&ann, "SET other value EX 100");
    for line in [
        "GET key",
        "get key",
        "SET key VALUE",
        "SET key v",
        "SET other VALUE EX 100",
        "MSET key 1 other 2",
        "MGET key other nothing",
        "EXISTS key other",
        "TTL other",
        "GET nothing",
        "GET",
        "PING",
        "PUBLISH news hello",
    ] {
        let frame = words(line);
        let ask = || {
            ann.sends(&frame);
            ann.ignores();
        };
        ask();
        assert_eq!(measure(|| (0..100).for_each(|_| ask())).count_total, 0, "{line}");
    }
}

#[test]
fn what_is_published_reaches_all_who_listen() {
    play(
        &server(),
        r"
        C: SUBSCRIBE news weather
        S: *3
        S: $9
        S: subscribe
        S: $4
        S: news
        S: :1
        S: *3
        S: $9
        S: subscribe
        S: $7
        S: weather
        S: :2
        C2: SUBSCRIBE news
        S2- *3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n
        C3: PUBLISH news hello
        S3: :2
        S- *3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n
        S2- *3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n
        C3: PUBLISH other hello
        S3: :0
        # While it listens, a client may do little else.
        C: GET a
        S: -ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context
        C: PING
        S- *2\r\n$4\r\npong\r\n$0\r\n\r\n
        C: UNSUBSCRIBE news
        S- *3\r\n$11\r\nunsubscribe\r\n$4\r\nnews\r\n:1\r\n
        C2 finishes
        S2 closes
        C3: PUBLISH news hello
        S3: :0
        C3: PUBLISH weather sun
        S3: :1
        S- *3\r\n$7\r\nmessage\r\n$7\r\nweather\r\n$3\r\nsun\r\n
        C: UNSUBSCRIBE
        S- *3\r\n$11\r\nunsubscribe\r\n$7\r\nweather\r\n:0\r\n
        C: GET a
        S: $-1
        ",
    );
}

#[test]
fn a_slow_subscriber_is_cut_and_the_others_are_not_slowed() {
    let server = server();
    let slow = server.connect("127.0.0.1:1");
    let quick = server.connect("127.0.0.1:2");
    let ann = server.connect("127.0.0.1:3");
    asks(&slow, "SUBSCRIBE news");
    asks(&quick, "SUBSCRIBE news");
    slow.reads_only(0);
    let message = vec![b'x'; 32 * 1024];
    let publish = command(&[b"PUBLISH", b"news", &message]);
    let expected = command(&[b"message", b"news", &message]);
    // Two MiB, of which one fits.
    for _ in 0..64 {
        ann.sends(&publish);
        assert_eq!(quick.hears_bytes(), expected);
        assert!(ann.hears().starts_with(':'));
    }
    assert_eq!(slow.closed(), Some(CloseReason::SlowReader));
    assert!(!quick.is_closed());
    ann.sends(words("PUBLISH news end"));
    assert_eq!(ann.hears(), ":1\r\n");
}

#[test]
fn a_value_may_have_ten_mebibytes() {
    let ann = one_client();
    let value = (0..10 << 20).map(|at: u32| at as u8).collect::<Vec<_>>();
    ann.sends(command(&[b"SET", b"big", &value]));
    assert_eq!(ann.hears(), "+OK\r\n");
    ann.sends(words("GET big"));
    let heard = ann.hears_bytes();
    assert_eq!(heard.len(), b"$10485760\r\n".len() + value.len() + 2);
    assert!(heard.starts_with(b"$10485760\r\n") && heard[11..].starts_with(&value));
}

#[test]
fn pipelined_commands_are_answered_in_order_and_in_one_write() {
    let server = server();
    let ann = server.connect("127.0.0.1:9");
    let commands = (0..1000).map(|_| words("INCR n")).collect::<Vec<_>>().concat();
    let before = server.writes();
    ann.sends(commands);
    assert_eq!(server.writes() - before, 1);
    let expected = (1..=1000).map(|n| format!(":{n}\r\n")).collect::<String>();
    assert_eq!(ann.hears(), expected);
}

#[test]
fn keys_and_values_are_any_bytes() {
    let ann = one_client();
    let (key, value) = (b"\0\xff\r\n", b"\r\n$3\r\n\0");
    ann.sends(command(&[b"SET", key, value]));
    ann.sends(command(&[b"GET", key]));
    assert_eq!(ann.hears_bytes(), b"+OK\r\n$7\r\n\r\n$3\r\n\0\r\n");
}
