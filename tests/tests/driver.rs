//! The mio loop over real sockets: no wake-up is lost, and nothing that is said.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]

mod common;

use std::{
    net::SocketAddr,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use common::{
    Client, InThread, PATIENCE,
    line::{Brake, Line, Shared, server},
    loopbacks, wait_until,
};
use mux_runtime::{Bound, CloseReason, Cx, Peer, Server, SessionHandle, SocketOptions, mux_server};

/// Bytes of one read of the loop.
const READ_BYTES: usize = 64 * 1024;

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

/// The kernel ends a read at the mark of urgent data, as telnet sends it (RFC 854), though more
/// stands behind it.
#[test]
fn what_stands_behind_urgent_data_is_read_and_so_is_that() {
    let (server, brake, mut holder) = server();
    let mut client = server.connect();
    client.sends("here\n");
    client.hears("here\n");
    for (behind, heard) in [("lo\n", "before\nhel!lo\n"), ("", "before\nhel!\n")] {
        holder.sends("hold\n");
        brake.is_on();
        client.sends("before\nhel");
        socket2::SockRef::from(&client.stream).send_out_of_band(b"!").unwrap();
        client.sends(behind);
        if behind.is_empty() {
            client.finishes();
        }
        brake.lets_go();
        client.hears(heard);
        holder.hears("held\n");
    }
    client.hears_the_end();
    drop((client, holder));
    server.stop();
}

/// A service manager starts the server for the first connection, which has come in by then.
#[test]
fn urgent_data_of_one_that_came_in_before_the_server_had_the_socket_is_read_too() {
    let socket = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let mut client = common::Client::connect(socket.local_addr().unwrap());
    client.sends("hel");
    socket2::SockRef::from(&client.stream).send_out_of_band(b"!").unwrap();
    client.sends("lo\n");
    let mut server = Server::new(()).unwrap();
    let bound = Bound::inherited(socket.into(), SocketOptions::default()).unwrap();
    server.listen_on::<Echo>(bound).unwrap();
    let handle = server.handle();
    let thread = std::thread::spawn(move || {
        let heard = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            client.hears("hel!lo\n");
        }));
        handle.stop();
        heard
    });
    server.run().unwrap();
    assert!(thread.join().unwrap().is_ok());
}

#[derive(Default)]
struct Echo;

#[mux_server]
impl Echo {
    #[line]
    fn echo(&mut self, cx: &mut Cx<'_, Self>, line: &str) {
        writeln!(cx.out, "{line}");
    }
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

/// What is sent to all from elsewhere, and what each sends to itself when that comes.
struct News;

#[mux_server(shared = Vec<SessionHandle<News>>)]
impl News {
    #[on(connect)]
    fn enter(cx: &mut Cx<'_, Self>) -> Self {
        let handle = cx.handle();
        cx.shared.push(handle);
        News
    }

    #[line("all")]
    fn tell_all(&mut self, cx: &mut Cx<'_, Self>) {
        for handle in cx.shared.iter() {
            handle.send(200_000).unwrap();
        }
    }

    #[on(message)]
    fn message(&mut self, cx: &mut Cx<'_, Self>, bytes: usize) -> Vec<u8> {
        if bytes > 1 {
            cx.handle().send(1).unwrap();
        }
        vec![b'x'; bytes]
    }
}

#[test]
fn messages_behind_a_batch_that_took_two_turns_arrive() {
    let server = InThread::serve::<News>(([127, 0, 0, 1], 0).into(), Vec::new);
    let mut clients = (0..8).map(|_| server.connect()).collect::<Vec<_>>();
    clients[0].sends("all\n");
    clients.iter_mut().for_each(|client| client.hears(vec![b'x'; 200_001]));
    drop(clients);
    server.stop();
}
