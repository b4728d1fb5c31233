//! What generated code names. It may change in any release: the two crates are always used in the
//! same version.

// What the standard library calls by names that a user may have taken.
pub use core::{
    assert,
    cmp::min,
    convert::Infallible,
    default::Default,
    marker::PhantomData,
    mem::replace,
    option::Option::{self, None, Some},
    primitive::{bool, u8, u16, u32, u64, u128, usize},
    result::Result::{self, Err, Ok},
};
pub use nom::IResult;
pub use std::string::String;

#[cfg(feature = "service")]
pub use crate::driver::Handle;
#[cfg(feature = "service")]
pub use crate::service::{HookOutcome, HookResult, Hooks, LogHook, Settings};
pub use crate::session::{
    Answer, Arguments, CloseReason, Closing, Command, Cut, Cx, Either, Framing, FromArg, HooksOf,
    LineEnd, Malformed, MalformedKind, Mode, NoHooks, Opened, Outcome, Parameter, Parsed, Peer,
    Prefix, Protocol, Reply, Scan, Session, SharedHooks, Step, Writer, count, enter, fatal,
    frame_max, in_upper_case, line_max, line_text, malformed, nearer, noted, parse_frame,
    parse_line, parse_message, parse_stream, read_value, refuse, take_body, take_exact, take_line,
    take_prefixed, take_until,
};

// `#[derive(MuxMessage)]`
pub use crate::session::{
    Depth, Message,
    message::{
        Big, Count, Known, Len, Little, Of, Rest, RestOf, Unknown, Varint, Wire, least,
        shape::{self, Field, Form, Kind, Number, Order, Shape, Variant},
        wrong_tag,
    },
};

/// The longest line, in bytes, of a block without `max_line`.
pub const MAX_LINE_DEFAULT: usize = 8 * 1024;
/// The longest frame, in bytes, of a block without `max_frame`.
pub const MAX_FRAME_DEFAULT: usize = 64 * 1024;
/// The longest body, in bytes, of a block without `max_body`.
pub const MAX_BODY_DEFAULT: usize = 1024 * 1024;

/// What user code may give as a length.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number of bytes",
    label = "not an integer",
    note = "a length is an integer of any type"
)]
pub trait Length {
    /// The number, if there can be so many bytes.
    fn bytes(self) -> Option<usize>;
}

// Every integer is this; that it is a conversion would be no news to the user.
#[diagnostic::do_not_recommend]
impl<T: TryInto<usize>> Length for T {
    #[inline]
    fn bytes(self) -> Option<usize> {
        self.try_into().ok()
    }
}

/// A length that user code gives, if it is one.
#[inline]
pub fn length<T: Length>(length: T) -> Option<usize> {
    length.bytes()
}

/// The shape of a type that may be a message: `ShapeOf::<T>::SHAPE` is [`NoShape`]'s if it is none,
/// so that a type that should be one is an error in one place only.
#[derive(Debug)]
pub struct ShapeOf<T>(PhantomData<T>);

impl<'a, T: Message<'a>> ShapeOf<T> {
    /// It.
    pub const SHAPE: Option<&'static Shape> = Some(T::SHAPE);
}

/// Of what is no message.
pub trait NoShape {
    /// None.
    const SHAPE: Option<&'static Shape> = None;
}

impl<T> NoShape for ShapeOf<T> {}

/// What a block with mistakes has for a protocol.
pub const NO_PROTOCOL: Protocol = protocol("", "", LineEnd::Any, (0, 0, 0), false, &[], 0);

/// A protocol; `limits` are the longest line, frame and body.
#[must_use]
pub const fn protocol(
    name: &'static str,
    doc: &'static str,
    line_end: LineEnd,
    limits: (usize, usize, usize),
    ignore_case: bool,
    modes: &'static [Mode],
    handlers: usize,
) -> Protocol {
    Protocol {
        name,
        doc,
        line_end,
        max_line: limits.0,
        max_frame: limits.1,
        max_body: limits.2,
        ignore_case,
        modes,
        handlers,
    }
}

/// A command.
#[must_use]
#[allow(clippy::too_many_arguments, reason = "only generated code calls it")]
pub const fn command(
    index: usize,
    name: &'static str,
    word: Option<&'static str>,
    usage: &'static str,
    doc: &'static str,
    parameters: &'static [Parameter],
    leads_to: &'static [&'static str],
) -> Command {
    Command { index, name, word, usage, doc, parameters, body: None, leads_to, message: None }
}
