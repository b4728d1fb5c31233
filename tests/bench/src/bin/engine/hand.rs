//! The same by hand: what the engine is compared with.

use memchr::memchr;
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// A line of 32 bytes.
pub(crate) const LINE: &str = "line 000 of the quick brown fox\n";

/// What one read may bring.
const READ_BYTES: usize = 64 * 1024;

/// Bytes of [`answer`].
pub(crate) const ANSWER_BYTES: usize = 3;

/// The ends of a frame, so that it cannot be left out.
pub(crate) fn answer(frame: &[u8]) -> [u8; ANSWER_BYTES] {
    [*frame.first().unwrap_or(&0), *frame.last().unwrap_or(&0), b'\n']
}

/// A line of so many bytes, and its end.
pub(crate) fn line(bytes: usize) -> Vec<u8> {
    let mut line = vec![b'x'; bytes];
    line.push(b'\n');
    line
}

/// A frame behind its length.
pub(crate) fn prefixed(bytes: usize) -> Vec<u8> {
    let mut message = (bytes as u32).to_be_bytes().to_vec();
    message.resize(4 + bytes, b'x');
    message
}

/// The RESP command `FRAME` with a bulk of so many bytes.
pub(crate) fn bulk(bytes: usize) -> Vec<u8> {
    let mut message = format!("*2\r\n$5\r\nFRAME\r\n${bytes}\r\n").into_bytes();
    message.resize(message.len() + bytes, b'x');
    message.extend(b"\r\n");
    message
}

/// Echoes so many lines, `depth` in a read: finds each line's end, and copies it out.
pub(crate) fn lines(depth: usize, count: u32) -> Duration {
    let input = LINE.repeat(depth);
    let mut room = vec![0; READ_BYTES];
    let mut out = Vec::new();
    let start = Instant::now();
    for _ in 0..count.div_ceil(depth as u32) {
        room[..input.len()].copy_from_slice(input.as_bytes());
        let mut rest = &black_box(&room)[..input.len()];
        while let Some(end) = memchr(b'\n', rest) {
            let line = &rest[..end];
            out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
            out.push(b'\n');
            rest = &rest[end + 1..];
        }
        black_box(&mut out).clear();
    }
    start.elapsed()
}

/// Reads so many bytes in pieces, and gathers them.
pub(crate) fn copy(bytes: usize, piece_bytes: usize) -> Duration {
    let message = prefixed(bytes);
    let mut room = vec![0; READ_BYTES];
    let start = Instant::now();
    let mut frame = Vec::new();
    for piece in message.chunks(piece_bytes) {
        room[..piece.len()].copy_from_slice(piece);
        frame.extend_from_slice(&black_box(&room)[..piece.len()]);
    }
    black_box(answer(&frame));
    drop(frame);
    start.elapsed()
}

/// Gathers so many lines byte by byte, looking at each byte once.
pub(crate) fn drops(line_bytes: usize, count: u32) -> Duration {
    let message = line(line_bytes);
    let mut room = vec![0; READ_BYTES];
    let mut out = Vec::new();
    let start = Instant::now();
    for _ in 0..count {
        let mut gathered = Vec::new();
        for piece in message.chunks(1) {
            room[..1].copy_from_slice(piece);
            let read = &black_box(&room)[..1];
            gathered.extend_from_slice(read);
            if memchr(b'\n', read).is_some() {
                out.extend_from_slice(&gathered);
                gathered = Vec::new();
            }
        }
        black_box(&mut out).clear();
    }
    start.elapsed()
}
