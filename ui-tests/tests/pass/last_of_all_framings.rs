//! `last` refuses what was sent behind the message, however that was cut and whatever picked its
//! handler; and a message that goes alone is taken.

use mux_runtime::{CloseReason, Resp, mux_server, testing::Server};
use nom::{bytes::complete::tag, character::complete::u8, number::streaming::be_u16};

macro_rules! protocol {
    ($name:ident, ($($options:tt)*) $($method:tt)*) => {
        #[derive(Default)]
        struct $name;

        #[mux_server($($options)*)]
        impl $name { $($method)* }
    };
}

protocol!(Word, () #[line("go", last)] fn go(&mut self) -> &'static str { "gone" });
protocol!(WordParser, () #[line("go", last, parser = u8)] fn go(&mut self, _n: u8) -> &'static str { "gone" });
protocol!(Parser, () #[line(last, parser = tag("go"))] fn go(&mut self, _go: &[u8]) -> &'static str { "gone" });
protocol!(Whole, () #[line(last)] fn go(&mut self, _go: &str) -> &'static str { "gone" });
protocol!(Body, () #[line("go", last)]
    fn go(&mut self, length: u8, #[body(length)] _body: &[u8]) -> &'static str { "gone" });
protocol!(Frame, (framing = Resp) #[frame("go", last)] fn go(&mut self) -> &'static str { "gone" });
protocol!(Prefix, () #[frame(prefix = u8, last)] fn go(&mut self, _go: &[u8]) -> &'static str { "gone" });
protocol!(Stream, () #[frame(parser = be_u16, last)] fn go(&mut self, _go: u16) -> &'static str { "gone" });
protocol!(Until, () #[until(b";", last)] fn go(&mut self, _go: &[u8]) -> &'static str { "gone" });
protocol!(Bytes, () #[bytes(2, last)] fn go(&mut self, _go: &[u8]) -> &'static str { "gone" });

macro_rules! check {
    ($($name:ident $message:literal)*) => {$(
        let ann = Server::<$name>::new(()).connect("127.0.0.1:9");
        ann.sends($message);
        assert_eq!((ann.hears().as_str(), ann.closed()), ("gone", None), stringify!($name));
        let mut more = $message.to_vec();
        more.push(b'x');
        ann.sends(more);
        let heard = ann.hears();
        assert!(!heard.contains("gone"), "{}: {heard}", stringify!($name));
        assert_eq!(ann.closed(), Some(CloseReason::Malformed), stringify!($name));
    )*};
}

fn main() {
    check! {
        Word b"go\n"
        WordParser b"go 1\n"
        Parser b"go\n"
        Whole b"anything\n"
        Body b"go 3\nabc\n"
        Frame b"*1\r\n$2\r\ngo\r\n"
        Prefix b"\x02go"
        Stream b"go"
        Until b"go;"
        Bytes b"go"
    }
}
