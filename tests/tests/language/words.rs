//! The parameter list is the grammar.

use std::net::IpAddr;

use mux_runtime::{Cx, FromArg, Words, mux_server};

use super::hears;

/// A word that borrows from the line.
struct Quoted<'a>(&'a [u8]);

impl<'a> FromArg<'a> for Quoted<'a> {
    fn from_arg(word: &'a [u8]) -> Option<Self> {
        word.strip_prefix(b"'")?.strip_suffix(b"'").map(Quoted)
    }
}

#[derive(Default)]
struct Tool;

#[mux_server]
impl Tool {
    #[line("text")]
    fn text(&mut self, cx: &mut Cx<'_, Self>, a: &str, b: &str) {
        write!(cx.out, "{a:?} {b:?}\n");
    }

    #[line("bytes")]
    fn bytes(&mut self, cx: &mut Cx<'_, Self>, word: &[u8]) {
        write!(cx.out, "{}\n", word.escape_ascii());
    }

    #[line("value")]
    fn value(&mut self, cx: &mut Cx<'_, Self>, port: u16, host: IpAddr, on: bool, name: String) {
        write!(cx.out, "{port} {host} {on} {name}\n");
    }

    #[line("borrow")]
    fn borrow(&mut self, cx: &mut Cx<'_, Self>, word: Quoted<'_>) {
        write!(cx.out, "{}\n", word.0.escape_ascii());
    }

    #[line("maybe")]
    fn maybe(&mut self, cx: &mut Cx<'_, Self>, a: u8, b: Option<u8>, c: Option<&str>) {
        write!(cx.out, "{a} {b:?} {c:?}\n");
    }

    #[line("words")]
    fn words(&mut self, cx: &mut Cx<'_, Self>, first: &str, others: Words<'_>) {
        write!(cx.out, "{first} {others:?} {}\n", others.count());
    }

    #[line("rest")]
    fn rest(&mut self, cx: &mut Cx<'_, Self>, first: &str, #[rest] text: &str) {
        write!(cx.out, "{first} {text:?}\n");
    }

    #[line("raw")]
    fn raw(&mut self, cx: &mut Cx<'_, Self>, #[rest] data: &[u8]) {
        write!(cx.out, "{}\n", data.escape_ascii());
    }

    #[line("late")]
    fn late(&mut self, cx: &mut Cx<'_, Self>, a: Option<u8>, #[rest] text: &str) {
        write!(cx.out, "{a:?} {text:?}\n");
    }

    /// The context is not a must, and neither is its place.
    #[line("bare")]
    fn bare(&mut self, name: &str) -> String {
        format!("bare {name}\n")
    }

    #[line("none")]
    fn none(&mut self) -> &'static str {
        "none\n"
    }
}

#[test]
fn each_parameter_reads_its_part_of_the_line() {
    for (line, answer) in [
        ("text a b", "\"a\" \"b\"\n"),
        ("text  a\t b \t", "\"a\" \"b\"\n"),
        ("text gr\u{fc}n b", "\"gr\u{fc}n\" \"b\"\n"),
        ("text a", "usage: text <a> <b>\r\n"),
        ("text a b c", "usage: text <a> <b>\r\n"),
        ("bytes a\u{fc}", "a\\xc3\\xbc\n"),
        ("bytes", "usage: bytes <word>\r\n"),
        ("value 80 ::1 true x", "80 ::1 true x\n"),
        ("value 65536 ::1 true x", "usage: value <port> <host> <on> <name>\r\n"),
        ("value 80 ::1 yes x", "usage: value <port> <host> <on> <name>\r\n"),
        ("borrow 'x'", "x\n"),
        ("borrow x", "usage: borrow <word>\r\n"),
        ("maybe 1", "1 None None\n"),
        ("maybe 1 2", "1 Some(2) None\n"),
        ("maybe 1 2 c", "1 Some(2) Some(\"c\")\n"),
        ("maybe 1 c", "usage: maybe <a> [b] [c]\r\n"),
        ("maybe 1 2 c d", "usage: maybe <a> [b] [c]\r\n"),
        ("words a", "a [] 0\n"),
        ("words a b  c\t", "a [\"b\", \"c\"] 2\n"),
        ("words", "usage: words <first> [others...]\r\n"),
        ("rest a b  c ", "a \"b  c \"\n"),
        ("rest a", "a \"\"\n"),
        ("rest", "usage: rest <first> <text...>\r\n"),
        ("raw  \u{1}b ", "\\x01b \n"),
        ("late", "None \"\"\n"),
        ("late 3", "Some(3) \"\"\n"),
        ("late 3 b c", "Some(3) \"b c\"\n"),
        ("late x", "usage: late [a] <text...>\r\n"),
        ("bare x", "bare x\n"),
        ("none", "none\n"),
        ("none ", "none\n"),
        ("none x", "usage: none\r\n"),
        ("nones", "unknown command\r\n"),
        ("None", "unknown command\r\n"),
        ("", "unknown command\r\n"),
        ("  ", "unknown command\r\n"),
    ] {
        assert_eq!(hears::<Tool>(format!("{line}\n")), answer, "{line:?}");
    }
}

#[test]
fn bytes_that_are_no_text_fit_where_bytes_are_wanted() {
    assert_eq!(hears::<Tool>(b"bytes \xff\n"), "\\xff\n");
    assert_eq!(hears::<Tool>(b"raw \xff \xfe\n"), "\\xff \\xfe\n");
    for (line, usage) in [
        (&b"text a \xff\n"[..], "usage: text <a> <b>\r\n"),
        (b"value \xff\n", "usage: value <port> <host> <on> <name>\r\n"),
        (b"words a \xff\n", "usage: words <first> [others...]\r\n"),
        (b"rest a \xff\n", "usage: rest <first> <text...>\r\n"),
    ] {
        assert_eq!(hears::<Tool>(line), usage);
    }
}

/// Any other line, in words.
#[derive(Default)]
struct Sum;

#[mux_server]
impl Sum {
    #[line("clear")]
    fn clear(&mut self) -> &'static str {
        "cleared\n"
    }

    #[line]
    fn sum(&mut self, cx: &mut Cx<'_, Self>, a: i64, b: i64) {
        write!(cx.out, "{}\n", a + b);
    }
}

#[test]
fn any_other_line_can_be_read_word_by_word() {
    assert_eq!(hears::<Sum>("1 -2\nclear\n3 x\n"), "-1\ncleared\nusage: <a> <b>\r\n");
}

#[derive(Default)]
struct Shout;

#[mux_server(ignore_case)]
impl Shout {
    #[line("Helo")]
    fn helo(&mut self, name: &str) -> String {
        format!("hello {name}\n")
    }

    #[line("q")]
    fn quit(&mut self, cx: &mut Cx<'_, Self>) {
        cx.close();
    }
}

#[test]
fn with_ignore_case_a_command_matches_in_any_case_and_its_arguments_keep_theirs() {
    assert_eq!(
        hears::<Shout>("HELO aNN\nhelo b\nHeLo C\nHELOO d\nhel e\n"),
        "hello aNN\nhello b\nhello C\nunknown command\r\nunknown command\r\n"
    );
    assert_eq!(hears::<Shout>("HELO\n"), "usage: Helo <name>\r\n");
    assert!(super::ask::<Shout>("Q\n").1);
}

#[test]
fn the_block_tells_what_it_takes() {
    let [mode] = Tool::PROTOCOL.modes else { panic!("one mode") };
    let bare = mode.commands.iter().find(|command| command.name == "bare").unwrap();
    assert_eq!((bare.word, bare.usage), (Some("bare"), "bare <name>"));
    assert_eq!(bare.doc, "The context is not a must, and neither is its place.");
    assert_eq!((bare.parameters[0].name, bare.parameters[0].of_type), ("name", "&str"));
    assert_eq!((Tool::PROTOCOL.name, mode.name), ("Tool", ""));
    assert!(Shout::PROTOCOL.ignore_case && !Tool::PROTOCOL.ignore_case);
}

/// Any other line, whatever it says.
#[derive(Default)]
struct Deaf;

#[mux_server]
impl Deaf {
    #[line("hello")]
    fn hello(&mut self) -> &'static str {
        "hello\n"
    }

    #[line]
    fn what(&mut self) -> &'static str {
        "what?\n"
    }
}

/// Any other line, with its first word and its rest.
#[derive(Default)]
struct Prefix;

#[mux_server]
impl Prefix {
    #[line]
    fn any(&mut self, cx: &mut Cx<'_, Self>, first: u8, #[rest] text: &[u8]) {
        write!(cx.out, "{first} [{}]\n", text.escape_ascii());
    }
}

#[test]
fn a_handler_of_any_other_line_without_parameters_takes_every_line() {
    assert_eq!(hears::<Deaf>("hello\nhi there\n\n  \n"), "hello\nwhat?\nwhat?\nwhat?\n");
    assert_eq!(hears::<Deaf>(b"\xff\n"), "what?\n");
    assert_eq!(hears::<Deaf>("hello x\n"), "usage: hello\r\n");
    assert_eq!(hears::<Prefix>("1 a b \n2\nx\n"), "1 [a b ]\n2 []\nusage: <first> <text...>\r\n");
}
