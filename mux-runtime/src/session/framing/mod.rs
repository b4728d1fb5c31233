//! Cutting messages out of the input.
//!
//! Each function here looks at the front of the input and says whether a whole message is there.
//! All but the streaming parser keep a cursor in [`Scan`], so that no byte is looked at twice: a
//! message of n bytes that comes in k pieces costs O(n + k). A length that is declared is compared
//! with its limit before anything is waited for, and nothing is reserved for it.

mod line;
mod netstring;
mod parser;
mod prefix;
mod resp;
mod until;

use std::ops::Range;

pub(super) use self::parser::offset;
pub use self::{
    line::{LineEnd, take_body, take_line},
    netstring::Netstring,
    parser::{Parsed, parse_frame, parse_line, parse_stream, text},
    prefix::{Prefix, take_exact, take_prefixed},
    resp::Resp,
    until::take_until,
};
use super::{MalformedKind, Writer};

/// How far the input of one connection has been looked at, between two reads.
///
/// It is reset whenever a message was taken, so offsets count from the front of the next one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scan {
    /// Bytes before this offset were looked at, and need not be again.
    pub at: usize,
    /// No message can be whole before so many bytes are there: until then it is not looked for.
    pub need: usize,
    /// Items of the message that are still to come, for a framing that counts: up to 2³² − 1.
    pub left: usize,
    /// The peer is done writing: nothing will follow what is there.
    pub eof: bool,
}

impl Scan {
    /// The message was taken.
    #[inline]
    pub(crate) fn reset(&mut self) {
        *self = Scan { eof: self.eof, ..Scan::default() };
    }
}

/// A [`Scan`] as it is kept of an idle connection, in half the room: no message is longer than
/// 1 GiB, so its offsets fit.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct KeptScan {
    at: u32,
    need: u32,
    left: u32,
    pub(crate) eof: bool,
}

impl KeptScan {
    #[inline]
    pub(crate) fn unpack(self) -> Scan {
        let KeptScan { at, need, left, eof } = self;
        Scan { at: at as usize, need: need as usize, left: left as usize, eof }
    }

    #[inline]
    pub(crate) fn pack(scan: &Scan) -> Self {
        let kept = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let Scan { at, need, left, eof } = *scan;
        KeptScan { at: kept(at), need: kept(need), left: kept(left), eof }
    }
}

/// What stands at the front of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut<'a> {
    /// A message without its framing, and how many bytes it takes with it.
    Whole(&'a [u8], usize),
    /// No whole message yet.
    Partial,
    /// What is there is no frame of this framing, but a line.
    Line,
    /// What is there can never be a message; the offset of the byte at fault.
    Wrong(MalformedKind, usize),
}

/// A framing whose frames are made of words, as those of Redis are: `framing = F` on a block, and
/// `#[frame("WORD")]` on its handlers, which are written exactly like line handlers.
///
/// ```
/// use mux_runtime::{Cut, Framing, MalformedKind, Scan, mux_server, testing};
///
/// /// A byte that says how long the frame is, and words with blanks between them.
/// struct Short;
///
/// impl Framing for Short {
///     fn cut<'a>(input: &'a [u8], scan: &mut Scan, max: usize) -> Cut<'a> {
///         let Some(&length) = input.first() else { return Cut::Partial };
///         let end = 1 + usize::from(length);
///         if end > max {
///             return Cut::Wrong(MalformedKind::TooLong { max }, 0);
///         }
///         scan.need = end;
///         match input.get(1..end) {
///             Some(frame) => Cut::Whole(frame, end),
///             None => Cut::Partial,
///         }
///     }
/// }
///
/// #[derive(Default)]
/// struct Adder;
///
/// #[mux_server(framing = Short)]
/// impl Adder {
///     #[frame("add")]
///     fn add(&mut self, a: u32, b: u32) -> String {
///         (a + b).to_string()
///     }
/// }
///
/// let ann = testing::Server::<Adder>::new(()).connect("127.0.0.1:9");
/// ann.sends(b"\x07add 2 3");
/// assert_eq!(ann.hears(), "5");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a framing",
    label = "does not implement `mux_runtime::Framing`",
    note = "`mux_runtime::Resp` and `mux_runtime::Netstring` are framings; or implement `Framing` for a type of your own"
)]
pub trait Framing {
    /// Cuts one frame of at most `max` bytes from the front of `input`.
    ///
    /// It is called again when more has come, until it is whole; what it notes in `scan` is kept
    /// in between. At the end of the stream (`scan.eof`) what is not whole will never be.
    fn cut<'a>(input: &'a [u8], scan: &mut Scan, max: usize) -> Cut<'a>;

    /// The place of the word of `frame` that starts at or after `at`, which is moved behind it.
    /// Without it words have blanks between them.
    fn word(frame: &[u8], at: &mut usize) -> Option<Range<usize>> {
        blank_word(frame, at)
    }

    /// Writes an error message as the framing would. Without it, it is a line.
    fn error(text: std::fmt::Arguments<'_>, out: &mut Writer<'_>) {
        write!(out, "{text}\r\n");
    }
}

/// Whether a byte stands between words.
#[inline]
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The next word of a line: what stands between blanks. At its end `at` is behind all blanks.
#[inline]
pub(super) fn blank_word(line: &[u8], at: &mut usize) -> Option<Range<usize>> {
    let start = line[*at..].iter().position(|&byte| !is_blank(byte));
    let Some(start) = start.map(|start| *at + start) else {
        *at = line.len();
        return None;
    };
    let length = line[start..].iter().position(|&byte| is_blank(byte));
    *at = length.map_or(line.len(), |length| start + length);
    Some(start..*at)
}

/// What a message is that is not whole: one that never will be, at the end of the stream.
fn partial(input: &[u8], scan: &Scan) -> Cut<'static> {
    if scan.eof && !input.is_empty() {
        Cut::Wrong(MalformedKind::Unfinished, input.len())
    } else {
        Cut::Partial
    }
}
