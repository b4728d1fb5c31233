use mux_runtime::mux_server;

struct Guest;

#[mux_server]
impl Guest {}

fn main() {}
