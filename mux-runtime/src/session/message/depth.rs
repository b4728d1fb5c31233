//! How deep messages may be nested.

use nom::{
    Err, IResult,
    error::{Error, ErrorKind},
};

/// How many more messages may be nested in the one that is read.
///
/// A message type can contain itself, in a `Vec` or an `Option<Box<_>>`, and then the input says
/// how deep. Each level takes some of the stack, so there are at most [`MAX`](Self::MAX): what is
/// nested deeper is an error, `TooLarge`, at the message that is one too many.
///
/// What a level takes is a few times the size of the message's type, so one that is large and
/// contains itself, in a thread whose stack is small, had better box its large fields. Writing has
/// no such bound: its values are your own. What is deeper than `MAX` is written, and not read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depth {
    left: u8,
}

impl Depth {
    /// How many messages may be nested in the outermost one, inclusive.
    pub const MAX: u8 = 64;

    /// Where the outermost message starts.
    pub const FULL: Self = Depth { left: Self::MAX };

    /// The depth inside a message that starts at `input`.
    ///
    /// # Errors
    /// It is one too many.
    #[inline]
    pub fn deeper(self, input: &[u8]) -> Result<Self, Err<Error<&[u8]>>> {
        match self.left.checked_sub(1) {
            Some(left) => Ok(Depth { left }),
            None => Err(Err::Error(Error::new(input, ErrorKind::TooLarge))),
        }
    }
}

/// The error of a value that starts at `input` and is not what it must be.
#[inline]
pub(super) fn wrong<T>(input: &[u8], kind: ErrorKind) -> IResult<&[u8], T> {
    Err(Err::Error(Error::new(input, kind)))
}
