//! Messages that are declared: a type says what it looks like on the wire, and
//! [`derive(MuxMessage)`](MuxMessage) writes its parser and its encoder.
//!
//! [`Message`] is what the derive implements. Its fields are read and written by `Wire`, which
//! is implemented for a type *and* the way in which it is written: a `u16` in one byte order or
//! the other, a `&str` after its length. So a field's type is looked up by the compiler, never
//! guessed from its name, and what is not a field does not compile.

mod bytes;
mod depth;
mod derive;
mod list;
mod number;
pub mod shape;
mod whole;
mod wire;

use nom::IResult;

use self::shape::Shape;
use super::Writer;

pub use self::{depth::Depth, derive::MuxMessage, whole::parse_message};
// What generated code names, by way of `__private`.
pub use self::{
    bytes::{Len, Rest},
    list::{Count, RestOf},
    number::{Big, Little, Of, Varint},
    wire::{Known, Unknown, Wire, least, wrong_tag},
};

/// A message that knows its bytes: how it is read from the front of an input, and written.
///
/// [`derive(MuxMessage)`](MuxMessage) implements it; for a format that no attribute describes it
/// can be written by hand, and such a type is then a field like any other.
///
/// # Examples
///
/// ```
/// use mux_runtime::{Message, MuxMessage, to_bytes};
///
/// #[derive(MuxMessage, Debug, PartialEq)]
/// struct Move { unit: u16, x: i32, y: i32 }
///
/// let bytes = to_bytes(&Move { unit: 7, x: 1, y: -1 });
/// assert_eq!(bytes, b"\0\x07\0\0\0\x01\xff\xff\xff\xff");
/// let (rest, read) = Move::parse(&bytes).unwrap();
/// assert_eq!((rest, read), (&b""[..], Move { unit: 7, x: 1, y: -1 }));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a message",
    label = "no parser and no encoder for this type",
    note = "derive them: `#[derive(mux_runtime::MuxMessage)]` on `{Self}`"
)]
pub trait Message<'a>: Sized {
    /// What the message looks like, as data.
    const SHAPE: &'static Shape;

    /// How many bytes a value takes at the least.
    ///
    /// A list's count is held against it before anything is reserved, so it must not be more
    /// than is true; what takes no bytes at all cannot be an element of a list.
    const MIN_BYTES: usize = 1;

    /// Whether a value takes all of the input, however long it is: `#[rest]`. Nothing can follow
    /// it, so it is the last field of whatever contains it:
    ///
    /// ```compile_fail,E0080
    /// # use mux_runtime::{Message, MuxMessage};
    /// #[derive(MuxMessage)]
    /// struct Tail<'a>(#[rest] &'a str);
    /// #[derive(MuxMessage)]
    /// struct Pair<A, B>(A, B);
    ///
    /// let _ = Pair::<u8, Tail>::parse(b"");
    /// let _ = Pair::<Tail, u8>::parse(b"");
    /// ```
    const OPEN_ENDED: bool = false;

    /// Reads a message from the front of `input`: a streaming nom parser.
    ///
    /// # Errors
    /// `Incomplete` when bytes are missing; `Error`, at the first byte of the value at fault, when
    /// what is there cannot be one.
    fn parse(input: &'a [u8]) -> IResult<&'a [u8], Self>;

    /// Reads a message inside of others, of which at most `depth` more may be nested in it.
    ///
    /// A type that can contain itself passes `depth` on, so that no input can exhaust the stack.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    fn parse_within(input: &'a [u8], depth: Depth) -> IResult<&'a [u8], Self> {
        let _ = depth;
        Self::parse(input)
    }

    /// Appends the message's bytes.
    ///
    /// What is too long for its length or count is cut there, text between two characters: a
    /// length is always that of what follows it.
    fn encode(&self, out: &mut Writer<'_>);
}

/// A box is written as what is in it; it lets a message contain itself.
impl<'a, T: Message<'a>> Message<'a> for Box<T> {
    const SHAPE: &'static Shape = T::SHAPE;
    const MIN_BYTES: usize = T::MIN_BYTES;
    // Not `T`'s own, which for a type that contains itself would be defined by itself.
    const OPEN_ENDED: bool = false;

    fn parse(input: &'a [u8]) -> IResult<&'a [u8], Self> {
        Self::parse_within(input, Depth::FULL)
    }

    fn parse_within(input: &'a [u8], depth: Depth) -> IResult<&'a [u8], Self> {
        T::parse_within(input, depth).map(|(rest, message)| (rest, Box::new(message)))
    }

    fn encode(&self, out: &mut Writer<'_>) {
        T::encode(self, out);
    }
}
