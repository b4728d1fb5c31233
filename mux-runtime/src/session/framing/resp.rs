//! Redis's serialization protocol.

use std::{fmt, ops::Range};

use super::{
    Cut, Framing, Scan,
    netstring::{Number, number},
    partial,
};
use crate::session::{MalformedKind, Writer};

/// Commands as Redis's clients send them: RESP2 arrays of bulk strings,
/// `*2\r\n$3\r\nGET\r\n$1\r\na\r\n`, each bulk a word
/// (<https://redis.io/docs/latest/develop/reference/protocol-spec/>). What does not begin with `*`
/// is a line with blanks between its words (an «inline command»).
///
/// An array holds at most 1,048,576 bulks, as in Redis; a frame is limited by `max_frame`. A frame
/// that comes in pieces is gone on with where it was left: O(n + k) for n bytes in k pieces.
#[derive(Debug, Clone, Copy)]
pub struct Resp;

/// Bulks in one array, as Redis limits them.
const BULKS_MAX: usize = 1024 * 1024;

impl Framing for Resp {
    fn cut<'a>(input: &'a [u8], scan: &mut Scan, max: usize) -> Cut<'a> {
        match input.first() {
            None => return Cut::Partial,
            Some(b'*') => {}
            Some(_) => return Cut::Line,
        }
        // The words stand behind the array's own length.
        let start = match scan.at {
            0 => match array_length(&input[1..]) {
                Number::Whole(count, used) => {
                    scan.left = count;
                    scan.at = 1 + used;
                    scan.at
                }
                Number::Partial => return partial(input, scan),
                Number::TooLong => return Cut::Wrong(MalformedKind::TooLong { max: BULKS_MAX }, 1),
                Number::Wrong(at) => return Cut::Wrong(MalformedKind::Length, 1 + at),
            },
            at => input[..at].iter().position(|&byte| byte == b'\n').map_or(at, |end| end + 1),
        };
        while scan.left > 0 {
            let (word, end) = match short_bulk(input, scan.at) {
                Some(found) => found,
                None => match bulk(input, scan.at, max) {
                    Ok(found) => found,
                    Err(Some(cut)) => return cut,
                    Err(None) => return partial(input, scan),
                },
            };
            // The bulks before it count, too.
            if word.end > max {
                return Cut::Wrong(MalformedKind::TooLong { max }, scan.at);
            }
            match input.get(word.end..end) {
                Some(b"\r\n") => {}
                Some(_) => return Cut::Wrong(MalformedKind::Length, word.end),
                None => {
                    scan.need = end;
                    return partial(input, scan);
                }
            }
            scan.at = end;
            scan.left -= 1;
        }
        Cut::Whole(&input[start..scan.at], scan.at)
    }

    #[inline]
    fn word(frame: &[u8], at: &mut usize) -> Option<Range<usize>> {
        if *at >= frame.len() {
            return None;
        }
        let (word, end) = match short_bulk(frame, *at) {
            Some(found) => found,
            None => bulk(frame, *at, usize::MAX / 2).ok()?,
        };
        *at = end;
        Some(word)
    }

    fn error(text: fmt::Arguments<'_>, out: &mut Writer<'_>) {
        write!(out, "-ERR {text}\r\n");
    }
}

/// How many bulks an array has; that is one digit, mostly.
#[inline]
fn array_length(input: &[u8]) -> Number {
    match *input {
        [digit @ b'0'..=b'9', b'\r', b'\n', ..] => Number::Whole(usize::from(digit - b'0'), 3),
        _ => length(input, BULKS_MAX),
    }
}

/// What [`bulk`] gives, if the bulk has less than 100 bytes. Each is looked for twice, by `cut` and
/// by `word`, and most are that short: this takes no loop and no look at what may be wrong.
#[inline]
fn short_bulk(input: &[u8], at: usize) -> Option<(Range<usize>, usize)> {
    // The shortest bulk, `$0\r\n\r\n`, is that long.
    let (start, length) = match *input.get(at..)?.first_chunk::<6>()? {
        [b'$', ones @ b'0'..=b'9', b'\r', b'\n', ..] => (at + 4, ones - b'0'),
        [b'$', tens @ b'1'..=b'9', ones @ b'0'..=b'9', b'\r', b'\n', _] => {
            (at + 5, 10 * (tens - b'0') + (ones - b'0'))
        }
        _ => return None,
    };
    let end = start + usize::from(length);
    Some((start..end, end + 2))
}

/// The place of the bulk's bytes that starts at `at`, and the offset behind its end, which may not
/// be there yet. `Err(None)` if its length is not all there.
#[inline(never)]
fn bulk(
    input: &[u8],
    at: usize,
    max: usize,
) -> Result<(Range<usize>, usize), Option<Cut<'static>>> {
    match input.get(at) {
        None => return Err(None),
        Some(b'$') => {}
        Some(_) => return Err(Some(Cut::Wrong(MalformedKind::Length, at))),
    }
    match length(&input[at + 1..], max) {
        Number::Whole(length, used) => {
            let start = at + 1 + used;
            let end = start.saturating_add(length);
            Ok((start..end, end.saturating_add(2)))
        }
        Number::Partial => Err(None),
        Number::TooLong => Err(Some(Cut::Wrong(MalformedKind::TooLong { max }, at))),
        Number::Wrong(wrong) => Err(Some(Cut::Wrong(MalformedKind::Length, at + 1 + wrong))),
    }
}

/// Reads a length and its line end. As in Redis it has no zeros in front.
#[inline(never)]
fn length(input: &[u8], max: usize) -> Number {
    match number(input, b"\r\n", max) {
        Number::Whole(_, 4..) if input[0] == b'0' => Number::Wrong(0),
        length => length,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(frame: &[u8]) -> Vec<&[u8]> {
        let mut at = 0;
        std::iter::from_fn(|| Resp::word(frame, &mut at)).map(|place| &frame[place]).collect()
    }

    /// Whichever way its length is read.
    #[test]
    fn bulks_of_every_length_are_read_alike() {
        for length in [0, 1, 9, 10, 99, 100, 101, 1000] {
            let bulk = format!("${length}\r\n{}\r\n", "x".repeat(length));
            for count in [1, 9, 10, 12] {
                let whole = format!("*{count}\r\n{}", bulk.repeat(count));
                let max = whole.len() - 2;
                let cut = Resp::cut(whole.as_bytes(), &mut Scan::default(), max);
                let Cut::Whole(frame, used) = cut else { panic!("{cut:?}") };
                assert_eq!(used, whole.len());
                assert_eq!(words(frame), vec!["x".repeat(length).as_bytes(); count]);
                let last = whole.len() - bulk.len();
                let cut = Resp::cut(whole.as_bytes(), &mut Scan::default(), max - 1);
                let too_long = MalformedKind::TooLong { max: max - 1 };
                assert_eq!(cut, Cut::Wrong(too_long, last), "{count} of {length}");
            }
        }
        let huge = format!("*1\r\n${}\r\n", usize::MAX);
        let cut = Resp::cut(huge.as_bytes(), &mut Scan::default(), usize::MAX);
        assert_eq!(cut, Cut::Partial);
    }

    #[test]
    fn an_array_of_bulks_is_one_frame_however_it_comes() {
        let whole = b"*3\r\n$3\r\nSET\r\n$0\r\n\r\n$4\r\na\r\nb\r\nrest";
        let end = whole.len() - 4;
        let mut scan = Scan::default();
        for so_far in 0..end {
            assert_eq!(Resp::cut(&whole[..so_far], &mut scan, 64), Cut::Partial, "{so_far}");
        }
        let Cut::Whole(frame, used) = Resp::cut(whole, &mut scan, 64) else { panic!("no frame") };
        assert_eq!((words(frame), used), (vec![&b"SET"[..], b"", b"a\r\nb"], end));
    }

    #[test]
    fn what_is_wrong_is_refused_at_its_place() {
        for (input, kind, at) in [
            (&b"*x\r\n"[..], MalformedKind::Length, 1),
            (b"*-1\r\n", MalformedKind::Length, 1),
            (b"*01\r\n$1\r\na\r\n", MalformedKind::Length, 1),
            (b"*1\r\n$01\r\na\r\n", MalformedKind::Length, 5),
            (b"*1\r\n+OK\r\n", MalformedKind::Length, 4),
            (b"*1\r\n$-1\r\n", MalformedKind::Length, 5),
            (b"*1\r\n$2\r\nabc\r\n", MalformedKind::Length, 10),
            (b"*1\r\n$65\r\n", MalformedKind::TooLong { max: 64 }, 4),
            (b"*2\r\n$50\r\n", MalformedKind::TooLong { max: 50 }, 4),
            (b"*9999999\r\n", MalformedKind::TooLong { max: BULKS_MAX }, 1),
        ] {
            let max = if input.starts_with(b"*2") { 50 } else { 64 };
            let cut = Resp::cut(input, &mut Scan::default(), max);
            assert_eq!(cut, Cut::Wrong(kind, at), "{input:?}");
        }
        assert_eq!(Resp::cut(b"PING\r\n", &mut Scan::default(), 64), Cut::Line);
        assert_eq!(Resp::cut(b"*0\r\n", &mut Scan::default(), 64), Cut::Whole(b"", 4));
    }

    #[test]
    fn a_frame_in_pieces_is_gone_on_with_where_it_was_left() {
        let mut scan = Scan::default();
        assert_eq!(Resp::cut(b"*2\r\n$1\r\na\r\n$9\r\n", &mut scan, 64), Cut::Partial);
        assert_eq!((scan.at, scan.left, scan.need), (11, 1, 26));
    }
}
