//! The derive, and its guide.

/// Gives a struct or an enum its nom parser, its encoder and its description.
///
/// The type becomes a [`Message`](crate::Message), which can be read from a frame, and a
/// [`Reply`](crate::Reply), which a handler can return and a client can send. Each reads what the
/// other writes.
///
/// ```
/// use mux_runtime::{Message, MuxMessage, parse_message, to_bytes};
///
/// #[derive(MuxMessage, Debug, PartialEq)]
/// #[message(big_endian)]
/// enum Uplink<'a> {
///     #[tag(0x01)] Hello { device: u64, #[len(u8)] name: &'a str },
///     #[tag(0x02)] Reading { seq: u32, #[count(u16)] values: Vec<f32> },
///     #[tag(0x7f)] Bye,
/// }
///
/// let bytes = to_bytes(&Uplink::Hello { device: 7, name: "Ann" });
/// assert_eq!(bytes, b"\x01\0\0\0\0\0\0\0\x07\x03Ann");
/// // A whole frame, and the front of what came in: `Uplink::parse` is a streaming nom parser.
/// assert_eq!(parse_message(&bytes), Ok(Uplink::Hello { device: 7, name: "Ann" }));
/// assert_eq!(Uplink::parse(b"\x7f..."), Ok((&b"..."[..], Uplink::Bye)));
/// ```
///
/// | attribute | on | meaning |
/// |---|---|---|
/// | `#[message(…)]` | the type | `big_endian` (the default) or `little_endian`; of an enum, `tag = TYPE`; `crate = path` where the runtime has another name |
/// | `#[tag(N)]` | a variant | the number, or byte `b'A'`, that stands for it |
/// | `#[len(TYPE)]` | bytes, text | a length in bytes, then so many bytes |
/// | `#[count(TYPE)]` | `Vec<T>` | a count, then so many elements |
/// | `#[rest]` | the last field | all that is left of the frame |
/// | `#[varint]` | unsigned integers | LEB128 |
/// | `#[big_endian]`, `#[little_endian]` | numbers, lengths, counts | another order than the message's |
/// | `#[parse(f)]`, `#[encode(f)]` | any field | functions of your own |
///
/// `TYPE` is `u8`, `u16`, `u32`, `u64`, `u128` or `varint`.
///
/// # Numbers
///
/// Integers from `u8` and `i8` to `u128` and `i128`, `f32` and `f64`, in network order unless it
/// is said otherwise. `usize` has no width on the wire and is refused. A `bool` is one byte, 0 or
/// 1; any other is an error.
///
/// ```
/// # use mux_runtime::{MuxMessage, parse_message, to_bytes};
/// #[derive(MuxMessage)]
/// #[message(little_endian)]
/// struct Sample { at: u32, #[big_endian] port: u16, value: f32, valid: bool }
///
/// let sample = Sample { at: 1, port: 2, value: 1.0, valid: true };
/// assert_eq!(to_bytes(&sample), b"\x01\0\0\0\0\x02\0\0\x80\x3f\x01");
/// assert!(parse_message::<Sample>(b"\x01\0\0\0\0\x02\0\0\x80\x3f\x02").is_err());
/// ```
///
/// # Varints
///
/// LEB128: seven bits a byte, the lowest first. A value has one spelling: one with more bytes
/// than it needs is refused, as is one that its type cannot hold.
///
/// ```
/// # use mux_runtime::{MuxMessage, parse_message, to_bytes};
/// #[derive(MuxMessage, Debug)]
/// struct Entry<'a> { #[varint] id: u32, #[len(varint)] key: &'a [u8] }
///
/// assert_eq!(to_bytes(&Entry { id: 300, key: b"k" }), b"\xac\x02\x01k");
/// assert!(parse_message::<Entry>(b"\x80\0\x01k").is_err(), "0 in two bytes");
/// ```
///
/// # Bytes and text
///
/// `&[u8]`, `&str`, `Vec<u8>` and `String` have a length before them or are the rest of the
/// frame; the first two borrow from the input and cost nothing. Text must be UTF-8. `[u8; N]` and
/// `&[u8; N]` need no length.
///
/// ```
/// # use mux_runtime::{MuxMessage, to_bytes};
/// #[derive(MuxMessage)]
/// struct Post<'a> { magic: [u8; 2], #[len(u8)] to: String, #[rest] body: &'a [u8] }
///
/// assert_eq!(to_bytes(&Post { magic: *b"PO", to: "Ann".into(), body: b"hi" }), b"PO\x03Annhi");
/// ```
///
/// What is longer than its length can say is **cut** when it is written, text between two
/// characters, and so is a list after the last element that can be counted: encoding cannot fail,
/// and a wrong length would make nonsense of all that follows. Choose the type of a length so that
/// it cannot happen, or check before you send.
///
/// ```
/// # use mux_runtime::{MuxMessage, parse_message, to_bytes};
/// #[derive(MuxMessage, Debug, PartialEq)]
/// struct Name<'a>(#[len(u8)] &'a str);
///
/// let long = "é".repeat(200);
/// assert_eq!(parse_message(&to_bytes(&Name(&long))), Ok(Name(&"é".repeat(127))));
/// ```
///
/// # Lists
///
/// `#[count(TYPE)]` on a `Vec` of numbers, `bool`s or messages; `#[rest]` takes elements up to the
/// end of the frame; `[T; N]` needs neither. `#[varint]` and the orders are about the elements. A
/// count is held against the bytes that are there before anything is reserved, so it may be as
/// wrong as it likes; for the same reason an element must take at least one byte.
///
/// ```
/// # use mux_runtime::{MuxMessage, to_bytes};
/// #[derive(MuxMessage)]
/// struct Path { closed: bool, #[count(u16)] points: Vec<Point> }
///
/// #[derive(MuxMessage)]
/// struct Point([i8; 2]);
///
/// let path = Path { closed: true, points: vec![Point([1, 2]), Point([3, -4])] };
/// assert_eq!(to_bytes(&path), b"\x01\0\x02\x01\x02\x03\xfc");
/// ```
///
/// # Variants
///
/// Each has a tag, all of one type: `u8` unless `#[message(tag = TYPE)]` says otherwise. A tag
/// that no variant has is an error.
///
/// ```
/// # use mux_runtime::{MuxMessage, parse_message, to_bytes};
/// #[derive(MuxMessage, Debug)]
/// #[message(tag = u16)]
/// enum Order { #[tag(0x0100)] Buy(u32), #[tag(0x0200)] Cancel }
///
/// assert_eq!(to_bytes(&Order::Buy(5)), b"\x01\0\0\0\0\x05");
/// assert!(parse_message::<Order>(b"\x03\0").is_err());
/// ```
///
/// # Messages in messages
///
/// A field may be another message, borrowed or not, written in its own order; a type parameter;
/// or an `Option` of anything that a field may be, behind a byte that is 0 or 1, whose attributes
/// are about what is in it. A message may contain itself in a `Vec` or a `Box`; it is then read to
/// a [depth](crate::Depth) of 64 and no deeper.
///
/// ```
/// # use mux_runtime::{MuxMessage, to_bytes};
/// #[derive(MuxMessage)]
/// struct Packet<'a, T> { header: Header, #[len(u8)] note: Option<&'a str>, body: T }
///
/// #[derive(MuxMessage)]
/// struct Header { version: u8 }
///
/// #[derive(MuxMessage)]
/// enum Tree { #[tag(0)] Leaf(u8), #[tag(1)] Node(#[count(u8)] Vec<Tree>) }
///
/// let body = Tree::Node(vec![Tree::Leaf(7)]);
/// let packet = Packet { header: Header { version: 1 }, note: Some("a"), body };
/// assert_eq!(to_bytes(&packet), b"\x01\x01\x01a\x01\x01\0\x07");
/// ```
///
/// # The odd field
///
/// `#[parse(f)]` takes a streaming nom parser, `fn(&[u8]) -> IResult<&[u8], T>`, and `#[encode(g)]`
/// what writes the same, `fn(&T, &mut Writer<'_>)`, where `T` is the field's type. A whole message
/// can be written by hand too: implement [`Message`](crate::Message).
///
/// ```
/// # use mux_runtime::{MuxMessage, to_bytes};
/// use mux_runtime::Writer;
///
/// #[derive(MuxMessage)]
/// struct Frame {
///     #[parse(nom::number::streaming::be_u24)]
///     #[encode(put_u24)]
///     stream: u32,
///     flags: u8,
/// }
///
/// fn put_u24(number: &u32, out: &mut Writer<'_>) {
///     out.bytes(&number.to_be_bytes()[1..]);
/// }
///
/// assert_eq!(to_bytes(&Frame { stream: 1, flags: 2 }), b"\0\0\x01\x02");
/// ```
pub use mux_macros::MuxMessage;
