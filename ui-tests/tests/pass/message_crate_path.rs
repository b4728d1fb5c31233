//! The runtime under another name.
#![deny(warnings)]

mod facade {
    pub use mux_runtime as wire;
}

mod mux_runtime_is_not_here {
    use crate::facade::wire::MuxMessage;

    #[derive(MuxMessage)]
    #[message(crate = crate::facade::wire, little_endian)]
    pub struct Hello(pub u16);
}

fn main() {
    assert_eq!(facade::wire::to_bytes(&mux_runtime_is_not_here::Hello(1)), b"\x01\0");
}
