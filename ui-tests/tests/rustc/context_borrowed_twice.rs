use mux_runtime::{Cx, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server(shared = Vec<u64>)]
impl Guest {
    #[line("QUIT")]
    fn quit(&mut self, cx: &mut Cx<'_, Self>) {
        for _ in cx.shared.iter() {
            cx.close();
        }
    }
}

fn main() {}
