//! What is under a `cfg` that does not hold is not there, and may name what does not exist.

#![allow(unused_imports)]

use mux_runtime::{Closing, Cx, Malformed, Peer, mux_server, testing::Server};

struct Guest(&'static str);

#[mux_server]
impl Guest {
    #[cfg(any())]
    #[on(connect)]
    fn arrive_there(cx: &mut Cx<'_, Self>) -> Missing {}

    #[cfg(all())]
    #[on(connect)]
    fn arrive_here() -> Self {
        Guest("here")
    }

    #[cfg(any())]
    #[on(timeout)]
    fn patience(&mut self, _cx: &mut Cx<'_, Self>) -> Missing {
        missing()
    }

    #[cfg_attr(all(), cfg(any()))]
    #[on(eof)]
    fn eof(&mut self, rest: &[u8]) -> Missing {}

    #[cfg(any())]
    #[on(malformed)]
    fn malformed(&mut self, what: &Malformed<'_>) -> Missing {}

    #[cfg(any())]
    #[on(close)]
    fn leave(self, cx: &mut Closing<'_, Self>) -> Missing {}

    #[cfg(any())]
    #[hook(allow_deny)]
    fn let_in(shared: &mut Missing, peer: &Peer) -> Missing {}

    #[cfg(any())]
    #[hook(request_denied)]
    fn go_away(shared: &mut Missing) -> Missing {}

    #[cfg(any())]
    #[hook(post_accept)]
    fn come_in(shared: &mut Missing) {}

    #[cfg(any())]
    #[line("ROLL", parser = missing::dice)]
    fn roll_there(&mut self, dice: Missing) -> Missing {}

    #[cfg(all())]
    #[line("ROLL")]
    fn roll_here(&mut self, dice: u8) -> u8 {
        dice
    }

    #[cfg(any())]
    #[line("GO")]
    fn go(&mut self, to: Missing) -> Missing {}

    #[cfg(any())]
    #[line(parser = missing::line)]
    fn parsed(&mut self, line: Missing) {}

    #[cfg(any())]
    #[line]
    fn any_there(&mut self, line: &str) -> Missing {}

    #[cfg_attr(any(), cfg(any()))]
    #[cfg_attr(all(), allow(clippy::unused_self))]
    #[line]
    fn any_here(&mut self, _line: &str) -> &'static str {
        self.0
    }
}

/// An event that is sometimes not there leaves the default in its place.
#[derive(Default)]
struct Other;

#[mux_server]
impl Other {
    #[cfg(any())]
    #[on(connect)]
    fn arrive() -> Missing {}

    #[cfg_attr(all(), inline)]
    #[line]
    fn any(&mut self, _line: &str) -> &'static str {
        "other"
    }
}

fn main() {
    let server = Server::<Guest>::new(());
    let ann = server.connect("127.0.0.1:9");
    ann.sends("x\nROLL 65\nGO\n");
    assert_eq!(ann.hears(), "hereAhere");

    let server = Server::<Other>::new(());
    let ann = server.connect("127.0.0.1:9");
    ann.sends("x\n");
    assert_eq!(ann.hears(), "other");
}
