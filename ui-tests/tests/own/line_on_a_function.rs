use mux_runtime::prelude::*;

#[line]
fn nick(_name: &str) {}

fn main() {
    nick("ann");
}
