use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[frame]
    fn one(&mut self, frame: &[u8]) {}

    #[until]
    fn two(&mut self, frame: &[u8]) {}

    #[frame(prefix = u24)]
    fn three(&mut self, frame: &[u8]) {}

    #[chunk(4)]
    fn four(&mut self, piece: &str) {}

    #[input]
    fn five(&mut self, input: &[u8]) {}

    #[line("six")]
    fn six(&mut self, #[body] body: &[u8]) {}

    #[on(drained)]
    fn seven(&mut self, bytes: usize) {}
}

fn main() {}
