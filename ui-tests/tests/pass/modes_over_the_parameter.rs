//! A mode may name the type parameters of the block, and need not name all of them.

use mux_runtime::{Either, mux_server, testing::Server};
use std::{fmt::Display, str::FromStr};

#[derive(Default)]
struct Command;

struct Held<T>(Option<T>, u8);

struct Fixed<const N: usize>([u8; N]);

struct Box2<T, U, const N: usize>(Option<T>, Option<U>);

impl<T, U, const N: usize> Default for Box2<T, U, N> {
    fn default() -> Self {
        Box2(None, None)
    }
}

#[mux_server(modes(Command, Held<T>, Fixed<N>))]
impl<T: FromStr + Display + 'static, U, const N: usize> Box2<T, U, N>
where
    U: Default + 'static,
{
    #[line("hold")]
    fn hold(&mut self, value: T) -> Either<Held<T>, Fixed<N>> {
        self.1 = Some(U::default());
        Either::Left(Held(Some(value), 2))
    }

    #[line("fix")]
    fn fix(&mut self) -> Option<Fixed<N>> {
        Some(Fixed([b'.'; N]))
    }

    #[line("say", mode = Held)]
    fn say(&mut self, held: &mut Held<T>) -> Option<String> {
        held.1 -= 1;
        held.0.as_ref().map(T::to_string)
    }

    #[line("back", mode = Held)]
    fn back(&mut self) -> Command {
        Command
    }

    #[bytes(fixed.0.len(), mode = Fixed)]
    fn fixed(&mut self, fixed: &Fixed<N>, bytes: &[u8]) -> Result<Command, Vec<u8>> {
        if bytes == fixed.0 { Ok(Command) } else { Err(bytes.to_vec()) }
    }
}

fn main() {
    let ann = Server::<Box2<i64, String, 3>>::new(()).connect("127.0.0.1:9");
    ann.sends("hold -5\nsay\nsay\nback\nfix\nabc...hold x\n");
    assert_eq!(ann.hears(), "-5-5abcusage: hold <value>\r\n");
}
