//! Modes are types, transitions are return types.

use mux_runtime::{CloseReason, Cx, mux_server, testing};

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
