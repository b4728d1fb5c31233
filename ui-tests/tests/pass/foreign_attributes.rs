//! Attributes that are not ours stay where they are.

use mux_runtime::{Cx, Words, mux_server, testing::Server};

#[derive(Default)]
struct Guest;

/// The block has a doc comment and attributes of its own.
#[allow(clippy::unused_self)]
#[mux_server]
#[allow(unused_variables)]
impl Guest {
    #![allow(dead_code)]

    /// A constant among the handlers.
    #[allow(missing_docs)]
    pub const LIMIT: usize = 3;

    /// Help,
    /// on two lines.
    #[inline]
    #[line("help")]
    #[must_use]
    pub fn help(&mut self) -> &'static str {
        "help"
    }

    #[doc = "Made by an attribute."]
    #[cold]
    #[line("cold")]
    #[track_caller]
    pub(crate) fn cold(
        &mut self,
        #[allow(unused)] cx: &mut Cx<'_, Self>,
        #[rest]
        #[allow(unused)]
        text: &str,
    ) {
    }

    #[expect(non_snake_case)]
    #[line("Case")]
    fn Case(&mut self, Word: &str) {}

    #[line("mut")]
    fn changed(&mut self, mut number: u8, mut words: Words<'_>) -> text::Text {
        number += 1;
        words.next().unwrap_or_default().repeat(usize::from(number))
    }

    #[inline(always)]
    #[on(timeout)]
    fn patience(&mut self) {}

    #[warn(unused)]
    #[hook(allow_deny)]
    #[deny(unused_mut)]
    fn let_in() -> bool {
        true
    }

    #[inline(never)]
    const fn plain(&self) -> usize {
        Self::LIMIT
    }

    async fn unhandled(&self) {}
}

mod text {
    pub type Text = String;
}

fn main() {
    let server = Server::<Guest>::new(());
    let ann = server.connect("127.0.0.1:9");
    ann.sends("help\nmut 1 b\ncold x y\nCase x\n");
    assert_eq!(ann.hears(), "helpbb");
    assert_eq!(Guest.plain(), 3);
    let help = Guest::PROTOCOL.modes[0].commands[0];
    assert_eq!(help.doc, "Help,\non two lines.");
}
