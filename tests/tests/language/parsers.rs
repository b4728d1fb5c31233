//! nom parsers read what words can't.

use mux_runtime::{Cx, mux_server, text};
use nom::{
    IResult, Parser,
    branch::alt,
    bytes::{complete::take_while1, streaming, tag, take_until},
    character::complete::{alpha1, char, digit1, u8},
    combinator::{all_consuming, opt, value},
    multi::separated_list1,
    sequence::{delimited, preceded, separated_pair},
};

use super::hears;

/// Two numbers with a cross between them.
struct Size(u8, u8);

/// A struct that borrows from the line.
struct Pair<'a> {
    key: &'a [u8],
    value: Option<&'a [u8]>,
}

fn size(input: &[u8]) -> IResult<&[u8], Size> {
    separated_pair(u8, tag("x"), u8).map(|(w, h)| Size(w, h)).parse_complete(input)
}

fn pair(input: &[u8]) -> IResult<&[u8], Pair<'_>> {
    let word = || take_while1(|byte: core::primitive::u8| byte.is_ascii_alphanumeric());
    (word(), opt(preceded(tag("="), word())))
        .map(|(key, value)| Pair { key, value })
        .parse_complete(input)
}

fn name(input: &str) -> IResult<&str, &str> {
    alpha1(input)
}

#[derive(Default)]
struct Reader;

#[mux_server]
impl Reader {
    /// A function, and its output as it is.
    #[line("size", parser = size)]
    fn size(&mut self, cx: &mut Cx<'_, Self>, size: Size) {
        write!(cx.out, "{} by {}\n", size.0, size.1);
    }

    /// An inline combinator, whose output borrows.
    #[line("MAIL", parser = delimited(tag("FROM:<"), take_until(">"), tag(">")))]
    fn mail(&mut self, cx: &mut Cx<'_, Self>, sender: &[u8]) {
        write!(cx.out, "from {}\n", sender.escape_ascii());
    }

    /// A tuple is several parameters.
    #[line("at", parser = separated_pair(u8, tag(":"), u8))]
    fn at(&mut self, cx: &mut Cx<'_, Self>, hour: u8, minute: u8) {
        write!(cx.out, "{hour} h {minute}\n");
    }

    /// Whatever the parser makes of it, nothing is wanted.
    #[line("ok", parser = alt((tag("yes"), tag("no"))))]
    fn ok(&mut self) -> &'static str {
        "ok\n"
    }

    /// A borrowed struct.
    #[line("pair", parser = pair)]
    fn pair(&mut self, cx: &mut Cx<'_, Self>, pair: Pair<'_>) {
        let value = pair.value.map(|value| value.escape_ascii().to_string());
        write!(cx.out, "{} {value:?}\n", pair.key.escape_ascii());
    }

    /// A parser of text.
    #[line("name", parser = text(name))]
    fn name(&mut self, cx: &mut Cx<'_, Self>, name: &str) {
        write!(cx.out, "name {name}\n");
    }

    /// One that owns what it gives.
    #[line("list", parser = separated_list1(char(','), u8))]
    fn list(&mut self, cx: &mut Cx<'_, Self>, list: Vec<u8>) {
        write!(cx.out, "{list:?}\n");
    }

    /// A streaming parser knows that a line is whole.
    #[line("all", parser = streaming::take_while1(|byte| byte == b'a'))]
    fn all(&mut self, cx: &mut Cx<'_, Self>, run: &[u8]) {
        write!(cx.out, "{}\n", run.len());
    }
}

#[test]
fn a_parser_reads_the_rest_of_the_line_after_a_word() {
    for (line, answer) in [
        ("size 3x4", "3 by 4\n"),
        ("size   3x4 \t", "3 by 4\n"),
        ("size 3x", "usage: size <size>\r\n"),
        ("size 3x4x5", "usage: size <size>\r\n"),
        ("size 3x256", "usage: size <size>\r\n"),
        ("size", "usage: size <size>\r\n"),
        ("MAIL FROM:<a b>", "from a b\n"),
        ("MAIL FROM:<>", "from \n"),
        ("MAIL TO:<a>", "usage: MAIL <sender>\r\n"),
        ("at 12:30", "12 h 30\n"),
        ("at 12", "usage: at <hour> <minute>\r\n"),
        ("ok yes", "ok\n"),
        ("ok no", "ok\n"),
        ("ok", "usage: ok\r\n"),
        ("pair a=1", "a Some(\"1\")\n"),
        ("pair a", "a None\n"),
        ("pair =", "usage: pair <pair>\r\n"),
        ("name ann", "name ann\n"),
        ("name 1", "usage: name <name>\r\n"),
        ("list 1,2,3", "[1, 2, 3]\n"),
        ("list", "usage: list <list>\r\n"),
        ("all aab", "usage: all <run>\r\n"),
    ] {
        assert_eq!(hears::<Reader>(format!("{line}\n")), answer, "{line:?}");
    }
    assert_eq!(hears::<Reader>(b"name \xff\n"), "usage: name <name>\r\n");
}

/// Whole lines, in the order of the source.
#[derive(Default)]
struct Ordered;

#[mux_server]
impl Ordered {
    #[line(parser = all_consuming(separated_pair(digit1, tag("-"), digit1)))]
    fn range(&mut self, cx: &mut Cx<'_, Self>, from: &[u8], to: &[u8]) {
        write!(cx.out, "range {} to {}\n", from.escape_ascii(), to.escape_ascii());
    }

    #[line("word")]
    fn word(&mut self) -> &'static str {
        "word\n"
    }

    #[line(parser = digit1)]
    fn number(&mut self, cx: &mut Cx<'_, Self>, digits: &[u8]) {
        write!(cx.out, "number {}\n", digits.escape_ascii());
    }

    /// It would take what `number` takes, and comes after it.
    #[line(parser = take_while1(|byte: core::primitive::u8| byte.is_ascii_alphanumeric()))]
    fn any(&mut self, cx: &mut Cx<'_, Self>, word: &[u8]) {
        write!(cx.out, "any {}\n", word.escape_ascii());
    }

    #[line(parser = value((), tag("!")))]
    fn bang(&mut self) -> &'static str {
        "bang\n"
    }
}

#[test]
fn parsers_of_whole_lines_are_tried_in_source_order_after_the_words() {
    assert_eq!(
        hears::<Ordered>("1-2\nword\n12\n12a\n!\n12 \n"),
        "range 1 to 2\nword\nnumber 12\nany 12a\nbang\nnumber 12\n"
    );
}

#[test]
fn a_line_that_no_parser_takes_is_told_to_the_one_that_came_farthest() {
    assert_eq!(hears::<Ordered>("12-x\n"), "usage: <from> <to>\r\n");
    assert_eq!(hears::<Ordered>("ab?\n"), "usage: <word>\r\n");
}
