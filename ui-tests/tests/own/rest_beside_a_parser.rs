use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("ROLL", parser = dice)]
    fn roll(&mut self, #[rest] dice: &[u8]) {}
}

fn main() {}
