//! Text that a peer may have chosen, made harmless: no line's end, no control sequence, nothing
//! that turns the direction of writing.

use std::fmt::{self, Write};

/// Bytes of one value that are written; the rest is cut off, and `…` says so.
const VALUE_BYTES_MAX: usize = 4096;

/// Whether a character does something to whoever reads the log, beside being read.
fn is_hostile(character: char) -> bool {
    character.is_control()
        // Ends of lines, marks and overrides of direction, and what is invisible.
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// How hostile characters, and those that end a quotation, are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// As they are in Rust; quotation marks stay.
    Bare,
    /// As they are in Rust.
    Quoted,
    /// As they are in JSON (RFC 8259 section 7).
    Json,
}

/// Writes what it is given with everything hostile escaped, up to a bound.
pub(super) struct Escaping<'a> {
    out: &'a mut dyn Write,
    style: Style,
    left_bytes: usize,
}

impl<'a> Escaping<'a> {
    pub(super) fn new(out: &'a mut dyn Write, style: Style) -> Self {
        Escaping { out, style, left_bytes: VALUE_BYTES_MAX }
    }

    fn escape(&mut self, character: char) -> fmt::Result {
        match (self.style, character) {
            (Style::Quoted | Style::Json, '"' | '\\') => write!(self.out, "\\{character}"),
            (Style::Json, _) => {
                let mut units = [0; 2];
                let units = character.encode_utf16(&mut units).iter();
                units.copied().try_for_each(|unit| write!(self.out, "\\u{unit:04x}"))
            }
            _ => write!(self.out, "{}", character.escape_default()),
        }
    }

    fn must_escape(&self, character: char) -> bool {
        is_hostile(character) || self.style != Style::Bare && matches!(character, '"' | '\\')
    }
}

impl Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.left_bytes == 0 {
            return Ok(());
        }
        let is_cut = text.len() > self.left_bytes;
        let end =
            (0..=text.len().min(self.left_bytes)).rev().find(|&end| text.is_char_boundary(end));
        let mut rest = &text[..end.unwrap_or(0)];
        self.left_bytes = if is_cut { 0 } else { self.left_bytes - text.len() };
        while let Some((at, character)) =
            rest.char_indices().find(|&(_, character)| self.must_escape(character))
        {
            self.out.write_str(&rest[..at])?;
            self.escape(character)?;
            rest = &rest[at + character.len_utf8()..];
        }
        self.out.write_str(rest)?;
        if is_cut { self.out.write_char('…') } else { Ok(()) }
    }
}

/// Writes a value of `key=value`: as it is if it is one plain word, or quoted already.
pub(super) fn write_value(out: &mut dyn Write, value: &str) -> fmt::Result {
    let is_plain = |character: char| {
        !is_hostile(character)
            && !character.is_whitespace()
            && !matches!(character, '"' | '\\' | '=')
    };
    if value.len() <= VALUE_BYTES_MAX
        && (!value.is_empty() && value.chars().all(is_plain) || is_quoted(value))
    {
        return out.write_str(value);
    }
    out.write_char('"')?;
    Escaping::new(out, Style::Quoted).write_str(value)?;
    out.write_char('"')
}

/// Whether `value` is one quotation, as `Debug` writes a text.
fn is_quoted(value: &str) -> bool {
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let Some(inner) = inner else { return false };
    let mut is_escaped = false;
    for character in inner.chars() {
        if is_hostile(character) || character == '"' && !is_escaped {
            return false;
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    !is_escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(style: Style, text: &str) -> String {
        let mut out = String::new();
        Escaping::new(&mut out, style).write_str(text).unwrap();
        out
    }

    #[test]
    fn what_a_terminal_or_a_reader_of_lines_would_obey_is_escaped() {
        for (text, bare, json) in [
            ("plain \u{e4}\u{1f600}", "plain \u{e4}\u{1f600}", "plain \u{e4}\u{1f600}"),
            ("a\r\nb\tc", "a\\r\\nb\\tc", "a\\u000d\\u000ab\\u0009c"),
            ("\x1b[31mred", "\\u{1b}[31mred", "\\u001b[31mred"),
            ("\u{9b}31m\u{7f}\0", "\\u{9b}31m\\u{7f}\\u{0}", "\\u009b31m\\u007f\\u0000"),
            ("\u{2028}\u{202e}\u{feff}", "\\u{2028}\\u{202e}\\u{feff}", "\\u2028\\u202e\\ufeff"),
            ("\u{ad}\u{e0041}", "\\u{ad}\\u{e0041}", "\\u00ad\\udb40\\udc41"),
            (r#"say "\""#, r#"say "\""#, r#"say \"\\\""#),
        ] {
            assert_eq!(escaped(Style::Bare, text), bare);
            assert_eq!(escaped(Style::Json, text), json);
        }
    }

    #[test]
    fn a_value_is_one_word_or_one_quotation() {
        for (value, written) in [
            ("0.1", "0.1"),
            ("[::1]:2000", "[::1]:2000"),
            ("", r#""""#),
            ("two words", r#""two words""#),
            ("a=b", r#""a=b""#),
            (r#""as Debug \"writes\"""#, r#""as Debug \"writes\"""#),
            (r#""a" b="c""#, r#""\"a\" b=\"c\"""#),
            (r#""a\""#, r#""\"a\\\"""#),
            ("\u{1b}", r#""\u{1b}""#),
        ] {
            let mut out = String::new();
            write_value(&mut out, value).unwrap();
            assert_eq!(out, written);
        }
    }

    #[test]
    fn a_value_is_cut_between_two_characters() {
        let long = "\u{e4}".repeat(VALUE_BYTES_MAX);
        let cut = escaped(Style::Bare, &format!("x{long}"));
        assert!(cut.len() <= VALUE_BYTES_MAX + '…'.len_utf8());
        assert!(cut.ends_with("\u{e4}…"));
    }
}
