use mux_runtime::mux_server;

#[mux_server]
mod guests {
    pub struct Guest;
}

fn main() {}
