//! The mio loop over real sockets: no wake-up is lost, nobody starves, nothing spins.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]
#![allow(clippy::write_with_newline, reason = "`writeln!` would hide what is sent")]

mod common;

use std::{
    io::{Read, Write},
    net::SocketAddr,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use common::{Client, InThread, PATIENCE, Program, chat_program, loopbacks, ticks, wait_until};
use mux_runtime::{CloseReason, Closing, Cx, Peer, mux_server};
use rustix::process::{Resource, Signal, getrlimit, setrlimit};

/// Bytes of one read of the loop.
const READ_BYTES: usize = 64 * 1024;

/// The shared value: what the test wants to know, and the means to hold the loop still.
struct Shared {
    lines: u64,
    closed: Vec<CloseReason>,
    held: mpsc::Sender<()>,
    release: mpsc::Receiver<()>,
}

impl Shared {
    /// Holds the loop still until the test lets it go on; so the test can have the kernel gather
    /// what the loop is then to find all at once.
    fn hold(&mut self) {
        self.held.send(()).unwrap();
        self.release.recv_timeout(PATIENCE).expect("the test lets the loop go on");
    }
}

/// The test's end of [`Shared::hold`].
struct Brake {
    held: mpsc::Receiver<()>,
    release: mpsc::Sender<()>,
}

impl Brake {
    fn new() -> (Self, impl FnOnce() -> Shared + Send) {
        let (is_held, held) = mpsc::channel();
        let (release, released) = mpsc::channel();
        let shared =
            move || Shared { lines: 0, closed: Vec::new(), held: is_held, release: released };
        (Brake { held, release }, shared)
    }

    /// Returns once the loop is still.
    fn is_on(&self) {
        self.held.recv_timeout(PATIENCE).expect("the loop is held");
    }

    fn lets_go(&self) {
        self.release.send(()).unwrap();
    }
}

struct Line;

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
fn server() -> (InThread<Shared>, Brake, Client) {
    let (brake, shared) = Brake::new();
    let server = InThread::serve::<Line>(([127, 0, 0, 1], 0).into(), shared);
    let client = server.connect();
    (server, brake, client)
}

/// Lines of 64 bytes that are dropped, `bytes` together with the question for their count.
fn burst(bytes: usize) -> (Vec<u8>, usize) {
    let question = b"count\n";
    let line = [b"drop ", &[b'x'; 58][..], b"\n"].concat();
    let lines = (bytes - question.len()) / line.len();
    let mut burst = line.repeat(lines);
    // Blanks before a word are nothing: they make up the number of bytes.
    burst.resize(bytes - question.len(), b' ');
    burst.extend_from_slice(question);
    (burst, lines)
}

#[test]
fn a_client_that_sends_byte_by_byte_is_answered() {
    let (server, _brake, mut client) = server();
    for byte in b"hello\r\nworld\n" {
        client.sends([*byte]);
    }
    client.hears("hello\nworld\n");
    drop(client);
    server.stop();
}

#[test]
fn a_burst_that_just_fills_the_read_buffer_is_read_to_its_end() {
    let (server, brake, mut holder) = server();
    let mut total = 0;
    for size in [1, 2, 3, 4].map(|times| times * READ_BYTES) {
        for bytes in [size - 1, size, size + 1] {
            let mut client = server.connect();
            client.sends("here\n");
            client.hears("here\n");
            holder.sends("hold\n");
            brake.is_on();
            let (burst, lines) = burst(bytes);
            // What the kernel does not take is written when the loop reads again.
            thread::scope(|scope| {
                let sending = scope.spawn(|| client.sends(&burst));
                if bytes <= READ_BYTES {
                    wait_until("the kernel takes a burst", || sending.is_finished());
                }
                brake.lets_go();
            });
            total += lines;
            client.hears(format!("{total}\n"));
            holder.hears("held\n");
        }
    }
    drop(holder);
    server.stop();
}

#[test]
fn data_and_end_that_come_together_are_both_seen() {
    for bytes in [6, 100, READ_BYTES - 1, READ_BYTES, READ_BYTES + 1] {
        let (server, brake, mut holder) = server();
        let mut client = server.connect();
        holder.sends("hold\n");
        brake.is_on();
        let (burst, lines) = burst(bytes);
        client.sends(&burst[..burst.len() - 1]);
        client.finishes();
        brake.lets_go();
        // The question lacks its end, and is the last line all the same.
        client.hears(format!("{lines}\n"));
        client.hears_the_end();
        holder.sends("closed\n");
        holder.hears("held\n[Finished]\n");
        drop(holder);
        server.stop();
    }
}

#[test]
fn an_end_alone_is_seen() {
    let (server, brake, mut holder) = server();
    // At once, when the loop knows the client, and when it finds connection and end together.
    server.connect().finishes();
    let mut client = server.connect();
    client.sends("here\n");
    client.hears("here\n");
    client.finishes();
    client.hears_the_end();
    holder.sends("hold\n");
    brake.is_on();
    let mut client = server.connect();
    client.finishes();
    brake.lets_go();
    client.hears_the_end();
    holder.hears("held\n");
    drop(holder);
    assert_eq!(server.stop().closed[..3], [CloseReason::Finished; 3]);
}

#[test]
fn a_client_that_finishes_while_megabytes_are_written_hears_them_all() {
    const BYTES: usize = 16 << 20;
    let (server, _brake, _) = server();
    for read_before in [0, 1, 1 << 20] {
        let mut client = server.connect();
        client.sends(format!("big {BYTES}\n"));
        client.hears(vec![b'x'; read_before]);
        client.sends("last");
        client.finishes();
        let heard = client.hears_to_the_end();
        assert_eq!(heard.len(), BYTES - read_before + "last\n".len());
        assert!(heard.ends_with(b"xlast\n"));
    }
    server.stop();
}

#[test]
fn one_that_asks_for_much_and_reads_late_is_held_back_and_loses_nothing() {
    const ASKED: usize = 200;
    const BYTES: usize = 100_000;
    let (server, _brake, mut holder) = server();
    let mut client = server.connect();
    client.sends(format!("big {BYTES}\n").repeat(ASKED));
    // The others are answered meanwhile.
    for _ in 0..50 {
        holder.sends("here\n");
        holder.hears("here\n");
    }
    client.hears(vec![b'x'; ASKED * BYTES]);
    // And once it has read it is read again.
    client.sends("here\n");
    client.hears("here\n");
    drop((client, holder));
    server.stop();
}

#[test]
fn a_reset_ends_one_connection_and_no_other() {
    let (server, brake, mut holder) = server();
    let mut seen = 0;
    let mut lost = || {
        seen += 1;
        wait_until("the reset is seen", || {
            holder.sends("closed\n");
            holder.hears_line() == format!("{:?}\n", vec![CloseReason::Lost; seen])
        });
    };
    // In the middle of a line, of a large answer, and with nothing under way.
    for script in ["half a li", "big 16777216\n", ""] {
        let mut client = server.connect();
        client.sends("here\n");
        client.hears("here\n");
        client.sends(script);
        if script.starts_with("big") {
            client.hears("x");
        }
        client.resets();
        lost();
    }
    // While the loop is busy elsewhere: data and reset are found together.
    let mut client = server.connect();
    client.sends("here\n");
    client.hears("here\n");
    holder.sends("hold\n");
    brake.is_on();
    client.sends("here\n");
    client.resets();
    brake.lets_go();
    holder.hears("held\n");
    holder.sends("here\n");
    holder.hears("here\n");
    drop(holder);
    assert_eq!(server.stop().closed[..4], [CloseReason::Lost; 4]);
}

#[test]
fn one_that_never_reads_is_closed_and_the_others_hear_all() {
    const BYTES: usize = 100_000;
    let (server, _brake, mut talker) = server();
    let mut listener = server.connect();
    let mut silent = server.connect();
    for client in [&mut listener, &mut silent] {
        client.sends("here\n");
        client.hears("here\n");
    }
    let line = [&[b'x'; BYTES][..], b"\n"].concat();
    // The kernel takes some megabytes for the silent one, and the server one more.
    let mut told = 0;
    let closed = loop {
        talker.sends(format!("all {BYTES}\nclosed\n"));
        talker.hears(&line);
        listener.hears(&line);
        told += 1;
        let closed = talker.hears_line();
        if closed != "[]\n" {
            break closed;
        }
        assert!(told < 1000, "what waits for one that never reads is bounded");
    };
    assert_eq!(closed, "[SlowReader]\n");
    // It may still read what the kernel took, and then finds the connection gone.
    let mut heard = Vec::new();
    let _ = silent.stream.read_to_end(&mut heard);
    assert!(heard.len() < told * line.len());
    drop((talker, listener));
    server.stop();
}

#[test]
fn a_timeout_comes_without_any_other_event() {
    let (server, _brake, mut client) = server();
    let start = Instant::now();
    client.sends("wait 50\n");
    client.hears("late\n");
    assert!(start.elapsed() >= Duration::from_millis(50));
    // A long one that is set again as a short one, and one that does not hinder the end.
    client.sends("wait 3600000\nwait 1\n");
    client.hears("late\n");
    client.sends("wait 3600000\n");
    client.finishes();
    client.hears_the_end();
    server.stop();
}

#[test]
fn five_hundred_clients_at_once_are_each_answered() {
    // Both ends are in this process.
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
    let (server, _brake, _) = server();
    let mut clients = (0..500).map(|_| server.connect()).collect::<Vec<_>>();
    for round in 0..3 {
        for (at, client) in clients.iter_mut().enumerate() {
            client.sends(format!("{round} of {at}\n"));
        }
        for (at, client) in clients.iter_mut().enumerate() {
            client.hears(format!("{round} of {at}\n"));
        }
    }
    // Half of them leave, and others take their places.
    clients.truncate(250);
    clients.extend((0..250).map(|_| server.connect()));
    for (at, client) in clients.iter_mut().enumerate() {
        client.sends(format!("{at} again\n"));
    }
    for (at, client) in clients.iter_mut().enumerate() {
        client.hears(format!("{at} again\n"));
        client.finishes();
        client.hears_the_end();
    }
    let closed = server.stop().closed;
    // The one that `server` connected is gone, too.
    assert_eq!(closed.len(), 751);
}

#[test]
fn one_that_has_much_to_say_is_read_in_turn_with_the_others() {
    let (server, brake, mut holder) = server();
    let mut flood = server.connect();
    let mut asking = server.connect();
    asking.sends("here\n");
    asking.hears("here\n");
    // The kernel gathers more for a connection that was read fast.
    let warm_up = b"drop\n".repeat(1 << 20);
    flood.sends(&warm_up);
    flood.sends("count\n");
    flood.hears(format!("{}\n", 1 << 20));
    // With the loop held, the kernel gathers megabytes of one client, and one line of another.
    holder.sends("hold\n");
    brake.is_on();
    // In the midst of the flood, some turns on, the loop is held again.
    let ahead = b"drop\n".repeat(4 * READ_BYTES / 5);
    let behind = b"drop\n".repeat(READ_BYTES);
    let lines = [&ahead[..], b"hold\n", &behind].concat();
    flood.stream.set_nonblocking(true).unwrap();
    let mut gathered = 0;
    while let Ok(count) = flood.stream.write(&lines[gathered..])
        && count > 0
    {
        gathered += count;
    }
    assert!(gathered > ahead.len() + 5, "the kernel holds only {gathered} bytes");
    asking.sends("count\n");
    brake.lets_go();
    brake.is_on();
    // The flood is not over, and the answer is there: turns end although one client has more.
    let counted = asking.hears_line().trim_end().parse::<usize>().unwrap() - (1 << 20);
    // What one turn reads of the flood, or two, if it was read first.
    assert!(counted <= 2 * READ_BYTES / "drop\n".len(), "{counted} lines came first");
    brake.lets_go();
    holder.hears("held\n");
    drop((flood, asking, holder));
    server.stop();
}

#[test]
fn one_that_never_stops_sending_starves_nobody() {
    let (server, _brake, mut asking) = server();
    let stop = Arc::new(AtomicBool::new(false));
    let mut floods = (0..2).map(|_| server.connect()).collect::<Vec<_>>();
    thread::scope(|scope| {
        for flood in &mut floods {
            let stop = Arc::clone(&stop);
            scope.spawn(move || {
                let lines = b"drop\n".repeat(100_000);
                while !stop.load(Ordering::Relaxed) {
                    flood.sends(&lines);
                }
            });
        }
        let mut counts = Vec::<u64>::new();
        for _ in 0..100 {
            asking.sends("count\n");
            counts.push(asking.hears_line().trim_end().parse().unwrap());
            // A new client gets in, too.
            let mut new = server.connect();
            new.sends("here\n");
            new.hears("here\n");
        }
        stop.store(true, Ordering::Relaxed);
        assert!(counts.is_sorted() && counts[0] < counts[99], "the floods go on: {counts:?}");
    });
    drop((floods, asking));
    server.stop();
}

#[test]
fn when_the_server_stops_clients_hear_their_last_output_and_the_end() {
    const BYTES: usize = 8 << 20;
    let (server, _brake, mut idle) = server();
    let address = server.address;
    let mut reading = server.connect();
    reading.sends(format!("big {BYTES}\n"));
    reading.hears("x");
    server.handle.stop();
    idle.hears_the_end();
    assert_eq!(reading.hears_to_the_end().len(), BYTES - 1);
    wait_until("nobody listens any more", || std::net::TcpStream::connect(address).is_err());
    drop((idle, reading));
    assert_eq!(server.stop().closed, [CloseReason::Shutdown; 2]);
}

#[test]
fn a_second_stop_waits_for_nobody() {
    let (server, _brake, idle) = server();
    let mut reading = server.connect();
    reading.sends("big 16777216\n");
    reading.hears("x");
    let start = Instant::now();
    server.handle.stop();
    // The second one.
    server.stop();
    // Neither the 5 seconds for the last output nor the 2 for the clients to close.
    assert!(start.elapsed() < Duration::from_millis(1500), "{:?}", start.elapsed());
    drop((idle, reading));
}

#[test]
fn clients_that_come_and_go_leave_nothing_behind() {
    let (server, _brake, _) = server();
    for round in 0..300 {
        let mut client = server.connect();
        client.sends(format!("{round}\nquit\nnever\n"));
        client.hears(format!("{round}\n"));
        client.hears_the_end();
    }
    let closed = server.stop().closed;
    assert_eq!(closed.iter().filter(|why| **why == CloseReason::Closed).count(), 300);
}

#[test]
fn input_behind_a_close_does_not_reset_what_was_said_before_it() {
    let (server, brake, mut holder) = server();
    for bytes in [10, 1000, 100_000] {
        let mut client = server.connect();
        client.sends("here\n");
        client.hears("here\n");
        holder.sends("hold\n");
        brake.is_on();
        client.sends(format!("last\nquit\n{}", "x".repeat(bytes)));
        brake.lets_go();
        client.hears("last\n");
        client.hears_the_end();
        holder.hears("held\n");
    }
    drop(holder);
    server.stop();
}

/// Lets nobody in, and takes its time to say so.
struct Denying;

#[mux_server(shared = Shared)]
impl Denying {
    #[hook(allow_deny)]
    fn nobody(shared: &mut Shared, _peer: &Peer) -> bool {
        shared.hold();
        false
    }

    #[hook(request_denied)]
    fn go_away(_shared: &mut Shared, _peer: &Peer) -> &'static str {
        "Go away!\n"
    }

    #[on(connect)]
    fn enter() -> Self {
        Denying
    }

    #[line]
    fn line(&mut self, _line: &str) {}
}

#[test]
fn one_that_is_denied_while_it_sends_hears_why_and_no_reset() {
    let (brake, shared) = Brake::new();
    let server = InThread::serve::<Denying>(([127, 0, 0, 1], 0).into(), shared);
    for bytes in [0, 10, 100_000, 1 << 20, 16 << 20] {
        let mut client = server.connect();
        brake.is_on();
        thread::scope(|scope| {
            let mut sending = Client::over(client.stream.try_clone().unwrap());
            let sending = scope.spawn(move || sending.sends(vec![b'x'; bytes]));
            if bytes <= 10 {
                wait_until("the kernel takes a few bytes", || sending.is_finished());
            }
            brake.lets_go();
        });
        // All that it sends is taken first, and nothing that was said to it is destroyed by that.
        client.hears("Go away!\n");
        client.hears_the_end();
    }
    server.stop();
}

#[test]
fn without_descriptors_accepting_pauses_and_recovers_and_does_not_spin() {
    // A rate that would allow more is no reason to look either.
    for rate in ["none", "1000"] {
        runs_out_of_descriptors(rate);
    }
}

fn runs_out_of_descriptors(rate: &str) {
    let mut command = Command::new("sh");
    let run = "ulimit -n 24; exec \"$0\" --port 0 --log-level warn --accept-rate \"$1\"";
    command.args(["-c", run]).arg(chat_program()).arg(rate);
    let mut program = Program::from_command(command);
    let address = program.address();
    // The kernel takes them all; the program can't.
    let mut clients = (0..40).map(|_| Client::connect(address)).collect::<Vec<_>>();
    let welcomed = |client: &mut Client| while !client.hears_line().starts_with("Welcome") {};
    clients[..8].iter_mut().for_each(welcomed);
    program.line_with(&["cannot accept", "trying again"]);
    let before = ticks(program.id());
    for _ in 0..10 {
        program.line_with(&["cannot accept", "trying again"]);
    }
    // Ten pauses of 100 ms: a loop that spins would use 100 ticks.
    let used = ticks(program.id()) - before;
    assert!(used <= 30, "{used} ticks in ten pauses at rate {rate}");
    // Those that are in are served.
    clients[0].sends("/who\r\n");
    wait_until("a guest is answered", || clients[0].hears_line() == "you are 1 (#1)\r\n");
    // Whoever leaves makes room for one who waits.
    for mut client in clients {
        welcomed_or_served(&mut client);
    }
    let mut last = Client::connect(address);
    welcomed(&mut last);
    program.is_told(Signal::TERM);
    last.hears_to_the_end();
    drop(last);
    assert_eq!(program.ends().code(), Some(0));
}

/// Leaves, once it has heard something: it may have been waiting until those before it left.
fn welcomed_or_served(client: &mut Client) {
    client.stream.read_exact(&mut [0]).unwrap();
}

#[test]
fn clients_that_are_stuck_cost_no_processor_time() {
    let program = Program::start(&["--port", "0"]);
    let address = program.address();
    // One asks and never reads; one has finished, besides; one is idle; one has left half a line.
    let mut clients = [(); 4].map(|()| Client::connect(address));
    for client in &mut clients[..2] {
        client.stream.set_nonblocking(true).unwrap();
        let questions = b"/who\r\n".repeat(10_000);
        let mut last_taken = Instant::now();
        // Until the kernel has taken nothing for a while: then the program has stopped reading.
        while last_taken.elapsed() < Duration::from_millis(200) {
            match client.stream.write(&questions) {
                Ok(1..) => last_taken = Instant::now(),
                _ => thread::yield_now(),
            }
        }
    }
    clients[1].finishes();
    clients[3].sends("half a li");
    let before = ticks(program.id());
    // An interval to measure in, not a wait for anything.
    thread::sleep(Duration::from_millis(500));
    let used = ticks(program.id()) - before;
    assert!(used <= 10, "{used} ticks of 10 ms in half a second");
}

#[test]
fn one_protocol_at_several_addresses_is_one_room() {
    let (_brake, shared) = Brake::new();
    let (started, starts) = mpsc::channel();
    let running = thread::spawn(move || {
        let mut server = mux_runtime::Server::new(shared()).unwrap();
        let addresses = loopbacks().into_iter().chain(loopbacks());
        let addresses = addresses.map(|address| server.listen::<Line>(address).unwrap());
        started.send((addresses.collect::<Vec<_>>(), server.handle())).unwrap();
        server.run().unwrap()
    });
    let (addresses, handle) = starts.recv_timeout(PATIENCE).unwrap();
    let mut clients = addresses.into_iter().map(Client::connect).collect::<Vec<_>>();
    for client in &mut clients {
        client.sends("here\n");
        client.hears("here\n");
    }
    clients[0].sends("all 3\n");
    clients.iter_mut().for_each(|client| client.hears("xxx\n"));
    handle.stop();
    clients.iter_mut().for_each(Client::hears_the_end);
    drop(clients);
    running.join().unwrap();
}

#[test]
fn an_address_that_is_taken_is_named() {
    let (server, _brake, _) = server();
    let address: SocketAddr = server.address;
    let (_, shared) = Brake::new();
    let mut second = mux_runtime::Server::new(shared()).unwrap();
    let error = second.listen::<Line>(address).unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot listen on {address}: ")), "{error}");
    server.stop();
}
