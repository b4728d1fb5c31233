//! Modes are types, transitions are return types.

use std::time::Duration;

use mux_runtime::{CloseReason, Cx, Resp, mux_server, testing};

use super::{ask, hears};

/// Commands are taken.
#[derive(Default)]
struct Command;

/// A text is taken, up to a line with a dot.
#[derive(Default)]
struct Text {
    lines: Vec<String>,
}

/// Only a password is taken, a few times.
#[derive(Default)]
struct Login {
    tries: u8,
}

#[derive(Default)]
struct Post {
    texts: usize,
}

#[mux_server(modes(Command, Text, Login))]
impl Post {
    /// A mode, as it is.
    #[line("text")]
    fn text(&mut self) -> Text {
        Text::default()
    }

    /// A mode or nothing.
    #[line("maybe")]
    fn maybe(&mut self, yes: bool) -> Option<Text> {
        yes.then(|| Text { lines: vec!["maybe".into()] })
    }

    /// A mode or a reply.
    #[line("login")]
    fn login(&mut self, cx: &mut Cx<'_, Self>, name: &str) -> Result<Login, &'static str> {
        if name != "ann" {
            return Err("who?\n");
        }
        cx.out.write("password:\n");
        Ok(Login::default())
    }

    #[line("count")]
    fn count(&mut self, _mode: &mut Command) -> String {
        format!("{} texts\n", self.texts)
    }

    #[line("quit")]
    fn quit(&mut self, cx: &mut Cx<'_, Self>) -> Option<Text> {
        cx.close();
        None
    }

    /// The mode's value is borrowed.
    #[line(mode = Text)]
    fn more(&mut self, text: &mut Text, line: &str) {
        text.lines.push(line.into());
    }

    /// The mode's value is taken, and the mode left.
    #[line(".", mode = Text)]
    fn done(&mut self, cx: &mut Cx<'_, Self>, text: Text) -> Command {
        self.texts += 1;
        write!(cx.out, "{:?}\n", text.lines);
        Command
    }

    /// The mode's value is taken, and the mode stays: it starts anew.
    #[line("again", mode = Text)]
    fn again(&mut self, text: Text) -> String {
        format!("drops {}\n", text.lines.len())
    }

    #[line(mode = Login)]
    fn password(
        &mut self,
        login: &mut Login,
        cx: &mut Cx<'_, Self>,
        word: &str,
    ) -> Result<Option<Command>, &'static str> {
        if word == "secret" {
            cx.out.write("welcome\n");
            return Ok(Some(Command));
        }
        login.tries += 1;
        if login.tries == 3 {
            cx.close();
            return Err("no\n");
        }
        Ok(None)
    }
}

#[test]
fn the_rest_of_the_read_is_taken_in_the_new_mode() {
    assert_eq!(
        hears::<Post>("count\ntext\ncount\nquit\n.\ncount\n"),
        "0 texts\n[\"count\", \"quit\"]\n1 texts\n"
    );
}

#[test]
fn a_mode_in_an_option_or_a_result_is_entered_if_it_is_there() {
    assert_eq!(hears::<Post>("maybe false\ncount\n"), "0 texts\n");
    assert_eq!(hears::<Post>("maybe true\ncount\n.\n"), "[\"maybe\", \"count\"]\n");
    assert_eq!(hears::<Post>("login bob\ncount\n"), "who?\n0 texts\n");
    assert_eq!(hears::<Post>("login ann\ncount\nsecret\ncount\n"), "password:\nwelcome\n0 texts\n");
    assert_eq!(ask::<Post>("login ann\n1\n2\n3\nsecret\n"), ("password:\nno\n".into(), true));
}

#[test]
fn a_mode_s_value_lasts_as_long_as_the_mode() {
    assert_eq!(hears::<Post>("text\na\n.\ntext\nb\n.\n"), "[\"a\"]\n[\"b\"]\n");
    assert_eq!(hears::<Post>("text\na\nb\nagain\nc\n.\n"), "drops 2\n[\"c\"]\n");
    // A wrong password is counted anew after the next login.
    assert!(!ask::<Post>("login ann\n1\n2\nsecret\nlogin ann\n1\n2\n").1);
}

#[test]
fn a_word_belongs_to_its_mode() {
    assert_eq!(hears::<Post>(".\n"), "unknown command\r\n");
    assert_eq!(hears::<Post>("count x\ntext\n. x\n.\n"), "usage: count\r\nusage: .\r\n[]\n");
}

#[test]
fn what_is_pipelined_behind_a_close_is_dropped_whatever_the_mode() {
    assert_eq!(ask::<Post>("quit\ntext\nx\n.\n"), (String::new(), true));
}

#[test]
fn modes_and_pieces_do_not_meet() {
    let script = "text\r\na\r\n.\r\nlogin ann\nx\nsecret\ncount\n";
    let whole = hears::<Post>(script);
    for size in 1..script.len() {
        let client = testing::Server::<Post>::new(()).connect("127.0.0.1:9");
        script.as_bytes().chunks(size).for_each(|piece| client.sends(piece));
        assert_eq!(client.hears(), whole, "in pieces of {size}");
    }
}

#[test]
fn a_slot_that_is_used_again_starts_in_the_first_mode() {
    let server = testing::Server::<Post>::new(());
    let ann = server.connect("127.0.0.1:9");
    ann.sends("text\na\n");
    ann.vanishes();
    assert_eq!(ann.closed(), Some(CloseReason::Lost));
    let bob = server.connect("127.0.0.1:9");
    bob.sends("count\n");
    assert_eq!(bob.hears(), "0 texts\n");
}

#[test]
fn a_last_line_may_leave_a_mode() {
    let client = testing::Server::<Post>::new(()).connect("127.0.0.1:9");
    client.sends("text\na\n.");
    client.finishes();
    assert_eq!(client.hears(), "[\"a\"]\n");
}

#[test]
fn the_block_tells_its_modes() {
    let names = Post::PROTOCOL.modes.iter().map(|mode| mode.name).collect::<Vec<_>>();
    assert_eq!(names, ["Command", "Text", "Login"]);
    let words = Post::PROTOCOL.modes[1].commands.iter().map(|command| command.word);
    assert_eq!(words.collect::<Vec<_>>(), [None, Some("."), Some("again")]);
}

/// Redis's frames are taken.
#[derive(Default)]
struct Redis;

/// Where it goes by itself, without a message.
#[derive(Default)]
struct Restless;

#[mux_server(modes(Command, Redis), framing = Resp)]
impl Restless {
    #[on(connect)]
    fn arrive(&mut self, cx: &mut Cx<'_, Self>) {
        cx.set_timeout(Duration::from_secs(1));
    }

    #[line]
    fn line(&mut self, line: &str) -> String {
        format!("line {line}\n")
    }

    #[on(timeout)]
    fn upgrade(&mut self) -> Redis {
        Redis
    }

    #[frame("GET", mode = Redis)]
    fn get(&mut self, key: &str) -> String {
        format!("get {key}\n")
    }
}

#[test]
fn a_mode_that_an_event_goes_to_looks_at_the_input_anew() {
    // What was there of a line is the front of a frame, then, and may be all of it.
    for (before, after, expected) in [
        ("*2\r", "\n$3\r\nGET\r\n$1\r\na\r\n", "get a\n"),
        ("*12", "3\r\n", ""),
        ("*2222222", "\r\n$3\r\n", "-ERR longer than 1048576 bytes\r\n"),
    ] {
        let server = testing::Server::<Restless>::new(());
        let ann = server.connect("127.0.0.1:9");
        ann.sends(before);
        server.advance(Duration::from_secs(1));
        ann.sends(after);
        assert_eq!(ann.hears(), expected, "{before:?} {after:?}");
    }
}

struct Shrinking {
    length: usize,
}

#[mux_server]
impl Shrinking {
    #[on(connect)]
    fn arrive(cx: &mut Cx<'_, Self>) -> Self {
        cx.set_timeout(Duration::from_secs(1));
        Shrinking { length: 1000 }
    }

    #[on(timeout)]
    fn shrink(&mut self) {
        self.length = 2;
    }

    #[bytes(self.length)]
    fn bytes(&mut self, bytes: &str) -> String {
        format!("bytes {bytes}\n")
    }
}

#[test]
fn a_length_that_an_event_makes_less_is_not_waited_for_as_it_was() {
    let server = testing::Server::<Shrinking>::new(());
    let ann = server.connect("127.0.0.1:9");
    ann.sends("a");
    server.advance(Duration::from_secs(1));
    ann.sends("b");
    assert_eq!(ann.hears(), "bytes ab\n");
}

/// Bytes of which some are lines already.
#[derive(Default)]
struct Blob;

#[derive(Default)]
struct Upgraded;

#[mux_server(modes(Blob, Command))]
impl Upgraded {
    #[on(connect)]
    fn arrive(&mut self, cx: &mut Cx<'_, Self>) {
        cx.set_timeout(Duration::from_secs(1));
    }

    #[bytes(100)]
    fn blob(&mut self, _blob: &[u8]) {}

    #[on(timeout)]
    fn upgrade(&mut self) -> Command {
        Command
    }

    #[line(mode = Command)]
    fn line(&mut self, line: &str) -> String {
        format!("line {line}\n")
    }
}

#[test]
fn a_mode_that_an_event_goes_to_takes_what_was_there_at_once() {
    let server = testing::Server::<Upgraded>::new(());
    let ann = server.connect("127.0.0.1:9");
    ann.sends("one\ntwo\nthr");
    assert_eq!(ann.hears(), "");
    server.advance(Duration::from_secs(1));
    assert_eq!(ann.hears(), "line one\nline two\n");
    ann.sends("ee\n");
    assert_eq!(ann.hears(), "line three\n");
}
