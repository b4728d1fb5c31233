use mux_runtime::mux_server;

struct Guest<'a>(&'a str);

#[mux_server]
impl Guest<'_> {
    #[line]
    fn say(&mut self, text: &str) {}
}

fn main() {}
