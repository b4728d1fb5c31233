//! A message as data.

use mux_runtime::{
    Message, MuxMessage,
    shape::{Extent, Form, Kind, Number, Order},
};

/// What a device sends.
///
/// It never waits.
#[derive(MuxMessage)]
#[message(little_endian, tag = u16)]
#[allow(dead_code)]
enum Uplink<'a> {
    /// The first message.
    #[tag(0x0102)]
    Hello {
        /// Who it is.
        device: u64,
        #[len(u8)]
        r#type: Option<&'a str>,
        #[count(varint)]
        #[big_endian]
        values: Vec<[f32; 2]>,
        #[varint]
        seq: u32,
        next: Option<Box<Uplink<'a>>>,
    },
    #[tag(3)]
    Tail(bool, #[rest] &'a [u8]),
    #[tag(4)]
    Odd(
        #[parse(nom::number::streaming::be_u24)]
        #[encode(put)]
        u32,
    ),
}

fn put(number: &u32, out: &mut mux_runtime::Writer<'_>) {
    out.bytes(&number.to_be_bytes()[1..]);
}

#[test]
fn a_message_is_described() {
    let shape = Uplink::SHAPE;
    assert_eq!((shape.name, shape.doc), ("Uplink", "What a device sends.\n\nIt never waits."));
    let Kind::Enum { tag, variants } = shape.kind else { panic!("an enum") };
    assert_eq!(tag, Number::new("u16", Order::Little));
    let variants_said =
        variants.iter().map(|variant| (variant.name, variant.doc, variant.tag)).collect::<Vec<_>>();
    assert_eq!(
        variants_said,
        [("Hello", "The first message.", 0x0102), ("Tail", "", 3), ("Odd", "", 4)]
    );
    let fields = variants
        .iter()
        .flat_map(|variant| variant.fields)
        .map(|field| (field.name, field.of_type, field.form.to_string()))
        .collect::<Vec<_>>();
    let expected = [
        ("device", "u64", "u64 little-endian"),
        ("type", "Option<&'a str>", "optional text, its bytes counted by u8"),
        ("values", "Vec<[f32; 2]>", "list of 2 times f32, counted by varint u64"),
        ("seq", "u32", "varint u32"),
        ("next", "Option<Box<Uplink<'a>>>", "optional Uplink"),
        ("0", "bool", "bool"),
        ("1", "&'a [u8]", "bytes, all that are left"),
        ("0", "u32", "custom"),
    ];
    let expected = expected.map(|(name, of_type, form)| (name, of_type, form.to_owned()));
    assert_eq!(fields, expected);
    assert_eq!(variants[0].fields[0].doc, "Who it is.");
    assert!(matches!(variants[1].fields[1].form, Form::Bytes(Extent::Rest)));
}

#[test]
fn least_bytes_and_open_ends_are_known() {
    #[derive(MuxMessage)]
    #[allow(dead_code)]
    struct Fixed<'a>(u32, [u16; 3], Option<u64>, #[len(u16)] &'a str, bool);
    #[derive(MuxMessage)]
    #[allow(dead_code)]
    struct Open<'a>(u8, #[rest] &'a str);

    assert_eq!((Fixed::MIN_BYTES, Fixed::OPEN_ENDED), (14, false));
    assert_eq!((Open::MIN_BYTES, Open::OPEN_ENDED), (1, true));
    // An enum's is its tag's.
    assert_eq!((Uplink::MIN_BYTES, Uplink::OPEN_ENDED), (2, true));
}
