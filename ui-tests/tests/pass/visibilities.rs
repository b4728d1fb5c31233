//! Sessions, shared values and modes of any visibility, wherever they stand.

#![deny(warnings, private_interfaces, private_bounds, unreachable_pub, non_local_definitions)]

use mux_runtime::{mux_server, testing::Server};

pub struct Shared;

#[derive(Default)]
struct Private;

#[mux_server(shared = Shared)]
impl Private {
    #[line]
    pub(crate) fn any(&mut self, _line: &str) -> &'static str {
        "private"
    }
}

mod deep {
    use mux_runtime::mux_server;

    #[derive(Default)]
    struct Command;

    #[derive(Default)]
    pub(super) struct Data(Vec<u8>);

    #[derive(Default)]
    pub(crate) struct Guest {
        pub(self) count: u8,
    }

    #[mux_server(shared = super::Shared, modes(Command, Data))]
    impl Guest {
        #[line("data")]
        fn data(&mut self) -> Data {
            self.count += 1;
            Data(Vec::new())
        }

        #[line(mode = Data)]
        fn body(&mut self, data: &mut Data, line: &[u8]) -> Option<Command> {
            data.0.extend_from_slice(line);
            (data.0.len() > 3).then_some(Command)
        }
    }
}

#[derive(Default)]
enum Choice {
    #[default]
    First,
}

#[mux_server(shared = Shared)]
impl Choice {
    #[line]
    fn any(&mut self, _line: &str) -> &'static str {
        match self {
            Choice::First => "first",
        }
    }
}

#[mux_server]
impl other::Far
where
    u8: Copy,
{
    #[line]
    fn any(&mut self, _line: &str) -> &'static str {
        "far"
    }
}

mod other {
    #[derive(Default)]
    pub(crate) struct Far;
}

fn main() {
    let ann = Server::<Private>::new(Shared).connect("127.0.0.1:9");
    ann.sends("x\n");
    assert_eq!(ann.hears(), "private");

    let ann = Server::<deep::Guest>::new(Shared).connect("127.0.0.1:9");
    ann.sends("data\nab\ncd\ndata\n");
    assert_eq!(ann.hears(), "");

    let ann = Server::<Choice>::new(Shared).connect("127.0.0.1:9");
    ann.sends("x\n");
    assert_eq!(ann.hears(), "first");

    let ann = Server::<other::Far>::new(()).connect("127.0.0.1:9");
    ann.sends("x\n");
    assert_eq!(ann.hears(), "far");

    #[derive(Default)]
    struct Local;

    #[mux_server]
    impl Local {
        #[line]
        fn any(&mut self, _line: &str) -> &'static str {
            "local"
        }
    }

    let ann = Server::<Local>::new(()).connect("127.0.0.1:9");
    ann.sends("x\n");
    assert_eq!(ann.hears(), "local");
}
