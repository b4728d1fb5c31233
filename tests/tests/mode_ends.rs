//! What a mode holds ends with its connection.

use std::rc::Rc;

use mux_runtime::{mux_server, testing::Server};

#[derive(Default)]
struct Idle;
#[derive(Default)]
struct Holding {
    _held: Rc<()>,
}
#[derive(Default)]
struct Holder;

#[mux_server(shared = Rc<()>, modes(Idle, Holding))]
impl Holder {
    #[line("hold")]
    fn hold(&mut self, cx: &mut mux_runtime::Cx<'_, Self>) -> Holding {
        Holding { _held: Rc::clone(cx.shared) }
    }

    #[line(mode = Holding)]
    fn other(&mut self, _line: &str) {}
}

/// It was kept until the slot was used again: a file of a client that had vanished stayed open.
#[test]
fn a_modes_value_is_dropped_when_its_client_vanishes() {
    let held = Rc::new(());
    let server = Server::<Holder>::new(Rc::clone(&held));
    let ann = server.connect("127.0.0.1:9");
    ann.sends("hold\r\n");
    assert_eq!(Rc::strong_count(&held), 3);
    ann.vanishes();
    assert_eq!(Rc::strong_count(&held), 2);
}
