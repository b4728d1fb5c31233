use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
enum Nothing {}

fn main() {}
