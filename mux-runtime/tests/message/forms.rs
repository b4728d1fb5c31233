//! Each form, byte by byte.

use std::{fmt::Debug, marker::PhantomData};

use mux_runtime::{Message, MuxMessage, Reply, Writer, parse_message, to_bytes};
use nom::{IResult, number::streaming::be_u24};

/// `message` is written as `bytes`, and read back from them.
fn is_written<'a, M: Message<'a> + Reply + PartialEq + Debug>(message: M, bytes: &'a [u8]) {
    assert_eq!(to_bytes(&message), bytes, "{message:?} is written otherwise");
    assert_eq!(parse_message::<M>(bytes), Ok(message));
}

#[derive(MuxMessage, Debug, PartialEq)]
enum Uplink<'a> {
    #[tag(0x01)]
    Hello {
        device: u64,
        #[len(u8)]
        name: &'a str,
    },
    #[tag(0x02)]
    Reading {
        seq: u32,
        #[count(u16)]
        values: Vec<f32>,
    },
    #[tag(0x7f)]
    Bye,
}

#[test]
fn an_enum_is_a_tag_and_its_variants_fields() {
    is_written(Uplink::Hello { device: 1, name: "né" }, b"\x01\0\0\0\0\0\0\0\x01\x03n\xc3\xa9");
    is_written(
        Uplink::Reading { seq: 2, values: vec![1.0, -2.0] },
        b"\x02\0\0\0\x02\0\x02\x3f\x80\0\0\xc0\0\0\0",
    );
    is_written(Uplink::Bye, b"\x7f");
}

#[test]
fn a_message_is_a_nom_parser_and_a_reply() {
    use nom::{Parser, multi::count};

    let input = b"\x7f\x01\0\0\0\0\0\0\0\x01\x01a!";
    let (rest, two) = count(Uplink::parse, 2).parse(&input[..]).unwrap();
    assert_eq!(rest, b"!");
    assert_eq!(two, [Uplink::Bye, Uplink::Hello { device: 1, name: "a" }]);

    let mut bytes = Vec::new();
    (Uplink::Bye, &Uplink::Bye).write_to(&mut Writer::new(&mut bytes));
    assert_eq!(bytes, b"\x7f\x7f");
}

#[derive(MuxMessage, Debug, PartialEq)]
struct Numbers {
    a: u8,
    b: u16,
    c: u32,
    d: u64,
    e: u128,
    f: i8,
    g: i16,
    h: i32,
    i: i64,
    j: i128,
    k: f32,
    l: f64,
    m: bool,
}

#[test]
fn numbers_are_in_network_order_unless_it_is_said_otherwise() {
    let numbers = Numbers {
        a: 1,
        b: 2,
        c: 3,
        d: 4,
        e: 5,
        f: -1,
        g: -2,
        h: -3,
        i: -4,
        j: -5,
        k: 1.0,
        l: 1.0,
        m: true,
    };
    let mut bytes = vec![1];
    bytes.extend(2_u16.to_be_bytes());
    bytes.extend(3_u32.to_be_bytes());
    bytes.extend(4_u64.to_be_bytes());
    bytes.extend(5_u128.to_be_bytes());
    bytes.extend((-1_i8).to_be_bytes());
    bytes.extend((-2_i16).to_be_bytes());
    bytes.extend((-3_i32).to_be_bytes());
    bytes.extend((-4_i64).to_be_bytes());
    bytes.extend((-5_i128).to_be_bytes());
    bytes.extend(1_f32.to_be_bytes());
    bytes.extend(1_f64.to_be_bytes());
    bytes.push(1);
    is_written(numbers, &bytes);
}

type Id = u32;

#[derive(MuxMessage, Debug, PartialEq)]
#[message(little_endian, tag = u16)]
enum Little {
    #[tag(0x0102)]
    Mixed {
        little: u16,
        #[big_endian]
        big: u16,
        #[big_endian]
        #[count(u16)]
        list: Vec<u16>,
        array: [u16; 2],
        optional: Option<u16>,
        // An alias is looked up by the compiler, and so in the right order.
        id: Id,
    },
}

#[test]
fn an_order_is_the_messages_or_the_fields() {
    is_written(
        Little::Mixed {
            little: 1,
            big: 1,
            list: vec![1, 2],
            array: [1, 2],
            optional: Some(1),
            id: 1,
        },
        b"\x02\x01\x01\0\0\x01\0\x02\0\x01\0\x02\x01\0\x02\0\x01\x01\0\x01\0\0\0",
    );
}

#[derive(MuxMessage, Debug, PartialEq)]
#[message(tag = varint)]
enum Varints<'a> {
    #[tag(300)]
    All {
        #[varint]
        number: u64,
        #[len(varint)]
        text: &'a str,
        #[varint]
        #[count(varint)]
        list: Vec<u32>,
        #[varint]
        array: [u16; 2],
        #[varint]
        optional: Option<u128>,
        #[varint]
        #[little_endian]
        #[count(u16)]
        counted: Vec<u16>,
    },
}

#[test]
fn varints_are_numbers_lengths_counts_and_tags() {
    is_written(
        Varints::All {
            number: 128,
            text: "a",
            list: vec![1, 300],
            array: [0, 127],
            optional: Some(128),
            counted: vec![128],
        },
        b"\xac\x02\x80\x01\x01a\x02\x01\xac\x02\0\x7f\x01\x80\x01\x01\0\x80\x01",
    );
}

#[derive(MuxMessage, Debug, PartialEq)]
struct Runs<'a> {
    #[len(u8)]
    bytes: &'a [u8],
    #[len(u16)]
    text: &'a str,
    #[len(u32)]
    owned_bytes: Vec<u8>,
    #[len(u64)]
    owned_text: String,
    #[len(u128)]
    long: &'a [u8],
    #[count(u8)]
    counted: Vec<u8>,
    #[len(u8)]
    optional: Option<&'a str>,
    id: &'a [u8; 2],
}

#[test]
fn bytes_and_text_follow_their_length() {
    let mut bytes = b"\x02\xff\0\0\x01a\0\0\0\x01b\0\0\0\0\0\0\0\x02\xc3\xa9".to_vec();
    bytes.extend(1_u128.to_be_bytes());
    bytes.extend(b"l\x01c\x01\x01zid");
    is_written(
        Runs {
            bytes: b"\xff\0",
            text: "a",
            owned_bytes: b"b".to_vec(),
            owned_text: "é".into(),
            long: b"l",
            counted: b"c".to_vec(),
            optional: Some("z"),
            id: b"id",
        },
        &bytes,
    );
}

#[test]
fn what_is_read_borrows_from_the_input() {
    let input = b"\x01a\0\x01b\0\0\0\0\0\0\0\0\0\0\0\0".iter().copied().chain([0; 17]);
    let input = input.chain(*b"\0id").collect::<Vec<_>>();
    let runs = parse_message::<Runs<'_>>(&input).unwrap();
    let range = input.as_ptr_range();
    assert!(range.contains(&runs.bytes.as_ptr()) && range.contains(&runs.text.as_ptr()));
}

#[derive(MuxMessage, Debug, PartialEq, Clone)]
struct Point {
    x: i16,
    y: i16,
}

#[derive(MuxMessage, Debug, PartialEq)]
struct Name<'a>(#[len(u8)] &'a str);

#[derive(MuxMessage, Debug, PartialEq)]
struct Nested<'a> {
    point: Point,
    name: Name<'a>,
    #[count(u8)]
    names: Vec<Name<'a>>,
    points: [Point; 2],
    optional: Option<Point>,
    none: Option<Name<'a>>,
    twice: Option<Option<bool>>,
    #[count(u8)]
    flags: Vec<Option<bool>>,
    boxed: Box<Point>,
    grid: [[u8; 2]; 2],
}

#[test]
fn messages_contain_messages() {
    is_written(
        Nested {
            point: Point { x: 1, y: 2 },
            name: Name("n"),
            names: vec![Name("a"), Name("")],
            points: [Point { x: 0, y: 0 }, Point { x: -1, y: 0 }],
            optional: Some(Point { x: 5, y: 6 }),
            none: None,
            twice: Some(None),
            flags: vec![None, Some(true), Some(false)],
            boxed: Box::new(Point { x: 7, y: 8 }),
            grid: [[1, 2], [3, 4]],
        },
        b"\0\x01\0\x02\x01n\x02\x01a\0\0\0\0\0\xff\xff\0\0\x01\0\x05\0\x06\0\x01\0\
          \x03\0\x01\x01\x01\0\0\x07\0\x08\x01\x02\x03\x04",
    );
}

#[derive(MuxMessage, Debug, PartialEq)]
enum Rests<'a> {
    #[tag(0)]
    Bytes(#[rest] &'a [u8]),
    #[tag(1)]
    Text(u8, #[rest] &'a str),
    #[tag(2)]
    OwnedBytes(#[rest] Vec<u8>),
    #[tag(3)]
    OwnedText(#[rest] String),
    #[tag(4)]
    Numbers(#[rest] Vec<u16>),
    #[tag(5)]
    Messages(#[rest] Vec<Name<'a>>),
    #[tag(6)]
    Optional(#[rest] Option<&'a str>),
    #[tag(7)]
    Varints(
        #[rest]
        #[varint]
        Vec<u16>,
    ),
    // A message that takes all may be the last field of another.
    #[tag(8)]
    Inner(Tail<'a>),
}

#[derive(MuxMessage, Debug, PartialEq)]
struct Tail<'a>(#[rest] &'a [u8]);

#[test]
fn the_rest_is_all_that_is_left_of_the_frame() {
    is_written(Rests::Bytes(b""), b"\0");
    is_written(Rests::Bytes(b"ab"), b"\0ab");
    is_written(Rests::Text(7, "ab"), b"\x01\x07ab");
    is_written(Rests::OwnedBytes(b"ab".to_vec()), b"\x02ab");
    is_written(Rests::OwnedText("ab".into()), b"\x03ab");
    is_written(Rests::Numbers(vec![1, 2]), b"\x04\0\x01\0\x02");
    is_written(Rests::Messages(vec![Name("a"), Name("")]), b"\x05\x01a\0");
    is_written(Rests::Optional(Some("a")), b"\x06\x01a");
    is_written(Rests::Optional(None), b"\x06\0");
    is_written(Rests::Varints(vec![1, 128]), b"\x07\x01\x80\x01");
    is_written(Rests::Inner(Tail(b"ab")), b"\x08ab");
}

#[derive(MuxMessage, Debug, PartialEq)]
struct Custom<'a> {
    before: u8,
    #[parse(be_u24)]
    #[encode(put_u24)]
    length: u32,
    #[parse(c_string)]
    #[encode(put_c_string)]
    text: &'a [u8],
    after: u8,
}

fn put_u24(number: &u32, out: &mut Writer<'_>) {
    out.bytes(&number.to_be_bytes()[1..]);
}

fn c_string(input: &[u8]) -> IResult<&[u8], &[u8]> {
    use nom::{
        Parser,
        bytes::streaming::{tag, take_until},
        sequence::terminated,
    };
    terminated(take_until("\0"), tag("\0")).parse(input)
}

fn put_c_string(text: &&[u8], out: &mut Writer<'_>) {
    out.bytes(text);
    out.bytes(b"\0");
}

#[test]
fn the_odd_field_has_functions_of_its_own() {
    let message = Custom { before: 1, length: 0x01_02_03, text: b"hi", after: 2 };
    is_written(message, b"\x01\x01\x02\x03hi\0\x02");
}

#[derive(MuxMessage, Debug, PartialEq)]
struct Empty;

#[derive(MuxMessage, Debug, PartialEq)]
struct EmptyToo {}

#[derive(MuxMessage, Debug, PartialEq)]
struct Holds(Empty, EmptyToo, u8, PhantomData<String>);

#[test]
fn a_unit_struct_takes_no_bytes() {
    is_written(Empty, b"");
    is_written(EmptyToo {}, b"");
    is_written(Holds(Empty, EmptyToo {}, 1, PhantomData), b"\x01");
}

#[derive(MuxMessage, Debug, PartialEq)]
#[message(little_endian)]
struct Envelope<T, const N: usize>
where
    T: Clone,
{
    id: u16,
    #[count(u8)]
    bodies: Vec<T>,
    one: Option<T>,
    seal: [u8; N],
    kind: PhantomData<T>,
}

#[derive(MuxMessage, Debug, PartialEq)]
struct Wrapped<'a, T>(#[len(u8)] &'a str, T);

#[test]
fn a_message_may_be_generic() {
    let (x, y) = (1, 2);
    is_written(
        Envelope {
            id: 1,
            bodies: vec![Point { x, y }],
            one: None,
            seal: [9; 3],
            kind: PhantomData,
        },
        b"\x01\0\x01\0\x01\0\x02\0\x09\x09\x09",
    );
    // What is put in is written in the order of the message around it.
    is_written(
        Envelope { id: 1, bodies: vec![1_u16], one: Some(2), seal: [], kind: PhantomData },
        b"\x01\0\x01\x01\0\x01\x02\0",
    );
    is_written(Wrapped("a", Name("b")), b"\x01a\x01b");
    is_written(Wrapped("a", 7_u8), b"\x01a\x07");

    let mut bytes = Vec::new();
    Wrapped("a", Name("b")).write_to(&mut Writer::new(&mut bytes));
    assert_eq!(bytes, b"\x01a\x01b");
}

#[derive(MuxMessage, Debug, PartialEq)]
enum Tree {
    #[tag(b'n')]
    Node {
        #[count(u8)]
        children: Vec<Tree>,
    },
    #[tag(b'c')]
    Chain(Option<Box<Self>>),
    #[tag(b'b')]
    Both(Box<Tree>, Box<Tree>),
    #[tag(b'l')]
    Leaf(u8),
}

#[test]
fn a_message_may_contain_itself() {
    is_written(
        Tree::Node {
            children: vec![
                Tree::Leaf(1),
                Tree::Chain(Some(Box::new(Tree::Chain(None)))),
                Tree::Both(Box::new(Tree::Leaf(2)), Box::new(Tree::Leaf(3))),
            ],
        },
        b"n\x03l\x01c\x01c\0bl\x02l\x03",
    );
}

#[derive(MuxMessage, Debug, PartialEq)]
struct Forest<'a, T> {
    #[len(u8)]
    name: &'a str,
    value: T,
    #[count(u8)]
    trees: Vec<Forest<'a, T>>,
    next: Option<Box<Self>>,
    after: bool,
}

#[test]
fn a_generic_message_may_contain_itself() {
    let leaf = |value: u16| Forest { name: "", value, trees: vec![], next: None, after: true };
    is_written(
        Forest { trees: vec![leaf(1)], next: Some(Box::new(leaf(2))), ..leaf(3) },
        b"\0\0\x03\x01\0\0\x01\0\0\x01\x01\0\0\x02\0\0\x01\x01",
    );
}

#[derive(MuxMessage, Debug, PartialEq)]
struct Short<'a> {
    #[len(u8)]
    text: &'a str,
    #[len(u8)]
    bytes: Vec<u8>,
    #[count(u8)]
    list: Vec<u16>,
    after: u8,
}

#[test]
fn what_is_too_long_is_cut_and_its_length_stays_true() {
    let text = "é".repeat(200);
    let message =
        Short { text: &text, bytes: vec![7; 1000], list: (0..1000).collect(), after: 0xaa };
    let bytes = to_bytes(&message);
    let read = parse_message::<Short<'_>>(&bytes).unwrap();
    // 255 is odd, and `é` two bytes.
    assert_eq!(read.text, "é".repeat(127));
    assert_eq!(read.bytes, vec![7; 255]);
    assert_eq!(read.list, (0..255).collect::<Vec<_>>());
    assert_eq!(read.after, 0xaa);
}

/// A message whose bytes no attribute describes.
#[derive(Debug, PartialEq)]
struct Line<'a>(&'a [u8]);

impl<'a> Message<'a> for Line<'a> {
    const SHAPE: &'static mux_runtime::shape::Shape =
        &mux_runtime::shape::Shape::new("Line", "", mux_runtime::shape::Kind::Opaque);

    fn parse(input: &'a [u8]) -> IResult<&'a [u8], Self> {
        let (rest, text) = c_string(input)?;
        Ok((rest, Line(text)))
    }

    fn encode(&self, out: &mut Writer<'_>) {
        put_c_string(&self.0, out);
    }
}

#[derive(MuxMessage, Debug, PartialEq)]
struct Lines<'a>(#[count(u8)] Vec<Line<'a>>, Option<Line<'a>>);

#[test]
fn a_message_written_by_hand_is_a_field_like_any_other() {
    is_written(Lines(vec![Line(b"a"), Line(b"")], Some(Line(b"b"))), b"\x02a\0\0\x01b\0");
}
