//! Input that no message has taken yet, until more comes or it may be handled.

use std::mem;

use super::Link;

/// A tail that is down to a quarter of its buffer gives that back if it is longer than this.
const KEPT_BYTES: usize = 16 * 1024;

impl Link {
    /// What no message has taken yet.
    #[inline]
    pub(super) fn rest(&self) -> &[u8] {
        &self.tail[self.gone as usize..]
    }

    /// Keeps what was not taken of `input`, which began with the rest.
    pub(super) fn keep(&mut self, input: &[u8], taken: usize) {
        if taken == input.len() {
            self.forget_tail();
        } else if taken == 0 {
            let new = self.rest().len();
            self.tail.extend_from_slice(&input[new..]);
        } else {
            self.gone = 0;
            self.tail.clear();
            shrink(&mut self.tail, input.len() - taken);
            self.tail.extend_from_slice(&input[taken..]);
        }
    }

    /// The tail, and how many bytes of it are gone; to be [put back](Link::put_back).
    #[inline]
    pub(super) fn take_tail(&mut self) -> (Vec<u8>, u32) {
        (mem::take(&mut self.tail), mem::take(&mut self.gone))
    }

    /// Keeps the tail, of which `gone` bytes were gone, without the next `taken`.
    #[inline]
    pub(super) fn put_back(&mut self, tail: Vec<u8>, gone: u32, taken: usize) {
        self.tail = tail;
        self.gone = gone;
        if taken > 0 {
            self.advance(taken);
        }
    }

    /// What is gone stays where it is until it is more than half: a tail that is held back after
    /// each of its messages is not moved for each, and no byte is moved more often than it came in.
    fn advance(&mut self, taken: usize) {
        let gone = self.gone as usize + taken;
        let length = self.tail.len();
        if gone == length {
            return self.forget_tail();
        }
        match u32::try_from(gone) {
            Ok(few) if gone <= length / 2 => self.gone = few,
            _ => {
                self.gone = 0;
                self.tail.drain(..gone);
                shrink(&mut self.tail, length - gone);
            }
        }
    }

    pub(super) fn forget_tail(&mut self) {
        self.tail = Vec::new();
        self.gone = 0;
    }
}

/// Gives back what a tail of `rest` bytes does not need by far. A buffer is as long as that again
/// only when as many bytes have come in.
#[inline]
fn shrink(tail: &mut Vec<u8>, rest: usize) {
    if tail.capacity() > KEPT_BYTES && tail.capacity() / 4 > rest {
        tail.shrink_to(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Phase, *};
    use crate::session::Time;

    /// A connection with a tail of `length` bytes, from each of which it can be told apart.
    fn link(length: usize) -> Link {
        let tail = (0..length).map(|at| (at % 251) as u8).collect();
        Link { tail, ..Link::new(Phase::Open, Time::START) }
    }

    /// Bytes that are moved where a tail of `length` is taken `step` by `step`.
    fn moved(length: usize, step: usize) -> usize {
        let mut link = link(length);
        let expected = link.tail.clone();
        let (mut taken, mut moved) = (0, 0);
        while !link.rest().is_empty() {
            let (tail, gone) = link.take_tail();
            let whole = tail.len();
            let count = step.min(whole - gone as usize);
            link.put_back(tail, gone, count);
            taken += count;
            assert_eq!(link.rest(), &expected[taken..]);
            assert!(link.tail.capacity() <= KEPT_BYTES.max(8 * link.rest().len()));
            if link.tail.len() < whole {
                moved += link.rest().len();
            }
        }
        assert_eq!((link.tail.capacity(), link.gone), (0, 0), "an empty one keeps no memory");
        moved
    }

    #[test]
    fn a_tail_that_is_taken_in_steps_is_moved_no_further_than_it_is_long() {
        for (length, step) in [(65_536, 1), (65_536, 7), (10_000, 5001), (10_000, 4999), (3, 2)] {
            let moved = moved(length, step);
            assert!(moved <= length, "{moved} bytes of {length}, {step} at a time");
        }
    }

    #[test]
    fn what_comes_behind_a_tail_is_kept_behind_its_rest() {
        for (taken, expected) in [(0, "4567new"), (2, "67new"), (6, "w"), (7, "")] {
            let mut link = Link { tail: b"01234567".to_vec(), gone: 4, ..link(0) };
            let input = [link.rest(), b"new"].concat();
            link.keep(&input, taken);
            assert_eq!(link.rest(), expected.as_bytes());
        }
    }

    #[test]
    fn a_long_buffer_is_given_back_when_little_is_left_in_it() {
        let long = || Link { tail: vec![0; 1 << 20], ..link(0) };
        let mut drained = long();
        let (tail, gone) = drained.take_tail();
        drained.put_back(tail, gone, (1 << 20) - 1);
        let mut kept = long();
        kept.keep(&[0; (1 << 20) + 1], 1 << 20);
        for link in [drained, kept] {
            assert_eq!(link.rest(), [0]);
            assert!(link.tail.capacity() <= KEPT_BYTES, "{}", link.tail.capacity());
        }
    }
}
