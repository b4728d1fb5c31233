use mux_runtime::{mux_server, testing::Server};

#[derive(Default)]
struct Guest;

#[mux_server]
#[mux_server]
impl Guest {
    #[line]
    fn say(&mut self, _text: &str) {}
}

fn main() {
    Server::<Guest>::new(());
}
