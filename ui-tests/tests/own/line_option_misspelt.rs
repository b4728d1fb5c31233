use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("ROLL", praser = dice)]
    fn roll(&mut self, dice: u8) {}
}

fn main() {}
