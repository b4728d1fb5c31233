//! The mio loop over real sockets: nobody starves, nothing spins.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]

mod common;

use std::{
    io::{ErrorKind, Read, Write},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use common::{Client, Program, chat_program, line::server, ticks, wait_until};
use rustix::process::{Resource, Signal, getrlimit, setrlimit};

/// Bytes of one read of the loop.
const READ_BYTES: usize = 64 * 1024;

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
    let idle = &mut clients[2];
    while !idle.hears_line().starts_with("JOIN: (#4)") {}
    idle.stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    let before = ticks(program.id());
    let silence = idle.stream.read(&mut [0]).map_err(|error| error.kind());
    assert_eq!(silence, Err(ErrorKind::WouldBlock), "it is said nothing for half a second");
    let used = ticks(program.id()) - before;
    assert!(used <= 10, "{used} ticks of 10 ms in half a second");
}
