use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[on(connect)]
    fn arrive(self) -> Self {
        self
    }

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
