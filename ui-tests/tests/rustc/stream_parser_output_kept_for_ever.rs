use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

type Name<'a> = &'a [u8];

#[mux_server]
impl Guest {
    #[frame(parser = nom::bytes::streaming::take(2u8))]
    fn frame(&mut self, _name: Name<'static>) {}
}

fn main() {}
