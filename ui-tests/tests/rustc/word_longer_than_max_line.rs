use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server(max_line = 16)]
impl Guest {
    #[line("CONFIGURE-EVERYTHING")]
    fn configure(&mut self) {}
}

fn main() {}
