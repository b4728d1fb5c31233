//! The same by hand: what the engine is compared with.

use std::hint::black_box;

use memchr::memchr;

use super::{Run, inputs::LINE};

/// What one read may bring.
const READ_BYTES: usize = 64 * 1024;

/// Bytes of [`answer`].
pub(super) const ANSWER_BYTES: usize = 3;

/// The ends of a frame, so that it cannot be left out.
pub(super) fn answer(frame: &[u8]) -> [u8; ANSWER_BYTES] {
    [*frame.first().unwrap_or(&0), *frame.last().unwrap_or(&0), b'\n']
}

/// Echoes so many lines, `depth` in a read: finds each line's end, and copies it out.
pub(super) fn lines(depth: usize, count: u32) -> Run {
    let input = LINE.repeat(depth);
    let mut room = vec![0; READ_BYTES];
    let mut out = Vec::new();
    Box::new(move || {
        for _ in 0..count as usize / depth {
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
    })
}

/// Reads a frame in pieces, and gathers them.
pub(super) fn copy(message: Vec<u8>, piece_bytes: usize) -> Run {
    let mut room = vec![0; READ_BYTES];
    Box::new(move || {
        let mut frame = Vec::new();
        for piece in message.chunks(piece_bytes) {
            room[..piece.len()].copy_from_slice(piece);
            frame.extend_from_slice(&black_box(&room)[..piece.len()]);
        }
        black_box(answer(&frame));
    })
}

/// Gathers a line byte by byte, so many times, looking at each byte once.
pub(super) fn drops(message: Vec<u8>, count: u32) -> Run {
    let mut room = vec![0; READ_BYTES];
    let mut out = Vec::new();
    Box::new(move || {
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
    })
}
