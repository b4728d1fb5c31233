use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[frame("GET", prefix = be_u16)]
    fn get(&mut self, key: &[u8]) {}
}

fn main() {}
