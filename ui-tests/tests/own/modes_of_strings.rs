use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[derive(Default)]
struct Command;
#[derive(Default)]
struct Data;

#[mux_server(modes(Command, "Data"))]
impl Guest {
    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
