//! What is wrong, and where.

use mux_runtime::{MalformedKind, Message, MuxMessage, parse_message};
use nom::{Err, Needed, error::ErrorKind};

#[derive(MuxMessage, Debug, PartialEq)]
enum Uplink<'a> {
    #[tag(1)]
    Hello {
        device: u16,
        #[len(u8)]
        name: &'a str,
    },
    #[tag(2)]
    Flags(bool, Option<u8>, #[varint] u16),
    #[tag(3)]
    List(#[count(u8)] Vec<bool>),
    #[tag(4)]
    Nested(Box<Self>, [bool; 2]),
    #[tag(5)]
    Text(#[rest] &'a str),
}

#[test]
fn an_error_is_at_the_value_at_fault() {
    for (frame, kind, at) in [
        (&b"\x09"[..], ErrorKind::Switch, 0),
        (b"", ErrorKind::Eof, 0),
        (b"\x01\0", ErrorKind::Eof, 2),
        (b"\x01\0\0\x02a", ErrorKind::Eof, 5),
        (b"\x01\0\0\x01ab", ErrorKind::Eof, 5),
        (b"\x01\0\0\x03a\xffb", ErrorKind::Char, 5),
        (b"\x01\0\0\x02a\xc3\xa9", ErrorKind::Char, 5),
        (b"\x02\x02\0\0", ErrorKind::OneOf, 1),
        (b"\x02\x01\x02\0", ErrorKind::OneOf, 2),
        (b"\x02\x01\x01\0\x80\0", ErrorKind::Verify, 4),
        (b"\x02\x01\0\xff\xff\x04", ErrorKind::TooLarge, 3),
        (b"\x03\x03\x01\0\x02", ErrorKind::OneOf, 4),
        (b"\x04\x09", ErrorKind::Switch, 1),
        (b"\x04\x03\0\0\x07", ErrorKind::OneOf, 4),
        (b"\x05ab\xff", ErrorKind::Char, 3),
    ] {
        let error = Err((MalformedKind::Parser(kind), at));
        assert_eq!(parse_message::<Uplink<'_>>(frame), error, "{frame:?}");
    }
}

#[test]
fn missing_bytes_are_counted() {
    for (input, missing) in [
        (&b""[..], 1),
        (b"\x01", 2),
        (b"\x01\0\0\x05ab", 3),
        (b"\x03\x05\0", 4),
        (b"\x04\x03\0\0", 1),
    ] {
        let parsed = Uplink::parse(input);
        assert_eq!(parsed, Err(Err::Incomplete(Needed::new(missing))), "{input:?}");
    }
}

#[test]
fn a_nom_error_holds_the_input_from_its_place_on() {
    let Err(Err::Error(error)) = Uplink::parse(b"\x01\0\0\x03a\xffb and more") else {
        panic!("not UTF-8")
    };
    assert_eq!(error.input, b"\xffb and more");
}
