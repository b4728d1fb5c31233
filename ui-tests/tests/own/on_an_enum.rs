use mux_runtime::mux_server;

#[mux_server]
enum Guest {
    Here,
}

fn main() {}
