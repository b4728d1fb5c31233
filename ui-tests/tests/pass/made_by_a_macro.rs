//! A whole block may be made by `macro_rules!`, of types, expressions, literals, paths and names.

use mux_runtime::{Cx, mux_server, testing::Server};
use nom::character::complete::u16;

macro_rules! server {
    (
        $session:ident, $shared:ty, $word:literal, $parsed:ty, $parser:expr, $max:expr,
        $value:ty, $text:ty, $reply:ty, $runtime:path, $method:ident, $end:ident
    ) => {
        #[derive(Default)]
        struct $session;

        #[mux_server(shared = $shared, max_line = $max, crate = $runtime, line = $end)]
        impl $session {
            #[line($word, parser = $parser)]
            fn $method(&mut self, cx: &mut Cx<'_, Self>, number: $parsed) -> $reply {
                *cx.shared += u64::from(number);
                "added\n"
            }

            #[line("value")]
            fn value(&mut self, value: $value, more: Option<$value>, #[rest] text: $text) {
                let _ = (value, more, text);
            }

            #[line]
            fn any(&mut self, text: $text) -> $reply {
                let _ = text;
                "any\n"
            }
        }
    };
}

server!(Adder, u64, "add", u16, u16, 64 * 2, u8, &str, &'static str, ::mux_runtime, add, lf);

macro_rules! handlers {
    ($session:ty { $($word:literal => $method:ident),* $(,)? }) => {
        #[mux_server]
        impl $session {
            $(
                #[line($word)]
                fn $method(&mut self, cx: &mut Cx<'_, Self>) {
                    cx.out.write(stringify!($method));
                }
            )*
        }
    };
}

#[derive(Default)]
struct Many;

handlers!(Many { "A" => first, "B" => second });

fn main() {
    let server = Server::<Adder>::new(1);
    let ann = server.connect("127.0.0.1:9");
    ann.sends("add 41\nvalue 1 2 x\nx\n");
    assert_eq!(ann.hears(), "added\nany\n");
    assert_eq!(*server.shared(), 42);

    let server = Server::<Many>::new(());
    let ann = server.connect("127.0.0.1:9");
    ann.sends("A\nB\n");
    assert_eq!(ann.hears(), "firstsecond");
}
