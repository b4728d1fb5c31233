use mux_runtime::mux_server;
use std::borrow::Cow;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line]
    fn line(&mut self) {}

    #[on(message)]
    fn message(&mut self, text: Cow<'_, str>) {}
}

fn main() {}
