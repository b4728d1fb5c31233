use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("ADD")]
    fn add<T: std::str::FromStr>(&mut self, number: T) {}
}

fn main() {}
