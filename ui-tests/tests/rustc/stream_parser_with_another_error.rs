use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

fn word(input: &[u8]) -> nom::IResult<&[u8], &[u8], ()> {
    nom::character::streaming::alpha1(input)
}

#[mux_server]
impl Guest {
    #[frame(parser = word)]
    fn frame(&mut self, _name: &[u8]) {}
}

fn main() {}
