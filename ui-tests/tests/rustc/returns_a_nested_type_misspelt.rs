use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("go")]
    fn go(&mut self) -> Option<Sting> {
        None
    }
}

fn main() {}
