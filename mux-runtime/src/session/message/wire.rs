//! How a field is read and written, by its type and the way in which it is written.

use std::{array, marker::PhantomData};

use nom::{IResult, Needed, error::ErrorKind};

use super::{
    super::Writer,
    Depth, Message,
    bytes::take_array,
    depth::wrong,
    number::{Big, Little, Varint},
    shape::{Form, Shape},
};

/// A type that can be a field, written in the way `F`.
///
/// `F` is [`Big`](super::Big), [`Little`](super::Little) or [`Varint`](super::Varint) for what
/// has an end of its own, and [`Len`](super::Len), [`Rest`](super::Rest),
/// [`Count`](super::Count) or [`RestOf`](super::RestOf) for what has not.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a message",
    label = "not written as bytes in this way",
    note = "if it is a message, derive it: `#[derive(mux_runtime::MuxMessage)]` on `{Self}`",
    note = "for anything else give the field `#[parse(function)]` and `#[encode(function)]`"
)]
pub trait Wire<'a, F>: Sized {
    /// What the bytes are, as data.
    const FORM: Form;

    /// How many bytes a value takes at the least.
    const MIN_BYTES: usize;

    /// Whether it takes all of the input.
    const OPEN_ENDED: bool = false;

    /// Reads a value from the front of `input`.
    ///
    /// # Errors
    /// Bytes are missing (`Incomplete`) or wrong.
    fn read(input: &'a [u8], depth: Depth) -> IResult<&'a [u8], Self>;

    /// Appends the value's bytes.
    fn write(&self, out: &mut Writer<'_>);

    /// Reads `N` values.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn read_array<const N: usize>(input: &'a [u8], depth: Depth) -> IResult<&'a [u8], [Self; N]> {
        const { assert!(!Self::OPEN_ENDED, "`#[rest]` inside of an array") };
        let mut rest = input;
        let mut failed = None;
        let items: [Option<Self>; N] = array::from_fn(|_| {
            if failed.is_some() {
                return None;
            }
            match Self::read(rest, depth) {
                Ok((after, item)) => {
                    rest = after;
                    Some(item)
                }
                Err(error) => {
                    failed = Some(error);
                    None
                }
            }
        });
        match failed {
            Some(error) => Err(error),
            None => {
                #[expect(clippy::expect_used, reason = "the message proves it")]
                let items = items.map(|item| item.expect("no element failed, so all are there"));
                Ok((rest, items))
            }
        }
    }

    /// Reads `count` values.
    ///
    /// A peer may claim any count. One for which the input is too short is found out before
    /// anything is reserved, and no more memory is reserved than the input has bytes: beyond it
    /// the list grows with the elements that are really there.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn read_list(input: &'a [u8], count: usize, depth: Depth) -> IResult<&'a [u8], Vec<Self>> {
        const { assert!(Self::MIN_BYTES > 0, "an element of a list must take at least one byte") };
        const { assert!(!Self::OPEN_ENDED, "`#[rest]` inside of a list") };
        let least = count.saturating_mul(Self::MIN_BYTES);
        if least > input.len() {
            return Err(nom::Err::Incomplete(Needed::new(least - input.len())));
        }
        let mut items = Vec::with_capacity(count.min(input.len() / size_of::<Self>().max(1)));
        let mut rest = input;
        for _ in 0..count {
            let (after, item) = Self::read(rest, depth)?;
            items.push(item);
            rest = after;
        }
        Ok((rest, items))
    }

    /// Appends the bytes of all `items`.
    fn write_all(items: &[Self], out: &mut Writer<'_>) {
        for item in items {
            item.write(out);
        }
    }
}

/// A way of writing what has an end of its own.
pub trait Plain {}

// One impl for each, not one for all that are `Plain`: only so does the compiler see that nothing
// but `Vec<T>` is counted, and says of a `Vec` of what is no message that its element is at fault.
macro_rules! messages {
    ($($plain:ident)*) => {$(
        impl<'a, T: Message<'a>> Wire<'a, $plain> for T {
            const FORM: Form = Form::Message(shape_of::<T>);
            const MIN_BYTES: usize = T::MIN_BYTES;
            const OPEN_ENDED: bool = T::OPEN_ENDED;

            #[inline]
            fn read(input: &'a [u8], depth: Depth) -> IResult<&'a [u8], Self> {
                T::parse_within(input, depth.deeper(input)?)
            }

            #[inline]
            fn write(&self, out: &mut Writer<'_>) {
                self.encode(out);
            }
        }
    )*};
}
messages!(Big Little Varint);

/// The shape of `T`.
fn shape_of<'a, T: Message<'a>>() -> &'static Shape {
    T::SHAPE
}

/// The error of an `input` that starts with a tag which stands for nothing.
///
/// # Errors
/// Always: that is what it is for.
pub fn wrong_tag<T>(input: &[u8]) -> IResult<&[u8], T> {
    wrong(input, ErrorKind::Switch)
}

/// The sum of `parts`: how many bytes fields take at the least.
#[must_use]
pub const fn least(parts: &[usize]) -> usize {
    let mut sum = 0_usize;
    let mut rest = parts;
    while let [first, after @ ..] = rest {
        sum = sum.saturating_add(*first);
        rest = after;
    }
    sum
}

impl<F: Plain> Wire<'_, F> for bool {
    const FORM: Form = Form::Bool;
    const MIN_BYTES: usize = 1;

    #[inline]
    fn read(input: &[u8], _depth: Depth) -> IResult<&[u8], Self> {
        match input {
            [0, rest @ ..] => Ok((rest, false)),
            [1, rest @ ..] => Ok((rest, true)),
            [] => Err(nom::Err::Incomplete(Needed::new(1))),
            _ => wrong(input, ErrorKind::OneOf),
        }
    }

    #[inline]
    fn write(&self, out: &mut Writer<'_>) {
        out.bytes(&[u8::from(*self)]);
    }
}

impl<'a, T: Wire<'a, F>, F> Wire<'a, F> for Option<T> {
    const FORM: Form = Form::Optional(&T::FORM);
    const MIN_BYTES: usize = 1;
    const OPEN_ENDED: bool = T::OPEN_ENDED;

    #[inline]
    fn read(input: &'a [u8], depth: Depth) -> IResult<&'a [u8], Self> {
        let (rest, there) = <bool as Wire<'a, Big>>::read(input, depth)?;
        if !there {
            return Ok((rest, None));
        }
        T::read(rest, depth).map(|(rest, value)| (rest, Some(value)))
    }

    #[inline]
    fn write(&self, out: &mut Writer<'_>) {
        out.bytes(&[u8::from(self.is_some())]);
        if let Some(value) = self {
            value.write(out);
        }
    }
}

impl<'a, T: Wire<'a, F>, F: Plain, const N: usize> Wire<'a, F> for [T; N] {
    const FORM: Form = Form::Array(N, &T::FORM);
    const MIN_BYTES: usize = N.saturating_mul(T::MIN_BYTES);

    #[inline]
    fn read(input: &'a [u8], depth: Depth) -> IResult<&'a [u8], Self> {
        T::read_array(input, depth)
    }

    #[inline]
    fn write(&self, out: &mut Writer<'_>) {
        T::write_all(self, out);
    }
}

impl<'a, F: Plain, const N: usize> Wire<'a, F> for &'a [u8; N] {
    const FORM: Form = Form::Array(N, &<u8 as Wire<'a, Big>>::FORM);
    const MIN_BYTES: usize = N;

    #[inline]
    fn read(input: &'a [u8], _depth: Depth) -> IResult<&'a [u8], Self> {
        take_array(input)
    }

    #[inline]
    fn write(&self, out: &mut Writer<'_>) {
        out.bytes(*self);
    }
}

impl<T: ?Sized, F: Plain> Wire<'_, F> for PhantomData<T> {
    const FORM: Form = Form::Nothing;
    const MIN_BYTES: usize = 0;

    #[inline]
    fn read(input: &[u8], _depth: Depth) -> IResult<&[u8], Self> {
        Ok((input, PhantomData))
    }

    #[inline]
    fn write(&self, _out: &mut Writer<'_>) {}
}

/// What is known of `T` written in the way `F`; of what is not written in that way, what
/// [`Unknown`] says.
///
/// A compile-time check asks it, so that a type without a form is not told of twice: an inherent
/// constant goes before that of a trait, and is not there where its bounds do not hold.
pub struct Known<T, F>(PhantomData<(T, F)>);

impl<T: Wire<'static, F>, F> Known<T, F> {
    /// Whether `T` takes all of the input.
    pub const OPEN_ENDED: bool = T::OPEN_ENDED;
    /// How many bytes `T` takes at the least.
    pub const MIN_BYTES: usize = T::MIN_BYTES;
}

/// What is assumed where nothing is known.
pub trait Unknown {
    /// Nothing is said of its end.
    const OPEN_ENDED: bool = false;
    /// Nothing is said of its bytes.
    const MIN_BYTES: usize = 1;
}

impl<T, F> Unknown for Known<T, F> {}
