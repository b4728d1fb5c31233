//! Messages that end with a delimiter.

use memchr::memmem;

use super::{Cut, Scan, partial};
use crate::session::MalformedKind;

/// Takes what stands before `delimiter`, up to `max` bytes, from the front of `input`.
#[inline]
pub fn take_until<'a>(input: &'a [u8], scan: &mut Scan, delimiter: &[u8], max: usize) -> Cut<'a> {
    let too_long = Cut::Wrong(MalformedKind::TooLong { max }, max);
    let found = match delimiter {
        [byte] => memchr::memchr(*byte, &input[scan.at..]),
        delimiter => memmem::find(&input[scan.at..], delimiter),
    };
    match found.map(|at| scan.at + at) {
        Some(at) if at > max => too_long,
        Some(at) => Cut::Whole(&input[..at], at + delimiter.len()),
        None => {
            // The last bytes may be the start of the delimiter.
            scan.at = scan.at.max((input.len() + 1).saturating_sub(delimiter.len()));
            if scan.at > max { too_long } else { partial(input, scan) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delimiter_may_come_in_pieces() {
        let whole = b"abc--d";
        let mut scan = Scan::default();
        for end in 0..5 {
            assert_eq!(take_until(&whole[..end], &mut scan, b"--", 9), Cut::Partial);
        }
        assert_eq!(scan.at, 3);
        assert_eq!(take_until(whole, &mut scan, b"--", 9), Cut::Whole(b"abc", 5));
    }

    #[test]
    fn the_limit_is_inclusive_and_holds_before_the_delimiter_is_there() {
        let long = Cut::Wrong(MalformedKind::TooLong { max: 3 }, 3);
        let take = |input| take_until(input, &mut Scan::default(), b"\0", 3);
        assert_eq!(take(b"abc\0"), Cut::Whole(b"abc", 4));
        assert_eq!(take(b"abc"), Cut::Partial);
        assert_eq!(take(b"abcd"), long);
        assert_eq!(take(b"abcd\0"), long);
    }
}
