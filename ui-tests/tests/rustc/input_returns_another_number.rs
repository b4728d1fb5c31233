use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[input]
    fn input(&mut self, _input: &[u8]) -> u32 {
        1
    }
}

fn main() {}
