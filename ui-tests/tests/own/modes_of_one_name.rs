use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

mod smtp {
    #[derive(Default)]
    pub struct Data;
}

mod http {
    #[derive(Default)]
    pub struct Data;
}

#[mux_server(modes(smtp::Data, http::Data))]
impl Guest {
    #[line("go")]
    fn go(&mut self) -> http::Data {
        http::Data
    }
}

fn main() {}
