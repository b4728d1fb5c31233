//! Numbers, in either order of their bytes or as varints, and those that count what follows.

use std::{array, marker::PhantomData};

use nom::{Err, IResult, Needed, error::ErrorKind};

use super::{
    super::Writer,
    Depth,
    bytes::{take, take_array},
    depth::wrong,
    shape::{Form, Number, Order},
    wire::{Plain, Wire},
};

/// The highest byte first: network order.
pub struct Big;
/// The lowest byte first.
pub struct Little;
/// LEB128: seven bits a byte, the lowest first.
pub struct Varint;

impl Plain for Big {}
impl Plain for Little {}
impl Plain for Varint {}

/// How many numbers are put together before they are appended.
const RUN: usize = 32;

macro_rules! fixed {
    ($($order:ident $from:ident $to:ident: $($number:ident)*;)*) => {$($(
        impl<'a> Wire<'a, $order> for $number {
            const FORM: Form = Form::Number(Number::new(stringify!($number), Order::$order));
            const MIN_BYTES: usize = size_of::<$number>();

            #[inline]
            fn read(input: &'a [u8], _depth: Depth) -> IResult<&'a [u8], Self> {
                let (rest, bytes) = take_array(input)?;
                Ok((rest, $number::$from(*bytes)))
            }

            #[inline]
            fn write(&self, out: &mut Writer<'_>) {
                out.bytes(&self.$to());
            }

            #[inline]
            fn read_array<const N: usize>(
                input: &'a [u8],
                _depth: Depth,
            ) -> IResult<&'a [u8], [Self; N]> {
                let (rest, bytes) = take(input, N.saturating_mul(size_of::<$number>()))?;
                let (numbers, _) = bytes.as_chunks();
                Ok((rest, array::from_fn(|at| $number::$from(numbers[at]))))
            }

            #[inline]
            fn read_list(
                input: &'a [u8],
                count: usize,
                _depth: Depth,
            ) -> IResult<&'a [u8], Vec<Self>> {
                let (rest, bytes) = take(input, count.saturating_mul(size_of::<$number>()))?;
                let (numbers, _) = bytes.as_chunks();
                Ok((rest, numbers.iter().map(|bytes| $number::$from(*bytes)).collect()))
            }

            #[inline]
            fn write_all(items: &[Self], out: &mut Writer<'_>) {
                const SIZE: usize = size_of::<$number>();
                let mut bytes = [0; RUN * SIZE];
                for items in items.chunks(RUN) {
                    let (slots, _) = bytes.as_chunks_mut();
                    for (slot, item) in slots.iter_mut().zip(items) {
                        *slot = item.$to();
                    }
                    out.bytes(&bytes[..items.len() * SIZE]);
                }
            }
        }
    )*)*};
}
fixed! {
    Big from_be_bytes to_be_bytes: u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64;
    Little from_le_bytes to_le_bytes: u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64;
}

macro_rules! varints {
    ($($number:ident)*) => {$(
        impl<'a> Wire<'a, Varint> for $number {
            const FORM: Form = Form::Number(Number::new(stringify!($number), Order::Varint));
            const MIN_BYTES: usize = 1;

            /// One value has one spelling: a last byte that adds nothing is refused.
            #[inline]
            fn read(input: &'a [u8], _depth: Depth) -> IResult<&'a [u8], Self> {
                let mut value: $number = 0;
                let mut shift = 0;
                for (at, &byte) in input.iter().enumerate() {
                    let bits = $number::from(byte & 0x7f);
                    if bits > $number::MAX >> shift {
                        return wrong(input, ErrorKind::TooLarge);
                    }
                    value |= bits << shift;
                    if byte < 0x80 {
                        let is_overlong = byte == 0 && at > 0;
                        return match is_overlong {
                            true => wrong(input, ErrorKind::Verify),
                            false => Ok((&input[at + 1..], value)),
                        };
                    }
                    shift += 7;
                    if shift >= $number::BITS {
                        return wrong(input, ErrorKind::TooLarge);
                    }
                }
                Err(Err::Incomplete(Needed::new(1)))
            }

            #[inline]
            fn write(&self, out: &mut Writer<'_>) {
                const BYTES_MAX: usize = $number::BITS.div_ceil(7) as usize;
                let mut bytes = [0; BYTES_MAX];
                let mut used = 0;
                let mut left = *self;
                for byte in &mut bytes {
                    used += 1;
                    let [low, ..] = left.to_le_bytes();
                    left = left.checked_shr(7).unwrap_or(0);
                    if left == 0 {
                        *byte = low & 0x7f;
                        break;
                    }
                    *byte = low | 0x80;
                }
                out.bytes(&bytes[..used]);
            }
        }
    )*};
}
varints!(u8 u16 u32 u64 u128);

/// The number `T`, written in the way `F`.
pub struct Of<T, F>(PhantomData<(T, F)>);

/// A number that counts what follows it: bytes, or elements.
pub trait Length {
    /// How it is written, as data.
    const NUMBER: Number;
    /// How many bytes it takes at the least.
    const MIN_BYTES: usize;
    /// The highest count that it can hold, inclusive.
    const MAX: usize;

    /// Reads a count.
    ///
    /// # Errors
    /// Bytes are missing, or the count is higher than any that memory could hold.
    fn read(input: &[u8]) -> IResult<&[u8], usize>;

    /// Appends `count`, which is at most `MAX`.
    fn write(count: usize, out: &mut Writer<'_>);
}

macro_rules! lengths {
    ($($order:ident: $($number:ident)*;)*) => {$($(
        impl Length for Of<$number, $order> {
            const NUMBER: Number = Number::new(stringify!($number), Order::$order);
            const MIN_BYTES: usize = <$number as Wire<'_, $order>>::MIN_BYTES;
            const MAX: usize = match size_of::<$number>() < size_of::<usize>() {
                true => $number::MAX as usize,
                false => usize::MAX,
            };

            #[inline]
            fn read(input: &[u8]) -> IResult<&[u8], usize> {
                let (rest, count) = <$number as Wire<'_, $order>>::read(input, Depth::FULL)?;
                match usize::try_from(count) {
                    Ok(count) => Ok((rest, count)),
                    Err(_) => wrong(input, ErrorKind::TooLarge),
                }
            }

            #[inline]
            fn write(count: usize, out: &mut Writer<'_>) {
                debug_assert!(count <= Self::MAX, "callers cut what they count");
                let count = $number::try_from(count).unwrap_or($number::MAX);
                Wire::<'_, $order>::write(&count, out);
            }
        }
    )*)*};
}
lengths! {
    Big: u8 u16 u32 u64 u128;
    Little: u8 u16 u32 u64 u128;
    Varint: u8 u16 u32 u64 u128;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn varint<T: for<'a> Wire<'a, Varint>>(input: &[u8]) -> IResult<&[u8], T> {
        T::read(input, Depth::FULL)
    }

    #[test]
    fn a_varint_has_one_spelling() {
        let overlong = |input| wrong::<u64>(input, ErrorKind::Verify);
        assert_eq!(varint::<u64>(b"\x00"), Ok((&b""[..], 0)));
        assert_eq!(varint::<u64>(b"\x80\x01!"), Ok((&b"!"[..], 128)));
        assert_eq!(varint::<u64>(b"\x80\x00"), overlong(b"\x80\x00"));
        assert_eq!(varint::<u64>(b"\xff\x80\x00"), overlong(b"\xff\x80\x00"));
    }

    #[test]
    fn a_varint_holds_no_more_than_its_type() {
        assert_eq!(varint::<u8>(b"\xff\x01"), Ok((&b""[..], 255)));
        assert_eq!(varint::<u8>(b"\x80\x02"), wrong(b"\x80\x02", ErrorKind::TooLarge));
        assert_eq!(varint::<u16>(b"\xff\xff\x03"), Ok((&b""[..], u16::MAX)));
        assert_eq!(varint::<u16>(b"\xff\xff\x04"), wrong(b"\xff\xff\x04", ErrorKind::TooLarge));
        // Known before the next byte is there: no value of this type goes on here.
        assert_eq!(varint::<u16>(b"\xff\xff\x83"), wrong(b"\xff\xff\x83", ErrorKind::TooLarge));
        assert_eq!(varint::<u16>(b"\xff\xff"), Err(Err::Incomplete(Needed::new(1))));
    }

    #[test]
    fn a_varint_is_read_as_it_was_written() {
        for shift in 0..128 {
            for value in [1_u128 << shift, (1 << shift) - 1, u128::MAX >> shift] {
                let mut bytes = Vec::new();
                Wire::<Varint>::write(&value, &mut Writer::new(&mut bytes));
                assert_eq!(varint::<u128>(&bytes), Ok((&b""[..], value)));
                let bits = (128 - value.leading_zeros()).max(1) as usize;
                assert_eq!(bytes.len(), bits.div_ceil(7));
            }
        }
    }

    #[test]
    fn a_length_higher_than_memory_is_wrong_and_not_waited_for() {
        let bytes = [0xff; 16];
        assert_eq!(Of::<u128, Big>::read(&bytes), wrong(&bytes, ErrorKind::TooLarge));
    }
}
