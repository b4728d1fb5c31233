//! Sockets whose session is over, but whose last output the peer may not have read.
//!
//! Closing a socket while input is unread, or still on its way, makes the kernel reset the
//! connection, and the reset destroys at the peer what it has not read yet (RFC 1122 section
//! 4.2.2.13). So the writing side is shut, and input is thrown away until the peer has closed its
//! own, for a short time.

use std::{
    io::{self, Read},
    net::Shutdown,
    time::Duration,
};

use mio::{Interest, Registry, net::TcpStream};
use slab::Slab;

use super::{KIND_LINGERING, token};
use crate::session::Time;

/// How long a peer may take to close its side.
const LINGER_TIMEOUT: Duration = Duration::from_secs(2);
/// So many sockets may linger at the same time; one more is closed at once.
const LINGERING_MAX: usize = 4096;
/// Reads that one lingering socket gets in one turn; one that sends more than this is closed.
const READS_MAX: usize = 16;

#[derive(Default)]
pub(super) struct Lingering {
    sockets: Slab<(TcpStream, Time)>,
    /// A time no later than the first deadline.
    next: Option<Time>,
}

impl Lingering {
    /// Shuts the writing side and waits for the peer to close its own.
    pub(super) fn add(&mut self, mut stream: TcpStream, registry: &Registry, now: Time) {
        if self.sockets.len() >= LINGERING_MAX || stream.shutdown(Shutdown::Write).is_err() {
            return;
        }
        let entry = self.sockets.vacant_entry();
        let token = token(KIND_LINGERING, entry.key());
        if registry.reregister(&mut stream, token, Interest::READABLE).is_ok() {
            let deadline = now + LINGER_TIMEOUT;
            entry.insert((stream, deadline));
            self.next = Some(self.next.map_or(deadline, |next| next.min(deadline)));
        }
    }

    /// Throws away what came in; drops the socket if that was all.
    pub(super) fn ready(&mut self, key: usize) {
        let Some((stream, _)) = self.sockets.get_mut(key) else { return };
        let mut waste = [0; 16 * 1024];
        for _ in 0..READS_MAX {
            match stream.read(&mut waste) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => break,
            }
        }
        self.sockets.remove(key);
    }

    /// Closes those whose time is over.
    pub(super) fn expire(&mut self, now: Time) {
        if self.next.is_some_and(|next| next <= now) {
            self.sockets.retain(|_, (_, deadline)| *deadline > now);
            self.next = self.sockets.iter().map(|(_, (_, deadline))| *deadline).min();
        }
    }

    pub(super) fn next_timeout(&self) -> Option<Time> {
        self.next.filter(|_| !self.is_empty())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sockets.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.sockets.clear();
    }
}
