//! Cutting lines out of the input.

use memchr::{memchr, memchr2};

use super::{Cut, Scan};
use crate::session::MalformedKind;

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// `\n` alone; `\r` is a byte like any other.
    Lf,
    /// `\r\n` alone; either byte without the other is malformed, since leniency there lets one
    /// peer's line be another's two (SMTP smuggling; RFC 5321 section 2.3.8).
    Crlf,
    /// `\n` or `\r\n`.
    Any,
}

impl LineEnd {
    /// What ends the lines that are sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            LineEnd::Lf => "\n",
            LineEnd::Crlf | LineEnd::Any => "\r\n",
        }
    }
}

/// Takes a line of up to `max` bytes, its end not counted, from the front of `input`.
///
/// One `memchr` a line and no second look at any byte: a line that arrives in k pieces costs
/// O(n + k). At the end of the stream a last line needs no end, except where the end must be
/// `\r\n`: there it is malformed.
#[inline]
pub fn take_line<'a>(input: &'a [u8], scan: &mut Scan, end: LineEnd, max: usize) -> Cut<'a> {
    let found = match end {
        LineEnd::Lf | LineEnd::Any => memchr(b'\n', &input[scan.at..]).map(|at| scan.at + at),
        LineEnd::Crlf => match find_crlf(input, scan) {
            Ok(found) => found,
            // In smaller pieces the line would have been too long before this byte came.
            Err(at) if at > max => return Cut::Wrong(MalformedKind::TooLong { max }, max),
            Err(at) => return Cut::Wrong(MalformedKind::LineEnd, at),
        },
    };
    let (line, used) = match found {
        Some(at) => {
            // Where the line waits for a body it is taken once more.
            scan.at = at;
            (&input[..at], at + if end == LineEnd::Crlf { 2 } else { 1 })
        }
        None if input.is_empty() => return Cut::Partial,
        // A `\r` at the very end may belong to the line's end.
        None if input.len() > max + 1 || (input.len() > max && input[max] != b'\r') => {
            return Cut::Wrong(MalformedKind::TooLong { max }, max);
        }
        None if scan.eof && end == LineEnd::Crlf => {
            return Cut::Wrong(MalformedKind::LineEnd, input.len());
        }
        None if scan.eof => (input, input.len()),
        None => {
            if end != LineEnd::Crlf {
                scan.at = input.len();
            }
            return Cut::Partial;
        }
    };
    let line = match line {
        [line @ .., b'\r'] if end == LineEnd::Any => line,
        line => line,
    };
    if line.len() > max {
        return Cut::Wrong(MalformedKind::TooLong { max }, max);
    }
    Cut::Whole(line, used)
}

/// The body of `length` bytes that stands at `start`, behind its line, and the offset behind it and
/// the line's end that follows it, if it is `ended`. A length beyond `max` is refused at once, and at
/// fault is the line, since nothing of the body need have come.
#[inline]
pub fn take_body<'a>(
    input: &'a [u8],
    scan: &mut Scan,
    start: usize,
    length: usize,
    end: Option<LineEnd>,
    max: usize,
) -> Cut<'a> {
    if length > max {
        return Cut::Wrong(MalformedKind::TooLong { max }, start.saturating_sub(1));
    }
    let stop = start + length;
    let rest = input.get(stop..).unwrap_or_default();
    let used = match (end, rest) {
        (None, _) => stop,
        (Some(LineEnd::Lf | LineEnd::Any), [b'\n', ..]) => stop + 1,
        (Some(LineEnd::Crlf | LineEnd::Any), [b'\r', b'\n', ..] | [b'\r'] | []) => stop + 2,
        (Some(_), []) => stop + 1,
        (Some(_), _) => return Cut::Wrong(MalformedKind::LineEnd, stop),
    };
    if used <= input.len() {
        return Cut::Whole(&input[start..stop], used);
    }
    // With `Any` one byte may be enough.
    scan.need = if end == Some(LineEnd::Any) && rest.is_empty() { stop + 1 } else { used };
    super::partial(input, scan)
}

/// The next `\r\n`; `Err` is the offset of a `\r` or `\n` that stands alone. A `\r` that is the
/// last byte so far is looked at again.
fn find_crlf(input: &[u8], scan: &mut Scan) -> Result<Option<usize>, usize> {
    let Some(at) = memchr2(b'\r', b'\n', &input[scan.at..]).map(|at| scan.at + at) else {
        scan.at = input.len();
        return Ok(None);
    };
    scan.at = at;
    match (input[at], input.get(at + 1)) {
        (b'\r', Some(b'\n')) => Ok(Some(at)),
        (b'\r', None) => Ok(None),
        _ => Err(at),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Cut::*, LineEnd::*, *};

    #[test]
    fn lines_end_as_declared() {
        let long = MalformedKind::TooLong { max: 3 };
        for (input, end, expected) in [
            (&b"ab\r\nc"[..], Any, Whole(b"ab", 4)),
            (b"ab\nc", Any, Whole(b"ab", 3)),
            (b"\n", Any, Whole(b"", 1)),
            (b"ab\r\n", Lf, Whole(b"ab\r", 4)),
            (b"ab\r\n", Crlf, Whole(b"ab", 4)),
            (b"ab\n", Crlf, Wrong(MalformedKind::LineEnd, 2)),
            (b"a\rb", Crlf, Wrong(MalformedKind::LineEnd, 1)),
            (b"ab\r", Crlf, Partial),
            (b"abc", Any, Partial),
            (b"abc\r", Any, Partial),
            (b"abc\r\n", Any, Whole(b"abc", 5)),
            (b"abc\r\n", Crlf, Whole(b"abc", 5)),
            (b"abcd", Any, Wrong(long, 3)),
            (b"abc\r\r", Any, Wrong(long, 3)),
            (b"abcd\n", Any, Wrong(long, 3)),
            (b"abcd\r\n", Crlf, Wrong(long, 3)),
            (b"abcd\n", Crlf, Wrong(long, 3)),
            (b"abcd\rx", Crlf, Wrong(long, 3)),
            (b"abc\rx", Crlf, Wrong(MalformedKind::LineEnd, 3)),
        ] {
            assert_eq!(
                take_line(input, &mut Scan::default(), end, 3),
                expected,
                "{input:?} {end:?}"
            );
        }
    }

    #[test]
    fn at_the_end_of_the_stream_a_line_needs_no_end_unless_that_is_crlf() {
        let at_end = || Scan { eof: true, ..Scan::default() };
        assert_eq!(take_line(b"ab", &mut at_end(), Any, 9), Whole(b"ab", 2));
        assert_eq!(take_line(b"ab\r", &mut at_end(), Any, 9), Whole(b"ab", 3));
        assert_eq!(take_line(b"ab", &mut at_end(), Crlf, 9), Wrong(MalformedKind::LineEnd, 2));
    }

    #[test]
    fn no_byte_is_looked_at_twice() {
        let mut scan = Scan::default();
        assert_eq!(take_line(b"abc", &mut scan, Any, 9), Partial);
        assert_eq!(scan.at, 3);
        // What was looked at is not looked at again, even if it should have changed.
        assert_eq!(take_line(b"\n\n\nd", &mut scan, Any, 9), Partial);
    }
}
