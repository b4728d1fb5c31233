//! Netstrings.

use super::{Cut, Framing, Scan, partial};
use crate::session::MalformedKind;

/// Netstrings, `5:hello,`: a length in decimal digits, a colon, so many bytes, a comma
/// (<https://cr.yp.to/proto/netstrings.txt>). The words inside have blanks between them.
#[derive(Debug, Clone, Copy)]
pub struct Netstring;

impl Framing for Netstring {
    fn cut<'a>(input: &'a [u8], scan: &mut Scan, max: usize) -> Cut<'a> {
        let (length, start) = match number(input, b":", max) {
            Number::Whole(length, start) => (length, start),
            Number::Partial => return partial(input, scan),
            Number::TooLong => return Cut::Wrong(MalformedKind::TooLong { max }, 0),
            Number::Wrong(at) => return Cut::Wrong(MalformedKind::Length, at),
        };
        if start > 2 && input[0] == b'0' {
            return Cut::Wrong(MalformedKind::Length, 0);
        }
        let end = start + length;
        match input.get(end) {
            Some(b',') => Cut::Whole(&input[start..end], end + 1),
            Some(_) => Cut::Wrong(MalformedKind::Length, end),
            None => {
                scan.need = end + 1;
                partial(input, scan)
            }
        }
    }
}

/// A decimal number at the front of some input.
pub(super) enum Number {
    /// Its value, and the offset behind its end.
    Whole(usize, usize),
    Partial,
    /// More than the limit.
    TooLong,
    /// The offset of the byte at fault.
    Wrong(usize),
}

/// Reads decimal digits, at least one, and then `end`; the value may be up to `max`.
#[inline]
pub(super) fn number(input: &[u8], end: &[u8], max: usize) -> Number {
    let mut value = 0usize;
    let mut at = 0;
    while let Some(digit) = input.get(at).map(|byte| byte.wrapping_sub(b'0')) {
        if digit > 9 {
            break;
        }
        value = match value.checked_mul(10).and_then(|value| value.checked_add(digit.into())) {
            Some(value) if value <= max => value,
            _ => return Number::TooLong,
        };
        at += 1;
        // Zeros do not make a number larger, but there is an end to them, too.
        if at > 20 {
            return Number::Wrong(at);
        }
    }
    let rest = &input[at..];
    if at == 0 && !rest.is_empty() {
        Number::Wrong(0)
    } else if rest.starts_with(end) && at > 0 {
        Number::Whole(value, at + end.len())
    } else if end.starts_with(rest) {
        Number::Partial
    } else {
        Number::Wrong(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_netstring_is_cut_at_its_length() {
        let length = |at| Cut::Wrong(MalformedKind::Length, at);
        for (input, expected) in [
            (&b"5:hello,x"[..], Cut::Whole(b"hello", 8)),
            (b"0:,", Cut::Whole(b"", 3)),
            (b"", Cut::Partial),
            (b"5", Cut::Partial),
            (b"5:hello", Cut::Partial),
            (b"5:hello!", length(7)),
            (b"05:hello,", length(0)),
            (b"x", length(0)),
            (b":", length(0)),
            (b"5;", length(1)),
            (b"10:", Cut::Wrong(MalformedKind::TooLong { max: 9 }, 0)),
            (b"99999999999999999999999:", Cut::Wrong(MalformedKind::TooLong { max: 9 }, 0)),
        ] {
            assert_eq!(Netstring::cut(input, &mut Scan::default(), 9), expected, "{input:?}");
        }
    }
}
