use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
union Number {
    whole: u32,
    real: f32,
}

fn main() {}
