//! With the prelude, blocks of every framing are what they are without it; names of the user's own
//! come first, and `line!()` is still the standard library's.

use mux_runtime::{prelude::*, testing::Server};

#[derive(Default)]
struct Command;
#[derive(Default)]
struct Frame;
#[derive(Default)]
struct Until;
#[derive(Default)]
struct Bytes;
#[derive(Default)]
struct Chunk;
#[derive(Default)]
struct Input;

#[derive(Default)]
struct Guest;

#[mux_server(modes(Command, Frame, Until, Bytes, Chunk, Input))]
impl Guest {
    #[line("go")]
    fn line(&mut self, #[rest] _rest: &str) -> Frame {
        Frame
    }

    #[line("put")]
    fn put(&mut self, length: u8, #[body(length)] body: &[u8]) -> Vec<u8> {
        body.to_vec()
    }

    #[frame(prefix = u8, mode = Frame)]
    fn frame(&mut self, _frame: &[u8]) -> Until {
        Until
    }

    #[until(b";", mode = Until)]
    fn until(&mut self, _until: &[u8]) -> Bytes {
        Bytes
    }

    #[bytes(2, mode = Bytes)]
    fn bytes(&mut self, _bytes: &[u8]) -> Chunk {
        Chunk
    }

    #[chunk(1, mode = Chunk)]
    fn chunk(&mut self, _chunk: &[u8]) -> Input {
        Input
    }

    #[input(mode = Input)]
    fn input(&mut self, cx: &mut Cx<'_, Self>, input: &[u8]) -> usize {
        cx.out.write(input);
        input.len()
    }

    #[on(close)]
    fn close(self, _cx: &mut Closing<'_, Self>, _why: CloseReason) {}

    #[hook(allow_deny)]
    fn let_in(_shared: &mut (), peer: &Peer) -> bool {
        peer.is_loopback() && line!() > 0
    }
}

mod other {
    //! An attribute of the same name from elsewhere is that one.
    use mux_runtime::mux_server as line;

    #[derive(Default)]
    pub struct Echo;

    #[line]
    impl Echo {
        #[line]
        fn echo(&mut self, line: &str) -> String {
            line.to_owned()
        }
    }
}

fn main() {
    let ann = Server::<Guest>::new(()).connect("127.0.0.1:9");
    ann.sends("put 2\nab\ngo\n\x01x;yzcd");
    assert_eq!(ann.hears(), "abd");
    let bob = Server::<other::Echo>::new(()).connect("127.0.0.1:9");
    bob.sends("hi\n");
    assert_eq!(bob.hears(), "hi");
}
