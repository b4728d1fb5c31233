//! nom parsers on lines, on frames, and on the stream itself.

use nom::{
    Err, IResult, Parser,
    error::{Error, ErrorKind},
};

use super::Scan;
use crate::session::MalformedKind;

/// Runs `parser` on `line`, all of which it must take but for blanks at its end.
///
/// The parser runs in nom's complete mode; one that is streaming all the same (a function of
/// `nom::…::streaming`, say) and asks for more input has met the end of the line, which is an
/// error there.
///
/// # Errors
/// What was wrong and the offset in `line` at which nom stopped.
pub fn parse_line<'a, O>(
    mut parser: impl Parser<&'a [u8], Output = O, Error = Error<&'a [u8]>>,
    line: &'a [u8],
) -> Result<O, (MalformedKind, usize)> {
    match parser.parse_complete(line) {
        Ok((rest, output)) if rest.iter().all(|byte| matches!(byte, b' ' | b'\t')) => Ok(output),
        Ok((rest, _)) => Err((MalformedKind::Parser(ErrorKind::Eof), offset(line, rest))),
        Err(Err::Error(error) | Err::Failure(error)) => {
            Err((MalformedKind::Parser(error.code), offset(line, error.input)))
        }
        Err(Err::Incomplete(_)) => Err((MalformedKind::Parser(ErrorKind::Eof), line.len())),
    }
}

/// Runs `parser` on a frame whose length is known, all of which it must take. It runs as
/// [`parse_line`] has it run.
///
/// # Errors
/// What was wrong and the offset in `frame` at which nom stopped.
pub fn parse_frame<'a, O>(
    mut parser: impl Parser<&'a [u8], Output = O, Error = Error<&'a [u8]>>,
    frame: &'a [u8],
) -> Result<O, (MalformedKind, usize)> {
    match parser.parse_complete(frame) {
        Ok(([], output)) => Ok(output),
        Ok((rest, _)) => Err((MalformedKind::Parser(ErrorKind::Eof), offset(frame, rest))),
        Err(Err::Error(error) | Err::Failure(error)) => {
            Err((MalformedKind::Parser(error.code), offset(frame, error.input)))
        }
        Err(Err::Incomplete(_)) => Err((MalformedKind::Parser(ErrorKind::Eof), frame.len())),
    }
}

/// What a streaming parser made of the front of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parsed<O> {
    /// A message, and how many bytes it took.
    Whole(O, usize),
    /// It wants to see more.
    Partial,
    /// It is no message of this parser; another may take it.
    Error(MalformedKind, usize),
    /// It can be no message at all.
    Failure(MalformedKind, usize),
}

/// Runs a streaming `parser` on the front of the input, from its start: nom cannot go on where it
/// was, so a message that comes in k pieces is parsed k times, and `max` bounds what that costs.
///
/// It is tried whenever something has come: how much more it says that it needs is not waited for,
/// since nom asks for too much at times (`line_ending` wants 2 bytes after `\r`). It sees one byte
/// more than a message may have: with that it is too long, whatever else has come already.
pub fn parse_stream<'a, O>(
    mut parser: impl Parser<&'a [u8], Output = O, Error = Error<&'a [u8]>>,
    input: &'a [u8],
    scan: &Scan,
    max: usize,
) -> Parsed<O> {
    let too_long = Parsed::Failure(MalformedKind::TooLong { max }, max);
    let input = input.get(..=max).unwrap_or(input);
    match parser.parse(input) {
        Ok((rest, output)) => match input.len().saturating_sub(rest.len()) {
            // It would be called for ever.
            0 => Parsed::Failure(MalformedKind::Parser(ErrorKind::NonEmpty), 0),
            used if used > max => too_long,
            used => Parsed::Whole(output, used),
        },
        Err(Err::Incomplete(_)) if input.len() > max => too_long,
        Err(Err::Incomplete(_)) if scan.eof => {
            Parsed::Failure(MalformedKind::Unfinished, input.len())
        }
        Err(Err::Incomplete(_)) => Parsed::Partial,
        Err(Err::Error(error)) => {
            Parsed::Error(MalformedKind::Parser(error.code), offset(input, error.input))
        }
        Err(Err::Failure(error)) => {
            Parsed::Failure(MalformedKind::Parser(error.code), offset(input, error.input))
        }
    }
}

/// Where `rest` starts in `line`. It is told by address, since a parser may have looked at a
/// slice that ends before the line does; one that made up a slice of its own stands for the end.
pub(in crate::session) fn offset(line: &[u8], rest: &[u8]) -> usize {
    let at = rest.as_ptr().addr().wrapping_sub(line.as_ptr().addr());
    at.min(line.len())
}

/// Makes a parser over `&str` one over `&[u8]`, for input that must be UTF-8: a line, or a frame whose
/// end is known.
///
/// It reads all of its input as text before the parser takes the front of it, so on the
/// [stream](crate::guide::frames#streaming-parsers) each message would cost what has come behind it,
/// and be wrong while the last letter of that is not all there. `#[frame(parser = text(…))]` does not
/// compile.
///
/// ```
/// use mux_runtime::text;
/// use nom::{IResult, Parser, character::complete::alpha1};
///
/// fn name(input: &str) -> IResult<&str, &str> { alpha1(input) }
///
/// assert_eq!(text(name).parse(b"Ann!").unwrap(), (&b"!"[..], "Ann"));
/// assert!(text(name).parse(b"\xff").is_err());
/// ```
pub fn text<'a, O, P>(mut parser: P) -> impl FnMut(&'a [u8]) -> IResult<&'a [u8], O>
where
    P: Parser<&'a str, Output = O, Error = Error<&'a str>>,
{
    move |input: &'a [u8]| {
        let whole = match std::str::from_utf8(input) {
            Ok(whole) => whole,
            Err(error) => {
                let rest = &input[error.valid_up_to()..];
                return Err(Err::Error(Error::new(rest, ErrorKind::Char)));
            }
        };
        let bytes = |error: Error<&'a str>| Error::new(error.input.as_bytes(), error.code);
        match parser.parse_complete(whole) {
            Ok((rest, output)) => Ok((rest.as_bytes(), output)),
            Err(Err::Error(error)) => Err(Err::Error(bytes(error))),
            Err(Err::Failure(error)) => Err(Err::Failure(bytes(error))),
            Err(Err::Incomplete(needed)) => Err(Err::Incomplete(needed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use nom::bytes::{complete, streaming, tag};

    use super::*;

    #[test]
    fn a_line_must_be_taken_whole_but_for_blanks_at_its_end() {
        assert_eq!(parse_line(tag("ab"), b"ab"), Ok(&b"ab"[..]));
        assert_eq!(parse_line(tag("ab"), b"ab \t"), Ok(&b"ab"[..]));
        assert_eq!(parse_line(tag("ab"), b"ab c"), Err((MalformedKind::Parser(ErrorKind::Eof), 2)));
    }

    #[test]
    fn wanting_more_than_the_line_is_an_error_at_its_end() {
        let end = Err((MalformedKind::Parser(ErrorKind::Eof), 1));
        assert_eq!(parse_line(streaming::tag("ab"), b"a"), end);
        assert_eq!(
            parse_line(complete::tag("ab"), b"a"),
            Err((MalformedKind::Parser(ErrorKind::Tag), 0))
        );
    }
}
