use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
#[little_endian]
struct Hello {
    id: u32,
}

fn main() {}
