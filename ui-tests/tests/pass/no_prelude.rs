//! Generated code needs no prelude.

#![no_implicit_prelude]

use ::mux_runtime::{CloseReason, Closing, Cx, Malformed, Peer, Words, mux_server};
use ::std::{assert_eq, convert::From, iter::Iterator, option::Option, write};

#[derive(::std::default::Default)]
struct Command;
#[derive(::std::default::Default)]
struct Data;

struct Guest;

#[mux_server(shared = u64, modes(Command, Data), line = any, max_line = 100, ignore_case)]
impl Guest {
    #[on(connect)]
    fn arrive(_cx: &mut Cx<'_, Self>) -> Self {
        Guest
    }

    #[on(eof)]
    fn eof(&mut self, cx: &mut Cx<'_, Self>, _rest: &[u8]) {
        cx.close();
    }

    #[on(timeout)]
    fn patience(&mut self) {}

    #[on(malformed)]
    fn malformed(&mut self, cx: &mut Cx<'_, Self>, _what: &Malformed<'_>) {
        cx.out.write("?");
    }

    #[on(close)]
    fn leave(self, cx: &mut Closing<'_, Self>, _why: CloseReason) {
        *cx.shared += 1;
    }

    #[hook(post_accept)]
    fn come_in(_shared: &mut u64, _peer: &Peer) {}

    #[hook(allow_deny)]
    fn let_in(_shared: &mut u64, _peer: &Peer) -> bool {
        true
    }

    #[hook(request_denied)]
    fn go_away(_shared: &mut u64, _peer: &Peer) -> &'static str {
        ""
    }

    #[line("add")]
    fn add(&mut self, cx: &mut Cx<'_, Self>, a: u32, b: Option<u32>, more: Words<'_>) {
        let b: u32 = b.unwrap_or_default();
        write!(cx.out, "{}", a + b + <u32 as From<u16>>::from(more.count() as u16));
    }

    #[line("roll", parser = ::nom::character::complete::u8)]
    fn roll(&mut self, number: u8) -> u8 {
        number
    }

    #[line("data")]
    fn data(&mut self) -> Data {
        Data
    }

    #[line(parser = ::nom::bytes::complete::tag("!"))]
    fn bang(&mut self, _bang: &[u8]) -> &'static str {
        "bang"
    }

    #[line(mode = Data)]
    fn body(&mut self, _data: Data, line: &str) -> Option<Command> {
        if line == "." { Option::Some(Command) } else { Option::None }
    }
}

fn main() {
    let server = ::mux_runtime::testing::Server::<Guest>::new(0);
    let ann = server.connect("127.0.0.1:9");
    ann.sends("ADD 1 2 x y\nroll 65\n!\ndata\nx\n.\nnope\n");
    assert_eq!(ann.hears(), "5Abang?");
    ann.finishes();
    assert_eq!(*server.shared(), 1);
}
