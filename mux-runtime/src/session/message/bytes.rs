//! Bytes and text, after their length or up to the end of the frame.

use std::{marker::PhantomData, str};

use nom::{Err, IResult, Needed, error::ErrorKind};

use super::{
    super::Writer,
    Depth,
    depth::wrong,
    number::Length,
    shape::{Extent, Form},
    wire::Wire,
};

/// Written after its length in bytes, a number `L`.
pub struct Len<L>(PhantomData<L>);

/// All that is left of the input.
pub struct Rest;

/// The first `count` bytes.
#[inline]
pub(super) fn take(input: &[u8], count: usize) -> IResult<&[u8], &[u8]> {
    match input.split_at_checked(count) {
        Some((taken, rest)) => Ok((rest, taken)),
        None => Err(Err::Incomplete(Needed::new(count - input.len()))),
    }
}

/// The first `N` bytes.
#[inline]
pub(super) fn take_array<const N: usize>(input: &[u8]) -> IResult<&[u8], &[u8; N]> {
    match input.split_first_chunk() {
        Some((taken, rest)) => Ok((rest, taken)),
        None => Err(Err::Incomplete(Needed::new(N - input.len()))),
    }
}

/// `bytes` as text, or where they are none.
fn text(bytes: &[u8]) -> Result<&str, usize> {
    str::from_utf8(bytes).map_err(|error| error.valid_up_to())
}

/// The longest start of `bytes` that has at most `max` bytes.
fn start_of_bytes(bytes: &[u8], max: usize) -> &[u8] {
    bytes.get(..max).unwrap_or(bytes)
}

/// The longest start of the UTF-8 `bytes` that has at most `max` bytes and ends between two
/// characters.
fn start_of_text(bytes: &[u8], max: usize) -> &[u8] {
    let is_inside = |end: usize| bytes.get(end).is_some_and(|byte| byte & 0xc0 == 0x80);
    let mut end = max.min(bytes.len());
    while is_inside(end) {
        end -= 1;
    }
    &bytes[..end]
}

macro_rules! runs {
    ($($run:ty: $form:ident, $of:expr, $start_of:ident;)*) => {$(
        impl<'a, L: Length> Wire<'a, Len<L>> for $run {
            const FORM: Form = Form::$form(Extent::Counted(L::NUMBER));
            const MIN_BYTES: usize = L::MIN_BYTES;

            #[inline]
            fn read(input: &'a [u8], _depth: Depth) -> IResult<&'a [u8], Self> {
                let (run, len) = L::read(input)?;
                let (rest, bytes) = take(run, len)?;
                match $of(bytes) {
                    Ok(value) => Ok((rest, value)),
                    Err(at) => wrong(&run[at..], ErrorKind::Char),
                }
            }

            #[inline]
            fn write(&self, out: &mut Writer<'_>) {
                let bytes = $start_of(self.as_ref(), L::MAX);
                L::write(bytes.len(), out);
                out.bytes(bytes);
            }
        }

        impl<'a> Wire<'a, Rest> for $run {
            const FORM: Form = Form::$form(Extent::Rest);
            const MIN_BYTES: usize = 0;
            const OPEN_ENDED: bool = true;

            #[inline]
            fn read(input: &'a [u8], _depth: Depth) -> IResult<&'a [u8], Self> {
                match $of(input) {
                    Ok(value) => Ok((&input[input.len()..], value)),
                    Err(at) => wrong(&input[at..], ErrorKind::Char),
                }
            }

            #[inline]
            fn write(&self, out: &mut Writer<'_>) {
                out.bytes(self.as_ref());
            }
        }
    )*};
}
runs! {
    &'a [u8]: Bytes, Ok::<_, usize>, start_of_bytes;
    Vec<u8>: Bytes, |bytes: &[u8]| Ok::<_, usize>(bytes.to_vec()), start_of_bytes;
    &'a str: Text, text, start_of_text;
    String: Text, |bytes| text(bytes).map(str::to_owned), start_of_text;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_two_characters() {
        for (text, max, start) in [
            ("", 0, ""),
            ("abc", 2, "ab"),
            ("abc", 3, "abc"),
            ("abc", usize::MAX, "abc"),
            ("aé", 2, "a"),
            ("aé", 3, "aé"),
            ("日本", 5, "日"),
            ("日本", 2, ""),
        ] {
            assert_eq!(start_of_text(text.as_bytes(), max), start.as_bytes(), "{text} at {max}");
        }
    }
}
