use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("GO")]
    unsafe extern "C" fn go(&mut self, _more: ...) {}
}

fn main() {}
