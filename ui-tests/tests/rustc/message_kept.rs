use mux_runtime::mux_server;

#[derive(Default)]
struct Guest(Option<&'static str>);

#[mux_server]
impl Guest {
    #[line("NICK")]
    fn nick(&mut self, name: &str) {
        self.0 = Some(name);
    }
}

fn main() {}
