//! Handlers may name the lifetimes of what they are given.

use mux_runtime::{CloseReason, Closing, Cx, Malformed, Peer, Words, mux_server, testing::Server};
use nom::{IResult, combinator::rest};

struct Pair<'a, 'b>(&'a [u8], &'b [u8]);

fn pair(input: &[u8]) -> IResult<&[u8], Pair<'_, '_>> {
    let (input, all) = rest(input)?;
    Ok((input, Pair(all, all)))
}

#[derive(Default)]
struct Guest;

#[mux_server(shared = String)]
impl Guest {
    #[line("one")]
    fn one<'x>(&'x mut self, cx: &'x mut Cx<'_, Self>, word: &'x [u8]) {
        cx.out.write(word);
    }

    #[line("two")]
    fn two<'s, 'c, 'l>(
        &'s mut self,
        cx: &mut Cx<'c, Guest>,
        a: &'s str,
        b: Option<&'l str>,
    ) -> Option<&'l str>
    where
        'l: 's,
    {
        cx.out.write(a);
        b
    }

    #[line("words")]
    fn words<'l>(&mut self, words: Words<'l>) -> Option<&'l str> {
        words.last()
    }

    #[line("rest")]
    fn rest<'l>(&mut self, #[rest] text: &'l str) -> &'l str {
        text
    }

    #[line("pair", parser = pair)]
    fn pair<'l>(&mut self, pair: Pair<'l, 'l>) -> (&'l [u8], &'l [u8]) {
        (pair.0, pair.1)
    }

    #[line]
    fn any<'l>(&mut self, line: &'l [u8]) -> Result<(), &'l [u8]> {
        Err(line)
    }

    #[on(malformed)]
    fn malformed<'l>(&mut self, _cx: &mut Cx<'_, Self>, what: &Malformed<'l>) -> &'l [u8] {
        what.input
    }

    #[on(eof)]
    fn eof<'l>(&mut self, rest: &'l [u8]) -> &'l [u8] {
        rest
    }

    #[on(close)]
    fn leave<'l>(self, _cx: &'l mut Closing<'_, Self>, _why: CloseReason) {}

    #[hook(post_accept)]
    fn come_in<'s>(_shared: &'s mut String, _peer: &'s Peer) {}

    #[hook(request_denied)]
    fn go_away<'s>(shared: &'s mut String) -> &'s str {
        shared.as_str()
    }
}

fn main() {
    let server = Server::<Guest>::new(String::new());
    let ann = server.connect("127.0.0.1:9");
    ann.sends("one a\ntwo b c\nwords d e\nrest f g\npair h\nany\ntwo\n");
    assert_eq!(ann.hears(), "abcef ghhanytwo");
    ann.sends("left");
    ann.finishes();
    assert_eq!(ann.hears(), "left");
}
