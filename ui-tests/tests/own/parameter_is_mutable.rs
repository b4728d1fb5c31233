use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("NICK")]
    fn nick(&mut self, name: &mut [u8]) {}
}

fn main() {}
