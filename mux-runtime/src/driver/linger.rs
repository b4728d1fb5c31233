//! Sockets whose session is over, but whose last output the peer may not have read.
//!
//! Closing a socket while input is unread, or still on its way, makes the kernel reset the
//! connection, and the reset destroys at the peer what it has not read yet (RFC 1122 section
//! 4.2.2.13). So the writing side is shut, and input is thrown away until the peer has closed its
//! own, for a short time.

use std::{
    io::{self, Read},
    mem,
    time::Duration,
};

use mio::{Interest, Registry};
use slab::Slab;

use super::{KIND_LINGERING, token, transport::Transport};
use crate::session::Time;

/// How long a peer may take to close its side.
const LINGER_TIMEOUT: Duration = Duration::from_secs(2);
/// So many sockets may linger at the same time; one more is closed at once.
const LINGERING_MAX: usize = 4096;
/// Reads that one lingering socket gets in one turn.
const READS_MAX: usize = 4;

/// A socket that waits for its peer to close.
struct Lingerer {
    stream: Transport,
    deadline: Time,
    /// It stands in `Lingering::ready`.
    queued: bool,
}

#[derive(Default)]
pub(super) struct Lingering {
    sockets: Slab<Lingerer>,
    /// Those that may have input to throw away.
    ready: Vec<usize>,
    /// A time no later than the first deadline.
    next: Option<Time>,
    /// No more sockets are taken in.
    cut: bool,
}

impl Lingering {
    /// Shuts the writing side and waits for the peer to close its own.
    pub(super) fn add(&mut self, mut stream: Transport, registry: &Registry, now: Time) {
        let full = self.cut || self.sockets.len() >= LINGERING_MAX;
        if full || stream.shutdown_write().is_err() {
            return;
        }
        let entry = self.sockets.vacant_entry();
        let token = token(KIND_LINGERING, entry.key());
        if registry.reregister(&mut stream, token, Interest::READABLE).is_ok() {
            let deadline = now + LINGER_TIMEOUT;
            entry.insert(Lingerer { stream, deadline, queued: false });
            self.next = Some(self.next.map_or(deadline, |next| next.min(deadline)));
        }
    }

    /// Notes that something came in.
    pub(super) fn ready(&mut self, key: usize) {
        if let Some(lingerer) = self.sockets.get_mut(key)
            && !lingerer.queued
        {
            lingerer.queued = true;
            self.ready.push(key);
        }
    }

    /// Throws away what came in, and drops the sockets that are at their end. One that has more
    /// goes on in the next turn: whatever it sends until its deadline, it is not reset.
    #[inline]
    pub(super) fn turn(&mut self) {
        if !self.ready.is_empty() {
            self.drain_ready();
        }
    }

    fn drain_ready(&mut self) {
        for key in mem::take(&mut self.ready) {
            let Some(lingerer) = self.sockets.get_mut(key) else { continue };
            lingerer.queued = false;
            match drain(&mut lingerer.stream) {
                Drained::Empty => {}
                Drained::More => self.ready(key),
                Drained::Ended => drop(self.sockets.remove(key)),
            }
        }
    }

    /// Whether the next turn has something to do without any event.
    pub(super) fn has_work(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Closes those whose time is over.
    pub(super) fn expire(&mut self, now: Time) {
        if self.next.is_some_and(|next| next <= now) {
            self.sockets.retain(|_, lingerer| lingerer.deadline > now);
            self.next = self.sockets.iter().map(|(_, lingerer)| lingerer.deadline).min();
        }
    }

    pub(super) fn next_timeout(&self) -> Option<Time> {
        self.next.filter(|_| !self.is_empty())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sockets.is_empty()
    }

    /// Closes all at once, and from now on whatever would linger.
    pub(super) fn cut(&mut self) {
        self.cut = true;
        self.sockets.clear();
    }
}

/// What is left after [`drain`].
enum Drained {
    Empty,
    More,
    Ended,
}

/// Throws away what came in, up to a turn's share of it.
fn drain(stream: &mut Transport) -> Drained {
    let mut waste = [0; 16 * 1024];
    for _ in 0..READS_MAX {
        match stream.read(&mut waste) {
            Ok(0) => return Drained::Ended,
            Ok(_) => {}
            Err(error) => match error.kind() {
                io::ErrorKind::Interrupted => {}
                io::ErrorKind::WouldBlock => return Drained::Empty,
                _ => return Drained::Ended,
            },
        }
    }
    Drained::More
}
