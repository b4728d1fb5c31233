//! Blocks of every framing may be made by `macro_rules!`, of expressions that use `self` and the
//! mode's value.

use mux_runtime::{Either, MuxMessage, mux_server, testing::Server};

#[derive(MuxMessage)]
struct Reading {
    value: u16,
}

macro_rules! store {
    ($session:ident, $mode:ident, $framing:ty, $message:ty, $prefix:ident, $until:expr, $max:expr) => {
        #[derive(Default)]
        struct Command;

        #[derive(Default)]
        struct $mode {
            left: usize,
        }

        #[derive(Default)]
        struct Words;
        #[derive(Default)]
        struct Behind;
        #[derive(Default)]
        struct Until;
        #[derive(Default)]
        struct Bytes {
            length: u8,
        }

        #[derive(Default)]
        struct $session {
            end: usize,
        }

        #[mux_server(
            modes(Command, $mode, Words, Behind, Until, Bytes),
            framing = $framing,
            max_frame = $max,
        )]
        impl $session {
            #[line("body")]
            fn body(&mut self, length: usize, #[body(length + self.end, bare)] body: &str) -> String {
                self.end = 0;
                body.to_owned()
            }

            #[line("chunk")]
            fn chunk(&mut self, left: usize) -> $mode {
                $mode { left }
            }

            #[line("bytes")]
            fn bytes(&mut self, length: u8) -> Bytes {
                Bytes { length }
            }

            #[line("words")]
            fn words(&mut self) -> Words {
                Words
            }

            #[line("behind")]
            fn behind(&mut self) -> Behind {
                Behind
            }

            #[line("until")]
            fn until(&mut self) -> Until {
                Until
            }

            #[chunk(data.left + self.end, mode = $mode)]
            fn piece(&mut self, data: &mut $mode, piece: &[u8]) -> Option<Command> {
                data.left -= piece.len();
                (data.left == 0).then_some(Command)
            }

            #[bytes(usize::from(data.length) + self.end, mode = Bytes)]
            fn exact(&mut self, data: &Bytes, bytes: &str) -> Command {
                assert_eq!(usize::from(data.length), bytes.len());
                Command
            }

            #[frame("say", mode = Words)]
            fn say(&mut self, word: String) -> Command {
                assert_eq!(word, "hi");
                Command
            }

            #[frame(prefix = $prefix, mode = Behind)]
            fn message(&mut self, message: $message) -> Command {
                assert_eq!(message.value, 258);
                Command
            }

            #[until($until, mode = Until)]
            fn line(&mut self, line: &str) -> Result<Command, String> {
                Err(line.to_owned())
            }
        }
    };
}

store!(Store, Data, mux_runtime::Netstring, Reading, be_u16, b"--", 32 * 2);

/// Expressions that the caller writes and the macro puts into the attributes.
macro_rules! lengths {
    ($session:ty, $next:ty { $($mode:ident => $name:ident: $length:expr),* $(,)? }) => {
        #[mux_server(modes($($mode),*))]
        impl $session {
            $(
                #[bytes($length, mode = $mode)]
                fn $name(&mut self, bytes: &str) -> $next {
                    let _ = bytes;
                    Either::Right(Second)
                }
            )*
        }
    };
}

#[derive(Default)]
struct First;
#[derive(Default)]
struct Second;
#[derive(Default)]
struct Lengths {
    length: u8,
}

lengths!(Lengths, Either<First, Second> { First => first: self.length + 1, Second => second: 2 });

fn main() {
    let ann = Server::<Store>::new(()).connect("127.0.0.1:9");
    ann.sends("body 2\nhichunk 3\nabcbytes 2\nxywords\n6:say hi,behind\n");
    ann.sends(b"\0\x02\x01\x02until\na--b--");
    assert_eq!(ann.hears(), "hiab");

    let bob = Server::<Lengths>::new(()).connect("127.0.0.1:9");
    bob.sends("abcd");
    assert_eq!(bob.hears(), "");
}
