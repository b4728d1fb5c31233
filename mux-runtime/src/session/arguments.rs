//! The words of a line, and how they become a handler's parameters.

use std::{fmt, str::FromStr};

use super::MalformedKind;

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

/// What is left of a line, taken word by word. Words are parted by blanks: spaces and tabs, any
/// number of them.
#[derive(Debug, Clone, Copy)]
pub struct Arguments<'a> {
    line: &'a [u8],
    /// Where the rest starts, and where the word that was taken last did.
    rest: usize,
    last: usize,
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

impl<'a> Arguments<'a> {
    /// The words of `line`.
    #[inline]
    #[must_use]
    pub fn new(line: &'a [u8]) -> Self {
        Arguments { line, rest: 0, last: 0 }
    }

    /// The offset in the line of the word that was taken last.
    #[must_use]
    pub fn at(&self) -> usize {
        self.last
    }

    fn skip_blanks(&mut self) {
        while self.rest < self.line.len() && is_blank(self.line[self.rest]) {
            self.rest += 1;
        }
        self.last = self.rest;
    }

    /// The next word.
    #[inline]
    pub fn word(&mut self) -> Option<&'a [u8]> {
        self.skip_blanks();
        while self.rest < self.line.len() && !is_blank(self.line[self.rest]) {
            self.rest += 1;
        }
        (self.last < self.rest).then(|| &self.line[self.last..self.rest])
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
    pub fn is_empty(&mut self) -> bool {
        self.skip_blanks();
        self.rest == self.line.len()
    }

    /// All that is left, from the next word on.
    #[inline]
    pub fn rest_bytes(&mut self) -> &'a [u8] {
        self.skip_blanks();
        self.rest = self.line.len();
        &self.line[self.last..]
    }

    /// All that is left, from the next word on, as text.
    ///
    /// # Errors
    /// It is not UTF-8.
    #[inline]
    pub fn rest_text(&mut self) -> Result<&'a str, MalformedKind> {
        utf8(self.rest_bytes())
    }

    /// All words that are left.
    ///
    /// # Errors
    /// They are not UTF-8.
    pub fn words(&mut self) -> Result<Words<'a>, MalformedKind> {
        Ok(Words { rest: self.rest_text()? })
    }

    /// Makes sure that no word is left.
    ///
    /// # Errors
    /// There is one.
    #[inline]
    pub fn end(&mut self) -> Result<(), MalformedKind> {
        if self.is_empty() { Ok(()) } else { Err(MalformedKind::Surplus) }
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

/// The words that are left of a line, as a handler's last parameter. They are found as they are
/// asked for: nothing is allocated.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let blank = |byte: char| matches!(byte, ' ' | '\t');
        let rest = self.rest.trim_start_matches(blank);
        let (word, rest) = rest.split_at(rest.find(blank).unwrap_or(rest.len()));
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }
}

impl fmt::Debug for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
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
        assert_eq!(line.end(), Err(MalformedKind::Surplus));
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
