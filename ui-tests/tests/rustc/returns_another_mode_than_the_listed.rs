use mux_runtime::{Either, mux_server};

#[derive(Default)]
struct Guest;

#[derive(Default)]
struct Command;

#[derive(Default)]
struct Data;

struct Tls;

#[mux_server(modes(Command, Data))]
impl Guest {
    #[line("go")]
    fn go(&mut self) -> Either<Data, Tls> {
        Either::Left(Data)
    }

    #[line(mode = Data)]
    fn line(&mut self) {}
}

fn main() {}
