use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
#[message(big_endian, little_endian)]
struct Hello {
    #[big_endian]
    #[little_endian]
    id: u32,
}

fn main() {}
