//! A session may be generic over types and constants, with bounds wherever they stand.

use std::{fmt::Display, marker::PhantomData, str::FromStr};

use mux_runtime::{Cx, mux_server, testing::Server};
use nom::{IResult, Parser, bytes::complete::tag, combinator::map};

struct Cell<T>(T);

struct Room<T> {
    cells: Vec<Cell<T>>,
}

#[derive(Default)]
struct Store<T: 'static, const N: usize = 4> {
    values: Vec<T>,
}

#[mux_server(shared = Room<T>)]
impl<T: FromStr + Display + Clone + 'static, const N: usize> Store<T, N> {
    #[on(connect)]
    fn arrive() -> Self {
        Store { values: Vec::new() }
    }

    #[line("push")]
    fn push(&mut self, cx: &mut Cx<'_, Self>, value: T, more: Option<T>) -> Result<(), &'static str>
    where
        T: Clone,
    {
        if self.values.len() == N {
            return Err("full\n");
        }
        cx.shared.cells.push(Cell(value.clone()));
        self.values.push(value);
        self.values.extend(more);
        Ok(())
    }

    #[line("list")]
    fn list(&mut self, cx: &mut Cx<'_, Self>) {
        for value in &self.values {
            write!(cx.out, "{value},");
        }
        for Cell(value) in &cx.shared.cells {
            write!(cx.out, "[{value}]");
        }
    }

    fn helper<U: Into<T>>(&mut self, value: U) {
        self.values.push(value.into());
    }
}

trait Codec {
    type Value: Display + 'static;
    const GREETING: &'static str;

    fn read(input: &[u8]) -> IResult<&[u8], Self::Value>;
}

struct Yes;

impl Codec for Yes {
    type Value = u8;
    const GREETING: &'static str = "hello\n";

    fn read(input: &[u8]) -> IResult<&[u8], u8> {
        map(tag("yes"), |_| 1).parse(input)
    }
}

struct Coded<C>
where
    C: Codec,
{
    codec: PhantomData<C>,
}

#[mux_server(shared = Vec<C::Value>)]
impl<C> Coded<C>
where
    C: Codec + 'static,
{
    #[on(connect)]
    fn arrive(cx: &mut Cx<'_, Self>) -> Option<Self> {
        cx.out.write(C::GREETING);
        Some(Self { codec: PhantomData })
    }

    #[line(parser = C::read)]
    fn read(&mut self, cx: &mut Cx<'_, Self>, value: C::Value) {
        write!(cx.out, "{value}");
        cx.shared.push(value);
    }
}

/// Only one of the types that a generic one makes may be a server as well.
#[derive(Default)]
struct Wrapped<T>(T);

#[mux_server]
impl Wrapped<Vec<u8>> {
    #[line]
    fn keep(&mut self, line: &[u8]) -> u8 {
        self.0.extend_from_slice(line);
        b'0' + u8::try_from(self.0.len()).unwrap()
    }
}

fn main() {
    let server = Server::<Store<u32, 2>>::new(Room { cells: Vec::new() });
    let ann = server.connect("127.0.0.1:9");
    ann.sends("push 1\npush 2\npush 3\nlist\npush x\n");
    assert_eq!(ann.hears(), "full\n1,2,[1][2]usage: push <value> [more]\r\n");
    Store::<u32, 2> { values: Vec::new() }.helper(1u16);

    let server = Server::<Coded<Yes>>::new(Vec::new());
    let ann = server.connect("127.0.0.1:9");
    ann.sends("yes\n");
    assert_eq!(ann.hears(), "hello\n1");

    let server = Server::<Wrapped<Vec<u8>>>::new(());
    let ann = server.connect("127.0.0.1:9");
    ann.sends("ab\ncd\n");
    assert_eq!(ann.hears(), "24");
}
