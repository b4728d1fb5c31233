use mux_runtime::{Cx, mux_server};

#[derive(Default)]
struct Guest {
    nick: String,
}

#[mux_server]
impl Guest {
    #[line("NICK")]
    fn nick(&mut self, cx: &mut Cx<'_, Self>, name: &str) {
        self.nick = name;
        cx.close();
    }
}

fn main() {}
