use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[derive(Default)]
struct Command;

#[mux_server(modes(Command))]
impl Guest {
    #[line("set")]
    fn set(&mut self, #[body(4)] command: &mut Command) {}
}

fn main() {}
