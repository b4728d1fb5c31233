//! The engine without sockets: `engine CASE COUNT` handles COUNT messages and prints how long one
//! took, in nanoseconds. Under callgrind its instructions are counted: twice the COUNT less the
//! COUNT is what the messages cost, whatever starting costs.

#[path = "engine/hand.rs"]
mod hand;
#[path = "engine/rig.rs"]
mod rig;
#[path = "engine/servers.rs"]
mod servers;

use std::{
    env,
    process::ExitCode,
    time::{Duration, Instant},
};

use mux_runtime::{Session, Time};

use self::{
    rig::Rig,
    servers::{Bulks, Frames, Lines, Room, Timed},
};

/// Bytes of one piece of a big frame.
const PIECE_BYTES: usize = 1024;
/// Bytes of the line that comes byte by byte.
const LINE_BYTES: usize = 8000;
/// Connections with a timer each.
const TIMERS: u32 = 100_000;
/// Readers of the room.
const READERS: u32 = 1000;

fn main() -> ExitCode {
    let words = env::args().collect::<Vec<_>>();
    let count = words.get(2).and_then(|count| count.parse::<u32>().ok());
    let (Some(case), Some(count @ 1..)) = (words.get(1), count) else {
        eprintln!("usage: engine CASE COUNT");
        return ExitCode::from(2);
    };
    let bytes = count as usize;
    let time = match case.as_str() {
        "lines-1" => lines(1, count),
        "lines-16" => lines(16, count),
        "lines-128" => lines(128, count),
        "hand-lines-1" => hand::lines(1, count),
        "hand-lines-16" => hand::lines(16, count),
        "hand-lines-128" => hand::lines(128, count),
        "chat" => chat(count),
        "prefix" => pieces::<Frames>(&hand::prefixed(bytes << 20), PIECE_BYTES),
        "bulk" => pieces::<Bulks>(&hand::bulk(bytes << 20), PIECE_BYTES),
        "hand-copy" => hand::copy(bytes << 20, PIECE_BYTES),
        "drops" => drops(count),
        "hand-drops" => hand::drops(LINE_BYTES, count),
        "timers" => timers("set\n", count),
        "untimed" => timers("leave\n", count),
        unknown => {
            eprintln!("engine: no case {unknown:?}");
            return ExitCode::from(2);
        }
    };
    println!("{:.3}", time.as_nanos() as f64 / f64::from(count));
    ExitCode::SUCCESS
}

/// So many lines of 32 bytes, `depth` in a read.
fn lines(depth: usize, count: u32) -> Duration {
    let input = hand::LINE.repeat(depth);
    let mut rig = Rig::<Lines>::with_connections(1);
    let start = Instant::now();
    for _ in 0..count.div_ceil(depth as u32) {
        rig.receive(0, input.as_bytes());
        rig.flush();
    }
    start.elapsed()
}

/// So many lines to all readers, 16 in a read.
fn chat(count: u32) -> Duration {
    let input = "to be or not to be, that\n".repeat(16);
    let mut rig = Rig::<Room>::with_connections(READERS);
    let start = Instant::now();
    for _ in 0..count.div_ceil(16) {
        rig.receive(0, input.as_bytes());
        rig.flush();
    }
    start.elapsed()
}

/// One message in pieces.
fn pieces<P: Session<Shared = ()>>(message: &[u8], piece_bytes: usize) -> Duration {
    let mut rig = Rig::<P>::with_connections(1);
    let start = Instant::now();
    for piece in message.chunks(piece_bytes) {
        rig.receive(0, piece);
        rig.flush();
    }
    let time = start.elapsed();
    assert_eq!(rig.sent_bytes(), hand::ANSWER_BYTES, "the frame was not answered");
    time
}

/// So many lines byte by byte.
fn drops(count: u32) -> Duration {
    let line = hand::line(LINE_BYTES);
    let mut rig = Rig::<Lines>::with_connections(1);
    let start = Instant::now();
    for _ in 0..count {
        for byte in line.chunks(1) {
            rig.receive(0, byte);
            rig.flush();
        }
    }
    start.elapsed()
}

/// So many messages, from 100,000 connections in turn; ten turns of the loop a second.
fn timers(line: &str, count: u32) -> Duration {
    let mut rig = Rig::<Timed>::with_connections(TIMERS);
    for slot in 0..TIMERS {
        rig.receive(slot, b"set\n");
    }
    let start = Instant::now();
    let mut now = Time::START;
    for at in 0..count {
        if at % 1000 == 0 {
            now = now + Duration::from_millis(100);
            rig.set_time(now);
        }
        rig.receive(at % TIMERS, line.as_bytes());
    }
    start.elapsed()
}
