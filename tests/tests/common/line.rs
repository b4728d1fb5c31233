//! A server of lines that the test can hold still.

#![allow(clippy::write_with_newline, reason = "`writeln!` would hide what is sent")]

use std::{sync::mpsc, time::Duration};

use mux_runtime::{CloseReason, Closing, Cx, mux_server};

use super::{Client, InThread, PATIENCE};

/// The shared value: what the test wants to know, and the means to hold the loop still.
pub struct Shared {
    pub lines: u64,
    pub closed: Vec<CloseReason>,
    held: mpsc::Sender<()>,
    release: mpsc::Receiver<()>,
}

impl Shared {
    /// Holds the loop still until the test lets it go on; so the test can have the kernel gather
    /// what the loop is then to find all at once.
    pub fn hold(&mut self) {
        self.held.send(()).unwrap();
        self.release.recv_timeout(PATIENCE).expect("the test lets the loop go on");
    }
}

/// The test's end of [`Shared::hold`].
pub struct Brake {
    held: mpsc::Receiver<()>,
    release: mpsc::Sender<()>,
}

impl Brake {
    pub fn new() -> (Self, impl FnOnce() -> Shared + Send) {
        let (is_held, held) = mpsc::channel();
        let (release, released) = mpsc::channel();
        let shared =
            move || Shared { lines: 0, closed: Vec::new(), held: is_held, release: released };
        (Brake { held, release }, shared)
    }

    /// Returns once the loop is still.
    pub fn is_on(&self) {
        self.held.recv_timeout(PATIENCE).expect("the loop is held");
    }

    pub fn lets_go(&self) {
        self.release.send(()).unwrap();
    }
}

pub struct Line;

#[mux_server(shared = Shared)]
impl Line {
    #[on(connect)]
    fn enter() -> Self {
        Line
    }

    /// So many bytes.
    #[line("big")]
    fn big(&mut self, count: usize) -> Vec<u8> {
        vec![b'x'; count]
    }

    /// Takes the line, and gives nothing.
    #[line("drop")]
    fn take(&mut self, cx: &mut Cx<'_, Self>, #[rest] _text: &str) {
        cx.shared.lines += 1;
    }

    /// How many lines were dropped so far.
    #[line("count")]
    fn count(&mut self, cx: &mut Cx<'_, Self>) {
        let lines = cx.shared.lines;
        write!(cx.out, "{lines}\n");
    }

    /// Why connections ended, the last one last.
    #[line("closed")]
    fn closed(&mut self, cx: &mut Cx<'_, Self>) {
        write!(cx.out, "{:?}\n", cx.shared.closed);
    }

    /// So many bytes for everyone, and a line's end.
    #[line("all")]
    fn all(&mut self, cx: &mut Cx<'_, Self>, count: usize) {
        cx.out.broadcast((vec![b'x'; count], "\n"));
    }

    #[line("wait")]
    fn wait(&mut self, cx: &mut Cx<'_, Self>, milliseconds: u64) {
        cx.set_timeout(Duration::from_millis(milliseconds));
    }

    #[on(timeout)]
    fn late(&mut self) -> &'static str {
        "late\n"
    }

    #[line("hold")]
    fn hold(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
        cx.shared.hold();
        "held\n"
    }

    #[line("quit")]
    fn quit(&mut self, cx: &mut Cx<'_, Self>) {
        cx.close();
    }

    #[line]
    fn echo(&mut self, cx: &mut Cx<'_, Self>, line: &str) {
        write!(cx.out, "{line}\n");
    }

    #[on(close)]
    fn leave(self, cx: &mut Closing<'_, Self>, why: CloseReason) {
        cx.shared.closed.push(why);
    }
}

/// A server, the means to hold it, and a client to hold it with.
pub fn server() -> (InThread<Shared>, Brake, Client) {
    let (brake, shared) = Brake::new();
    let server = InThread::serve::<Line>(([127, 0, 0, 1], 0).into(), shared);
    let client = server.connect();
    (server, brake, client)
}
