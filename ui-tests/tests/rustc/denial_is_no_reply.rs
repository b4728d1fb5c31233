use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[hook(request_denied)]
    fn go_away() -> Guest {
        Guest
    }

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
