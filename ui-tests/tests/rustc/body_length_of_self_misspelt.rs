use mux_runtime::mux_server;

#[derive(Default)]
struct Guest {
    length: usize,
}

#[mux_server]
impl Guest {
    #[line("set")]
    fn set(&mut self, #[body(self.lenght)] _body: &[u8]) {}
}

fn main() {}
