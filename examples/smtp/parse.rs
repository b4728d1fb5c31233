//! What stands behind MAIL and RCPT (RFC 5321 section 4.1.2).

use nom::bytes::complete::{tag_no_case, take_while1};
use nom::character::complete::{char, satisfy};
use nom::combinator::{eof, opt, recognize, rest};
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser, branch::alt, error::Error, multi::many0_count};

/// `FROM:<mailbox>` or `TO:<mailbox>`, and what extensions say. `other` may be there for a mailbox.
pub fn path<'a>(
    start: &'static str,
    other: &'static str,
) -> impl Parser<&'a str, Output = (&'a str, &'a str), Error = Error<&'a str>> {
    let path = alt((mailbox, tag_no_case(other)));
    let extensions = alt((preceded(char(' '), rest), eof));
    (delimited(tag_no_case(start), path, char('>')), extensions)
}

/// A mailbox; the route that may stand in front of it is taken and left out.
fn mailbox(input: &str) -> IResult<&str, &str> {
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    let dotted = || recognize((take_while1(atom), many0_count((char('.'), take_while1(atom)))));
    let text = |c: char| matches!(c, ' '..='~');
    let plain = satisfy(move |c| text(c) && c != '"' && c != '\\');
    let quoted = many0_count(alt((plain, preceded(char('\\'), satisfy(text)))));
    let quoted = recognize((char('"'), quoted, char('"')));
    let literal = take_while1(|c: char| c.is_ascii_alphanumeric() || ".:-".contains(c));
    let literal = recognize((char('['), literal, char(']')));
    let route = take_while1(|c: char| c.is_ascii_alphanumeric() || ".-@,".contains(c));
    let route = (char('@'), route, char(':'));
    let mailbox = (alt((dotted(), quoted)), char('@'), alt((dotted(), literal)));
    preceded(opt(route), recognize(mailbox)).parse(input)
}
