use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
enum Uplink {
    #[tag(256)]
    Hello,
    #[tag(-1)]
    Bye,
    #[tag(1u16)]
    Suffix,
}

fn main() {}
