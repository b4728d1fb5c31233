//! Every form of a reply.

use std::{borrow::Cow, fmt};

use mux_runtime::{Cx, Reply, Writer, mux_server, testing::Server};

struct Status(u16, &'static str);

impl Reply for Status {
    fn write_to(&self, out: &mut Writer<'_>) {
        write!(out, "{} {}", self.0, self.1);
    }
}

enum Refusal {
    Full,
}

impl Reply for Refusal {
    fn write_to(&self, out: &mut Writer<'_>) {
        match self {
            Refusal::Full => out.bytes(b"full"),
        }
    }
}

type Answer = Result<Option<&'static str>, Refusal>;

#[derive(Default)]
struct Guest {
    name: String,
}

#[mux_server]
impl Guest {
    #[line("unit")]
    fn unit(&mut self) -> () {}

    #[line("str")]
    fn text(&mut self) -> &'static str {
        "str"
    }

    #[line("string")]
    fn string(&mut self) -> String {
        "string".into()
    }

    #[line("bytes")]
    fn bytes(&mut self) -> &'static [u8] {
        b"bytes"
    }

    #[line("array")]
    fn array(&mut self) -> [u8; 2] {
        *b"ar"
    }

    #[line("borrowed")]
    fn borrowed(&mut self) -> &'static [u8; 2] {
        b"bo"
    }

    #[line("vec")]
    fn vec(&mut self) -> Vec<u8> {
        b"vec".to_vec()
    }

    #[line("cow")]
    fn cow(&mut self) -> Cow<'static, str> {
        Cow::Borrowed("cow")
    }

    #[line("box")]
    fn boxed(&mut self) -> Box<dyn Reply> {
        Box::new("box")
    }

    #[line("number")]
    fn number(&mut self) -> u16 {
        0x4142
    }

    #[line("tuple")]
    fn tuple(&mut self) -> (&'static str, u8, String) {
        ("t", b'u', "ple".into())
    }

    #[line("own")]
    fn own(&mut self) -> Status {
        Status(250, "ok")
    }

    #[line("some")]
    fn some(&mut self) -> Option<Status> {
        Some(Status(251, "some"))
    }

    #[line("none")]
    fn none(&mut self) -> Option<Status> {
        None
    }

    #[line("ok")]
    fn ok(&mut self) -> Result<&'static str, Status> {
        Ok("ok")
    }

    #[line("err")]
    fn err(&mut self) -> Result<(), Refusal> {
        Err(Refusal::Full)
    }

    #[line("nested")]
    fn nested(&mut self) -> Result<Option<Result<u8, &'static str>>, String> {
        Ok(Some(Err("nested")))
    }

    #[line("alias")]
    fn alias(&mut self) -> Answer {
        Ok(Some("alias"))
    }

    #[line("impl")]
    fn hidden(&mut self) -> impl Reply + use<> {
        "impl"
    }

    #[line("self")]
    fn of_self(&mut self) -> &str {
        self.name.push('s');
        &self.name
    }

    #[line("echo")]
    fn echo<'l>(&mut self, word: &'l str) -> &'l str {
        word
    }

    #[line("written")]
    fn written(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
        cx.out.write("writ");
        write!(cx.out, "{}", "te");
        "n"
    }

    #[line("closed")]
    fn closed(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
        cx.close();
        "closed"
    }

    #[line]
    fn any(&mut self, line: &str) -> Result<(), Box<str>> {
        Err(line.into())
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.1)
    }
}

fn main() {
    let server = Server::<Guest>::new(());
    let ann = server.connect("127.0.0.1:9");
    for (line, heard) in [
        ("unit", ""),
        ("str", "str"),
        ("string", "string"),
        ("bytes", "bytes"),
        ("array", "ar"),
        ("borrowed", "bo"),
        ("vec", "vec"),
        ("cow", "cow"),
        ("box", "box"),
        ("number", "AB"),
        ("tuple", "tuple"),
        ("own", "250 ok"),
        ("some", "251 some"),
        ("none", ""),
        ("ok", "ok"),
        ("err", "full"),
        ("nested", "nested"),
        ("alias", "alias"),
        ("impl", "impl"),
        ("self", "s"),
        ("echo word", "word"),
        ("written", "written"),
        ("what else", "what else"),
        ("closed", "closed"),
    ] {
        ann.sends(format!("{line}\r\n"));
        assert_eq!(ann.hears(), heard, "{line}");
    }
    assert!(ann.is_closed());
}
