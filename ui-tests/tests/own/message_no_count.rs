use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Hello {
    values: Vec<f32>,
}

fn main() {}
