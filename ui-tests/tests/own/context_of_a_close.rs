use mux_runtime::{Closing, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("HELP")]
    fn help(&mut self, cx: &mut Closing<'_, Self>) {}
}

fn main() {}
