use mux_runtime::mux_server;

#[derive(Default)]
struct Guest<'a>(&'a str);

#[mux_server]
impl Guest {
    #[line("A")]
    fn a(&mut self) {}
}

fn main() {}
