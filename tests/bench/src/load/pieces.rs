//! One message that comes in many small pieces.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use super::{LoadError, PATIENCE, check};

/// A message, how it is cut, and what must come back.
pub struct Pieces {
    /// The message.
    pub message: Vec<u8>,
    /// Bytes of one write.
    pub piece_bytes: usize,
    /// What must come back.
    pub answer: Vec<u8>,
}

impl Pieces {
    /// `FRAME_BYTES` behind a length of four bytes, in pieces of 1 KiB.
    pub fn prefixed(frame_bytes: usize) -> Self {
        let mut message = (frame_bytes as u32).to_be_bytes().to_vec();
        message.extend(body(frame_bytes));
        Pieces { answer: ends(&message[4..]), message, piece_bytes: 1024 }
    }

    /// The RESP command `FRAME` with a bulk of so many bytes, in pieces of 1 KiB.
    pub fn bulk(frame_bytes: usize) -> Self {
        let body = body(frame_bytes);
        let mut message = format!("*2\r\n$5\r\nFRAME\r\n${frame_bytes}\r\n").into_bytes();
        message.extend(&body);
        message.extend(b"\r\n");
        Pieces { answer: ends(&body), message, piece_bytes: 1024 }
    }

    /// A line of so many bytes, byte by byte.
    pub fn line(line_bytes: usize) -> Self {
        let mut message = body(line_bytes);
        message.push(b'\n');
        Pieces { answer: message.clone(), message, piece_bytes: 1 }
    }

    /// Sends it `times` times over one connection, each time once the last one was answered; says
    /// how long one took.
    ///
    /// # Errors
    /// A reply is wrong, or the server does not answer.
    pub fn send(&self, address: SocketAddr, times: u32) -> Result<Duration, LoadError> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let mut got = vec![0; self.answer.len()];
        let start = Instant::now();
        for _ in 0..times {
            for piece in self.message.chunks(self.piece_bytes) {
                stream.write_all(piece)?;
            }
            stream.read_exact(&mut got)?;
            check(0, 0, &got, &self.answer)?;
        }
        Ok(start.elapsed() / times)
    }
}

fn body(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| b'a' + (at % 23) as u8).collect()
}

/// What the frame servers answer: the length of a frame, its first and its last byte.
fn ends(frame: &[u8]) -> Vec<u8> {
    let (first, last) = (frame.first().unwrap_or(&0), frame.last().unwrap_or(&0));
    format!("{} {first} {last}\n", frame.len()).into_bytes()
}
