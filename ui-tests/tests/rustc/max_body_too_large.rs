use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server(max_body = usize::MAX)]
impl Guest {
    #[line]
    fn line(&mut self) {}
}

fn main() {}
