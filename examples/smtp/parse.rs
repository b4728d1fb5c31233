//! What stands behind MAIL and RCPT (RFC 5321 section 4.1.2).

use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{tag, tag_no_case, take_while1},
    character::complete::{char, satisfy},
    combinator::{eof, opt, recognize, rest},
    multi::many0_count,
    sequence::{delimited, preceded},
};

use super::{SIZE_MAX, TOO_LARGE};

/// `FROM:<sender>`, where the sender may be empty, and what extensions say.
pub fn from(input: &str) -> IResult<&str, (&str, &str)> {
    let path = alt((path, tag("")));
    (delimited(tag_no_case("FROM:<"), path, char('>')), parameters).parse(input)
}

/// `TO:<recipient>`, and what extensions say.
pub fn to(input: &str) -> IResult<&str, (&str, &str)> {
    let path = alt((path, tag_no_case("postmaster")));
    (delimited(tag_no_case("TO:<"), path, char('>')), parameters).parse(input)
}

fn parameters(input: &str) -> IResult<&str, &str> {
    alt((preceded(char(' '), rest), eof)).parse(input)
}

/// Checks what MAIL says beside the sender (RFC 1870 and RFC 6152).
pub fn parameter(word: &str) -> Result<(), &'static str> {
    let (name, value) = word.split_once('=').unwrap_or((word, ""));
    if name.eq_ignore_ascii_case("SIZE") {
        let digits = value.bytes().all(|byte| byte.is_ascii_digit());
        match value.parse::<u64>() {
            _ if !digits || !matches!(value.len(), 1..=20) => {
                Err("501 SIZE is a number of bytes\r\n")
            }
            Ok(size) if size <= SIZE_MAX => Ok(()),
            _ => Err(TOO_LARGE),
        }
    } else if name.eq_ignore_ascii_case("BODY") {
        let known = ["7BIT", "8BITMIME"].iter().any(|body| value.eq_ignore_ascii_case(body));
        if known { Ok(()) } else { Err("501 BODY is 7BIT or 8BITMIME\r\n") }
    } else {
        Err("555 Unknown parameter\r\n")
    }
}

/// A mailbox; the route that may stand in front of it is taken and left out.
fn path(input: &str) -> IResult<&str, &str> {
    let piece = |c: char| c.is_ascii_alphanumeric() || ".-@,".contains(c);
    let route = (char('@'), take_while1(piece), char(':'));
    let domain = alt((dotted(|c| c.is_ascii_alphanumeric() || c == '-'), literal));
    let local = alt((dotted(is_atom), quoted));
    preceded(opt(route), recognize((local, char('@'), domain))).parse(input)
}

/// Pieces with dots between them.
fn dotted<'a>(is: fn(char) -> bool) -> impl Parser<&'a str, Output = &'a str, Error = Error<'a>> {
    recognize((take_while1(is), many0_count((char('.'), take_while1(is)))))
}

type Error<'a> = nom::error::Error<&'a str>;

fn is_atom(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
}

/// `"any text"`, with `\` in front of quotes and of itself.
fn quoted(input: &str) -> IResult<&str, &str> {
    let is_text = |c| matches!(c, ' '..='~');
    let plain = satisfy(move |c| is_text(c) && c != '"' && c != '\\');
    let text = many0_count(alt((plain, preceded(char('\\'), satisfy(is_text)))));
    recognize(delimited(char('"'), text, char('"'))).parse(input)
}

/// `[127.0.0.1]`
fn literal(input: &str) -> IResult<&str, &str> {
    let address = take_while1(|c: char| c.is_ascii_alphanumeric() || ".:-".contains(c));
    recognize(delimited(char('['), address, char(']'))).parse(input)
}
