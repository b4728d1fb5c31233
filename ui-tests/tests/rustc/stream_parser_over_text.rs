use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[frame(parser = nom::character::streaming::alpha1::<&str, nom::error::Error<&str>>)]
    fn frame(&mut self, _name: &str) {}
}

fn main() {}
