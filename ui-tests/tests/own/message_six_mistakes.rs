use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
#[message(tga = u8)]
enum Uplink<'a> {
    #[tag(1)]
    Hello { size: usize, name: &'a str },
    #[tag(1)]
    Reading {
        #[count(f32)]
        values: Vec<f32>,
        c: char,
    },
    Bye,
}

fn used(uplink: Uplink<'_>) -> Vec<u8> {
    mux_runtime::to_bytes(&uplink)
}

fn main() {}
