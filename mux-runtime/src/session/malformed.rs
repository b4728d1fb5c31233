//! Input that fits nothing.

use std::fmt;

use nom::error::ErrorKind;

use super::{Command, Cx, LineEnd, Session, Step, Writer};

/// Input that no handler could take: what was wrong, where, and in whose grammar.
///
/// `#[on(malformed)]` gets it; without that handler the client of a text protocol is told
/// `Display`'s text, and that of a binary one is cut.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Malformed<'a> {
    /// What was wrong.
    pub kind: MalformedKind,
    /// The line or frame; where it has no end, what was there of it up to the byte at fault.
    pub input: &'a [u8],
    /// The offset in `input` of the byte at fault.
    pub at: usize,
    /// The command whose word was there but whose arguments were not.
    pub command: Option<&'static Command>,
    /// Whether the connection closes, because nothing tells where the next message starts.
    pub fatal: bool,
    answer: Answer,
}

/// How the default reply to malformed input is written.
#[derive(Debug, Clone, Copy)]
pub enum Answer {
    /// As a line.
    Line(LineEnd),
    /// As a framing has it ([`Framing::error`](super::Framing::error)).
    Framed(fn(fmt::Arguments<'_>, &mut Writer<'_>)),
    /// Not at all: a client of a binary protocol would take it for something else. The
    /// connection closes.
    Close,
}

impl<'a> Malformed<'a> {
    /// `input` was wrong at the byte `at`, and the next message can still be found.
    #[must_use]
    pub const fn new(
        kind: MalformedKind,
        input: &'a [u8],
        at: usize,
        command: Option<&'static Command>,
        answer: Answer,
    ) -> Self {
        Malformed { kind, input, at, command, fatal: false, answer }
    }

    /// The same, where the next message cannot be found.
    #[must_use]
    pub const fn fatal(self) -> Self {
        Malformed { fatal: true, ..self }
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
            Some(command) if !self.fatal && !command.usage.is_empty() => {
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
    /// More than so many bytes.
    TooLong {
        /// The limit in bytes, inclusive, the framing not counted.
        max: usize,
    },
    /// A `\r` or `\n` that stands alone where lines end with `\r\n`, a last line without that end,
    /// or a body that is not followed by a line's end.
    LineEnd,
    /// A length that is none, or that is not followed by what the framing wants.
    Length,
    /// The stream ended within a message.
    Unfinished,
    /// Something came behind a message after which nothing may be sent before it is answered.
    Pipelined,
    /// A message that no handler is for.
    Unknown,
    /// An argument is missing.
    Missing,
    /// An argument is not what its type wants.
    Argument,
    /// More words than the handler takes.
    Surplus,
    /// Text was wanted, and the bytes are not UTF-8.
    NotUtf8,
    /// A nom parser, or the declaration of a message, did not take it.
    Parser(ErrorKind),
}

impl fmt::Display for MalformedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MalformedKind::TooLong { max } => write!(f, "longer than {max} bytes"),
            MalformedKind::LineEnd => f.write_str("wrong line end"),
            MalformedKind::Length => f.write_str("invalid length"),
            MalformedKind::Unfinished => f.write_str("the stream ended within a message"),
            MalformedKind::Pipelined => f.write_str("nothing may follow before the reply"),
            MalformedKind::Unknown => f.write_str("unknown command"),
            MalformedKind::Missing => f.write_str("too few arguments"),
            MalformedKind::Argument => f.write_str("invalid argument"),
            MalformedKind::Surplus => f.write_str("too many arguments"),
            MalformedKind::NotUtf8 => f.write_str("not UTF-8"),
            MalformedKind::Parser(_) => f.write_str("syntax error"),
        }
    }
}

/// What generated code does with a message that no handler could take, of `used` bytes.
///
/// It stands out of line, and what calls it is small: most handlers never see such a message.
#[cold]
#[inline(never)]
#[allow(clippy::too_many_arguments, reason = "only generated code calls it")]
pub fn malformed<P: Session>(
    session: &mut P,
    mode: &mut P::Mode,
    cx: &mut Cx<'_, P>,
    (kind, at): (MalformedKind, usize),
    command: Option<&'static Command>,
    input: &[u8],
    answer: Answer,
    used: usize,
) -> Step {
    session.malformed(mode, cx, &Malformed::new(kind, input, at, command, answer));
    Step::Took(used)
}

/// The same, where the next message cannot be found.
#[cold]
#[inline(never)]
pub fn fatal<P: Session>(
    session: &mut P,
    mode: &mut P::Mode,
    cx: &mut Cx<'_, P>,
    (kind, at): (MalformedKind, usize),
    command: Option<&'static Command>,
    input: &[u8],
    answer: Answer,
) -> Step {
    // What follows the byte at fault may or may not have come in yet.
    let front = input.get(..=at).unwrap_or(input);
    session.malformed(mode, cx, &Malformed::new(kind, front, at, command, answer).fatal());
    Step::Fatal
}

/// Notes what a parser says is wrong, if it came further than those before it.
#[cold]
#[inline(never)]
pub fn nearer(
    nearest: &mut (MalformedKind, usize, Option<&'static Command>),
    kind: MalformedKind,
    at: usize,
    command: &'static Command,
) {
    if nearest.2.is_none() || at > nearest.1 {
        *nearest = (kind, at, Some(command));
    }
}

/// The default reply to malformed input.
pub fn answer<P: Session>(cx: &mut Cx<'_, P>, malformed: &Malformed<'_>) {
    match malformed.answer {
        Answer::Line(end) => write!(cx.out, "{malformed}{}", end.as_str()),
        Answer::Framed(write) => cx.out.write(Framed { write, malformed }),
        Answer::Close => cx.close_because(super::CloseReason::Malformed),
    }
}

/// What is wrong, as a framing writes errors.
struct Framed<'m> {
    write: fn(fmt::Arguments<'_>, &mut Writer<'_>),
    malformed: &'m Malformed<'m>,
}

impl super::Reply for Framed<'_> {
    fn write_to(&self, out: &mut Writer<'_>) {
        (self.write)(format_args!("{}", self.malformed), out);
    }
}
