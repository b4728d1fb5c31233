//! The moments of a connection's life, and the hooks around it.

use std::time::Duration;

use mux_runtime::{
    CloseReason, Closing, Cx, Malformed, Peer, Reply, Server, SessionHandle, engine::Limits,
    mux_server, testing,
};

/// What happened, in order.
#[derive(Default)]
struct Log(Vec<String>);

impl Log {
    fn note(&mut self, what: impl Into<String>) {
        self.0.push(what.into());
    }
}

struct Full {
    number: usize,
}

#[mux_server(shared = Log, line = crlf, max_line = 32)]
impl Full {
    #[hook(post_accept)]
    fn accepted(log: &mut Log, peer: &Peer) {
        log.note(format!("accepted {peer}"));
    }

    #[hook(allow_deny)]
    fn only_near(_log: &mut Log, peer: &Peer) -> bool {
        peer.is_loopback()
    }

    #[hook(request_denied)]
    fn denied(log: &mut Log, peer: &Peer) -> String {
        log.note("denied");
        format!("not from {peer}\r\n")
    }

    #[on(connect)]
    fn enter(cx: &mut Cx<'_, Self>) -> Result<Self, &'static str> {
        cx.shared.note(format!("connect {}", cx.local()));
        let number = cx.peers.count();
        if number < 2 { Ok(Full { number }) } else { Err("full\r\n") }
    }

    #[line("wait")]
    fn wait(&mut self, cx: &mut Cx<'_, Self>, seconds: u64) {
        cx.set_timeout(Duration::from_secs(seconds));
    }

    #[line("never")]
    fn never(&mut self, cx: &mut Cx<'_, Self>) {
        cx.cancel_timeout();
    }

    #[line("quit")]
    fn quit(&mut self, cx: &mut Cx<'_, Self>) {
        cx.close();
    }

    #[on(timeout)]
    fn late(&mut self, cx: &mut Cx<'_, Self>) -> String {
        format!("late at {:?}\r\n", cx.now().since(mux_runtime::Time::START))
    }

    #[on(malformed)]
    fn wrong(&mut self, cx: &mut Cx<'_, Self>, what: &Malformed<'_>) {
        let command = what.command.map_or("none", |command| command.name);
        let input = what.input.escape_ascii();
        write!(cx.out, "{:?} at {} in {input} of {command}\r\n", what.kind, what.at);
    }

    #[on(eof)]
    fn end(&mut self, cx: &mut Cx<'_, Self>, rest: &[u8]) -> &'static str {
        cx.shared.note(format!("eof {}", rest.escape_ascii()));
        "bye\r\n"
    }

    #[on(close)]
    fn leave(self, cx: &mut Closing<'_, Self>, why: CloseReason) {
        cx.shared.note(format!("close {}: {why:?}", self.number));
        let left = cx.peers.count();
        cx.out.broadcast(format_args!("{left} left\r\n"));
    }
}

fn full() -> testing::Server<Full> {
    testing::Server::new(Log::default())
}

#[test]
fn the_events_of_a_connection_come_in_their_order() {
    let server = full();
    let client = server.connect("127.0.0.1:9");
    client.sends("half");
    client.finishes();
    assert_eq!(client.hears(), "bye\r\n");
    assert_eq!(
        server.shared().0,
        ["accepted 127.0.0.1", "connect 127.0.0.1:2000", "eof half", "close 0: Finished"]
    );
}

#[test]
fn one_that_is_denied_has_no_session_and_so_no_events() {
    let server = full();
    let client = server.connect("192.0.2.1:9");
    assert_eq!(client.hears(), "not from 192.0.2.1\r\n");
    assert!(client.is_closed());
    assert_eq!(server.shared().0, ["accepted 192.0.2.1", "denied"]);
}

#[test]
fn one_that_connect_refuses_is_told_why_and_has_no_other_event() {
    let server = full();
    let clients = [(); 2].map(|()| server.connect("[::1]:9"));
    let third = server.connect("[::1]:9");
    assert_eq!((third.hears().as_str(), third.closed()), ("full\r\n", Some(CloseReason::Refused)));
    assert!(!server.shared().0.iter().any(|what| what.starts_with("close")));
    clients[1].sends("quit\r\n");
    assert_eq!(clients[0].hears(), "1 left\r\n");
    assert!(!server.connect("[::1]:9").is_closed());
}

#[test]
fn malformed_tells_what_is_wrong_where_and_in_whose_grammar() {
    for (script, told) in [
        (&b"what\r\n"[..], "Unknown at 0 in what of none"),
        (b"wait\r\n", "Missing at 4 in wait of wait"),
        (b"wait  x\r\n", "Argument at 6 in wait  x of wait"),
        (b"wait 1 2\r\n", "Surplus at 7 in wait 1 2 of wait"),
        (b"wait \xff\r\n", "Argument at 5 in wait \\xff of wait"),
        (b"one\ntwo\r\n", "LineEnd at 3 in one\\n of none"),
        (
            b"0123456789abcdef0123456789abcdef012345\r\n",
            "TooLong { max: 32 } at 32 in 0123456789abcdef0123456789abcdef0 of none",
        ),
    ] {
        let server = full();
        let client = server.connect("127.0.0.1:9");
        client.sends(script);
        assert_eq!(client.hears(), format!("{told}\r\n"));
        let fatal = told.starts_with("LineEnd") || told.starts_with("TooLong");
        assert_eq!(client.is_closed(), fatal, "{told}");
    }
}

#[test]
fn a_timeout_comes_once_when_it_was_set_last_unless_cancelled() {
    let server = full();
    let client = server.connect("127.0.0.1:9");
    let seconds = |count| server.advance(Duration::from_secs(count));
    client.sends("wait 5\r\n");
    seconds(4);
    client.sends("wait 5\r\n");
    seconds(4);
    assert_eq!(client.hears(), "");
    seconds(60);
    assert_eq!(client.hears(), "late at 9s\r\n");
    client.sends("wait 5\r\nnever\r\n");
    seconds(60);
    assert_eq!(client.hears(), "");
    client.sends("wait 5\r\nwait 1\r\n");
    seconds(1);
    assert_eq!(client.hears(), "late at 129s\r\n");
}

#[test]
fn close_tells_why() {
    type Client = testing::Client<Full>;
    type Doing = fn(&testing::Server<Full>, &Client);
    let doings: [(&str, Doing); 6] = [
        ("Finished", |_, client| client.finishes()),
        ("Closed", |_, client| client.sends("quit\r\n")),
        ("Lost", |_, client| client.vanishes()),
        ("Malformed", |_, client| client.sends("\n")),
        ("Shutdown", |server, _| server.shut_down()),
        ("SlowReader", |server, client| {
            client.reads_only(0);
            client.sends("what\r\nquit\r\n");
            server.advance(Duration::from_secs(30));
        }),
    ];
    for (why, doing) in doings {
        let server = full();
        let client = server.connect("127.0.0.1:9");
        doing(&server, &client);
        assert!(client.is_closed(), "{why}");
        assert_eq!(server.shared().0.last().unwrap(), &format!("close 0: {why}"));
        assert_eq!(server.connections(), 0);
    }
}

/// Without any event.
#[derive(Default)]
struct Bare;

#[mux_server]
impl Bare {
    #[line("wait")]
    fn wait(&mut self, cx: &mut Cx<'_, Self>) {
        cx.set_timeout(Duration::from_secs(1));
    }
}

#[test]
fn a_timeout_without_a_handler_closes() {
    let server = testing::Server::<Bare>::new(());
    let client = server.connect("127.0.0.1:9");
    client.sends("wait\n");
    server.advance(Duration::from_secs(1));
    assert_eq!(client.closed(), Some(CloseReason::Timeout));
}

/// `on(connect)` as a method of a session that is `Default`.
#[derive(Default)]
struct Greeter {
    greeted: bool,
}

#[mux_server]
impl Greeter {
    #[on(connect)]
    fn greet(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
        self.greeted = true;
        cx.out.write("220 ");
        "ready\n"
    }

    #[line]
    fn line(&mut self, _line: &str) -> &'static str {
        if self.greeted { "greeted\n" } else { "not greeted\n" }
    }
}

/// `on(connect)` that may refuse without a word, and needs no context.
struct Gate;

#[mux_server(shared = bool)]
impl Gate {
    #[on(connect)]
    fn enter(cx: &mut Cx<'_, Self>) -> Option<Self> {
        (*cx.shared).then_some(Gate)
    }

    #[line]
    fn line(&mut self, _line: &str) -> &'static str {
        "in\n"
    }
}

struct Plain;

#[mux_server]
impl Plain {
    #[on(connect)]
    fn enter() -> Self {
        Plain
    }

    #[line]
    fn line(&mut self, _line: &str) -> &'static str {
        "plain\n"
    }
}

#[test]
fn connect_has_every_form_of_return() {
    assert_eq!(super::hears::<Greeter>("x\n"), "220 ready\ngreeted\n");
    assert_eq!(super::hears::<Plain>("x\n"), "plain\n");
    for (open, heard) in [(true, "in\n"), (false, "")] {
        let server = testing::Server::<Gate>::new(open);
        let client = server.connect("127.0.0.1:9");
        client.sends("x\n");
        assert_eq!((client.hears().as_str(), client.is_closed()), (heard, !open));
        assert_eq!(server.connections(), usize::from(open));
    }
}

#[test]
fn a_connect_that_closes_is_heard_and_then_closed() {
    struct Short;
    #[mux_server]
    impl Short {
        #[on(connect)]
        fn enter(cx: &mut Cx<'_, Self>) -> Self {
            cx.out.write("only this\n");
            cx.close();
            Short
        }
        #[line]
        fn line(&mut self, _line: &str) -> &'static str {
            "never\n"
        }
    }
    let (heard, closed) = super::ask::<Short>("x\n");
    assert_eq!((heard.as_str(), closed), ("only this\n", true));
}

#[test]
fn an_end_is_told_after_the_answers_that_were_held_back() {
    let limits = Limits { output_high: 20, output_low: 0, ..Limits::default() };
    let server = testing::Server::<Full>::with_limits(Log::default(), limits);
    let client = server.connect("127.0.0.1:9");
    client.reads_only(0);
    client.sends("what\r\n".repeat(5));
    client.sends("half");
    client.finishes();
    assert!(!client.is_closed());
    client.reads_again();
    assert_eq!(client.hears(), format!("{}bye\r\n", "Unknown at 0 in what of none\r\n".repeat(5)));
    assert_eq!(server.shared().0[2..], ["eof half", "close 0: Finished"]);
}

/// Two protocols over one shared value, in one server.
#[derive(Default)]
struct Notes;

#[mux_server(shared = Log)]
impl Notes {
    #[line]
    fn note(&mut self, cx: &mut Cx<'_, Self>, line: &str) -> Count {
        cx.shared.note(line);
        Count(cx.shared.0.len())
    }
}

/// A count as a line of text.
struct Count(usize);

impl Reply for Count {
    fn write_to(&self, out: &mut mux_runtime::Writer<'_>) {
        write!(out, "{}\n", self.0);
    }
}

#[derive(Default)]
struct Admin;

#[mux_server(shared = Log)]
impl Admin {
    #[line("list")]
    fn list(&mut self, cx: &mut Cx<'_, Self>) {
        for what in &cx.shared.0 {
            cx.out.write((what.as_str(), "\n"));
        }
        write!(cx.out, "{} others\n", cx.peers.count());
    }
}

#[test]
fn two_protocols_share_one_value_and_nothing_else() {
    use std::io::{Read, Write};
    let (started, starts) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let running = scope.spawn(move || {
            let mut server = Server::new(Log::default()).unwrap();
            let any = ([127, 0, 0, 1], 0).into();
            let writers = server.listen::<Notes>(any).unwrap();
            let admins = server.listen::<Admin>(any).unwrap();
            started.send((writers, admins, server.handle())).unwrap();
            server.run().unwrap()
        });
        let (writers, admins, handle) = starts.recv().unwrap();
        let connect = |address| std::net::TcpStream::connect(address).unwrap();
        let (mut writer, mut admin) = (connect(writers), connect(admins));
        writer.write_all(b"one\ntwo\n").unwrap();
        let mut heard = [0; 4];
        writer.read_exact(&mut heard).unwrap();
        assert_eq!(&heard, b"1\n2\n");
        admin.write_all(b"list\n").unwrap();
        let mut heard = [0; 17];
        admin.read_exact(&mut heard).unwrap();
        assert_eq!(heard.escape_ascii().to_string(), "one\\ntwo\\n0 others\\n");
        handle.stop();
        drop((writer, admin));
        assert_eq!(running.join().unwrap().0, ["one", "two"]);
    });
    assert_eq!(Notes::PROTOCOL.name, "Notes");
}

/// Gives much, in portions.
#[derive(Default)]
struct Portions {
    left: u32,
}

#[mux_server]
impl Portions {
    #[line("give")]
    fn give(&mut self, cx: &mut Cx<'_, Self>, portions: u32) {
        self.left = portions;
        self.next(cx);
    }

    #[on(drained)]
    fn next(&mut self, cx: &mut Cx<'_, Self>) {
        if self.left > 0 {
            write!(cx.out, "{} ", self.left);
            self.left -= 1;
        }
    }
}

#[test]
fn one_that_is_done_writing_hears_all_portions_of_what_it_asked_for() {
    for script in ["give 5", "give 5\n", "give 9\ngive 5\n"] {
        let client = testing::Server::<Portions>::new(()).connect("127.0.0.1:9");
        client.reads_only(1);
        client.sends(script);
        client.finishes();
        assert!(!client.is_closed());
        client.reads_again();
        assert_eq!(client.hears().trim_start_matches("9 "), "5 4 3 2 1 ");
        assert_eq!(client.closed(), Some(CloseReason::Finished));
    }
    let client = testing::Server::<Portions>::new(()).connect("127.0.0.1:9");
    client.finishes();
    assert_eq!(client.closed(), Some(CloseReason::Finished));
}

/// Writes three portions at the end, in a mode of their own.
#[derive(Default)]
struct Last {
    portions: usize,
}

#[derive(Default)]
struct Early;

#[derive(Default)]
struct Late;

#[mux_server(modes(Early, Late), shared = Log)]
impl Last {
    #[line]
    fn early(&mut self) {}

    #[line(mode = Late)]
    fn late(&mut self) {}

    #[on(eof)]
    fn end(&mut self, cx: &mut Cx<'_, Self>, rest: &[u8]) {
        cx.shared.note(format!("eof {}", rest.escape_ascii()));
        cx.out.write((rest, ": "));
    }

    #[on(drained)]
    fn portion(&mut self, cx: &mut Cx<'_, Self>) -> Option<Late> {
        if self.portions == 3 {
            return None;
        }
        self.portions += 1;
        write!(cx.out, "{} ", self.portions);
        Some(Late)
    }
}

#[test]
fn the_end_of_the_stream_is_told_once_though_the_mode_changes_behind_it() {
    let server = testing::Server::<Last>::new(Log::default());
    let client = server.connect("127.0.0.1:9");
    client.sends("rest");
    client.finishes();
    assert_eq!(client.hears(), "rest: 1 2 3 ");
    assert_eq!(server.shared().0, ["eof rest"]);
    assert_eq!(client.closed(), Some(CloseReason::Finished));
}

/// Takes as many bytes as it is told to by others.
struct Counted {
    count: usize,
}

#[derive(Default)]
struct Whole;

#[derive(Default)]
struct Pieces;

#[mux_server(modes(Whole, Pieces), shared = Option<SessionHandle<Counted>>)]
impl Counted {
    #[on(connect)]
    fn enter(cx: &mut Cx<'_, Self>) -> Self {
        *cx.shared = Some(cx.handle());
        Counted { count: 10 }
    }

    #[bytes(self.count)]
    fn whole(&mut self, cx: &mut Cx<'_, Self>, bytes: &str) -> Pieces {
        write!(cx.out, "<{bytes}>");
        self.count = 10;
        Pieces
    }

    #[chunk(self.count, mode = Pieces)]
    fn piece(&mut self, cx: &mut Cx<'_, Self>, piece: &[u8]) -> Option<Whole> {
        self.count -= piece.len();
        cx.out.write(("[", piece, "]"));
        (self.count == 0).then(|| {
            self.count = 10;
            Whole
        })
    }

    #[on(message)]
    fn count(&mut self, count: usize) {
        self.count = count;
    }
}

#[test]
fn input_that_an_event_makes_a_whole_message_is_handled() {
    let server = testing::Server::<Counted>::new(None);
    let ann = server.connect("127.0.0.1:9");
    let count = |count| {
        server.shared().clone().unwrap().send(count).unwrap();
        server.deliver();
    };
    ann.sends("hello, y");
    count(9);
    assert_eq!(ann.hears(), "");
    count(5);
    assert_eq!(ann.hears(), "<hello>[, y]");
    // Nothing is left of this one, and that ends it, too.
    count(0);
    assert_eq!(ann.hears(), "[]");
    ann.sends("0123456789");
    assert_eq!(ann.hears(), "<0123456789>");
}

/// At the end of the server it takes lines instead of blocks.
#[derive(Default)]
struct Ending;

#[derive(Default)]
struct Blocks;

#[derive(Default)]
struct Lines;

#[mux_server(modes(Blocks, Lines))]
impl Ending {
    #[bytes(10)]
    fn block(&mut self, _block: &[u8]) {}

    #[line(mode = Lines)]
    fn line(&mut self, cx: &mut Cx<'_, Self>, line: &str) {
        write!(cx.out, "<{line}>");
    }

    #[on(drain)]
    fn drain(&mut self) -> Lines {
        Lines
    }
}

#[test]
fn what_is_left_is_the_new_mode_s_when_the_end_of_the_server_changes_it() {
    let server = testing::Server::<Ending>::new(());
    let ann = server.connect("127.0.0.1:9");
    ann.sends("one\nt");
    server.shut_down();
    assert_eq!(ann.hears(), "<one>");
    ann.sends("wo\n");
    assert_eq!(ann.hears(), "<two>");
}
