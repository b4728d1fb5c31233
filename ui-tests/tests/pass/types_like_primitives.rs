//! The user's types may have the names of primitive ones, as long as no handler takes `&[u8]`.

#![allow(dead_code, non_camel_case_types)]

use mux_runtime::{Cx, Netstring, mux_server, testing::Server};

struct u8;
struct u16;
struct u32;
struct usize;
struct bool;
struct str;

#[derive(Default)]
struct Start;
#[derive(Default)]
struct Frames;

#[derive(Default)]
struct Guest;

#[mux_server(modes(Start, Frames), framing = Netstring, max_frame = 99, ignore_case)]
impl Guest {
    #[line("set")]
    fn set(&mut self, number: i16, name: Option<String>) -> String {
        format!("{number}{}", name.unwrap_or_default())
    }

    #[line("go")]
    fn go(&mut self) -> Frames {
        Frames
    }

    #[frame("say", mode = Frames)]
    fn say(&mut self, word: String) -> String {
        word
    }

    #[on(eof)]
    fn eof(&mut self, cx: &mut Cx<'_, Self>) {
        cx.close();
    }

    #[on(drained)]
    fn drained(&mut self) {}

    #[hook(allow_deny)]
    fn let_in() -> std::primitive::bool {
        true
    }
}

fn main() {
    let ann = Server::<Guest>::new(()).connect("127.0.0.1:9");
    ann.sends("SET 7 x\ngo\n6:say hi,");
    assert_eq!(ann.hears(), "7xhi");
}
