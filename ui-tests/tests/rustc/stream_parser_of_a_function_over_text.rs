use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

fn word(input: &str) -> nom::IResult<&str, &str> {
    nom::character::streaming::alpha1(input)
}

#[mux_server]
impl Guest {
    #[frame(parser = word)]
    fn frame(&mut self, _name: &str) {}
}

fn main() {}
