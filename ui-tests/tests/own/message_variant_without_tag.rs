use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
enum Uplink {
    #[tag(1)]
    Hello,
    Reading(u32),
    Bye,
}

fn main() {}
