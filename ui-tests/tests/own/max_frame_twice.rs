use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server(max_frame = 1, max_frame = 2)]
impl Guest {
    #[line]
    fn line(&mut self) {}
}

fn main() {}
