use mux_runtime::mux_server;

#[mux_server]
impl (u8, u8) {
    #[line]
    fn say(&mut self, text: &str) {}
}

fn main() {}
