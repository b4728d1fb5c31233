//! The engine without sockets, beside the same by hand: what the program `engine` times, and
//! `benches/instructions.rs` counts. The bench itself is `main.rs`.

pub mod engine;
