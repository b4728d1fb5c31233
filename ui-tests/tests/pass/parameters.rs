//! Every kind of parameter, and how it is told in the usage line.

use std::{net::IpAddr, num::NonZeroU8, str::FromStr};

use mux_runtime::{Cx, FromArg, Words, mux_server, testing::Server};

struct Level(u8);

impl FromStr for Level {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "low" => Ok(Level(1)),
            "high" => Ok(Level(2)),
            _ => Err(()),
        }
    }
}

/// An argument that borrows.
struct Key<'a>(&'a [u8]);

impl<'a> FromArg<'a> for Key<'a> {
    fn from_arg(word: &'a [u8]) -> Option<Self> {
        word.starts_with(b"k").then_some(Key(word))
    }
}

type Maybe = Option<u8>;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line("all")]
    fn all(
        &mut self,
        text: &str,
        cx: &mut Cx<'_, Self>,
        bytes: &[u8],
        number: i32,
        address: IpAddr,
        level: Level,
        key: Key<'_>,
        nonzero: core::num::NonZeroU8,
        owned: String,
        _unused: char,
        maybe: Option<&str>,
        more: std::option::Option<NonZeroU8>,
        #[rest] rest: &str,
    ) {
        let _ = (bytes, address, level.0, key.0, nonzero, owned, more);
        write!(cx.out, "{text} {number} {maybe:?} {rest}");
    }

    #[line("words")]
    fn words(&mut self, first: Option<Key<'_>>, rest: mux_runtime::Words<'_>) -> u8 {
        b'0' + rest.count() as u8 + u8::from(first.is_some())
    }

    #[line("raw")]
    fn r#match(&mut self, r#type: &str, r#fn: Option<u8>, #[rest] r#loop: &[u8]) {
        let _ = (r#type, r#fn, r#loop);
    }

    #[line("nothing")]
    fn nothing(&mut self) {}

    #[line("ignored")]
    fn ignored(&mut self, _: &str, _: Option<u8>, _: Words<'_>) {}

    #[line("trailing")]
    fn trailing(&mut self, number: u8) -> u8 {
        number
    }

    #[line()]
    fn two(&mut self, a: u8, b: u8) -> u8 {
        a + b
    }

    fn _unused(_: Maybe) {}
}

fn main() {
    let server = Server::<Guest>::new(());
    let ann = server.connect("127.0.0.1:9");
    ann.sends("all a b -3 ::1 low k 1 own c m 9 the  rest\n");
    assert_eq!(ann.hears(), "a -3 Some(\"m\") the  rest");
    ann.sends("words k a b\nwords\nignored x 1 y z\ntrailing 65\n60 5\n");
    assert_eq!(ann.hears(), "30AA");

    let usage = Guest::PROTOCOL.modes[0].commands.iter().map(|command| command.usage);
    assert_eq!(
        usage.collect::<Vec<_>>(),
        [
            "all <text> <bytes> <number> <address> <level> <key> <nonzero> <owned> <unused> \
             [maybe] [more] <rest...>",
            "words [first] [rest...]",
            "raw <type> [fn] <loop...>",
            "nothing",
            "ignored <value> [value] [value...]",
            "trailing <number>",
            "<a> <b>",
        ]
    );
    let names = Guest::PROTOCOL.modes[0].commands.iter().map(|command| command.name);
    assert_eq!(names.collect::<Vec<_>>()[2], "match");
}
