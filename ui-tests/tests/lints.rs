//! Generated code is clean under every lint that a user may have set: this file is what
//! `cargo clippy --all-targets -- -D warnings` looks at.

#![deny(
    warnings,
    missing_docs,
    future_incompatible,
    let_underscore,
    nonstandard_style,
    rust_2018_idioms,
    unused,
    absolute_paths_not_starting_with_crate,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    let_underscore_drop,
    missing_debug_implementations,
    non_ascii_idents,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unsafe_code,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_imports
)]
// At odds with `unreachable_pub`.
#![allow(clippy::redundant_pub_crate)]

use mux_runtime::{
    CloseReason, Closing, Cx, Handle, Malformed, Peer, Settings, Words, mux_hooks, mux_server,
    testing::Server, text,
};
use nom::character::complete::{alpha1, u8};

/// What all share.
#[derive(Debug, Default)]
pub struct Hall {
    guests: u64,
}

#[mux_hooks]
impl Hall {
    /// Nothing is to be set.
    #[hook(configure)]
    fn configure(&mut self, _settings: &mut Settings) {}

    /// The hall is empty at first.
    #[hook(pre_loop)]
    fn open(&mut self) -> Result<(), String> {
        if self.guests == 0 { Ok(()) } else { Err("somebody is in".to_owned()) }
    }

    /// Nobody waits.
    #[hook(run_dequeue)]
    fn look(&mut self, handle: &Handle) {
        if self.guests == u64::MAX {
            handle.stop();
        }
    }

    /// Nobody reads it.
    #[hook(write_to_log)]
    fn log(_level: u8, _line: &str) {}
}

/// The mode in which commands are taken.
#[derive(Debug, Default)]
pub struct Command;

/// The mode in which text is taken; it is much larger than the other.
#[derive(Debug, Default)]
pub struct Letter {
    lines: u32,
    _room: [u64; 32],
}

/// One of them.
#[derive(Debug)]
pub struct Guest {
    name: String,
}

#[mux_server(
    shared = Hall,
    modes(Command, Letter),
    line = crlf,
    max_line = 256,
    ignore_case
)]
impl Guest {
    #[hook(post_accept)]
    fn come_in(hall: &mut Hall, peer: &Peer) {
        hall.guests += u64::from(peer.is_loopback());
    }

    #[hook(allow_deny)]
    fn let_in(hall: &mut Hall, _peer: &Peer) -> bool {
        hall.guests < 9
    }

    #[hook(request_denied)]
    fn go_away(_hall: &mut Hall, _peer: &Peer) -> &'static str {
        "full\r\n"
    }

    #[on(connect)]
    fn arrive(cx: &mut Cx<'_, Self>) -> Self {
        Self { name: cx.peer().to_string() }
    }

    #[on(eof)]
    fn eof(&mut self, cx: &mut Cx<'_, Self>, rest: &[u8]) {
        cx.out.write(rest);
        cx.close();
    }

    #[on(timeout)]
    fn patience(&mut self, cx: &mut Cx<'_, Self>) -> Option<Command> {
        self.name.clear();
        cx.cancel_timeout();
        Some(Command)
    }

    #[on(malformed)]
    fn malformed(&mut self, cx: &mut Cx<'_, Self>, what: &Malformed<'_>) {
        write!(cx.out, "{}: {what}\r\n", self.name);
    }

    #[on(close)]
    fn leave(self, cx: &mut Closing<'_, Self>, why: CloseReason) {
        cx.shared.guests -= u64::from(why != CloseReason::Malformed);
    }

    /// Take a name.
    #[line("name", parser = text(alpha1))]
    fn rename(&mut self, name: &str) -> Result<(), String> {
        name.clone_into(&mut self.name);
        Ok(())
    }

    /// Count.
    #[line("count")]
    fn count(
        &mut self,
        cx: &mut Cx<'_, Self>,
        from: u32,
        step: Option<u32>,
        bytes: Option<&[u8]>,
        words: Words<'_>,
    ) {
        let words = u32::try_from(words.count()).unwrap_or(u32::MAX);
        let bytes = u32::from(bytes.is_some());
        write!(cx.out, "{} {}\r\n", self.name, from + step.unwrap_or(1) + bytes + words);
    }

    /// Whisper.
    #[line("whisper")]
    fn whisper(&mut self, cx: &mut Cx<'_, Self>, _command: &mut Command, #[rest] text: &[u8]) {
        cx.out.write((self.name.as_str(), text));
    }

    /// Write a letter.
    #[line("letter")]
    fn letter(&mut self) -> Result<Letter, &'static str> {
        if self.name.is_empty() { Err("no name\r\n") } else { Ok(Letter::default()) }
    }

    #[line(parser = u8)]
    fn number(&mut self, cx: &mut Cx<'_, Self>, number: u8) {
        write!(cx.out, "{} {number}\r\n", self.name);
    }

    #[line]
    fn any(&mut self, line: &str) -> String {
        format!("{}? {line}\r\n", self.name)
    }

    #[line(mode = Letter)]
    fn body(&mut self, letter: &mut Letter, line: &[u8]) -> Option<Command> {
        letter.lines += 1;
        (line == b"." && !self.name.is_empty()).then_some(Command)
    }
}

/// As little as can be.
#[derive(Debug, Default)]
pub struct Least<T>(T);

#[mux_server]
impl<T: Default + 'static> Least<T> {
    #[line]
    fn any(&mut self, _line: &[u8]) {
        self.0 = T::default();
    }
}

mod private {
    use mux_runtime::{Cx, mux_server};

    /// A mode that nobody else may name.
    #[derive(Default)]
    struct Command;

    #[derive(Default)]
    struct Count(u8);

    #[derive(Default)]
    pub(crate) struct Session {
        total: u8,
    }

    #[mux_server(modes(Command, Count))]
    impl Session {
        #[line("count")]
        fn count(&mut self, cx: &mut Cx<'_, Self>) -> Count {
            write!(cx.out, "{}", self.total);
            Count(1)
        }

        #[line(mode = Count)]
        fn add(&mut self, count: Count, _line: &str) -> Command {
            self.total += count.0;
            Command
        }
    }
}

#[test]
fn a_program_under_all_lints_runs() {
    let server = Server::<Guest>::new(Hall::default());
    let ann = server.connect("127.0.0.1:9");
    ann.sends("NAME ann\r\ncount 1 2 x y z\r\nwhisper a b\r\n7\r\nelse\r\ncount x\r\n");
    assert_eq!(
        ann.hears(),
        "ann 6\r\nanna bann 7\r\nann? else\r\n\
         ann: usage: count <from> [step] [bytes] [words...]\r\n"
    );
    ann.sends("letter\r\nx\r\n.\r\n7\r\n");
    assert_eq!(ann.hears(), "ann 7\r\n");

    let bob = Server::<private::Session>::new(()).connect("127.0.0.1:9");
    bob.sends("count\nx\ncount\n");
    assert_eq!(bob.hears(), "01");

    let eve = Server::<Least<u32>>::new(()).connect("127.0.0.1:9");
    eve.sends("x\n");
    assert_eq!(eve.hears(), "");
}
