use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[input]
    fn one(&mut self, bytes: &[u8]) -> usize {
        1
    }

    #[input]
    fn two(&mut self, bytes: &[u8]) -> usize {
        1
    }
}

fn main() {}
