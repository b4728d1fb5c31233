use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("A")]
    fn a(&mut self, cx: &mut Cx<'_, Self>) {
        cx.close();
    }
}

fn main() {}
