use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
enum Uplink {
    #[tag(1)]
    Hello,
    #[tag(0x01)]
    Bye,
}

fn main() {}
