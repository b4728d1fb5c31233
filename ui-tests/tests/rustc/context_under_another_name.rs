use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

struct Context;

#[mux_server]
impl Guest {
    #[line("GO")]
    fn go(&mut self, _cx: Context) {}
}

fn main() {}
