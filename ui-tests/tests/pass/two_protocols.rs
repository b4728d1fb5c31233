//! Two protocols over one shared value, and blocks that know of each other.

use mux_runtime::{Cx, Peer, Session, mux_server, testing::Server};

#[derive(Default)]
struct Store {
    values: Vec<String>,
}

#[derive(Default)]
struct Writer;

#[derive(Default)]
struct Reader;

#[mux_server(shared = Store)]
impl Writer {
    #[hook(allow_deny)]
    fn let_in(store: &mut Store, peer: &Peer) -> bool {
        store.values.len() < 10 && peer.is_loopback()
    }

    #[line]
    fn put(&mut self, cx: &mut Cx<'_, Self>, value: &str) {
        cx.shared.values.push(value.to_owned());
    }
}

#[mux_server(shared = Store, line = crlf)]
impl Reader {
    #[line("GET")]
    fn get(&mut self, cx: &mut Cx<'_, Self>, at: usize) -> Result<(), String> {
        let value = cx.shared.values.get(at).ok_or_else(|| format!("no {at}\r\n"))?;
        cx.out.write((value, "\r\n"));
        Ok(())
    }
}

/// Both at once, as a program that serves both would name them.
fn both<A: Session<Shared = Store>, B: Session<Shared = Store>>() -> [&'static str; 2] {
    [A::PROTOCOL.name, B::PROTOCOL.name]
}

fn main() {
    let writers = Server::<Writer>::new(Store::default());
    writers.connect("127.0.0.1:9").sends("a\nb\n");
    let store = std::mem::take(&mut *writers.shared_mut());
    let readers = Server::<Reader>::new(store);
    let ann = readers.connect("127.0.0.1:9");
    ann.sends("GET 1\r\nGET 2\r\n");
    assert_eq!(ann.hears(), "b\r\nno 2\r\n");
    assert_eq!(both::<Writer, Reader>(), ["Writer", "Reader"]);
}
