use mux_runtime::MuxMessage;

const HELLO: u8 = 1;

#[derive(MuxMessage)]
enum Uplink {
    #[tag(HELLO)]
    Hello,
    #[tag("bye")]
    Bye,
    #[tag]
    Nothing,
    #[tag(1, 2)]
    Two,
}

fn main() {}
