//! Lists, after the count of their elements or up to the end of the frame.

use std::marker::PhantomData;

use nom::{IResult, error::ErrorKind};

use super::{
    super::Writer,
    Depth,
    depth::wrong,
    number::Length,
    shape::{Extent, Form},
    wire::{Plain, Wire},
};

/// Written after the count of its elements, a number `L`; each element in the way `F`.
pub struct Count<L, F>(PhantomData<(L, F)>);

/// Elements up to the end of the input, each in the way `F`.
pub struct RestOf<F>(PhantomData<F>);

impl<'a, T: Wire<'a, F>, L: Length, F: Plain> Wire<'a, Count<L, F>> for Vec<T> {
    const FORM: Form = Form::List(Extent::Counted(L::NUMBER), &T::FORM);
    const MIN_BYTES: usize = L::MIN_BYTES;

    #[inline]
    fn read(input: &'a [u8], depth: Depth) -> IResult<&'a [u8], Self> {
        let (rest, count) = L::read(input)?;
        T::read_list(rest, count, depth)
    }

    #[inline]
    fn write(&self, out: &mut Writer<'_>) {
        let items = self.get(..L::MAX).unwrap_or(self);
        L::write(items.len(), out);
        T::write_all(items, out);
    }
}

impl<'a, T: Wire<'a, F>, F: Plain> Wire<'a, RestOf<F>> for Vec<T> {
    const FORM: Form = Form::List(Extent::Rest, &T::FORM);
    const MIN_BYTES: usize = 0;
    const OPEN_ENDED: bool = true;

    fn read(input: &'a [u8], depth: Depth) -> IResult<&'a [u8], Self> {
        const { assert!(T::MIN_BYTES > 0, "an element of a list must take at least one byte") };
        const { assert!(!T::OPEN_ENDED, "`#[rest]` inside of a list") };
        let mut items = Vec::new();
        let mut rest = input;
        while !rest.is_empty() {
            let (after, item) = T::read(rest, depth)?;
            if after.len() == rest.len() {
                // A parser written by hand may take nothing, and would take it for ever.
                return wrong(rest, ErrorKind::Many0);
            }
            items.push(item);
            rest = after;
        }
        Ok((rest, items))
    }

    #[inline]
    fn write(&self, out: &mut Writer<'_>) {
        T::write_all(self, out);
    }
}
