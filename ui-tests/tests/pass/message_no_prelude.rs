//! Without the prelude, and with no warning allowed.
#![no_implicit_prelude]
#![deny(warnings)]
#![forbid(unsafe_code)]

#[derive(::mux_runtime::MuxMessage)]
enum Uplink<'a> {
    #[tag(1)]
    Hello {
        device: u64,
        #[len(u8)]
        name: &'a str,
        #[count(varint)]
        list: ::std::vec::Vec<Inner>,
        optional: ::core::option::Option<Inner>,
    },
    #[tag(2)]
    Odd(
        #[parse(::nom::number::streaming::be_u24)]
        #[encode(put)]
        u32,
        #[rest] &'a [u8],
    ),
}

#[derive(::mux_runtime::MuxMessage)]
struct Inner(u8, bool);

fn put(number: &u32, out: &mut ::mux_runtime::Writer<'_>) {
    out.bytes(&number.to_be_bytes()[1..]);
}

fn main() {
    let list = ::std::vec::Vec::new();
    let optional = ::core::option::Option::Some(Inner(1, true));
    let hello = Uplink::Hello { device: 1, name: "a", list, optional };
    let bytes = ::mux_runtime::to_bytes(&hello);
    let read = ::mux_runtime::parse_message(&bytes);
    let ::core::result::Result::Ok(Uplink::Hello { device, name, list, optional }) = read else {
        ::core::unreachable!()
    };
    let ::core::option::Option::Some(Inner(one, truth)) = optional else { ::core::unreachable!() };
    ::core::assert!(device == 1 && name == "a" && list.is_empty() && one == 1 && truth);
    let _ = Uplink::Odd(1, b"");
}
