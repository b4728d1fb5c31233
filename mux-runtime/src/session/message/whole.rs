//! A message that is all of a frame.

use nom::{Err, error::ErrorKind};

use super::{
    super::{MalformedKind, framing::offset},
    Message,
};

/// Reads the message that `frame` holds, all of which it must take.
///
/// # Errors
/// What was wrong and the offset in `frame` of the value at fault; a message that goes on after
/// the frame's end, and a frame that goes on after the message's, are wrong there.
///
/// # Examples
///
/// ```
/// use mux_runtime::{MalformedKind, MuxMessage, parse_message};
/// use nom::error::ErrorKind;
///
/// #[derive(MuxMessage, Debug, PartialEq)]
/// struct Hello<'a> { #[len(u8)] name: &'a str }
///
/// assert_eq!(parse_message(b"\x03Ann"), Ok(Hello { name: "Ann" }));
/// assert_eq!(
///     parse_message::<Hello>(b"\x03An"),
///     Err((MalformedKind::Parser(ErrorKind::Eof), 3)),
/// );
/// assert_eq!(
///     parse_message::<Hello>(b"\x03Anna"),
///     Err((MalformedKind::Parser(ErrorKind::Eof), 4)),
/// );
/// ```
#[inline]
pub fn parse_message<'a, T: Message<'a>>(frame: &'a [u8]) -> Result<T, (MalformedKind, usize)> {
    match T::parse(frame) {
        Ok(([], message)) => Ok(message),
        Ok((rest, _)) => Err((MalformedKind::Parser(ErrorKind::Eof), offset(frame, rest))),
        Err(Err::Error(error) | Err::Failure(error)) => {
            Err((MalformedKind::Parser(error.code), offset(frame, error.input)))
        }
        Err(Err::Incomplete(_)) => Err((MalformedKind::Parser(ErrorKind::Eof), frame.len())),
    }
}
