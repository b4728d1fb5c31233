use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[input(parser = p)]
    fn input(&mut self, input: &[u8]) -> usize {
        1
    }
}

fn main() {}
