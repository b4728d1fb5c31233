use mux_runtime::{Closing, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[on(close)]
    fn leave(&mut self, cx: &mut Closing<'_, Self>) {}

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
