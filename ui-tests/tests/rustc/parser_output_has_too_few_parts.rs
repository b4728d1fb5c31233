use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

fn pair(input: &[u8]) -> nom::IResult<&[u8], (u8, u8)> {
    Ok((input, (1, 2)))
}

#[mux_server]
impl Guest {
    #[line("ADD", parser = pair)]
    fn add(&mut self, _a: u8, _b: u8, _c: u8) {}
}

fn main() {}
