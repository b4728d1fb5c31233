use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Hello {
    #[varint]
    a: i32,
    #[varint]
    b: f64,
    #[varint]
    c: bool,
    #[varint]
    #[little_endian]
    d: u32,
    #[varint(u32)]
    e: u32,
}

fn main() {}
