use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server(max_body = -1)]
impl Guest {
    #[line]
    fn line(&mut self) {}
}

fn main() {}
