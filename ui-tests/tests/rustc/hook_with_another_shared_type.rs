use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server(shared = u64)]
impl Guest {
    #[hook(post_accept)]
    fn come_in(_shared: &mut u32) {}

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
