use mux_runtime::mux_server;

#[mux_server]
fn serve() {}

fn main() {}
