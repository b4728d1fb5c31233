use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("ADD")]
    fn add(&mut self, #[cfg(any())] number: u8) {}
}

fn main() {}
