use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line(parser = number)]
    fn add(&mut self, number: u8) {}

    #[line(parser = number)]
    fn take(&mut self, number: u8) {}
}

fn main() {}
