//! The words of a line, and how they become a handler's parameters.

use std::{fmt, marker::PhantomData, ops::Range, str::FromStr};

use super::{
    Framing, MalformedKind,
    framing::{blank_word, is_blank},
};

/// A type that can be read from one word of a line.
///
/// Every [`FromStr`] type is one. A type that borrows from the line implements this itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a word of the line",
    label = "not an argument of a line",
    note = "an argument is `&str`, `&[u8]`, any type that implements `FromStr`, an `Option` of these, or `Words<'_>`; the context must be written `cx: &mut Cx<'_, Self>`",
    note = "for anything else give the handler a nom parser: `#[line(\"WORD\", parser = …)]`"
)]
pub trait FromArg<'a>: Sized {
    /// The value that `word` stands for, if it does.
    fn from_arg(word: &'a [u8]) -> Option<Self>;
}

// The note above names `FromStr`; a list of all types that have it would bury it.
#[diagnostic::do_not_recommend]
impl<T: FromStr> FromArg<'_> for T {
    #[inline]
    fn from_arg(word: &[u8]) -> Option<Self> {
        std::str::from_utf8(word).ok()?.parse().ok()
    }
}

/// How a message is split into words.
type Split = fn(&[u8], &mut usize) -> Option<Range<usize>>;

/// What is left of a line or frame, taken word by word.
#[derive(Debug, Clone, Copy)]
pub struct Arguments<'a> {
    message: &'a [u8],
    /// Where the rest starts, and where the word that was taken last did.
    rest: usize,
    last: usize,
    /// None for lines, whose words have blanks between them.
    split: Option<Split>,
}

impl<'a> Arguments<'a> {
    /// The words of `line`, parted by blanks: spaces and tabs, any number of them.
    #[inline]
    #[must_use]
    pub fn new(line: &'a [u8]) -> Self {
        Arguments { message: line, rest: 0, last: 0, split: None }
    }

    /// The words of `frame`, as its framing parts them.
    #[inline]
    #[must_use]
    pub fn framed<F: Framing>(frame: &'a [u8]) -> Self {
        Arguments { message: frame, rest: 0, last: 0, split: Some(F::word) }
    }

    /// The offset in the message of the word that was taken last.
    #[must_use]
    pub fn at(&self) -> usize {
        self.last
    }

    /// The next word.
    #[inline(always)]
    pub fn word(&mut self) -> Option<&'a [u8]> {
        let found = match self.split {
            None => blank_word(self.message, &mut self.rest),
            Some(split) => split(self.message, &mut self.rest),
        };
        self.last = found.as_ref().map_or(self.rest, |word| word.start);
        found.map(|word| &self.message[word])
    }

    /// The next word as bytes.
    ///
    /// # Errors
    /// There is none.
    #[inline]
    pub fn bytes(&mut self) -> Result<&'a [u8], MalformedKind> {
        self.word().ok_or(MalformedKind::Missing)
    }

    /// The next word as text.
    ///
    /// # Errors
    /// There is none, or it is not UTF-8.
    #[inline]
    pub fn text(&mut self) -> Result<&'a str, MalformedKind> {
        utf8(self.bytes()?)
    }

    /// Whether no word is left.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        { *self }.word().is_none()
    }

    /// All that is left, from the next word on.
    #[inline]
    pub fn rest_bytes(&mut self) -> &'a [u8] {
        let rest = &self.message[self.rest..];
        let blanks = rest.iter().take_while(|&&byte| self.split.is_none() && is_blank(byte));
        self.last = self.rest + blanks.count();
        self.rest = self.message.len();
        &self.message[self.last..]
    }

    /// All that is left, from the next word on, as text.
    ///
    /// # Errors
    /// It is not UTF-8.
    #[inline]
    pub fn rest_text(&mut self) -> Result<&'a str, MalformedKind> {
        utf8(self.rest_bytes())
    }

    /// All words that are left, as text.
    ///
    /// # Errors
    /// One of them is not UTF-8.
    pub fn words(&mut self) -> Result<Words<'a>, MalformedKind> {
        let words = self.byte_words();
        let mut rest = words.rest;
        while let Some(word) = rest.word() {
            self.last = rest.last;
            utf8(word)?;
        }
        Ok(Words { rest: words.rest, of: PhantomData })
    }

    /// All words that are left, as bytes.
    pub fn byte_words(&mut self) -> Words<'a, [u8]> {
        let words = Words { rest: *self, of: PhantomData };
        self.rest = self.message.len();
        words
    }

    /// Makes sure that no word is left.
    ///
    /// # Errors
    /// There is one.
    #[inline]
    pub fn end(&mut self) -> Result<(), MalformedKind> {
        if self.word().is_none() { Ok(()) } else { Err(MalformedKind::Surplus) }
    }
}

/// The next word of `arguments` as a value.
///
/// # Errors
/// There is no word, or it does not stand for such a value.
#[inline]
pub fn read_value<'a, T: FromArg<'a>>(arguments: &mut Arguments<'a>) -> Result<T, MalformedKind> {
    T::from_arg(arguments.bytes()?).ok_or(MalformedKind::Argument)
}

/// What was read, if it could be; else `wrong` becomes why not and where, unless something before it
/// was wrong already.
#[inline]
pub fn noted<T>(
    read: Result<T, MalformedKind>,
    arguments: &Arguments<'_>,
    wrong: &mut Option<(MalformedKind, usize)>,
) -> Option<T> {
    read.map_err(|kind| wrong.get_or_insert((kind, arguments.at()))).ok()
}

/// `word` with its letters in upper case, laid into `room`; one that is longer than `room`, and so
/// than all that it could be equal to, as an empty slice.
#[inline]
#[must_use]
pub fn in_upper_case<'r>(word: &[u8], room: &'r mut [u8]) -> &'r [u8] {
    match room.get_mut(..word.len()) {
        Some(room) => {
            room.copy_from_slice(word);
            room.make_ascii_uppercase();
            room
        }
        None => &[],
    }
}

/// `line` as text.
///
/// # Errors
/// It is not UTF-8, from the offset on.
#[inline]
pub fn line_text(line: &[u8]) -> Result<&str, (MalformedKind, usize)> {
    std::str::from_utf8(line).map_err(|error| (MalformedKind::NotUtf8, error.valid_up_to()))
}

/// `bytes` as text.
///
/// # Errors
/// They are not UTF-8.
#[inline]
pub(super) fn utf8(bytes: &[u8]) -> Result<&str, MalformedKind> {
    std::str::from_utf8(bytes).map_err(|_| MalformedKind::NotUtf8)
}

/// The words that are left of a message, as a handler's last parameter: `Words<'_>` as text,
/// `Words<'_, [u8]>` as bytes. They are found as they are asked for: nothing is allocated.
pub struct Words<'a, T: ?Sized = str> {
    rest: Arguments<'a>,
    of: PhantomData<&'a T>,
}

impl<T: ?Sized> Clone for Words<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Words<'_, T> {}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        // They were looked at before.
        utf8(self.rest.word()?).ok()
    }
}

impl<'a> Iterator for Words<'a, [u8]> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        self.rest.word()
    }
}

impl<T: ?Sized> fmt::Debug for Words<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = Words::<[u8]> { rest: self.rest, of: PhantomData };
        f.debug_list().entries(words.map(String::from_utf8_lossy)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_parted_by_any_number_of_blanks() {
        let mut line = Arguments::new(b"  set\ta  1 2 3 ");
        assert_eq!(line.word(), Some(&b"set"[..]));
        assert_eq!(line.text(), Ok("a"));
        assert_eq!(read_value::<u32>(&mut line), Ok(1));
        assert_eq!(line.clone().end(), Err(MalformedKind::Surplus));
        assert_eq!(line.words().unwrap().collect::<Vec<_>>(), ["2", "3"]);
        assert_eq!(line.end(), Ok(()));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let mut line = Arguments::new(b"ab x \xff");
        line.word();
        let number = read_value::<u32>(&mut line);
        assert_eq!((number, line.at()), (Err(MalformedKind::Argument), 3));
        assert_eq!((line.text(), line.at()), (Err(MalformedKind::NotUtf8), 5));
        assert_eq!((line.text(), line.at()), (Err(MalformedKind::Missing), 6));
    }
}
