use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

struct Room<'a>(&'a str);

#[mux_server(shared = Room<'_>)]
impl Guest {
    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
