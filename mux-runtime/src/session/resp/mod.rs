//! What a server of Redis's protocol answers: replies beside the framing [`Resp`](crate::Resp).
//!
//! These are RESP2's types
//! (<https://redis.io/docs/latest/develop/reference/protocol-spec/>), each a
//! [`Reply`](crate::Reply), to be returned by a handler or written to `cx.out`. None of them
//! allocates.
//!
//! ```
//! use mux_runtime::{Cx, Malformed, Resp, mux_server, resp, testing};
//!
//! #[derive(Default)]
//! struct Squares;
//!
//! #[mux_server(framing = Resp, ignore_case)]
//! impl Squares {
//!     /// The square of a number.
//!     #[frame("SQUARE")]
//!     fn square(&mut self, number: i64) -> Result<resp::Int, resp::Error<&'static str>> {
//!         let square = number.checked_mul(number);
//!         square.map(resp::Int).ok_or(resp::Error("ERR out of range"))
//!     }
//!
//!     #[on(malformed)]
//!     fn refuse(&mut self, cx: &mut Cx<'_, Self>, what: &Malformed<'_>) {
//!         cx.out.write(resp::Refusal(what));
//!     }
//! }
//!
//! let ann = testing::Server::<Squares>::new(()).connect("127.0.0.1:9");
//! ann.sends("*2\r\n$6\r\nsquare\r\n$2\r\n12\r\n");
//! assert_eq!(ann.hears(), ":144\r\n");
//! ann.sends("square\r\n");
//! assert_eq!(ann.hears(), "-ERR wrong number of arguments for 'square' command\r\n");
//! ```

mod glob;

use std::{
    fmt::{self, Write as _},
    str::FromStr,
};

pub use self::glob::fits;
use super::{Arguments, Malformed, MalformedKind, Reply, Resp, Writer};

/// A string of any bytes: `$5\r\nhello\r\n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bulk<T>(pub T);

impl<T: AsRef<[u8]>> Reply for Bulk<T> {
    #[inline]
    fn write_to(&self, out: &mut Writer<'_>) {
        let bytes = self.0.as_ref();
        header(b'$', bytes.len() as u64, out);
        out.bytes(bytes);
        out.bytes(b"\r\n");
    }
}

/// No value, where a [`Bulk`] could be: `$-1\r\n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Null;

impl Reply for Null {
    #[inline]
    fn write_to(&self, out: &mut Writer<'_>) {
        out.bytes(b"$-1\r\n");
    }
}

/// A string of any bytes, or none: a [`Bulk`] or [`Null`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BulkOrNull<T>(pub Option<T>);

impl<T: AsRef<[u8]>> Reply for BulkOrNull<T> {
    #[inline]
    fn write_to(&self, out: &mut Writer<'_>) {
        match &self.0 {
            Some(bytes) => Bulk(bytes).write_to(out),
            None => Null.write_to(out),
        }
    }
}

/// A short text, without line ends: `+OK\r\n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Simple(pub &'static str);

impl Reply for Simple {
    #[inline]
    fn write_to(&self, out: &mut Writer<'_>) {
        out.bytes(b"+");
        out.bytes(self.0.as_bytes());
        out.bytes(b"\r\n");
    }
}

/// An error: its kind in capitals and a text, `-ERR syntax error\r\n`. A `\r` or `\n` in the text,
/// which may come from a client, is sent as a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Error<T>(pub T);

impl<T: fmt::Display> Reply for Error<T> {
    fn write_to(&self, out: &mut Writer<'_>) {
        out.bytes(b"-");
        // Fails only where the text's own `Display` gives up.
        let _ = write!(OneLine(out), "{}", self.0);
        out.bytes(b"\r\n");
    }
}

/// A number: `:1000\r\n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Int(pub i64);

impl Reply for Int {
    #[inline]
    fn write_to(&self, out: &mut Writer<'_>) {
        if self.0 < 0 {
            out.bytes(b":-");
            decimal(self.0.unsigned_abs(), out);
            out.bytes(b"\r\n");
        } else {
            header(b':', self.0.unsigned_abs(), out);
        }
    }
}

/// As Redis reads numbers: decimal digits without zeros in front, and `-` before a negative one.
/// So it can be a handler's parameter.
impl FromStr for Int {
    type Err = NotAnInt;

    fn from_str(text: &str) -> Result<Self, NotAnInt> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.starts_with('+') || (digits.starts_with('0') && text != "0") {
            return Err(NotAnInt);
        }
        text.parse().map(Int).map_err(|_| NotAnInt)
    }
}

/// Text that is no number to Redis, or not one of 64 bits; its `Display` is Redis's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("ERR value is not an integer or out of range")]
pub struct NotAnInt;

/// The head of an array: so many replies follow, `*2\r\n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArrayLen(pub usize);

impl Reply for ArrayLen {
    #[inline]
    fn write_to(&self, out: &mut Writer<'_>) {
        header(b'*', self.0 as u64, out);
    }
}

/// What Redis answers to what no handler could take, in Redis's words: for `#[on(malformed)]`.
///
/// | what | answer |
/// |---|---|
/// | too few or too many words | `ERR wrong number of arguments for 'get' command` |
/// | a word that its type does not read | `ERR value is not an integer or out of range` |
/// | a word that is not UTF-8 where text is wanted | `ERR syntax error` |
/// | no such command | `ERR unknown command 'foo', with args beginning with: 'a' ` |
/// | a frame that is none | `ERR Protocol error: invalid bulk length`, and its like |
/// | a frame that the end of the stream cut off | nothing |
#[derive(Debug, Clone, Copy)]
pub struct Refusal<'a>(pub &'a Malformed<'a>);

impl Reply for Refusal<'_> {
    fn write_to(&self, out: &mut Writer<'_>) {
        let Malformed { kind, input, at, command, fatal, .. } = *self.0;
        if kind == MalformedKind::Unfinished {
            return;
        }
        if fatal {
            return protocol_error(input, at, out);
        }
        match kind {
            MalformedKind::Unknown => unknown(input, out),
            MalformedKind::Missing | MalformedKind::Surplus => {
                let word = command.and_then(|command| command.word).unwrap_or_default();
                let command = Lower(word);
                Error(format_args!("ERR wrong number of arguments for '{command}' command"))
                    .write_to(out);
            }
            MalformedKind::Argument => {
                Error(NotAnInt).write_to(out);
            }
            _ => Error("ERR syntax error").write_to(out),
        }
    }
}

/// What is wrong with a frame at its byte `at`.
fn protocol_error(input: &[u8], at: usize, out: &mut Writer<'_>) {
    let at = at.min(input.len());
    let before = &input[..at];
    let expected = before.ends_with(b"\n").then(|| input.get(at)).flatten();
    match expected.filter(|&&byte| byte != b'$') {
        _ if !input.starts_with(b"*") => {
            Error("ERR Protocol error: too big inline request").write_to(out);
        }
        Some(&byte) => {
            let byte = char::from(byte);
            Error(format_args!("ERR Protocol error: expected '$', got '{byte}'")).write_to(out);
        }
        None if before.contains(&b'\n') => {
            Error("ERR Protocol error: invalid bulk length").write_to(out);
        }
        None => Error("ERR Protocol error: invalid multibulk length").write_to(out),
    }
}

/// Bytes of a command and of its arguments that Redis repeats.
const REPEATED_BYTES: usize = 128;

fn unknown(message: &[u8], out: &mut Writer<'_>) {
    // The words of a frame are bulks; those of an inline command have blanks between them.
    let mut words = Arguments::framed::<Resp>(message);
    if words.is_empty() {
        words = Arguments::new(message);
    }
    let word = words.word().unwrap_or_default();
    out.bytes(b"-ERR unknown command '");
    one_line(&word[..word.len().min(REPEATED_BYTES)], out);
    out.bytes(b"', with args beginning with: ");
    let mut length = 0;
    while length < REPEATED_BYTES
        && let Some(word) = words.word()
    {
        let word = &word[..word.len().min(REPEATED_BYTES - length)];
        out.bytes(b"'");
        one_line(word, out);
        out.bytes(b"' ");
        length += word.len() + 3;
    }
    out.bytes(b"\r\n");
}

/// Writes `bytes` with spaces in place of line ends.
fn one_line(bytes: &[u8], out: &mut Writer<'_>) {
    for (at, piece) in bytes.split(|byte| matches!(byte, b'\r' | b'\n')).enumerate() {
        if at > 0 {
            out.bytes(b" ");
        }
        out.bytes(piece);
    }
}

/// Text that becomes one line.
struct OneLine<'o, 'a>(&'o mut Writer<'a>);

impl fmt::Write for OneLine<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        one_line(text.as_bytes(), self.0);
        Ok(())
    }
}

/// A word in lower case, as Redis names commands.
struct Lower(&'static str);

impl fmt::Display for Lower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|letter| f.write_char(letter.to_ascii_lowercase()))
    }
}

/// A type's byte, a number and the line's end.
#[inline]
fn header(kind: u8, number: u64, out: &mut Writer<'_>) {
    out.bytes(&[kind]);
    decimal(number, out);
    out.bytes(b"\r\n");
}

/// Writes a number in decimal digits, without the formatting machinery: every reply has one.
#[inline]
fn decimal(mut number: u64, out: &mut Writer<'_>) {
    // `u64::MAX` has 20 digits.
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return out.bytes(&digits[start..]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Answer, *};

    fn written(reply: impl Reply) -> String {
        let mut bytes = Vec::new();
        reply.write_to(&mut Writer::new(&mut bytes));
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn replies_are_written_as_resp2_has_them() {
        for (reply, expected) in [
            (written(Bulk("a\r\nb")), "$4\r\na\r\nb\r\n"),
            (written(Bulk(Vec::new())), "$0\r\n\r\n"),
            (written(Null), "$-1\r\n"),
            (written((BulkOrNull(Some("a")), BulkOrNull(None::<&str>))), "$1\r\na\r\n$-1\r\n"),
            (written(Simple("OK")), "+OK\r\n"),
            (written(Error("ERR a\r\nb")), "-ERR a  b\r\n"),
            (written(Int(0)), ":0\r\n"),
            (written(Int(i64::MAX)), ":9223372036854775807\r\n"),
            (written(Int(i64::MIN)), ":-9223372036854775808\r\n"),
            (written((ArrayLen(2), Int(-1), Bulk(b"x"))), "*2\r\n:-1\r\n$1\r\nx\r\n"),
        ] {
            assert_eq!(reply, expected);
        }
    }

    #[test]
    fn numbers_are_read_as_redis_reads_them() {
        for number in [0, 7, -1, 10, i64::MIN, i64::MAX] {
            assert_eq!(number.to_string().parse(), Ok(Int(number)));
        }
        for text in ["", "-", "+1", "-+1", "01", "-0", "00", " 1", "1 ", "9223372036854775808"] {
            assert_eq!(text.parse::<Int>(), Err(NotAnInt), "{text:?}");
        }
    }

    #[test]
    fn what_is_malformed_is_refused_in_redis_words() {
        let malformed = |kind, input, at| Malformed::new(kind, input, at, None, Answer::Close);
        let refused = |kind, input, at| written(Refusal(&malformed(kind, input, at)));
        let fatal = |kind, input, at| written(Refusal(&malformed(kind, input, at).fatal()));
        let (length, long) = (MalformedKind::Length, MalformedKind::TooLong { max: 9 });
        for (answer, expected) in [
            (fatal(length, b"*x\r\n", 1), "-ERR Protocol error: invalid multibulk length\r\n"),
            (fatal(length, b"*1\r\n+OK\r\n", 4), "-ERR Protocol error: expected '$', got '+'\r\n"),
            (fatal(length, b"*1\r\n$-1\r\n", 5), "-ERR Protocol error: invalid bulk length\r\n"),
            (fatal(long, b"*1\r\n$99\r\n", 4), "-ERR Protocol error: invalid bulk length\r\n"),
            (fatal(long, b"PING PING ", 9), "-ERR Protocol error: too big inline request\r\n"),
            (fatal(MalformedKind::Unfinished, b"*1\r\n", 4), ""),
            (
                refused(MalformedKind::Unknown, b"$1\r\nx\r\n$2\r\n\r\n\r\n", 0),
                "-ERR unknown command 'x', with args beginning with: '  ' \r\n",
            ),
            (
                refused(MalformedKind::Unknown, b"$4", 0),
                "-ERR unknown command '$4', with args beginning with: \r\n",
            ),
            (
                refused(MalformedKind::Unknown, b"x a b", 0),
                "-ERR unknown command 'x', with args beginning with: 'a' 'b' \r\n",
            ),
            (
                refused(MalformedKind::Argument, b"x a", 2),
                "-ERR value is not an integer or out of range\r\n",
            ),
            (refused(MalformedKind::NotUtf8, b"x a", 2), "-ERR syntax error\r\n"),
        ] {
            assert_eq!(answer, expected);
        }
    }
}
