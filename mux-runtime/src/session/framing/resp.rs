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
        if scan.at == 0 {
            match length(&input[1..], BULKS_MAX) {
                Number::Whole(count, used) => {
                    scan.left = count;
                    scan.at = 1 + used;
                }
                Number::Partial => return partial(input, scan),
                Number::TooLong => return Cut::Wrong(MalformedKind::TooLong { max: BULKS_MAX }, 1),
                Number::Wrong(at) => return Cut::Wrong(MalformedKind::Length, 1 + at),
            }
        }
        while scan.left > 0 {
            match bulk(input, scan.at, max) {
                Ok((_, end)) if end <= input.len() => {
                    if input[end - 2..end] != *b"\r\n" {
                        return Cut::Wrong(MalformedKind::Length, end - 2);
                    }
                    scan.at = end;
                    scan.left -= 1;
                }
                Ok((_, end)) => {
                    scan.need = end;
                    return partial(input, scan);
                }
                Err(Some(cut)) => return cut,
                Err(None) => return partial(input, scan),
            }
        }
        // Behind the array's own length stand the words.
        let start = 3 + input[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        Cut::Whole(&input[start..scan.at], scan.at)
    }

    fn word(frame: &[u8], at: &mut usize) -> Option<Range<usize>> {
        let (word, end) = bulk(frame, *at, usize::MAX / 2).ok()?;
        *at = end;
        Some(word)
    }

    fn error(text: fmt::Arguments<'_>, out: &mut Writer<'_>) {
        write!(out, "-ERR {text}\r\n");
    }
}

/// The place of the bulk's bytes that starts at `at`, and the offset behind its end, which may not
/// be there yet. `Err(None)` if its length is not all there.
#[inline]
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
            let end = start + length;
            // The bulks before it count, too.
            if end > max {
                return Err(Some(Cut::Wrong(MalformedKind::TooLong { max }, at)));
            }
            Ok((start..end, end + 2))
        }
        Number::Partial => Err(None),
        Number::TooLong => Err(Some(Cut::Wrong(MalformedKind::TooLong { max }, at))),
        Number::Wrong(wrong) => Err(Some(Cut::Wrong(MalformedKind::Length, at + 1 + wrong))),
    }
}

/// Reads a length and its line end. As in Redis it has no zeros in front.
#[inline]
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
