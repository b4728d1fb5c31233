//! Frames with their length in front.

use super::{Cut, Scan, partial};
use crate::session::MalformedKind;

/// How the length of a frame is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefix {
    /// One byte.
    U8,
    /// Two bytes, the high one first.
    BeU16,
    /// Two bytes, the low one first.
    LeU16,
    /// Four bytes, the high one first.
    BeU32,
    /// Four bytes, the low one first.
    LeU32,
    /// Seven bits a byte, the low ones first, the highest bit set on all but the last byte
    /// (LEB128, as in Protocol Buffers).
    Varint,
}

impl Prefix {
    /// Its name in `#[frame(prefix = …)]`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Prefix::U8 => "u8",
            Prefix::BeU16 => "be_u16",
            Prefix::LeU16 => "le_u16",
            Prefix::BeU32 => "be_u32",
            Prefix::LeU32 => "le_u32",
            Prefix::Varint => "varint",
        }
    }

    /// The most bytes that a prefix has.
    pub(in crate::session) const BYTES_MAX: usize = 10;

    /// How many bytes it has at the least; but for `Varint` it has no more.
    pub(in crate::session) const fn least_bytes(self) -> usize {
        match self {
            Prefix::U8 | Prefix::Varint => 1,
            Prefix::BeU16 | Prefix::LeU16 => 2,
            Prefix::BeU32 | Prefix::LeU32 => 4,
        }
    }

    /// Writes `length` to the front of `digits`, and says how many bytes that took; `None` if the
    /// prefix cannot say it.
    pub(in crate::session) fn write(
        self,
        length: usize,
        digits: &mut [u8; Self::BYTES_MAX],
    ) -> Option<usize> {
        let mut put = |bytes: &[u8]| {
            digits[..bytes.len()].copy_from_slice(bytes);
            bytes.len()
        };
        Some(match self {
            Prefix::U8 => put(&[u8::try_from(length).ok()?]),
            Prefix::BeU16 => put(&u16::try_from(length).ok()?.to_be_bytes()),
            Prefix::LeU16 => put(&u16::try_from(length).ok()?.to_le_bytes()),
            Prefix::BeU32 => put(&u32::try_from(length).ok()?.to_be_bytes()),
            Prefix::LeU32 => put(&u32::try_from(length).ok()?.to_le_bytes()),
            Prefix::Varint => {
                let mut left = length;
                let mut used = 0;
                loop {
                    digits[used] = (left & 0x7f) as u8;
                    left >>= 7;
                    used += 1;
                    if left == 0 {
                        return Some(used);
                    }
                    digits[used - 1] |= 0x80;
                }
            }
        })
    }

    /// The length at the front of `input` and how many bytes say it; `None` if they are not all
    /// there.
    fn read(self, input: &[u8]) -> Result<Option<(u64, usize)>, usize> {
        let fixed = |length: Option<u64>, size| Ok(length.map(|length| (length, size)));
        match self {
            Prefix::U8 => fixed(input.first().map(|&byte| byte.into()), 1),
            Prefix::BeU16 => fixed(array(input).map(|b| u16::from_be_bytes(b).into()), 2),
            Prefix::LeU16 => fixed(array(input).map(|b| u16::from_le_bytes(b).into()), 2),
            Prefix::BeU32 => fixed(array(input).map(|b| u32::from_be_bytes(b).into()), 4),
            Prefix::LeU32 => fixed(array(input).map(|b| u32::from_le_bytes(b).into()), 4),
            Prefix::Varint => varint(input),
        }
    }
}

fn array<const N: usize>(input: &[u8]) -> Option<[u8; N]> {
    input.first_chunk().copied()
}

/// `Err` is the offset of the byte with which the number no longer fits 64 bits.
fn varint(input: &[u8]) -> Result<Option<(u64, usize)>, usize> {
    let mut value = 0u64;
    for (at, &byte) in input.iter().enumerate() {
        let bits = u64::from(byte & 0x7f);
        if at == 9 && byte > 1 {
            return Err(at);
        }
        value |= bits << (7 * at);
        if byte & 0x80 == 0 {
            return Ok(Some((value, at + 1)));
        }
    }
    Ok(None)
}

/// Takes a frame of up to `max` bytes, the prefix not counted, from the front of `input`. A length
/// beyond that is refused as soon as it is read.
#[inline]
pub fn take_prefixed<'a>(input: &'a [u8], scan: &mut Scan, prefix: Prefix, max: usize) -> Cut<'a> {
    let (length, start) = match prefix.read(input) {
        Ok(Some(read)) => read,
        Ok(None) => return partial(input, scan),
        Err(at) => return Cut::Wrong(MalformedKind::Length, at),
    };
    let Some(length) = usize::try_from(length).ok().filter(|&length| length <= max) else {
        return Cut::Wrong(MalformedKind::TooLong { max }, 0);
    };
    // `max` is bounded at compile time, far from where this sum could wrap.
    let end = start + length;
    match input.get(start..end) {
        Some(frame) => Cut::Whole(frame, end),
        None => {
            scan.need = end;
            partial(input, scan)
        }
    }
}

/// Takes exactly `length` bytes, which may be up to `max`.
#[inline]
pub fn take_exact<'a>(input: &'a [u8], scan: &mut Scan, length: usize, max: usize) -> Cut<'a> {
    if length > max {
        return Cut::Wrong(MalformedKind::TooLong { max }, 0);
    }
    match input.get(..length) {
        Some(bytes) => Cut::Whole(bytes, length),
        None => {
            scan.need = length;
            partial(input, scan)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_as_long_as_its_prefix_says() {
        for (prefix, front) in [
            (Prefix::U8, &[3][..]),
            (Prefix::BeU16, &[0, 3]),
            (Prefix::LeU16, &[3, 0]),
            (Prefix::BeU32, &[0, 0, 0, 3]),
            (Prefix::LeU32, &[3, 0, 0, 0]),
            (Prefix::Varint, &[3]),
            (Prefix::Varint, &[0x83, 0]),
        ] {
            let whole = [front, b"abcd"].concat();
            for end in 0..front.len() + 3 {
                let mut scan = Scan::default();
                assert_eq!(take_prefixed(&whole[..end], &mut scan, prefix, 3), Cut::Partial);
                let expected = if end < front.len() { 0 } else { front.len() + 3 };
                assert_eq!(scan.need, expected, "{prefix:?}");
            }
            let cut = take_prefixed(&whole, &mut Scan::default(), prefix, 3);
            assert_eq!(cut, Cut::Whole(b"abc", front.len() + 3), "{prefix:?}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let all = [
            (Prefix::U8, 255),
            (Prefix::BeU16, 65_535),
            (Prefix::LeU16, 65_535),
            (Prefix::BeU32, 4_294_967_295),
            (Prefix::LeU32, 4_294_967_295),
            (Prefix::Varint, usize::MAX),
        ];
        for (prefix, max) in all {
            for length in [0, 1, 127, 128, 255, 300, 65_535, 70_000, max] {
                let mut digits = [0; Prefix::BYTES_MAX];
                let used = prefix.write(length, &mut digits);
                let read = used.map(|used| (length as u64, used));
                assert_eq!(read.is_some(), length <= max, "{prefix:?} {length}");
                if read.is_some() {
                    assert_eq!(prefix.read(&digits), Ok(read), "{prefix:?} {length}");
                }
            }
        }
    }

    #[test]
    fn a_length_beyond_the_limit_is_refused_before_the_frame_is_there() {
        let long = Cut::Wrong(MalformedKind::TooLong { max: 3 }, 0);
        for (prefix, front) in [
            (Prefix::U8, &[4][..]),
            (Prefix::BeU32, &[0xff; 4]),
            (Prefix::Varint, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
        ] {
            assert_eq!(take_prefixed(front, &mut Scan::default(), prefix, 3), long);
        }
        let endless = [0xff; 12];
        let cut = take_prefixed(&endless, &mut Scan::default(), Prefix::Varint, 3);
        assert_eq!(cut, Cut::Wrong(MalformedKind::Length, 9));
    }
}
