use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[input]
    fn input(&mut self, input: &str) -> usize {
        input.len()
    }
}

fn main() {}
