//! Whatever the user's items are called.
#![allow(dead_code, unused_macros, non_camel_case_types, non_upper_case_globals)]

use mux_runtime::MuxMessage;

struct Ok;
struct Result;
struct Wire;
struct Message;
struct Reply;
struct Writer;
struct Big;
struct Unknown;
struct Known;
struct bool;
struct usize;
struct String;
trait Shape {}
mod core {}
mod std {}
mod nom {}
const input: u8 = 0;
const depth: u8 = 0;
const field0: u8 = 0;
const rest: u8 = 0;
const tag: u8 = 0;
const out: u8 = 0;
fn read() {}
macro_rules! assert {
    ($($tokens:tt)*) => {
        compile_error!("not this one")
    };
}

#[derive(MuxMessage)]
#[message(tag = u16)]
enum Option<'input, T> {
    #[tag(1)]
    None {
        out: u8,
        input: u16,
        depth: u32,
        __out: u8,
        r#match: u8,
    },
    #[tag(2)]
    Some(T, #[rest] &'input str),
}

#[derive(MuxMessage)]
struct r#type {
    #[count(u8)]
    r#fn: Vec<Inner>,
    inner: Inner,
    after: u8,
}

#[derive(MuxMessage)]
struct Inner(u8);

fn main() {
    let bytes = mux_runtime::to_bytes(&Option::Some(7_u8, "a"));
    ::std::assert_eq!(bytes, b"\0\x02\x07a");
    let shape = <r#type as mux_runtime::Message<'_>>::SHAPE;
    ::std::assert_eq!(shape.name, "type");
}
