use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Hello {
    #[rest]
    id: u32,
}

fn main() {}
