use mux_runtime::MuxMessage;

use std::collections::HashMap;

#[derive(MuxMessage)]
struct Hello {
    names: HashMap<u32, u32>,
}

fn main() {}
