//! Every way of cutting messages, in whole and in pieces, right and wrong.

use mux_runtime::{CloseReason, Cx, Either, Malformed, MalformedKind, Netstring, Resp, Words};
use mux_runtime::{mux_server, testing};
use nom::{IResult, Parser, bytes::streaming, number::streaming::be_u16};

/// Sends `input` to a fresh server of the protocol; gives what is heard and why it ended.
macro_rules! talk {
    ($protocol:ty, $input:expr) => {{
        let client = testing::Server::<$protocol>::new(()).connect("127.0.0.1:9");
        client.sends($input);
        (client.hears(), client.closed())
    }};
}

#[derive(Default)]
struct Memory {
    data: Vec<u8>,
}

#[mux_server(max_body = 20)]
impl Memory {
    #[line("set")]
    fn set(
        &mut self,
        _key: &[u8],
        _flags: u32,
        length: usize,
        noreply: Option<bool>,
        #[body(length)] data: &[u8],
    ) -> Option<&'static str> {
        self.data = data.to_vec();
        (!noreply.unwrap_or(false)).then_some("STORED\r\n")
    }

    #[line("text")]
    fn text(&mut self, length: i32, #[body(length)] text: &str) -> String {
        format!("{text}\r\n")
    }

    #[line("get")]
    fn get(&mut self, cx: &mut Cx<'_, Self>, keys: Words<'_, [u8]>) {
        for key in keys {
            cx.out.write((key, "="));
            cx.out.write((&self.data, "\r\n"));
        }
    }
}

#[test]
fn a_body_is_taken_with_its_line() {
    testing::check_chunking::<Memory>(
        "set k 1 5\r\nhello\r\nget a b\r\nset k 1 4 true\nget \nget c\n",
    );
    let (heard, _) =
        talk!(Memory, "set k 1 5\r\nhello\r\nget a b\r\nset k 1 4 true\nget \nget c\n");
    assert_eq!(heard, "STORED\r\na=hello\r\nb=hello\r\nc=get \r\n");
}

#[test]
fn a_body_is_never_read_as_commands() {
    const USAGE: &str = "usage: set <key> <flags> <length> [noreply]\r\n";
    for (input, expected, ended) in [
        ("set k x 5\r\nget a\r\nget b\r\n", format!("{USAGE}b=\r\n"), None),
        ("set k 1 5 maybe\r\nget a\r\nget b\r\n", format!("{USAGE}b=\r\n"), None),
        ("set k 1 5 true more\r\nget a\r\nget b\r\n", format!("{USAGE}b=\r\n"), None),
        // Its length cannot be told.
        ("set k 1 x\r\nget a\r\n", "invalid argument\r\n".into(), Some(CloseReason::Malformed)),
        ("set k\r\nget a\r\n", "too few arguments\r\n".into(), Some(CloseReason::Malformed)),
        ("text -1\r\nget a\r\n", "invalid argument\r\n".into(), Some(CloseReason::Malformed)),
        // It is too long, or not as long as the line says.
        ("set k 1 21\r\n", "longer than 20 bytes\r\n".into(), Some(CloseReason::Malformed)),
        ("set k 1 2\r\nabc\r\n", "wrong line end\r\n".into(), Some(CloseReason::Malformed)),
    ] {
        assert_eq!(talk!(Memory, input), (expected, ended), "{input:?}");
        testing::check_chunking::<Memory>(input);
    }
    let client = testing::Server::<Memory>::new(()).connect("127.0.0.1:9");
    client.sends(b"text 2\r\n\xff\xff\r\ntext 1\r\na\r\n");
    assert_eq!(client.hears(), "usage: text <length>\r\na\r\n");
}

#[derive(Default)]
struct Cache;

#[mux_server(framing = Resp, ignore_case, max_frame = 256)]
impl Cache {
    #[frame("GET")]
    fn get(&mut self, key: &[u8]) -> Vec<u8> {
        key.to_vec()
    }

    #[frame("ECHO")]
    fn echo(&mut self, text: &str, mark: Option<u8>) -> (String, u8) {
        (text.to_owned(), mark.unwrap_or(b'!'))
    }

    #[frame("LIST")]
    fn list(&mut self, words: Words<'_>) -> String {
        words.collect::<Vec<_>>().join(",")
    }
}

#[test]
fn redis_frames_and_lines_reach_the_same_handlers() {
    let script = "*2\r\n$3\r\nGET\r\n$4\r\na\r\nb\r\nget cd\r\n\r\n*0\r\n*1\r\n$3\r\nget\r\n\
                  *3\r\n$4\r\necho\r\n$1\r\nx\r\n$2\r\n65\r\nlist a b  c\r\nfoo\r\n";
    testing::check_chunking::<Cache>(script);
    let expected = "a\r\nbcd-ERR usage: GET <key>\r\nxAa,b,c-ERR unknown command\r\n";
    assert_eq!(talk!(Cache, script), (expected.into(), None));
    for (input, error) in [
        ("*1\r\n$257\r\n", "-ERR longer than 256 bytes\r\n"),
        ("*1\r\n:1\r\n", "-ERR invalid length\r\n"),
        ("*9999999\r\n", "-ERR longer than 1048576 bytes\r\n"),
    ] {
        let ended = Some(CloseReason::Malformed);
        assert_eq!(talk!(Cache, input), (error.to_owned(), ended), "{input:?}");
    }
}

#[derive(Default)]
struct Strings;

#[mux_server(framing = Netstring)]
impl Strings {
    #[frame("add")]
    fn add(&mut self, a: u32, b: u32) -> String {
        (a + b).to_string()
    }

    #[frame]
    fn other(&mut self, whole: &[u8]) -> Vec<u8> {
        whole.to_vec()
    }
}

#[test]
fn netstrings_are_frames_of_words() {
    let script = "7:add 1 2,3:a\n:,0:,7:add 1 x,";
    testing::check_chunking::<Strings>(script);
    assert_eq!(talk!(Strings, script).0, "3a\n:usage: add <a> <b>\r\n");
    assert_eq!(talk!(Strings, "2:hi;").1, Some(CloseReason::Malformed));
}

#[derive(Default)]
struct Command;

#[derive(Default)]
struct Body {
    left: u64,
}

#[derive(Default)]
struct Fixed;

#[derive(Default)]
struct Raw;

#[derive(Default)]
struct Modes {
    got: Vec<u8>,
    size: u8,
}

#[mux_server(modes(Command, Body, Fixed, Raw))]
impl Modes {
    #[line("put")]
    fn put(&mut self, size: u64) -> Body {
        Body { left: size }
    }

    #[line("go")]
    fn go(&mut self, to: &str, size: Option<u8>) -> Result<Either<Fixed, Raw>, &'static str> {
        self.size = size.unwrap_or(3);
        match to {
            "fixed" => Ok(Either::Left(Fixed)),
            "raw" => Ok(Either::Right(Raw)),
            _ => Err("fixed or raw\n"),
        }
    }

    #[line("got")]
    fn got(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.got)
    }

    #[chunk(body.left, mode = Body)]
    fn body(&mut self, body: &mut Body, piece: &[u8]) -> Option<Command> {
        self.got.extend(piece);
        body.left -= piece.len() as u64;
        (body.left == 0).then_some(Command)
    }

    #[bytes(self.size, mode = Fixed)]
    fn fixed(&mut self, bytes: &str) -> Command {
        self.got.extend(bytes.as_bytes());
        Command
    }

    #[input(mode = Raw)]
    fn raw(&mut self, cx: &mut Cx<'_, Self>, input: &[u8]) -> usize {
        let whole = input.len() / 2 * 2;
        cx.out.write(&input[..whole]);
        whole
    }
}

#[test]
fn each_mode_has_its_own_framing_within_one_read() {
    let script = "put 5\nabcdegot\nput 0\ngot\ngo fixed\nxyzgo fixed 0\ngo x\ngot\ngo raw\nabcde";
    testing::check_chunking::<Modes>(script);
    assert_eq!(talk!(Modes, script).0, "abcdefixed or raw\nxyzabcd");
}

#[test]
fn what_is_announced_and_does_not_come_is_malformed() {
    for input in ["put 5\nabc", "go fixed\nab"] {
        let client = testing::Server::<Modes>::new(()).connect("127.0.0.1:9");
        client.sends(input);
        client.finishes();
        assert_eq!(client.closed(), Some(CloseReason::Malformed), "{input:?}");
    }
}

#[derive(Default)]
struct Stuck;

#[derive(Default)]
struct Start;

#[derive(Default)]
struct Never;

#[mux_server(modes(Start, Never))]
impl Stuck {
    #[line("go")]
    fn go(&mut self) -> Never {
        Never
    }

    #[chunk(0, mode = Never)]
    fn never(&mut self, _piece: &[u8]) {}
}

#[test]
fn a_handler_that_takes_nothing_for_ever_is_ended() {
    assert_eq!(talk!(Stuck, "go\nx").1, Some(CloseReason::Malformed));
}

/// Tells of a body that is too long.
#[derive(Default)]
struct Small;

#[mux_server(max_body = 4)]
impl Small {
    #[line("set")]
    fn set(&mut self, length: i32, #[body(length)] _data: &[u8]) {}

    #[on(malformed)]
    fn malformed(&mut self, what: &Malformed<'_>) -> String {
        format!("{:?} at {} of {:?}", what.kind, what.at, what.input.escape_ascii().to_string())
    }
}

#[test]
fn a_body_is_refused_with_its_line_whatever_has_come_of_it() {
    let script = "set 5\r\nhello\r\n";
    testing::check_chunking::<Small>(script);
    let told = r#"TooLong { max: 4 } at 6 of "set 5\\r\\n""#;
    assert_eq!(talk!(Small, script), (told.into(), Some(CloseReason::Malformed)));
}

fn sized(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let (input, length) = be_u16(input)?;
    streaming::take(length).parse(input)
}

#[derive(Default)]
struct Stream;

#[mux_server(max_frame = 16)]
impl Stream {
    #[frame(parser = nom::sequence::preceded(streaming::tag("a"), sized))]
    fn a(&mut self, bytes: &[u8]) -> Vec<u8> {
        bytes.to_vec()
    }

    #[frame(parser = streaming::tag("abc"))]
    fn hidden(&mut self) {}

    #[frame(parser = (streaming::tag("c"), streaming::take(20usize), streaming::tag(";")))]
    fn too_long(&mut self, _c: &[u8], _bytes: &[u8], _end: &[u8]) {}

    #[frame(parser = streaming::tag("bye"))]
    fn bye(&mut self, cx: &mut Cx<'_, Self>, _bye: &[u8]) {
        cx.close();
    }

    #[on(malformed)]
    fn malformed(&mut self, cx: &mut Cx<'_, Self>, what: &Malformed<'_>) -> String {
        cx.close();
        format!("{:?} at {} of {:?}", what.kind, what.at, what.input.escape_ascii().to_string())
    }
}

#[test]
fn streaming_parsers_are_tried_in_order_whenever_something_came() {
    testing::check_chunking::<Stream>("a\0\x02hia\0\x01!a\0\0bye");
    assert_eq!(talk!(Stream, "a\0\x02hia\0\x01!bye"), ("hi!".into(), Some(CloseReason::Closed)));
    let (heard, _) = talk!(Stream, "bx");
    assert_eq!(heard, "Parser(Tag) at 0 of \"b\"");
    let (heard, _) = talk!(Stream, "a\0\x20aaaaaaaaaaaaaa");
    assert!(heard.starts_with("TooLong { max: 16 } at 16"), "{heard}");
    let client = testing::Server::<Stream>::new(()).connect("127.0.0.1:9");
    client.sends("by");
    client.finishes();
    assert_eq!(client.hears(), "Unfinished at 2 of \"by\"");
}

#[test]
fn what_is_too_long_for_a_stream_is_too_long_however_it_comes() {
    let script = "c01234567890123456789?";
    testing::check_chunking::<Stream>(script);
    let (heard, _) = talk!(Stream, script);
    assert_eq!(heard, "TooLong { max: 16 } at 16 of \"c0123456789012345\"");
}

/// `complete::tag` takes the end of what came for the end of the message.
#[derive(Default)]
struct Wrong;

#[mux_server]
impl Wrong {
    #[frame(parser = nom::bytes::complete::tag("hello"))]
    fn hello(&mut self) -> &'static str {
        "hi"
    }
}

#[test]
fn check_chunking_catches_a_complete_parser_on_a_stream() {
    let caught = std::panic::catch_unwind(|| testing::check_chunking::<Wrong>("hello"));
    let message = caught.expect_err("it was not caught");
    let message = message.downcast_ref::<String>().expect("the message is text");
    assert!(message.starts_with("a cut after byte 1 (\"h\" | \"ello\") changes"), "{message}");
}

#[derive(Default)]
struct Meter {
    malformed: Option<MalformedKind>,
}

#[mux_server(max_frame = 100)]
impl Meter {
    #[frame(prefix = be_u16, parser = (nom::bytes::tag("x"), nom::number::u8()))]
    fn number(&mut self, _x: &[u8], number: u8) -> u8 {
        number
    }

    #[frame(prefix = be_u16)]
    fn text(&mut self, text: &str) -> String {
        text.to_owned()
    }

    #[on(malformed)]
    fn malformed(&mut self, what: &Malformed<'_>) -> &'static str {
        self.malformed = Some(what.kind);
        if what.fatal { "fatal" } else { "wrong" }
    }
}

#[test]
fn frames_behind_a_length_are_tried_on_parsers_first() {
    let script = b"\0\x02hi\0\x02xA\0\0\0\x03xAB\0\x01\xff\0\x01.";
    testing::check_chunking::<Meter>(script);
    assert_eq!(talk!(Meter, script), ("hiAxABwrong.".into(), None));
    assert_eq!(talk!(Meter, b"\0\x65"), ("fatal".into(), Some(CloseReason::Malformed)));
}

/// Without `#[on(malformed)]` a binary protocol is not answered with text.
#[derive(Default)]
struct Silent;

#[mux_server(max_frame = 4)]
impl Silent {
    #[until(b"\0\0")]
    fn text(&mut self, text: &str) -> String {
        format!("<{text}>")
    }
}

#[test]
fn a_delimiter_may_be_of_several_bytes_and_come_in_pieces() {
    testing::check_chunking::<Silent>("a\0b\0\0\0\0cd\0\0");
    assert_eq!(talk!(Silent, "a\0b\0\0\0\0cd\0\0"), ("<a\0b><><cd>".into(), None));
    let ended = Some(CloseReason::Malformed);
    assert_eq!(talk!(Silent, "abcdef"), (String::new(), ended));
    assert_eq!(talk!(Silent, b"\xff\0\0"), (String::new(), ended));
}

#[derive(Default)]
struct Told;

#[mux_server]
impl Told {
    #[on(connect)]
    fn start(&mut self, cx: &mut Cx<'_, Self>) {
        let handle = cx.handle();
        let thread = std::thread::spawn(move || handle.send("from a thread".to_owned()));
        assert!(thread.join().is_ok_and(|sent| sent.is_ok()));
    }

    #[on(message)]
    fn told(&mut self, cx: &mut Cx<'_, Self>, message: String) {
        cx.out.write(message);
    }

    #[line]
    fn ignore(&mut self) {}
}

#[test]
fn a_message_from_a_thread_reaches_its_session_alone() {
    let server = testing::Server::<Told>::new(());
    let ann = server.connect("127.0.0.1:9");
    let bob = server.connect("127.0.0.1:9");
    bob.vanishes();
    // Bob's slot is another client's now; what was for Bob is for nobody.
    let eve = server.connect("127.0.0.1:9");
    server.deliver();
    assert_eq!(ann.hears(), "from a thread");
    assert_eq!(eve.hears(), "from a thread");
    server.deliver();
    assert_eq!((ann.hears(), eve.hears()), (String::new(), String::new()));
}
