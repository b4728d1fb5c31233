use mux_runtime::{CloseReason, Closing, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[on(close)]
    fn leave(self, why: CloseReason, cx: &mut Closing<'_, Self>) {}

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
