//! `crate = path` says where the runtime is, when it is not `::mux_runtime`.

extern crate mux_runtime as renamed;

/// A crate of one's own that hands the runtime on.
mod framework {
    pub mod rt {
        pub use ::mux_runtime::*;
    }
    pub use ::mux_runtime as runtime;
}

/// Not the runtime.
mod mux_runtime {}

#[derive(Default)]
struct Renamed;

#[renamed::mux_server(crate = renamed)]
impl Renamed {
    #[line]
    fn any(&mut self, line: &str) -> String {
        line.to_owned()
    }
}

#[derive(Default)]
struct Handed;

#[framework::runtime::mux_server(shared = u8, crate = crate::framework::runtime)]
impl Handed {
    #[line("x")]
    fn x(&mut self, cx: &mut framework::runtime::Cx<'_, Self>) {
        cx.out.write("x");
    }
}

mod inner {
    use super::framework::rt::{Cx, mux_server};

    #[derive(Default)]
    pub struct Inner;

    #[mux_server(crate = super::framework::runtime)]
    impl Inner {
        #[line]
        fn any(&mut self, cx: &mut Cx<'_, Self>, line: &str) {
            cx.out.write(line);
        }
    }
}

fn main() {
    let ann = renamed::testing::Server::<Renamed>::new(()).connect("127.0.0.1:9");
    ann.sends("renamed\n");
    assert_eq!(ann.hears(), "renamed");
    let ann = renamed::testing::Server::<Handed>::new(1).connect("127.0.0.1:9");
    ann.sends("x\n");
    assert_eq!(ann.hears(), "x");
    let ann = renamed::testing::Server::<inner::Inner>::new(()).connect("127.0.0.1:9");
    ann.sends("inner\n");
    assert_eq!(ann.hears(), "inner");
}
