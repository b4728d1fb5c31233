//! Events and hooks take only the arguments that they use.

use mux_runtime::{CloseReason, Closing, Cx, Malformed, Peer, mux_server, testing::Server};

macro_rules! events {
    ($($session:ident { $($event:item)* })*) => {
        $(
            #[derive(Default)]
            struct $session;
        )*
    };
}
events!(None_ {} Self_ {} Context {} All {} Refuses {} Results {} Method {});

#[mux_server(shared = u64)]
impl None_ {
    #[on(connect)]
    fn connect() -> Self {
        None_
    }
    #[on(eof)]
    fn eof(&mut self) {}
    #[on(close)]
    fn close(self) {}
    #[on(timeout)]
    fn timeout(&mut self) {}
    #[on(malformed)]
    fn malformed(&mut self) {}
    #[hook(post_accept)]
    fn post_accept() {}
    #[hook(allow_deny)]
    fn allow_deny() -> bool {
        true
    }
    #[hook(request_denied)]
    fn request_denied() {}
    #[line]
    fn any(&mut self, _line: &str) {}
}

#[mux_server(shared = u64)]
impl Self_ {
    #[on(eof)]
    fn eof(&mut self, rest: &[u8]) -> u8 {
        rest[0]
    }
    #[on(close)]
    fn close(mut self, _: CloseReason) {
        self.plain();
    }
    #[on(timeout)]
    fn timeout(&mut self) -> &'static str {
        "late"
    }
    #[on(malformed)]
    fn malformed(&mut self, what: &Malformed<'_>) -> String {
        what.to_string()
    }
    #[hook(post_accept)]
    fn post_accept(peer: &Peer) {
        assert!(peer.is_loopback());
    }
    #[hook(allow_deny)]
    fn allow_deny(peer: &mux_runtime::Peer) -> bool {
        peer.is_loopback()
    }
    #[hook(request_denied)]
    fn request_denied(_: &Peer) -> String {
        String::new()
    }
    #[line("x")]
    fn x(&mut self) {}

    fn plain(&mut self) {}
}

#[mux_server(shared = u64)]
impl Context {
    #[on(connect)]
    fn connect(cx: &mut Cx<'_, Self>) -> Self {
        *cx.shared += 1;
        Self
    }
    #[on(eof)]
    fn eof(&mut self, cx: &mut Cx<'_, Self>) {
        cx.close();
    }
    #[on(close)]
    fn close(self, cx: &mut Closing<'_, Self>) {
        *cx.shared += 1;
    }
    #[on(timeout)]
    fn timeout(&mut self, _: &mut Cx<'_, Self>) {}
    #[on(malformed)]
    fn malformed(&mut self, cx: &mut mux_runtime::Cx<'_, Self>) {
        cx.close();
    }
    #[hook(post_accept)]
    fn post_accept(shared: &mut u64) {
        *shared += 10;
    }
    #[hook(allow_deny)]
    fn allow_deny(_: &mut u64) -> bool {
        true
    }
    #[hook(request_denied)]
    fn request_denied(_shared: &mut u64) -> &'static str {
        "no"
    }
    #[line("x")]
    fn x(&mut self) {}
}

#[mux_server(shared = u64)]
impl All {
    #[on(connect)]
    fn connect(_cx: &mut Cx<'_, All>) -> All {
        All
    }
    #[on(eof)]
    fn eof(&mut self, _cx: &mut Cx<'_, Self>, _rest: &[u8]) {}
    #[on(close)]
    fn close(self, _cx: &mut Closing<'_, Self>, _why: CloseReason) {}
    #[on(timeout)]
    fn timeout(self: &mut Self, _cx: &mut Cx<'_, Self>) {}
    #[on(malformed)]
    fn malformed(&mut self, _cx: &mut Cx<'_, Self>, _what: &Malformed<'_>) {}
    #[hook(post_accept)]
    fn post_accept(_shared: &mut u64, _peer: &Peer) {}
    #[hook(allow_deny)]
    fn allow_deny(_shared: &mut u64, _peer: &Peer) -> bool {
        false
    }
    #[hook(request_denied)]
    fn request_denied(shared: &mut u64, _peer: &Peer) -> Vec<u8> {
        shared.to_string().into_bytes()
    }
    #[line]
    fn any(&mut self, _line: &[u8]) {}
}

#[mux_server]
impl Refuses {
    #[on(connect)]
    fn connect(_cx: &mut Cx<'_, Self>) -> Option<Self> {
        None
    }
    #[line]
    fn any(&mut self, _line: &str) {}
}

#[mux_server]
impl Results {
    #[on(connect)]
    fn connect() -> Result<Self, &'static str> {
        Err("no room")
    }
    #[line]
    fn any(&mut self, _line: &str) {}
}

#[mux_server]
impl Method {
    #[on(connect)]
    fn connect(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
        cx.out.write("wel");
        "come"
    }
    #[line]
    fn any(&mut self, _line: &str) {}
}

fn main() {
    let server = Server::<None_>::new(0);
    server.connect("127.0.0.1:9").finishes();

    let server = Server::<Self_>::new(0);
    let ann = server.connect("127.0.0.1:9");
    ann.sends("y\nz");
    ann.finishes();
    assert_eq!(ann.hears(), "unknown commandz");

    let server = Server::<Context>::new(0);
    server.connect("127.0.0.1:9").finishes();
    assert_eq!(*server.shared(), 12);

    let ann = Server::<All>::new(7).connect("127.0.0.1:9");
    assert_eq!((ann.hears().as_str(), ann.is_closed()), ("7", true));
    assert!(Server::<Refuses>::new(()).connect("127.0.0.1:9").is_closed());
    assert_eq!(Server::<Results>::new(()).connect("127.0.0.1:9").hears(), "no room");
    assert_eq!(Server::<Method>::new(()).connect("127.0.0.1:9").hears(), "welcome");
}
