//! A parser may be any expression: combinators, closures, calls, blocks, one over text.

use mux_runtime::{Cx, mux_server, testing::Server, text};
use nom::{
    IResult, Parser,
    branch::alt,
    bytes::{tag, tag_no_case, take_until},
    character::complete::{alpha1, char, digit1, u8, u16},
    combinator::{map, map_res, opt, rest, value, verify},
    multi::separated_list1,
    sequence::{delimited, preceded, separated_pair},
};

#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
}

fn number(radix: u32) -> impl FnMut(&[u8]) -> IResult<&[u8], u32> {
    move |input| {
        let digits =
            |bytes: &[u8]| u32::from_str_radix(std::str::from_utf8(bytes).unwrap_or(""), radix);
        map_res(digit1, digits).parse(input)
    }
}

#[derive(Default)]
struct Guest;

#[mux_server(ignore_case)]
impl Guest {
    #[line("mail", parser = delimited(tag_no_case("from:<"), take_until(">"), tag(">")))]
    fn mail(&mut self, cx: &mut Cx<'_, Self>, sender: &[u8]) {
        cx.out.write(sender);
    }

    #[line("turn", parser = alt((value(Side::Left, tag("left")), value(Side::Right, tag("right")))))]
    fn turn(&mut self, side: Side) -> &'static str {
        match side {
            Side::Left => "<",
            Side::Right => ">",
        }
    }

    #[line("dice", parser = separated_pair(u8, char('d'), verify(u16, |sides| *sides > 0)))]
    fn dice(&mut self, cx: &mut Cx<'_, Self>, count: u8, sides: u16) {
        write!(cx.out, "{count}*{sides}");
    }

    #[line("sum", parser = separated_list1(char(','), u8))]
    fn sum(&mut self, numbers: Vec<u8>) -> u8 {
        numbers.into_iter().sum()
    }

    #[line("octal", parser = number(8))]
    fn octal(&mut self, cx: &mut Cx<'_, Self>, number: u32) {
        write!(cx.out, "{number}");
    }

    #[line("name", parser = text(alpha1))]
    fn name(&mut self, name: &str) -> String {
        name.to_uppercase()
    }

    #[line("len", parser = map(rest, |rest: &[u8]| rest.len()))]
    fn len(&mut self, cx: &mut Cx<'_, Self>, len: usize) {
        write!(cx.out, "{len}");
    }

    #[line("raw", parser = |input| Ok((&b""[..], input)))]
    fn raw(&mut self, cx: &mut Cx<'_, Self>, input: &[u8]) {
        cx.out.write(input);
    }

    #[line("block", parser = { let end = ';'; preceded(opt(tag("=")), (u8, char(end))) })]
    fn block(&mut self, number: u8, _end: char) -> u8 {
        number
    }

    #[line(parser = preceded(char('#'), u8))]
    fn number(&mut self, cx: &mut Cx<'_, Self>, number: u8) {
        write!(cx.out, "#{number}");
    }

    #[line(parser = preceded(char('#'), text(alpha1)))]
    fn tag(&mut self, cx: &mut Cx<'_, Self>, tag: &str) {
        write!(cx.out, "tag {tag}");
    }
}

fn main() {
    let server = Server::<Guest>::new(());
    let ann = server.connect("127.0.0.1:9");
    for (sent, heard) in [
        ("MAIL FROM:<a@b>", "a@b"),
        ("turn left", "<"),
        ("Turn right", ">"),
        ("dice 2d6", "2*6"),
        ("sum 1,2,62", "A"),
        ("octal 17", "15"),
        ("name ann", "ANN"),
        ("len 1234", "4"),
        ("raw a b", "a b"),
        ("block =65;", "A"),
        ("#7", "#7"),
        ("#x", "tag x"),
        ("dice 2d0", "usage: dice <count> <sides>\r\n"),
    ] {
        ann.sends(format!("{sent}\r\n"));
        assert_eq!(ann.hears(), heard, "{sent}");
    }
}
