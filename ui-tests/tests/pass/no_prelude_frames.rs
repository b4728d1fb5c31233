//! Generated code for frames, pieces and messages needs no prelude.

#![no_implicit_prelude]

use ::mux_runtime::{Cx, Either, MuxMessage, Netstring, mux_server};
use ::std::{assert_eq, option::Option, result::Result, string::String, vec::Vec};

#[derive(MuxMessage)]
struct Reading<'a> {
    id: u16,
    #[rest]
    text: &'a str,
}

#[derive(::std::default::Default)]
struct Command;
#[derive(::std::default::Default)]
struct Words;
#[derive(::std::default::Default)]
struct Behind;
#[derive(::std::default::Default)]
struct Until;
#[derive(::std::default::Default)]
struct Bytes;
#[derive(::std::default::Default)]
struct Stream;
#[derive(::std::default::Default)]
struct Piece {
    left: usize,
}
#[derive(::std::default::Default)]
struct Raw;

#[derive(::std::default::Default)]
struct Guest {
    got: Vec<u8>,
}

#[mux_server(
    modes(Command, Words, Behind, Until, Bytes, Stream, Piece, Raw),
    framing = Netstring,
    max_frame = 64,
    max_body = 64
)]
impl Guest {
    #[line("body")]
    fn body(
        &mut self,
        key: &str,
        length: Option<u32>,
        #[body(length.unwrap_or(2))] body: &[u8],
    ) -> Either<Words, Result<(), &'static str>> {
        self.got.extend_from_slice(body);
        if key == "go" { Either::Left(Words) } else { Either::Right(Result::Err("no")) }
    }

    #[frame("say", mode = Words, last)]
    fn say(&mut self, word: &[u8]) -> Behind {
        self.got.extend_from_slice(word);
        Behind
    }

    #[frame(prefix = u8, mode = Behind)]
    fn reading(&mut self, reading: Reading<'_>) -> Option<Until> {
        self.got.extend_from_slice(reading.text.as_bytes());
        if reading.id == 1 { Option::Some(Until) } else { Option::None }
    }

    #[until(b"\0", mode = Until)]
    fn until(&mut self, text: &str) -> Bytes {
        self.got.extend_from_slice(text.as_bytes());
        Bytes
    }

    #[bytes(self.got.len(), mode = Bytes)]
    fn bytes(&mut self, _bytes: &[u8]) -> Stream {
        Stream
    }

    #[frame(prefix = u8, mode = Stream, parser = ::nom::bytes::complete::tag("!"))]
    fn stream(&mut self, _tag: &[u8]) -> Piece {
        Piece { left: 3 }
    }

    #[chunk(piece.left, mode = Piece)]
    fn piece(&mut self, piece: &mut Piece, bytes: &[u8]) -> Option<Raw> {
        piece.left -= bytes.len();
        if piece.left == 0 { Option::Some(Raw) } else { Option::None }
    }

    #[input(mode = Raw)]
    fn raw(&mut self, cx: &mut Cx<'_, Self>, input: &[u8]) -> usize {
        cx.out.write((&self.got, input));
        input.len()
    }

    #[on(drained)]
    fn drained(&mut self) {}

    #[on(message)]
    fn message(&mut self, message: String) -> String {
        message
    }
}

#[derive(::std::default::Default)]
struct Streaming;

#[mux_server]
impl Streaming {
    #[frame(parser = ::nom::number::streaming::be_u16)]
    fn number(&mut self, number: u16) -> u16 {
        number
    }
}

fn main() {
    let ann = ::mux_runtime::testing::Server::<Guest>::new(()).connect("127.0.0.1:9");
    ann.sends("body no\nab\nbody go 1\nc\n5:say d,");
    ann.sends(b"\x03\0\x01ef\x00abcdef\x01!xyzend");
    assert_eq!(ann.hears(), "noabcdefend");

    let bob = ::mux_runtime::testing::Server::<Streaming>::new(()).connect("127.0.0.1:9");
    bob.sends("ab");
    assert_eq!(bob.hears(), "ab");
}
