use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Hello {
    #[len(u16)]
    values: Vec<f32>,
}

fn main() {}
