//! The expressions of attributes see the session, the mode's value and, for a body, the parameters.

use mux_runtime::{mux_server, testing::Server};

const HEADER: usize = 1;

/// A module's path may start with `self`.
mod sizes {
    pub const TAIL: usize = 2;
}

#[derive(Default)]
struct Command;

#[derive(Default)]
struct Block {
    left: u64,
    mark: Vec<u8>,
}

#[derive(Default)]
struct Text {
    mark: Vec<u8>,
}

#[derive(Default)]
struct Store {
    extra: usize,
    got: Vec<String>,
}

#[mux_server(modes(Command, Block, Text))]
impl Store {
    #[line("extra")]
    fn extra(&mut self, extra: usize) {
        self.extra = extra;
    }

    #[line("set")]
    fn set(
        &mut self,
        command: &Command,
        key: String,
        length: Option<u8>,
        #[body(
            usize::from(length.unwrap_or(1)) + self.extra
                + if matches!(*command, Command) && key.len() > 1 { self::HEADER } else { 0 },
            bare,
        )]
        body: &str,
    ) -> String {
        format!("{key}={body};")
    }

    #[line("block")]
    fn block(&mut self, left: u64) -> Block {
        Block { left, mark: Vec::new() }
    }

    #[chunk({ let twice = |n: u64| n * 2; twice(block.left) / 2 }, mode = Block)]
    fn piece(&mut self, block: &mut Block, piece: &[u8]) -> Option<Command> {
        block.left -= piece.len() as u64;
        block.mark.extend(piece);
        self.got.push(String::from_utf8_lossy(piece).into_owned());
        (block.left == 0).then_some(Command)
    }

    #[line("text")]
    fn text(&mut self, mark: &[u8]) -> Text {
        Text { mark: mark.to_vec() }
    }

    #[until(&text.mark[..text.mark.len().min(self.extra + self::sizes::TAIL)], mode = Text)]
    fn until(&mut self, text: &Text, line: &str) -> (String, Vec<u8>) {
        (line.to_owned(), text.mark.clone())
    }
}

fn main() {
    let ann = Server::<Store>::new(()).connect("127.0.0.1:9");
    ann.sends("set a\nxset b 2\nxyset cd 2\nxyzextra 1\nset a 1\nxy");
    assert_eq!(ann.hears(), "a=x;b=xy;cd=xyz;a=xy;");
    ann.sends("block 3\nabctext END!\nsomeEND");
    assert_eq!(ann.hears(), "someEND!");
}
