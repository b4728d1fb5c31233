//! The mio loop over real sockets: what leaves, in how many writes, and who is closed for not
//! taking it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]

mod common;

use std::{
    io::{ErrorKind, Read, Write},
    os::{
        fd::OwnedFd,
        unix::net::{UnixListener, UnixStream},
    },
    thread::{self, JoinHandle},
};

use common::{
    PATIENCE,
    line::{Brake, Shared},
    wait_until,
};
use mux_runtime::{
    Bound, Cx, Handle, Id, Server, Session, SocketOptions,
    engine::{Limits, SlowReader},
    mux_server,
};
use socket2::{Domain, SockAddr, Socket, Type};

/// A server on a unix socket: what its kernel takes is there for the client at once, and there is
/// no more to be taken than the client has not read.
struct OverUnix {
    folder: tempfile::TempDir,
    kind: Type,
    handle: Handle,
    thread: JoinHandle<()>,
}

impl OverUnix {
    fn serve<P: Session>(
        kind: Type,
        limits: Limits,
        shared: impl FnOnce() -> P::Shared + Send + 'static,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = Socket::new(Domain::UNIX, kind, None).unwrap();
        socket.bind(&SockAddr::unix(folder.path().join("socket")).unwrap()).unwrap();
        socket.listen(16).unwrap();
        let (started, starts) = std::sync::mpsc::channel();
        let thread = thread::spawn(move || {
            let mut server = Server::new(shared()).unwrap();
            server.set_limits(limits);
            let listener = UnixListener::from(OwnedFd::from(socket));
            let bound = Bound::unix(listener, SocketOptions::default()).unwrap();
            server.listen_on::<P>(bound).unwrap();
            started.send(server.handle()).unwrap();
            server.run().unwrap();
        });
        let handle = starts.recv_timeout(PATIENCE).unwrap();
        OverUnix { folder, kind, handle, thread }
    }

    fn connect(&self) -> Socket {
        let socket = Socket::new(Domain::UNIX, self.kind, None).unwrap();
        socket.connect(&SockAddr::unix(self.folder.path().join("socket")).unwrap()).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket
    }

    fn stop(self) {
        self.handle.stop();
        wait_until("the server ends when told to", || self.thread.is_finished());
        self.thread.join().unwrap();
    }
}

/// Tells the others ten bytes a line, and itself one in between.
#[derive(Default)]
struct Talker;

#[mux_server]
impl Talker {
    #[line]
    fn say(&mut self, cx: &mut Cx<'_, Self>, _line: &str) -> &'static str {
        cx.out.others("0123456789");
        "-"
    }
}

#[test]
fn many_small_pieces_leave_in_large_writes() {
    const LINES: usize = 10_000;
    // Each write to such a socket is a message of its own, so the reader can count them.
    let server = OverUnix::serve::<Talker>(Type::SEQPACKET, Limits::default(), || ());
    let (mut reader, mut talker) = (server.connect(), server.connect());
    talker.write_all(&b"\n".repeat(LINES)).unwrap();
    let (mut heard, mut writes) = (Vec::new(), Vec::new());
    let mut room = vec![0; 1 << 20];
    while heard.len() < 10 * LINES {
        let count = reader.read(&mut room).unwrap();
        heard.extend_from_slice(&room[..count]);
        writes.push(count);
    }
    assert_eq!(heard, b"0123456789".repeat(LINES));
    assert!(writes.len() <= 3, "{} writes of {writes:?} bytes", writes.len());
    drop((reader, talker));
    server.stop();
}

/// Tells the first one so many bytes, once the loop may go on.
struct Teller;

struct Desk {
    line: Shared,
    first: Option<Id>,
}

#[mux_server(shared = Desk)]
impl Teller {
    #[on(connect)]
    fn enter(cx: &mut Cx<'_, Self>) -> Self {
        let id = cx.id();
        cx.shared.first.get_or_insert(id);
        Teller
    }

    #[line("tell")]
    fn tell(&mut self, cx: &mut Cx<'_, Self>, count: usize) {
        cx.shared.line.hold();
        if let Some(first) = cx.shared.first {
            cx.out.to(first).write(vec![b'x'; count]);
        }
    }
}

/// How many bytes the kernel takes for one that does not read.
fn kernel_bytes() -> usize {
    let (mut near, _far) = UnixStream::pair().unwrap();
    near.set_nonblocking(true).unwrap();
    near.write(&vec![0; 64 << 20]).unwrap()
}

/// Reads all that there is.
fn drain(reader: &mut Socket, room: &mut [u8]) -> usize {
    reader.set_nonblocking(true).unwrap();
    let mut all = 0;
    loop {
        match reader.read(room) {
            Ok(0) => break,
            Ok(count) => all += count,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::WouldBlock, "after {all} bytes");
                break;
            }
        }
    }
    reader.set_nonblocking(false).unwrap();
    all
}

/// In one turn, four tell one more than the kernel takes at a time; the reader takes all that
/// there is between any two of them.
fn hears_all_of_a_long_turn(slow_reader: SlowReader, output_high: usize, kernel: usize) {
    let limits = Limits {
        slow_reader,
        output_high,
        output_low: output_high / 2,
        turn_bytes: kernel / 10,
        ..Limits::default()
    };
    let (brake, line) = Brake::new();
    let desk = || Desk { line: line(), first: None };
    let server = OverUnix::serve::<Teller>(Type::STREAM, limits, desk);
    let mut clients = [(); 6].map(|()| server.connect());
    let [reader, holder, tellers @ ..] = &mut clients;
    holder.write_all(b"tell 0\n").unwrap();
    brake.is_on();
    let counts = [15, 6, 6, 6].map(|tenths| kernel * tenths / 10);
    for (teller, count) in tellers.iter_mut().zip(counts) {
        teller.write_all(format!("tell {count}\n").as_bytes()).unwrap();
    }
    let (mut heard, mut room) = (0, vec![0; 1 << 20]);
    for _ in counts {
        brake.lets_go();
        brake.is_on();
        heard += drain(reader, &mut room);
    }
    brake.lets_go();
    let told = counts.iter().sum::<usize>();
    while heard < told {
        let count = reader.read(&mut room).unwrap();
        assert!(count > 0, "{slow_reader:?}: closed after {heard} of {told} bytes");
        heard += count;
    }
    drop(clients);
    server.stop();
}

#[test]
fn one_that_reads_all_there_is_is_not_slow_however_much_one_turn_writes() {
    let kernel = kernel_bytes();
    for (slow_reader, output_high) in [
        (SlowReader::Close, kernel / 4),
        (SlowReader::Pause, kernel / 4),
        (SlowReader::Drop, kernel * 3 / 2),
    ] {
        hears_all_of_a_long_turn(slow_reader, output_high, kernel);
    }
}

/// Says goodbye to all, at the end of the server and at its own.
#[derive(Default)]
struct Polite;

#[mux_server]
impl Polite {
    #[line("here")]
    fn here(&mut self) -> &'static str {
        "here\n"
    }

    #[on(drain)]
    fn drain(&mut self, cx: &mut Cx<'_, Self>) {
        cx.out.broadcast("bye\n");
        cx.close();
    }

    #[on(close)]
    fn leave(self, cx: &mut mux_runtime::Closing<'_, Self>, _why: mux_runtime::CloseReason) {
        cx.out.broadcast("gone\n");
    }
}

#[test]
fn all_are_told_of_the_end_once_though_that_takes_more_than_a_turn() {
    const CLIENTS: usize = 8;
    // Each goodbye fills the turn.
    let limits = Limits { turn_bytes: 1, ..Limits::default() };
    let server = OverUnix::serve::<Polite>(Type::STREAM, limits, || ());
    let mut clients = [(); CLIENTS].map(|()| server.connect());
    let mut room = [0; 5];
    for client in &mut clients {
        client.write_all(b"here\n").unwrap();
        client.read_exact(&mut room).unwrap();
    }
    server.handle.stop();
    for (at, client) in clients.iter_mut().enumerate() {
        let mut heard = String::new();
        client.read_to_string(&mut heard).unwrap();
        let count = |word| heard.lines().filter(|line| *line == word).count();
        // Those before it have left by the time that it is told.
        assert_eq!((count("bye"), count("gone")), (at + 1, at), "{at}: {heard:?}");
    }
    drop(clients);
    server.stop();
}
