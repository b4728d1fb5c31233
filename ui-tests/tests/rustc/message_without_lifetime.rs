use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Hello {
    #[len(u8)]
    name: &str,
}

fn main() {}
