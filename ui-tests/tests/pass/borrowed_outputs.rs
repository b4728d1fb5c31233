//! What a parser gives may borrow from the input: a struct with a lifetime, tuples of slices.

use mux_runtime::{Cx, mux_server, testing::Server};
use nom::{
    IResult, Parser,
    bytes::complete::{tag, take_until, take_while1},
    combinator::{opt, rest},
    sequence::{delimited, preceded},
};

struct Mail<'a> {
    sender: &'a [u8],
    size: Option<&'a [u8]>,
}

fn mail(input: &[u8]) -> IResult<&[u8], Mail<'_>> {
    let (input, sender) = delimited(tag("<"), take_until(">"), tag(">")).parse(input)?;
    let (input, size) =
        opt(preceded(tag(" SIZE="), take_while1(|byte: u8| byte.is_ascii_digit()))).parse(input)?;
    Ok((input, Mail { sender, size }))
}

fn pair(input: &[u8]) -> IResult<&[u8], (&[u8], &[u8])> {
    let (input, key) = take_until("=").parse(input)?;
    let (input, _) = tag("=").parse(input)?;
    let (input, value) = rest(input)?;
    Ok((input, (key, value)))
}

#[derive(Default)]
struct Smtp;

#[mux_server]
impl Smtp {
    #[line("MAIL", parser = mail)]
    fn mail(&mut self, cx: &mut Cx<'_, Self>, mail: Mail<'_>) {
        cx.out.write(mail.sender);
        cx.out.write(mail.size.unwrap_or(b"?"));
    }

    #[line("SET", parser = pair)]
    fn set(&mut self, cx: &mut Cx<'_, Self>, key: &[u8], value: &[u8]) {
        cx.out.write((value, key));
    }

    #[line("BOTH", parser = pair)]
    fn both(&mut self, cx: &mut Cx<'_, Self>, both: (&[u8], &[u8])) {
        cx.out.write(both);
    }

    #[line(parser = mail)]
    fn bare(&mut self, cx: &mut Cx<'_, Self>, mail: Mail<'_>) {
        cx.out.write(mail.sender);
    }
}

fn main() {
    let server = Server::<Smtp>::new(());
    let ann = server.connect("127.0.0.1:9");
    ann.sends("MAIL <ann@a> SIZE=12\r\nMAIL <bob@b>\r\n");
    assert_eq!(ann.hears(), "ann@a12bob@b?");
    ann.sends("SET a=b c\r\nBOTH x=y\r\n<c@c>\r\n");
    assert_eq!(ann.hears(), "b caxyc@c");
}
