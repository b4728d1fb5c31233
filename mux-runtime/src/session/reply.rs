//! What can be sent, and what a handler may return.

use std::{borrow::Cow, fmt, io::Write as _};

use super::{Cx, Prefix, Session};

/// The end of the output, to which a [`Reply`] is written.
///
/// ```
/// use mux_runtime::{Reply, Writer};
///
/// /// A status code and its text, as SMTP and many others write them.
/// struct Status(u16, &'static str);
///
/// impl Reply for Status {
///     fn write_to(&self, out: &mut Writer<'_>) {
///         write!(out, "{} {}\r\n", self.0, self.1);
///     }
/// }
/// ```
pub struct Writer<'a> {
    bytes: &'a mut Vec<u8>,
}

impl<'a> Writer<'a> {
    /// A writer that appends to `bytes`.
    pub fn new(bytes: &'a mut Vec<u8>) -> Self {
        Writer { bytes }
    }

    /// Appends `bytes`.
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends formatted text: what `write!(out, …)` calls. It cannot fail.
    pub fn write_fmt(&mut self, text: fmt::Arguments<'_>) {
        // Appending to a vector cannot fail; an error could only be the user's own `Display`
        // giving up, and then what it wrote so far is all there is to send.
        let _ = self.bytes.write_fmt(text);
    }
}

/// Something that can be sent to a client.
///
/// Text and bytes are sent as they are, numbers as their bytes in network order (big-endian):
/// write a number as text with `write!(cx.out, "{n}")`. The items of a tuple follow each other.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent to the client",
    label = "not a reply",
    note = "a reply is text, bytes, a number (sent as its bytes), a tuple of replies, or any type that implements `mux_runtime::Reply`",
    note = "to send it as text: `write!(cx.out, …)`, or return a `String`"
)]
pub trait Reply {
    /// Appends the bytes to be sent.
    fn write_to(&self, out: &mut Writer<'_>);
}

impl<T: Reply + ?Sized> Reply for &T {
    #[inline]
    fn write_to(&self, out: &mut Writer<'_>) {
        (**self).write_to(out);
    }
}

impl<T: Reply + ?Sized> Reply for &mut T {
    #[inline]
    fn write_to(&self, out: &mut Writer<'_>) {
        (**self).write_to(out);
    }
}

impl<T: Reply + ?Sized> Reply for Box<T> {
    #[inline]
    fn write_to(&self, out: &mut Writer<'_>) {
        (**self).write_to(out);
    }
}

impl<T: Reply + ToOwned + ?Sized> Reply for Cow<'_, T> {
    #[inline]
    fn write_to(&self, out: &mut Writer<'_>) {
        (**self).write_to(out);
    }
}

impl Reply for [u8] {
    #[inline]
    fn write_to(&self, out: &mut Writer<'_>) {
        out.bytes(self);
    }
}

impl<const N: usize> Reply for [u8; N] {
    #[inline]
    fn write_to(&self, out: &mut Writer<'_>) {
        out.bytes(self);
    }
}

impl Reply for Vec<u8> {
    #[inline]
    fn write_to(&self, out: &mut Writer<'_>) {
        out.bytes(self);
    }
}

impl Reply for str {
    #[inline]
    fn write_to(&self, out: &mut Writer<'_>) {
        out.bytes(self.as_bytes());
    }
}

impl Reply for String {
    #[inline]
    fn write_to(&self, out: &mut Writer<'_>) {
        out.bytes(self.as_bytes());
    }
}

impl Reply for fmt::Arguments<'_> {
    fn write_to(&self, out: &mut Writer<'_>) {
        out.write_fmt(*self);
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Reply for $number {
            #[inline]
            fn write_to(&self, out: &mut Writer<'_>) {
                out.bytes(&self.to_be_bytes());
            }
        }
    )*};
}
numbers!(u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64);

macro_rules! tuples {
    ($(($($name:ident)*))*) => {$(
        impl<$($name: Reply),*> Reply for ($($name,)*) {
            #[inline]
            #[allow(
                non_snake_case,
                unused_variables,
                reason = "the types' names serve as the values'; the empty tuple has no use for `out`"
            )]
            fn write_to(&self, out: &mut Writer<'_>) {
                let ($($name,)*) = self;
                $($name.write_to(out);)*
            }
        }
    )*};
}
tuples!(() (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H));

/// A reply with its length in front: what [`Prefix::frame`] gives.
///
/// A reply that is longer than the prefix can say is not sent at all, since a wrong length would
/// turn all that follows into nonsense; that is an error in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Framed<R> {
    prefix: Prefix,
    reply: R,
}

impl Prefix {
    /// `reply`, with its length in front.
    ///
    /// ```
    /// use mux_runtime::{Prefix, to_bytes};
    ///
    /// assert_eq!(to_bytes(&Prefix::BeU16.frame("hello")), b"\0\x05hello");
    /// ```
    pub fn frame<R: Reply>(self, reply: R) -> Framed<R> {
        Framed { prefix: self, reply }
    }
}

impl<R: Reply> Reply for Framed<R> {
    fn write_to(&self, out: &mut Writer<'_>) {
        // The length is known only when the reply is written. If that panics, what there is of it must
        // not pass for a whole frame.
        let start = out.bytes.len();
        let room = self.prefix.least_bytes();
        out.bytes.resize(start + room, 0xff);
        self.reply.write_to(out);
        let length = out.bytes.len() - start - room;
        let mut digits = [0; Prefix::BYTES_MAX];
        match self.prefix.write(length, &mut digits) {
            Some(used) if used == room => {
                out.bytes[start..start + room].copy_from_slice(&digits[..used]);
            }
            Some(used) => {
                out.bytes.splice(start..start + room, digits[..used].iter().copied());
            }
            None => {
                out.bytes.truncate(start);
                tracing::error!(
                    length,
                    "a reply is longer than its {} prefix can say",
                    self.prefix.name()
                );
            }
        }
    }
}

/// The bytes of a reply, for a client or a test.
///
/// ```
/// use mux_runtime::{MuxMessage, to_bytes};
///
/// #[derive(MuxMessage)]
/// struct Hello<'a> { #[len(u8)] name: &'a str }
///
/// assert_eq!(to_bytes(&Hello { name: "Ann" }), b"\x03Ann");
/// ```
#[must_use]
pub fn to_bytes(reply: &(impl Reply + ?Sized)) -> Vec<u8> {
    let mut bytes = Vec::new();
    reply.write_to(&mut Writer::new(&mut bytes));
    bytes
}

/// What a handler of the session `P` may return: nothing, a [`Reply`], a mode to go to, or these
/// in an `Option`, an [`Either`], or a `Result`, whose error is sent too.
#[diagnostic::on_unimplemented(
    message = "a handler of `{P}` cannot return `{Self}`",
    label = "not a valid return type of a handler",
    note = "return `()`, anything that is `mux_runtime::Reply`, a mode that the block lists, or one of these in an `Option` or an `Either`, or in a `Result` whose error is a reply"
)]
pub trait Outcome<P: Session> {
    /// Carries out what the handler returned.
    fn apply(self, mode: &mut P::Mode, cx: &mut Cx<'_, P>);
}

impl<P: Session, R: Reply> Outcome<P> for R {
    #[inline]
    fn apply(self, _mode: &mut P::Mode, cx: &mut Cx<'_, P>) {
        cx.out.write(&self);
    }
}

impl<P: Session, T: Outcome<P>> Outcome<P> for Option<T> {
    #[inline]
    fn apply(self, mode: &mut P::Mode, cx: &mut Cx<'_, P>) {
        if let Some(outcome) = self {
            outcome.apply(mode, cx);
        }
    }
}

impl<P: Session, T: Outcome<P>, E: Reply> Outcome<P> for Result<T, E> {
    #[inline]
    fn apply(self, mode: &mut P::Mode, cx: &mut Cx<'_, P>) {
        match self {
            Ok(outcome) => outcome.apply(mode, cx),
            Err(error) => cx.out.write(&error),
        }
    }
}

/// Sends the error that a handler returned.
#[inline]
pub fn refuse<E: Reply, P: Session>(error: E, cx: &mut Cx<'_, P>) {
    cx.out.write(&error);
}

/// One of two outcomes, for a handler that may lead to one of several modes: `-> Either<A, B>`,
/// and `Either<A, Either<B, C>>` for three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Either<A, B> {
    /// The first.
    Left(A),
    /// The second.
    Right(B),
}

impl<P: Session, A: Outcome<P>, B: Outcome<P>> Outcome<P> for Either<A, B> {
    #[inline]
    fn apply(self, mode: &mut P::Mode, cx: &mut Cx<'_, P>) {
        match self {
            Either::Left(outcome) => outcome.apply(mode, cx),
            Either::Right(outcome) => outcome.apply(mode, cx),
        }
    }
}

/// What `#[on(connect)]` may return: the session, or an `Option` or `Result` of it; `None` and
/// `Err` refuse the connection, and the error is sent to it.
#[diagnostic::on_unimplemented(
    message = "`#[on(connect)]` of `{P}` cannot return `{Self}`",
    label = "not a session",
    note = "return `Self`, `Option<Self>`, or `Result<Self, E>` where `E` is a reply"
)]
pub trait Opened<P: Session> {
    /// The session, if the connection is let in.
    fn open(self, cx: &mut Cx<'_, P>) -> Option<P>;
}

impl<P: Session> Opened<P> for P {
    fn open(self, _cx: &mut Cx<'_, P>) -> Option<P> {
        Some(self)
    }
}

impl<P: Session> Opened<P> for Option<P> {
    fn open(self, _cx: &mut Cx<'_, P>) -> Option<P> {
        self
    }
}

impl<P: Session, E: Reply> Opened<P> for Result<P, E> {
    fn open(self, cx: &mut Cx<'_, P>) -> Option<P> {
        self.map_err(|error| cx.out.write(&error)).ok()
    }
}
