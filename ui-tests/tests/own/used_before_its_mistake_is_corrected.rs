use mux_runtime::{mux_server, testing::Server};

#[derive(Default)]
struct Guest;

#[mux_server(shared = u64)]
impl Guest {
    #[lnie("HELP")]
    fn help(&mut self) {}

    fn plain(&self) {}
}

fn main() {
    let guest = Guest;
    guest.plain();
    let server = Server::<Guest>::new(1);
    server.connect("127.0.0.1:9");
}
