use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line]
    fn line(&mut self) {}

    #[on(message)]
    fn message(&mut self, text: impl ToString) {}
}

fn main() {}
