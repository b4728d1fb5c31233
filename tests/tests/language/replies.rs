//! What a handler may return, and how it is sent.

use std::borrow::Cow;

use mux_runtime::{Cx, Reply, Writer, mux_server, testing};

/// A reply of the user's own.
struct Status(u16, &'static str);

impl Reply for Status {
    fn write_to(&self, out: &mut Writer<'_>) {
        write!(out, "{} {}\r\n", self.0, self.1);
    }
}

#[derive(Default)]
struct Replier {
    kept: String,
}

#[mux_server]
impl Replier {
    #[line("nothing")]
    fn nothing(&mut self) {}

    #[line("str")]
    fn str(&mut self) -> &'static str {
        "str"
    }

    #[line("own")]
    fn own(&mut self) -> &str {
        &self.kept
    }

    #[line("string")]
    fn string(&mut self) -> String {
        "string".into()
    }

    #[line("cow")]
    fn cow(&mut self) -> Cow<'static, str> {
        "cow".into()
    }

    #[line("boxed")]
    fn boxed(&mut self) -> Box<str> {
        "boxed".into()
    }

    #[line("slice")]
    fn slice(&mut self) -> &'static [u8] {
        b"slice"
    }

    #[line("array")]
    fn array(&mut self) -> [u8; 3] {
        *b"arr"
    }

    #[line("vec")]
    fn vec(&mut self) -> Vec<u8> {
        b"vec".to_vec()
    }

    #[line("byte")]
    fn byte(&mut self) -> u8 {
        b'b'
    }

    #[line("u16")]
    fn short(&mut self) -> u16 {
        0x4142
    }

    #[line("i32")]
    fn long(&mut self) -> i32 {
        -2
    }

    #[line("f64")]
    fn float(&mut self) -> f64 {
        1.0
    }

    #[line("tuple")]
    fn tuple(&mut self) -> (u8, &'static str, [u8; 1], (u16,), ()) {
        (b'(', "tuple", *b")", (0x4142,), ())
    }

    #[line("status")]
    fn status(&mut self) -> Status {
        Status(250, "OK")
    }

    #[line("some")]
    fn some(&mut self, word: Option<&str>) -> Option<String> {
        word.map(str::to_uppercase)
    }

    #[line("try")]
    fn attempt(&mut self, number: i32) -> Result<Status, (&'static str, u8)> {
        if number < 0 { Err(("negative", b'!')) } else { Ok(Status(200, "fine")) }
    }

    #[line("nested")]
    fn nested(&mut self, number: i32) -> Result<Option<&'static str>, String> {
        match number {
            0 => Ok(None),
            1 => Ok(Some("one")),
            _ => Err(number.to_string()),
        }
    }

    #[line("unit")]
    fn unit(&mut self, number: i32) -> Result<(), &'static str> {
        if number < 0 { Err("negative") } else { Ok(()) }
    }

    /// What was written before comes before what is returned.
    #[line("both")]
    fn both(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
        cx.out.write("first ");
        write!(cx.out, "{} ", 2);
        "third"
    }

    #[line("impl")]
    fn opaque(&mut self) -> impl Reply + use<> {
        "impl"
    }

    #[line("keep")]
    fn keep(&mut self, #[rest] text: &str) {
        self.kept = text.into();
    }
}

#[test]
fn every_kind_of_reply_is_sent_as_its_bytes() {
    for (line, bytes) in [
        ("nothing", &b""[..]),
        ("str", b"str"),
        ("keep a b\nown", b"a b"),
        ("string", b"string"),
        ("cow", b"cow"),
        ("boxed", b"boxed"),
        ("slice", b"slice"),
        ("array", b"arr"),
        ("vec", b"vec"),
        ("byte", b"b"),
        ("u16", b"AB"),
        ("i32", b"\xff\xff\xff\xfe"),
        ("f64", b"\x3f\xf0\0\0\0\0\0\0"),
        ("tuple", b"(tuple)AB"),
        ("status", b"250 OK\r\n"),
        ("some", b""),
        ("some x", b"X"),
        ("try 1", b"200 fine\r\n"),
        ("try -1", b"negative!"),
        ("nested 0", b""),
        ("nested 1", b"one"),
        ("nested 2", b"2"),
        ("unit 1", b""),
        ("unit -1", b"negative"),
        ("both", b"first 2 third"),
        ("impl", b"impl"),
    ] {
        let client = testing::Server::<Replier>::new(()).connect("127.0.0.1:9");
        client.sends(format!("{line}\n"));
        assert_eq!(
            client.hears_bytes().escape_ascii().to_string(),
            bytes.escape_ascii().to_string()
        );
    }
}

#[test]
fn all_replies_of_one_read_leave_in_one_write() {
    let server = testing::Server::<Replier>::new(());
    let client = server.connect("127.0.0.1:9");
    let before = server.writes();
    client.sends("str\nu16\nstatus\n");
    assert_eq!(client.hears(), "strAB250 OK\r\n");
    assert_eq!(server.writes() - before, 1);
}
