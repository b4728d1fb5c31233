use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

struct Nick<'a>(&'a [u8]);

fn nick(input: &[u8]) -> nom::IResult<&[u8], Nick<'_>> {
    Ok((b"", Nick(input)))
}

#[mux_server]
impl Guest {
    #[line("NICK", parser = nick)]
    fn nick(&mut self, _nick: Nick<'static>) {}
}

fn main() {}
