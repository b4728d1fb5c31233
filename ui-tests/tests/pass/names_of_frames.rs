//! The user's constants, functions and types may have any name, in blocks of every framing.

#![allow(dead_code, non_camel_case_types, non_upper_case_globals, unused_macros)]

use mux_runtime::{Cx, MuxMessage, mux_server, testing::Server};

macro_rules! constants {
    ($($name:ident)*) => { $(const $name: u8 = 0;)* };
}
constants! {
    used line frame body data cut message length took taken this session input scan at behind
    wrong output outcome value first nearest malformed text left right error new_ opened
}
static args: u8 = 0;
static cx: u8 = 0;
static mode: u8 = 0;

struct Cut;
struct Framing;
struct Prefix;
struct Length;
struct NoShape;
struct ShapeOf;
struct Either;
struct Parsed;
struct Never;
struct Infallible;
struct PhantomData;
struct Message;

fn take_body() {}
fn take_until() {}
fn take_exact() {}
fn take_prefixed() {}
fn parse_frame() {}
fn parse_stream() {}
fn parse_message() {}
fn noted() {}
fn fatal() {}
fn refuse() {}
fn replace() {}

#[derive(MuxMessage)]
struct Known {
    frame: u8,
    length: u16,
}

#[derive(Default)]
struct Command;
#[derive(Default)]
struct Data {
    len: usize,
}
#[derive(Default)]
struct Until;
#[derive(Default)]
struct Exact;
#[derive(Default)]
struct Raw;
#[derive(Default)]
struct Behind;

#[derive(Default)]
struct Step;

#[mux_server(modes(Command, Data, Until, Exact, Raw, Behind), max_body = 9, max_frame = 9)]
impl Step {
    #[line("set")]
    fn length(&mut self, __length: usize, __args: &str, #[body(__length)] __body: &[u8]) -> Data {
        let _ = (__args, __body);
        Data { len: __length }
    }

    #[chunk(__data.len, mode = Data)]
    fn cut(&mut self, __data: &mut Data, __message: &[u8]) -> Option<Until> {
        __data.len -= __message.len();
        (__data.len == 0).then_some(Until)
    }

    #[until(&[b';'], mode = Until)]
    fn frame(&mut self, __used: &str, __cx: &mut Cx<'_, Self>) -> Exact {
        __cx.out.write(__used);
        Exact
    }

    #[bytes(1, mode = Exact)]
    fn fatal(&mut self, __message: &[u8], __scan: &mut Exact) -> Behind {
        let _ = (__message, __scan);
        Behind
    }

    #[frame(prefix = u8, mode = Behind)]
    fn taken(&mut self, __input: Known) -> Raw {
        assert_eq!(__input.length, 1);
        Raw
    }

    #[input(mode = Raw)]
    fn input(&mut self, __input: &[u8], __cx: &mut Cx<'_, Self>) -> usize {
        __cx.out.write(__input);
        __input.len()
    }

    #[on(message)]
    fn message(&mut self, __message: String) {
        let _ = __message;
    }

    #[on(drained)]
    fn drained(&mut self) {}
}

fn main() {
    let ann = Server::<Step>::new(()).connect("127.0.0.1:9");
    ann.sends("set 2 x\nab\nabc;d\x03\0\0\x01raw");
    assert_eq!(ann.hears(), "craw");
}
