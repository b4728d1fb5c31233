use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    fn plain(&self) {}
}

fn main() {}
