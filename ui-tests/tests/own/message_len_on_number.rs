use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Hello {
    #[len(u8)]
    id: u32,
    #[len(u8)]
    seal: [u8; 4],
}

fn main() {}
