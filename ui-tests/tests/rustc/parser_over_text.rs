use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

fn name(input: &str) -> nom::IResult<&str, &str> {
    Ok(("", input))
}

#[mux_server]
impl Guest {
    #[line("NICK", parser = name)]
    fn nick(&mut self, _name: &str) {}
}

fn main() {}
