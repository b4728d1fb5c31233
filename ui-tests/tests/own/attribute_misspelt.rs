use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[lnie("HELP")]
    fn help(&mut self) {}

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
