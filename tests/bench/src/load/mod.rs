//! The load: clients that keep a server busy and compare every byte of every reply with what it
//! must be.
//!
//! One thread over epoll; what it does a message is a share of one read, one comparison of memory
//! and one write from a buffer that was made before. Every wait has an end: a server that says
//! nothing for [`PATIENCE`] has failed.

mod crowd;
mod drain;
mod flow;
mod pieces;
mod script;
mod sockets;
mod visits;

use std::{io, time::Duration};

pub use self::{
    crowd::Crowd,
    drain::Drain,
    flow::{Done, Flow, Until},
    pieces::Pieces,
    script::Script,
    visits::visits,
};

/// How long a server may say nothing while it is asked.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Why a measurement is none.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A reply is not what it must be.
    #[error(
        "connection {connection}: wrong reply at byte {offset}: {got:?}, and must be {expected:?}"
    )]
    Wrong {
        /// Which connection, from 0.
        connection: usize,
        /// Where in all that it was sent.
        offset: u64,
        /// What came.
        got: String,
        /// What had to come.
        expected: String,
    },
    /// More came than was asked for.
    #[error("connection {connection}: {bytes} bytes more than were asked for")]
    TooMuch {
        /// Which connection, from 0.
        connection: usize,
        /// How many more.
        bytes: usize,
    },
    /// The server closed a connection.
    #[error("connection {connection}: closed by the server")]
    Closed {
        /// Which connection, from 0.
        connection: usize,
    },
    /// The server says nothing.
    #[error("no reply for {PATIENCE:?}")]
    Stalled,
    /// A socket failed.
    #[error("load: {0}")]
    Socket(#[from] io::Error),
}

impl From<rustix::io::Errno> for LoadError {
    fn from(errno: rustix::io::Errno) -> Self {
        LoadError::Socket(errno.into())
    }
}

/// Compares what came with what had to come; `offset` is where in the connection's replies it
/// stands.
fn check(connection: usize, offset: u64, got: &[u8], expected: &[u8]) -> Result<(), LoadError> {
    if got == expected {
        return Ok(());
    }
    let at = got.iter().zip(expected).position(|(got, expected)| got != expected);
    let at = at.unwrap_or(got.len().min(expected.len()));
    let excerpt =
        |bytes: &[u8]| String::from_utf8_lossy(&bytes[at..bytes.len().min(at + 24)]).into_owned();
    let (got, expected) = (excerpt(got), excerpt(expected));
    Err(LoadError::Wrong { connection, offset: offset + at as u64, got, expected })
}
