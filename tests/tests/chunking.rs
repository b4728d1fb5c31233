//! However a script is cut into reads, the session does the same and says the same.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

#[allow(dead_code, reason = "only the room is needed, not the program")]
#[path = "../../examples/chat/main.rs"]
mod chat;

use chat::{Guest, Room};
use mux_runtime::{CloseReason, Cx, Malformed, Session, mux_server, testing};

/// Declares a protocol that tells all that it is given, with one kind of line end.
macro_rules! teller {
    ($name:ident, $($options:tt)*) => {
        #[derive(Default)]
        struct $name;

        #[mux_server($($options)*, max_line = 16)]
        impl $name {
            #[line("add")]
            fn add(&mut self, cx: &mut Cx<'_, Self>, a: i32, b: i32) {
                write!(cx.out, "sum {}|", a + b);
            }

            #[line("quit")]
            fn quit(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
                cx.close();
                "bye|"
            }

            #[line]
            fn other(&mut self, cx: &mut Cx<'_, Self>, line: &str) {
                write!(cx.out, "{line:?}|");
            }

            #[on(malformed)]
            fn wrong(&mut self, cx: &mut Cx<'_, Self>, what: &Malformed<'_>) {
                let input = what.input.escape_ascii();
                let name = what.command.map(|command| command.name);
                write!(cx.out, "{:?} in \"{input}\" at {} of {name:?}|", what.kind, what.at);
            }
        }
    };
}

teller!(Lf, line = lf);
teller!(Crlf, line = crlf);
teller!(Any, line = any);

/// What a client hears, and why its connection ends.
type Heard = (String, Option<CloseReason>);

fn play<'s, P: Session>(shared: P::Shared, pieces: impl IntoIterator<Item = &'s [u8]>) -> Heard {
    let server = testing::Server::<P>::new(shared);
    let client = server.connect("127.0.0.1:9");
    for piece in pieces {
        client.sends(piece);
    }
    client.finishes();
    (client.hears(), client.closed())
}

/// Demands that `script` is heard the same whole, in every two pieces, and byte by byte.
#[track_caller]
fn is_heard_the_same<P: Session>(shared: impl Fn() -> P::Shared, script: &[u8]) -> Heard {
    let whole = play::<P>(shared(), [script]);
    let told = |how: &str| format!("{} {how}", script.escape_ascii());
    for at in 1..script.len() {
        let (left, right) = script.split_at(at);
        assert_eq!(play::<P>(shared(), [left, right]), whole, "{}", told(&format!("at {at}")));
    }
    for size in [1, 2, 3, 7] {
        let pieces = play::<P>(shared(), script.chunks(size));
        assert_eq!(pieces, whole, "{}", told(&format!("in pieces of {size}")));
    }
    whole
}

/// Scripts that hold what could go wrong at a cut: both line ends, each byte of them alone, text
/// of several bytes a letter, lines that are as long as they may be and longer, and a last line
/// without its end.
const SCRIPTS: [&[u8]; 17] = [
    b"",
    b"\r\n",
    b"\n\n\r\n\n",
    b"one\r\ntwo\nthree",
    b"add 1 2\r\nadd 1\r\nadd 1 x\r\nadd 1 2 3\r\n",
    b"a\r\rb\r\n\r",
    b"a\rb\nc",
    "gr\u{fc}\u{df} \u{1f600}\r\n".as_bytes(),
    b"\xff\r\nnext\r\n",
    b"0123456789abcdef\r\nnext\r\n",
    b"0123456789abcdef\nnext\r\n",
    b"0123456789abcdefg\r\nnext\r\n",
    b"0123456789abcdefg\nnext\r\n",
    b"0123456789abcdefghijkl",
    b"0123456789abcdef\r\rnext\r\n",
    b"0123456789abcdefghi\rnext\n",
    b"quit\r\nadd 1 2\r\n",
];

#[test]
fn a_script_in_pieces_is_heard_as_it_is_whole() {
    for script in SCRIPTS {
        is_heard_the_same::<Lf>(|| (), script);
        is_heard_the_same::<Crlf>(|| (), script);
        is_heard_the_same::<Any>(|| (), script);
    }
}

#[test]
fn the_chat_is_heard_the_same_in_any_pieces() {
    let script =
        b"hello\r\n/nick ann\n/me \r\n/msg ann hi\r\n/msg\r\n/who\r\n\n/roll 2d1\r\n\xff\n/quit\nx";
    let (heard, why) = is_heard_the_same::<Guest>(Room::default, script);
    assert!(heard.ends_with("* ann rolls 2d1: 2\r\nnot UTF-8\r\n"), "{heard}");
    assert_eq!(why, Some(CloseReason::Closed));
}

#[test]
fn each_line_end_is_what_it_was_declared_to_be() {
    let script = b"one\r\ntwo\nthree";
    let finished = Some(CloseReason::Finished);
    assert_eq!(
        is_heard_the_same::<Lf>(|| (), script),
        (r#""one\r"|"two"|"three"|"#.into(), finished)
    );
    assert_eq!(
        is_heard_the_same::<Any>(|| (), script),
        (r#""one"|"two"|"three"|"#.into(), finished)
    );
    assert_eq!(
        is_heard_the_same::<Crlf>(|| (), script),
        (r#""one"|LineEnd in "two\n" at 3 of None|"#.into(), Some(CloseReason::Malformed))
    );
}

#[test]
fn a_line_is_too_long_before_its_end_is_looked_at() {
    let long = b"0123456789abcdefghi\rnext\n";
    let told = r#"TooLong { max: 16 } in "0123456789abcdefg" at 16 of None|"#;
    for heard in [
        is_heard_the_same::<Lf>(|| (), long),
        is_heard_the_same::<Crlf>(|| (), long),
        is_heard_the_same::<Any>(|| (), long),
    ] {
        assert_eq!(heard, (told.into(), Some(CloseReason::Malformed)));
    }
}
