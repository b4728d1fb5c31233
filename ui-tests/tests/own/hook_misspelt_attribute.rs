use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[hok(allow_deny)]
    fn let_in() -> bool {
        true
    }

    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {}
