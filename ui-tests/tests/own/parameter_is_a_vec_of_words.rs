use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("GET")]
    fn get(&mut self, keys: Vec<&str>) {}
}

fn main() {}
