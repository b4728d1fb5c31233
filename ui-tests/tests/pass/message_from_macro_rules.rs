//! A type that a macro makes.

use mux_runtime::{Message, MuxMessage, parse_message, to_bytes};

macro_rules! message {
    ($name:ident, $life:lifetime, $tag:expr, $width:ty, $number:ty, $text:ty, $list:ty, $parse:path, $order:ident) => {
        #[derive(MuxMessage, Debug, PartialEq)]
        #[message($order, tag = $width)]
        enum $name<$life> {
            #[tag($tag)]
            Hello {
                number: $number,
                #[len($width)]
                text: $text,
                #[count($width)]
                list: $list,
                #[varint]
                optional: Option<$number>,
                #[parse($parse)]
                #[encode(put)]
                odd: u32,
            },
        }
    };
}
message!(
    Hello, 'a, 0x0102, u16, u32, &'a str, Vec<f32>,
    nom::number::streaming::be_u24, little_endian
);

fn put(number: &u32, out: &mut mux_runtime::Writer<'_>) {
    out.bytes(&number.to_be_bytes()[1..]);
}

fn main() {
    let hello = || Hello::Hello { number: 1, text: "a", list: vec![], optional: Some(128), odd: 3 };
    let bytes = to_bytes(&hello());
    assert_eq!(bytes, b"\x02\x01\x01\0\0\0\x01\0a\0\0\x01\x80\x01\0\0\x03");
    assert_eq!(Hello::parse(&bytes), Ok((&b""[..], hello())));
    assert_eq!(parse_message(&bytes), Ok(hello()));
}
