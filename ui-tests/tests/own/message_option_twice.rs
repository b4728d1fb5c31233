use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
#[message(little_endian, tag = u16)]
#[message(little_endian, tag = u8)]
enum Hello {
    #[tag(1)]
    World(
        #[len(u8)]
        #[len(u16)]
        String,
    ),
}

fn main() {}
