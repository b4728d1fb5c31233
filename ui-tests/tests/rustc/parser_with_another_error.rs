use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

fn dice(input: &[u8]) -> nom::IResult<&[u8], u8, ()> {
    nom::character::complete::u8(input)
}

#[mux_server]
impl Guest {
    #[line("ROLL", parser = dice)]
    fn roll(&mut self, _dice: u8) {}
}

fn main() {}
