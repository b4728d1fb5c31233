use mux_runtime::mux_server;

/// A guest.
#[mux_server]
struct Guest;

fn main() {}
