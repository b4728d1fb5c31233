use mux_runtime::mux_server;
use std::rc::Rc;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line]
    fn line(&mut self) {}

    #[on(message)]
    fn message(&mut self, _text: Rc<str>) {}
}

fn main() {}
