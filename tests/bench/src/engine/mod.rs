//! Messages that the engine handles without a socket, or that are handled by hand.

mod cases;
mod hand;
mod inputs;
mod rig;
mod servers;

use std::time::Duration;

use mux_runtime::{Session, Time};

pub use self::cases::{BY_HAND, COUNTED, Case, MUX, TIMED, UNTIMED};
use self::{
    rig::Rig,
    servers::{Bulks, Device, Frames, Kv, Lines, Room, Timed},
};

/// Messages that are ready to be handled. To be called once: what it needs is made before, and
/// goes with it.
pub type Run = Box<dyn FnMut()>;

/// Bytes of one piece of a big frame.
const PIECE_BYTES: usize = 1024;
/// Bytes of the line that comes byte by byte.
const LINE_BYTES: usize = 8000;
/// Connections with a timer each.
const TIMERS: u32 = 100_000;
/// Readers of the room.
const READERS: u32 = 1000;

/// How messages come, and who handles them.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Lines of 32 bytes, so many in a read.
    Lines(usize),
    LinesByHand(usize),
    /// Commands of `examples/kv`, so many in a read.
    Get(usize),
    Set(usize),
    /// Readings for `examples/telemetry`, so many in a read.
    Readings(usize),
    /// Lines to 1000 readers, 16 in a read.
    Chat,
    /// One frame of so many MiB as there are messages, in pieces of 1 KiB.
    Prefix,
    Bulk,
    CopyByHand,
    /// Lines of 8000 bytes, byte by byte.
    Drops,
    DropsByHand,
    /// Lines of 100,000 connections in turn, each of which sets a timer.
    Timers,
    Untimed,
}

impl Case {
    /// Makes all that its messages need.
    pub fn ready(&self) -> Run {
        let count = self.messages;
        let bytes = (count as usize) << 20;
        match self.kind {
            Kind::Lines(depth) => {
                let line = inputs::LINE.as_bytes();
                reads(Rig::<Lines>::with_connections(1), vec![line.to_vec()], depth, count, 32)
            }
            Kind::LinesByHand(depth) => hand::lines(depth, count),
            Kind::Get(depth) => {
                let answer_bytes = "$32\r\n\r\n".len() + inputs::VALUE_BYTES;
                reads(kv(), inputs::gets(), depth, count, answer_bytes)
            }
            Kind::Set(depth) => reads(kv(), inputs::sets(), depth, count, "+OK\r\n".len()),
            Kind::Readings(depth) => {
                let mut rig = Rig::<Device>::with_connections(1);
                rig.receive(0, &inputs::hello());
                reads(rig, inputs::readings(count), depth, count, 7)
            }
            Kind::Chat => chat(count),
            Kind::Prefix => pieces::<Frames>(inputs::prefixed(bytes)),
            Kind::Bulk => pieces::<Bulks>(inputs::bulk(bytes)),
            Kind::CopyByHand => hand::copy(inputs::prefixed(bytes), PIECE_BYTES),
            Kind::Drops => drops(count),
            Kind::DropsByHand => hand::drops(inputs::line(LINE_BYTES), count),
            Kind::Timers => timers("set\n", count),
            Kind::Untimed => timers("leave\n", count),
        }
    }
}

/// A store that has all keys.
fn kv() -> Rig<Kv> {
    let mut rig = Rig::with_connections(1);
    for set in inputs::sets() {
        rig.receive(0, &set);
        rig.flush();
    }
    rig
}

/// `count` of the messages, over and over, `depth` in a read; each is answered with so many bytes.
fn reads<P: Session<Shared: Default> + 'static>(
    mut rig: Rig<P>,
    messages: Vec<Vec<u8>>,
    depth: usize,
    count: u32,
    answer_bytes: usize,
) -> Run {
    let reads = messages.len().div_ceil(depth);
    let mut messages = messages.iter().cycle();
    let inputs = (0..reads)
        .map(|_| messages.by_ref().take(depth).flatten().copied().collect::<Vec<_>>())
        .collect::<Vec<_>>();
    let reads = count as usize / depth;
    Box::new(move || {
        let before = rig.sent_bytes();
        for input in inputs.iter().cycle().take(reads) {
            rig.receive(0, input);
            rig.flush();
        }
        let sent = rig.sent_bytes() - before;
        assert_eq!(sent, reads * depth * answer_bytes, "the messages were not answered");
    })
}

fn chat(count: u32) -> Run {
    let input = "to be or not to be, that\n".repeat(16);
    let mut rig = Rig::<Room>::with_connections(READERS);
    Box::new(move || {
        for _ in 0..count / 16 {
            rig.receive(0, input.as_bytes());
            rig.flush();
        }
    })
}

/// One message in pieces.
fn pieces<P: Session<Shared: Default> + 'static>(message: Vec<u8>) -> Run {
    let mut rig = Rig::<P>::with_connections(1);
    Box::new(move || {
        for piece in message.chunks(PIECE_BYTES) {
            rig.receive(0, piece);
            rig.flush();
        }
        assert_eq!(rig.sent_bytes(), hand::ANSWER_BYTES, "the frame was not answered");
    })
}

fn drops(count: u32) -> Run {
    let line = inputs::line(LINE_BYTES);
    let mut rig = Rig::<Lines>::with_connections(1);
    Box::new(move || {
        for _ in 0..count {
            for byte in line.chunks(1) {
                rig.receive(0, byte);
                rig.flush();
            }
        }
    })
}

/// Ten turns of the loop a second.
fn timers(line: &'static str, count: u32) -> Run {
    let mut rig = Rig::<Timed>::with_connections(TIMERS);
    for slot in 0..TIMERS {
        rig.receive(slot, b"set\n");
    }
    Box::new(move || {
        let mut now = Time::START;
        for at in 0..count {
            if at % 1000 == 0 {
                now = now + Duration::from_millis(100);
                rig.set_time(now);
            }
            rig.receive(at % TIMERS, line.as_bytes());
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_counted_is_answered() {
        COUNTED.iter().for_each(|case| case.ready()());
    }

    #[test]
    fn messages_fill_whole_reads() {
        for case in COUNTED.iter().chain(TIMED) {
            let depth = match case.kind {
                Kind::Lines(depth) | Kind::Get(depth) | Kind::Set(depth) => depth,
                Kind::LinesByHand(depth) | Kind::Readings(depth) => depth,
                Kind::Chat => 16,
                _ => 1,
            };
            assert_eq!(case.messages as usize % depth, 0, "{}", case.workload);
        }
    }
}
