//! Fields and variants that are not there in every build.

use mux_runtime::{MuxMessage, to_bytes};

#[derive(MuxMessage)]
#[allow(dead_code)]
enum Uplink {
    #[tag(1)]
    Hello {
        #[cfg(any())]
        never: NotThere,
        #[cfg(all())]
        always: u8,
        #[cfg_attr(all(), count(u8))]
        list: Vec<u8>,
    },
    #[cfg(any())]
    #[tag(1)]
    Never(NotThere),
}

fn main() {
    assert_eq!(to_bytes(&Uplink::Hello { always: 1, list: vec![2] }), b"\x01\x01\x01\x02");
}
