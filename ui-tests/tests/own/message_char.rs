use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Hello {
    letter: char,
}

fn main() {}
