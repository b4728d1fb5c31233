//! `cfg` on handlers of every framing, and on events with a type of their own.

use mux_runtime::{Cx, mux_server, testing::Server};

#[derive(Default)]
struct Command;
#[derive(Default)]
struct Chunk;
#[derive(Default)]
struct Bytes;
#[derive(Default)]
struct Until;
#[derive(Default)]
struct Input;

#[derive(Default)]
struct Guest {
    got: String,
}

#[mux_server(modes(Command, Chunk, Bytes, Until, Input))]
impl Guest {
    #[line("chunk")]
    fn chunk(&mut self) -> Chunk {
        Chunk
    }

    #[cfg(any())]
    #[chunk(no_such_length, mode = Chunk)]
    fn piece(&mut self, piece: &[u8]) -> NoSuchType {}

    #[cfg(all())]
    #[chunk(3, mode = Chunk)]
    fn piece(&mut self, piece: &[u8]) -> Option<Bytes> {
        self.got.push_str(std::str::from_utf8(piece).unwrap());
        Some(Bytes)
    }

    #[cfg(any())]
    #[bytes(2, mode = Bytes)]
    fn bytes(&mut self, number: NoSuchType) -> Until {}

    #[cfg(not(any()))]
    #[bytes(2, mode = Bytes)]
    fn bytes(&mut self, bytes: &str) -> Until {
        self.got.push_str(bytes);
        Until
    }

    #[cfg(any())]
    #[until(b";", mode = Until)]
    fn until(&mut self, number: NoSuchType) -> Input {}

    #[cfg(all())]
    #[until(b";", mode = Until)]
    fn until(&mut self, text: &str) -> Input {
        self.got.push_str(text);
        Input
    }

    #[cfg(any())]
    #[input(mode = Input)]
    fn input(&mut self, input: &[u8]) -> NoSuchType {}

    #[cfg(all())]
    #[input(mode = Input)]
    fn input(&mut self, cx: &mut Cx<'_, Self>, input: &[u8]) -> usize {
        cx.out.write((&self.got, input));
        input.len()
    }

    #[cfg(any())]
    #[on(message)]
    fn message(&mut self, message: NoSuchType) {}

    #[cfg(all())]
    #[on(message)]
    fn message(&mut self, message: u8) -> u8 {
        message
    }

    #[cfg(any())]
    #[on(drained)]
    fn drained(&mut self, cx: &mut Cx<'_, Self>) -> NoSuchType {}
}

/// A message from elsewhere may carry nothing but that it came.
#[derive(Default)]
struct Woken;

#[mux_server]
impl Woken {
    #[line("wake")]
    fn wake(&mut self, cx: &mut Cx<'_, Self>) {
        assert!(cx.handle().send(()).is_ok());
    }

    #[on(message)]
    fn woken(&mut self) -> &'static str {
        "woken"
    }
}

fn main() {
    let ann = Server::<Guest>::new(()).connect("127.0.0.1:9");
    ann.sends("chunk\nabcdef;ghi");
    assert_eq!(ann.hears(), "abcdefghi");

    let server = Server::<Woken>::new(());
    let bob = server.connect("127.0.0.1:9");
    bob.sends("wake\n");
    server.deliver();
    assert_eq!(bob.hears(), "woken");
}
