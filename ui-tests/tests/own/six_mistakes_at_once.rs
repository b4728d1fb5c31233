use mux_runtime::{Cx, mux_server};

#[derive(Default)]
struct Guest;

#[mux_server(shraed = u64)]
impl Guest {
    #[on(conect)]
    fn arrive(&mut self) {}

    #[line("MAIL FROM")]
    fn mail(&mut self, sender: &str) {}

    #[line("NICK")]
    async fn nick(&mut self, name: &str) {}

    #[line("MSG")]
    fn msg(&mut self, #[ret] text: &str) {}

    #[line]
    fn say(&mut self, cx: &Cx<'_, Self>, text: &str) {}
}

fn main() {}
