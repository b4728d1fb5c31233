//! Input that fits nothing.

use std::fmt;

use nom::error::ErrorKind;

use super::{Command, Cx, Session};

/// Input that no handler could take: what was wrong, where, and in whose grammar.
///
/// `#[on(malformed)]` gets it; without that handler the client is told `Display`'s text.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Malformed<'a> {
    /// What was wrong.
    pub kind: MalformedKind,
    /// The line; where it has no end, what was there of it up to the byte at fault.
    pub input: &'a [u8],
    /// The offset in `input` of the byte at fault.
    pub at: usize,
    /// The command whose word was there but whose arguments were not.
    pub command: Option<&'static Command>,
}

impl<'a> Malformed<'a> {
    /// `input` was wrong at the byte `at`.
    #[must_use]
    pub const fn new(
        kind: MalformedKind,
        input: &'a [u8],
        at: usize,
        command: Option<&'static Command>,
    ) -> Self {
        Malformed { kind, input, at, command }
    }

    /// Whether the connection closes, because nothing tells where the next message starts.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        matches!(self.kind, MalformedKind::TooLong { .. } | MalformedKind::LineEnd)
    }
}

/// Writes what the client is told by default: `usage: /msg <to> <text...>`, or what was wrong.
impl fmt::Display for Malformed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.command {
            // To a line without a word any text fits: there a usage line would not tell what is
            // wrong with bytes that are none.
            Some(command) if command.word.is_none() && self.kind == MalformedKind::NotUtf8 => {
                write!(f, "{}", self.kind)
            }
            Some(command) if !self.is_fatal() && !command.usage.is_empty() => {
                write!(f, "usage: {}", command.usage)
            }
            _ => write!(f, "{}", self.kind),
        }
    }
}

/// What was wrong with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MalformedKind {
    /// A line of more than so many bytes. The connection closes.
    TooLong {
        /// The limit in bytes, inclusive, the line's end not counted.
        max: usize,
    },
    /// A `\r` or `\n` that stands alone where lines end with `\r\n`, or a last line without its
    /// end. The connection closes.
    LineEnd,
    /// A word that no handler is for.
    Unknown,
    /// An argument is missing.
    Missing,
    /// An argument is not what its type wants.
    Argument,
    /// More words than the handler takes.
    Surplus,
    /// Text was wanted, and the bytes are not UTF-8.
    NotUtf8,
    /// A nom parser did not take it.
    Parser(ErrorKind),
}

impl fmt::Display for MalformedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MalformedKind::TooLong { max } => write!(f, "line longer than {max} bytes"),
            MalformedKind::LineEnd => f.write_str("lines must end with CR LF"),
            MalformedKind::Unknown => f.write_str("unknown command"),
            MalformedKind::Missing => f.write_str("too few arguments"),
            MalformedKind::Argument => f.write_str("invalid argument"),
            MalformedKind::Surplus => f.write_str("too many arguments"),
            MalformedKind::NotUtf8 => f.write_str("not UTF-8"),
            MalformedKind::Parser(_) => f.write_str("syntax error"),
        }
    }
}

/// The default reply: `malformed` as a line.
pub fn answer<P: Session>(cx: &mut Cx<'_, P>, malformed: &Malformed<'_>) {
    write!(cx.out, "{malformed}{}", P::PROTOCOL.line_end.as_str());
}
