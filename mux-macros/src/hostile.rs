//! Nonsense under the macro: it must never panic, and never say nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::{hooks, server};

/// What is thrown: what the macro looks for, what is near it, and what has no place there.
const WORDS: &[&str] = &[
    "#[line]",
    "#[line(\"NICK\")]",
    "#[frame]",
    "#[frame(\"GET\")]",
    "#[frame(prefix = be_u32)]",
    "#[frame(parser = p)]",
    "#[until(b\"x\")]",
    "#[bytes(self.n)]",
    "#[chunk(data.n, mode = Data)]",
    "#[input]",
    "#[body(n)]",
    "#[body(n, bare)]",
    "#[on(message)]",
    "#[on(drained)]",
    "#[on(close)]",
    "#[hook(allow_deny)]",
    "#[hook(pre_loop)]",
    "#[rest]",
    "#[lnie]",
    "#[cfg(any())]",
    "#[cfg_attr(all(), line)]",
    "#[doc = \"x\"]",
    "#![allow(dead_code)]",
    "shared",
    "modes",
    "line",
    "max_line",
    "max_frame",
    "max_body",
    "framing",
    "prefix",
    "last",
    "bare",
    "varint",
    "drained",
    "message",
    "frame",
    "until",
    "bytes",
    "chunk",
    "input",
    "body",
    "rest",
    "Either",
    "Result",
    "data: &mut Data",
    "#[body(n)] b: &[u8]",
    "-> Either<Data, Option<Command>>",
    "-> usize",
    "b: &[u8]",
    "T: 'static",
    "<T>",
    "ignore_case",
    "crate",
    "mode",
    "parser",
    "crlf",
    "connect",
    "eof",
    "close",
    "timeout",
    "malformed",
    "post_accept",
    "request_denied",
    "on",
    "impl",
    "fn",
    "self",
    "Self",
    "mut",
    "async",
    "unsafe",
    "const",
    "extern",
    "default",
    "pub",
    "struct",
    "where",
    "for",
    "dyn",
    "type",
    "ref",
    "r#type",
    "_",
    "Cx",
    "Closing",
    "Words",
    "Option",
    "Vec",
    "str",
    "u8",
    "Peer",
    "Malformed",
    "CloseReason",
    "Command",
    "Data",
    "Guest",
    "&mut Cx<'_, Self>",
    "&mut self",
    "name: &str",
    "fn nick(&mut self) {}",
    "-> Data",
    "'static",
    "'a",
    "'_",
    "=",
    "==",
    ",",
    ";",
    ":",
    "::",
    "&",
    "&&",
    "<",
    ">",
    ">>",
    "->",
    "=>",
    "!",
    "?",
    "#",
    "$",
    "...",
    "..",
    "+",
    "*",
    "|",
    "\"NICK\"",
    "\"\"",
    "\" \"",
    "\"\\0\\u{10ffff}\"",
    "b\"x\"",
    "c\"x\"",
    "'x'",
    "r#\"x\"#",
    "0",
    "1.5e9",
    "0u8",
    "\"x\"suffix",
    "1suffix",
    "()",
    "[]",
    "{}",
    "(,)",
    "macro!()",
    "macro!{}",
    "|x| x",
];

const BLOCKS: &[&str] = &[
    "impl Guest { #[line] fn say(&mut self, cx: &mut Cx<'_, Self>, text: &str) -> u8 { 1 } }",
    "/// A guest.
    impl<T: Clone + 'static> deep::Guest<T> where T: Copy {
        const LIMIT: usize = 3;
        #[on(connect)] fn arrive(cx: &mut Cx<'_, Self>) -> Option<Self> { None }
        #[on(eof)] fn eof(&mut self, cx: &mut Cx<'_, Self>, rest: &[u8]) {}
        #[on(close)] fn leave(self, cx: &mut Closing<'_, Self>, why: CloseReason) {}
        #[on(malformed)] fn wrong(&mut self, what: &Malformed<'_>) {}
        #[cfg(any())] #[on(timeout)] fn patience(&mut self) -> Data { Data }
        #[hook(allow_deny)] fn let_in(shared: &mut u64, peer: &Peer) -> bool { true }
        #[hook(post_accept)] fn come_in(peer: &Peer) {}
        #[line(\"SET\")]
        pub fn set(&mut self, key: &[u8], n: Option<u8>, _: Words<'_>) -> Result<Data, &str> {}
        #[line(\"roll\", parser = alt((a, b)), mode = Data)]
        fn roll<'x>(&'x mut self, data: &mut Data, a: u8, #[rest] b: Dice<'x>) -> Command {}
        fn plain<U>(u: impl Fn(U)) {}
    }",
    "impl<T> Room<T> {
        #[hook(configure)] fn configure(&mut self, settings: &mut Settings) -> Result<(), T> {}
        #[hook(post_bind)] fn post_bind(&mut self, bound: &[String]) {}
        #[hook(pre_loop)] fn pre_loop(&self, handle: &Handle) {}
        #[hook(fatal)] fn fatal(&mut self, error: &str) {}
        #[hook(write_to_log)] fn log(level: u8, line: &str) {}
    }",
    "impl<T: Default, const N: usize> Guest<T, N> {
        #[line(\"PUT\", last)]
        fn put(&mut self, c: Command, n: Option<u8>, k: String, #[body(n.unwrap() + self.n, bare)] b: &str)
            -> Result<Either<Data<T>, Frames>, String> {}
        #[chunk(data.left + self::N, mode = Data)]
        fn piece(&mut self, data: &mut Data<T>, piece: &[u8]) -> Option<Until> {}
        #[cfg(unix)] #[bytes({ self.n }, mode = Bytes)] fn bytes(&mut self, b: &[u8]) -> Input {}
        #[cfg(not(unix))] #[bytes({ self.n }, mode = Bytes, parser = p)] fn bits(&mut self, b: u8) {}
        #[until(&data.end, mode = Until)] fn until(&mut self, data: &Until, s: &str) -> (Bytes, u8) {}
        #[input(mode = Input)] fn input(&mut self, cx: &mut Cx<'_, Self>, i: &[u8]) -> usize {}
        #[frame(\"GET\", mode = Frames)] fn get(&mut self, w: Words<'_, [u8]>) -> Stream {}
        #[frame(prefix = varint, mode = Stream, last)] fn m(&mut self, m: Uplink<'_>) -> impl Reply {}
        #[on(drained)] fn drained(&mut self, cx: &mut Cx<'_, Self>) -> Option<Command> {}
        #[cfg(x)] #[on(message)] fn message(&mut self, m: Vec<u8>) {}
    }",
    "impl Guest { #[frame(parser = p)] fn a(&mut self, a: u8, b: &str) {} #[frame(parser = q, last)] fn b(&mut self) {} }",
    "struct Guest { name: String }",
    "fn serve() {}",
    "mod guests { fn x() {} }",
    "trait Guest { fn x(&mut self); }",
    "impl Say for Guest { #[line] fn say(&mut self, text: &str) {} }",
    "impl (u8, u8) {}",
    "impl Foo where",
    "",
];

const OPTIONS: &[&str] = &[
    "",
    "shared = u64",
    "shared = Room<T>, modes(Command, super::Data), line = crlf, max_line = 2 * 64, ignore_case",
    "modes(Command, Data<T>, Frames, Until, Bytes, Stream, Input), framing = Resp, max_frame = 1 << 9, max_body = N",
    "crate = ::renamed, shared = &'static str,",
];

/// Numbers that look random (xorshift), the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }

    fn one_of(&mut self, texts: &[&str]) -> TokenStream {
        let text = texts[self.below(texts.len())];
        text.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"))
    }

    /// A few words, some of them in brackets.
    fn nonsense(&mut self, depth: usize) -> TokenStream {
        let mut tokens = TokenStream::new();
        for _ in 0..self.below(5) {
            if depth > 0 && self.below(4) == 0 {
                let delimiters =
                    [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None];
                let delimiter = delimiters[self.below(delimiters.len())];
                let group = Group::new(delimiter, self.nonsense(depth - 1));
                tokens.extend([TokenTree::Group(group)]);
            } else {
                tokens.extend(self.one_of(WORDS));
            }
        }
        tokens
    }

    /// `tokens` with here and there one left out, doubled, replaced, or something put before it;
    /// one in `rarity`.
    fn spoil(&mut self, tokens: TokenStream, rarity: usize) -> TokenStream {
        let mut spoilt = TokenStream::new();
        for token in tokens {
            let token = match token {
                TokenTree::Group(group) => {
                    let stream = self.spoil(group.stream(), rarity);
                    TokenTree::Group(Group::new(group.delimiter(), stream))
                }
                token => token,
            };
            match self.below(4 * rarity) {
                0 => {}
                1 => spoilt.extend([token.clone(), token]),
                2 => spoilt.extend(self.one_of(WORDS)),
                3 => {
                    spoilt.extend(self.nonsense(2));
                    spoilt.extend([token]);
                }
                _ => spoilt.extend([token]),
            }
        }
        spoilt
    }
}

/// How often something is tried; `HOSTILE=100` tries it a hundred times as often.
fn rounds(usual: usize) -> usize {
    let times = std::env::var("HOSTILE").ok().and_then(|times| times.parse::<usize>().ok());
    usual * times.unwrap_or(1)
}

/// What the macro makes of it; it must be an error, or an implementation.
fn expand(options: &TokenStream, item: &TokenStream) -> TokenStream {
    let expand =
        || (server(options.clone(), item.clone()), hooks::block(options.clone(), item.clone()));
    let Ok((expanded, hooks)) = catch_unwind(AssertUnwindSafe(expand)) else {
        panic!("a macro panicked on\n#[mux_…({options})]\n{item}")
    };
    let text = hooks.to_string();
    let says = text.contains("compile_error") || text.contains("Hooks for");
    assert!(says, "the macro says nothing of\n#[mux_hooks({options})]\n{item}\nbut\n{text}");
    let text = expanded.to_string();
    let says = text.contains("compile_error") || text.contains("Session for");
    assert!(says, "the macro says nothing of\n#[mux_server({options})]\n{item}\nbut\n{text}");
    expanded
}

#[test]
fn nonsense_never_makes_it_panic_or_say_nothing() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..rounds(4_000) {
        let (options, item) = (random.nonsense(3), random.nonsense(3));
        expand(&options, &item);
    }
}

#[test]
fn a_block_with_something_wrong_never_makes_it_panic_or_say_nothing() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for round in 0..rounds(4_000) {
        let (options, block) = (random.one_of(OPTIONS), random.one_of(BLOCKS));
        let rarity = [3, 10, 50][round % 3];
        let (options, block) = (random.spoil(options, rarity), random.spoil(block, rarity));
        expand(&options, &block);
    }
}

#[test]
fn each_word_in_each_attribute_never_makes_it_panic_or_say_nothing() {
    for attribute in
        ["line", "frame", "until", "bytes", "chunk", "input", "on", "hook", "rest", "body"]
    {
        for word in WORDS {
            for arguments in [
                format!("({word})"),
                format!("(\"A\", {word})"),
                format!("(mode = {word})"),
                format!("(parser = {word})"),
                format!("(connect, {word})"),
                format!(" = {word}"),
            ] {
                let item = if ["rest", "body"].contains(&attribute) {
                    format!(
                        "impl A {{ #[line] fn a(&mut self, #[{attribute}{arguments}] b: &str) {{}} }}"
                    )
                } else {
                    format!("impl A {{ #[{attribute}{arguments}] fn a(&mut self, b: &str) {{}} }}")
                };
                let item = item.parse::<TokenStream>().unwrap();
                expand(&TokenStream::new(), &item);
            }
        }
    }
}

#[test]
fn what_can_be_read_as_a_block_stays_readable() {
    let mut random = Random(0xd1b5_4a32_d192_ed03);
    for _ in 0..rounds(2_000) {
        let block = random.one_of(&BLOCKS[..4]);
        let block = random.spoil(block, 60);
        if syn::parse2::<syn::ItemImpl>(block.clone()).is_err() {
            continue;
        }
        let expanded = expand(&random.one_of(OPTIONS), &block);
        if let Err(error) = syn::parse2::<syn::File>(expanded.clone()) {
            panic!("{error} in what the macro made of\n{block}\nwhich is\n{expanded}");
        }
    }
}
