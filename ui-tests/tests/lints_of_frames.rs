//! As `lints.rs`, for the forms that are not lines: frames, bodies, pieces, declared messages, and
//! modes over a type parameter.

#![deny(
    warnings,
    missing_docs,
    future_incompatible,
    let_underscore,
    nonstandard_style,
    rust_2018_idioms,
    unused,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    let_underscore_drop,
    missing_debug_implementations,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unsafe_code,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing
)]
// At odds with `unreachable_pub`.
#![allow(clippy::redundant_pub_crate)]

use mux_runtime::{Cx, Either, MuxMessage, Netstring, mux_server, testing::Server};

/// A reading.
#[derive(Debug, MuxMessage)]
pub struct Reading<'a> {
    /// Its number.
    pub id: u16,
    /// What it says.
    #[rest]
    pub text: &'a str,
}

/// The mode in which commands are taken.
#[derive(Debug, Default)]
pub struct Command;
/// Frames of words.
#[derive(Debug, Default)]
pub struct Words;
/// Frames behind a length.
#[derive(Debug, Default)]
pub struct Behind;
/// Frames before a delimiter.
#[derive(Debug, Default)]
pub struct Until {
    end: u8,
}
/// So many bytes.
#[derive(Debug, Default)]
pub struct Exact<T>(T, u8);
/// So many bytes, as they come.
#[derive(Debug, Default)]
pub struct Piece {
    left: u64,
}
/// Bytes that are not cut.
#[derive(Debug, Default)]
pub struct Raw;

/// A session with all of them.
#[derive(Debug, Default)]
pub struct Store<T> {
    got: Vec<u8>,
    value: T,
}

#[mux_server(
    modes(Command, Words, Behind, Until, Exact<T>, Piece, Raw),
    framing = Netstring,
    max_frame = 64,
    max_body = 64
)]
impl<T: Copy + Default + 'static> Store<T> {
    /// Keep a value.
    #[line("body")]
    fn body(
        &mut self,
        key: &str,
        length: Option<u32>,
        #[body(length.unwrap_or(2))] body: &[u8],
    ) -> Result<Option<Words>, String> {
        self.got.extend_from_slice(body);
        if key == "no" { Err("no".to_owned()) } else { Ok((key == "go").then_some(Words)) }
    }

    /// Say it.
    #[frame("say", mode = Words, last)]
    fn say(&mut self, word: &[u8]) -> Either<Behind, Raw> {
        self.got.extend_from_slice(word);
        if word.is_empty() { Either::Right(Raw) } else { Either::Left(Behind) }
    }

    #[frame(prefix = u8, mode = Behind)]
    fn reading(&mut self, reading: Reading<'_>) -> Option<Until> {
        self.got.extend_from_slice(reading.text.as_bytes());
        (reading.id == 1).then_some(Until { end: b';' })
    }

    #[frame(prefix = u8, mode = Behind, parser = nom::number::u8())]
    fn number(&mut self, cx: &mut Cx<'_, Self>, number: u8) {
        write!(cx.out, "{number}{}", self.got.len());
    }

    #[frame(prefix = u8, mode = Behind)]
    fn other(&mut self, text: &str) -> String {
        format!("{text}{}", self.got.len())
    }

    #[until(&[until.end], mode = Until)]
    fn until(&mut self, until: &mut Until, text: &str) -> Exact<T> {
        self.got.extend_from_slice(text.as_bytes());
        until.end = 0;
        Exact(self.value, 2)
    }

    #[bytes(exact.1, mode = Exact)]
    fn exact(&mut self, exact: Exact<T>, bytes: &[u8]) -> Piece {
        self.value = exact.0;
        Piece { left: bytes.len() as u64 }
    }

    #[chunk(piece.left, mode = Piece)]
    fn piece(&mut self, piece: &mut Piece, bytes: &[u8]) -> Option<Raw> {
        piece.left -= bytes.len() as u64;
        (piece.left == 0 && !self.got.is_empty()).then_some(Raw)
    }

    #[input(mode = Raw)]
    fn raw(&mut self, cx: &mut Cx<'_, Self>, input: &[u8]) -> usize {
        cx.out.write((&self.got, input));
        input.len()
    }

    #[on(drained)]
    fn drained(&mut self, cx: &mut Cx<'_, Self>) {
        cx.cancel_timeout();
        self.got.truncate(64);
    }

    #[on(message)]
    fn message(&mut self, message: String) -> String {
        self.got.clear();
        message
    }
}

/// Frames that delimit themselves.
#[derive(Debug, Default)]
pub struct Stream {
    sum: u16,
}

#[mux_server]
impl Stream {
    #[frame(parser = nom::number::streaming::be_u16)]
    fn number(&mut self, number: u16) -> u16 {
        self.sum = self.sum.wrapping_add(number);
        self.sum
    }
}

#[test]
fn a_program_of_all_framings_under_all_lints_runs() {
    let ann = Server::<Store<u8>>::new(()).connect("127.0.0.1:9");
    ann.sends("body no\nab\nbody go 1\nc\n5:say d,");
    ann.sends(b"\x01\x02\x00\x03\0\x01ef;xyzzend");
    assert_eq!(ann.hears(), "no244abcdefend");

    let bob = Server::<Stream>::new(()).connect("127.0.0.1:9");
    bob.sends("ab");
    assert_eq!(bob.hears(), "ab");
}
