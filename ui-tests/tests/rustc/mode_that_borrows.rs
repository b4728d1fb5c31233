use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[derive(Default)]
struct Command;

struct Data<'a>(&'a str);

#[mux_server(modes(Command, Data<'_>))]
impl Guest {
    #[line("go")]
    fn go(&mut self) -> Data<'static> {
        Data("")
    }

    #[line(mode = Data)]
    fn line(&mut self) {}
}

fn main() {}
