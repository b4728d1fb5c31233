//! The user's names may be any, those that generated code could use included.

#![allow(dead_code, non_camel_case_types, non_upper_case_globals, unused_macros, unused_imports)]

use mux_runtime::{Cx, mux_server, testing::Server};

mod core {}
mod std {}
mod alloc {}
mod __private {}

enum Shadow {
    Some,
    None,
    Ok,
    Err,
}
use Shadow::*;

struct Step;
struct Scan;
struct Protocol;
struct Command;
struct Mode;
struct Result;
struct Line;
struct Arguments;
struct Writer;
struct Malformed;
struct MalformedKind;
struct Box;
struct Vec;
struct String;
trait Default {}
trait Reply {}
trait FromArg {}
trait Outcome {}
trait Clone {}
trait Iterator {}

const line: &str = "";
const used: usize = 0;
const input: u8 = 0;
const scan: u8 = 0;
const cx: u8 = 0;
const mode: u8 = 0;
const at: u8 = 0;
const value: u8 = 0;
const malformed: u8 = 0;
static nearest: u8 = 0;
static outcome: u8 = 0;

fn take_line() {}
fn parse_line() {}
fn read_value() {}
fn in_upper_case() {}
fn take() {}
fn step() {}
fn connect() {}

macro_rules! assert {
    () => {};
}
macro_rules! matches {
    () => {};
}
macro_rules! panic {
    () => {};
}

/// A parser with the name of a local, and more of them.
fn word(bytes: &[u8]) -> nom::IResult<&[u8], u8> {
    nom::character::complete::u8(bytes)
}
fn rest(bytes: &[u8]) -> nom::IResult<&[u8], u8> {
    nom::character::complete::u8(bytes)
}
fn output(bytes: &[u8]) -> nom::IResult<&[u8], u8> {
    nom::character::complete::u8(bytes)
}
fn args(bytes: &[u8]) -> nom::IResult<&[u8], u8> {
    nom::character::complete::u8(bytes)
}

/// A session that is called like the trait.
#[derive(::std::default::Default)]
struct Session;

#[mux_server(shared = u64, max_line = 100, ignore_case)]
impl Session {
    #[line("word", parser = word)]
    fn step(&mut self, number: u8) -> u8 {
        number
    }

    #[line("rest", parser = rest)]
    fn connect(&mut self, number: u8) -> u8 {
        number
    }

    #[line("output", parser = output)]
    fn malformed(&mut self, number: u8) -> u8 {
        number
    }

    #[line("args", parser = args)]
    fn eof(&mut self, number: u8) -> u8 {
        number
    }

    #[line("take")]
    fn take(&mut self, __cx: &mut Cx<'_, Self>, __line: u8, __used: &str) -> u8 {
        __cx.out.write(__used);
        __line
    }

    #[on(connect)]
    fn open() -> Self {
        Session
    }

    #[on(timeout)]
    fn timeout(&mut self) {}

    #[on(eof)]
    fn apply(&mut self) {}

    #[on(close)]
    fn close(self) {}

    #[hook(allow_deny)]
    fn allow_deny() -> bool {
        true
    }

    #[hook(request_denied)]
    fn request_denied() -> &'static str {
        ""
    }

    #[hook(post_accept)]
    fn post_accept() {}

    #[line(parser = word)]
    fn default(&mut self, number: u8) -> u8 {
        number
    }
}

fn main() {
    let server = Server::<Session>::new(0);
    let ann = server.connect("127.0.0.1:9");
    ann.sends("word 65\nrest 66\noutput 67\nargs 68\ntake 69 x\n70\n");
    ::std::assert_eq!(ann.hears(), "ABCDxEF");
}
