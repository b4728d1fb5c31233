//! The sans-IO engine: everything that decides what becomes of a connection, as a state machine
//! over bytes and a given clock.
//!
//! An [`Engine`] holds the connections of one protocol. A driver tells it what happened
//! (`accept`, `receive`, `finish`, `lose`, `expire`) and, at the end of a turn, carries out what
//! came of it: for each connection that [`Engine::next_dirty`] names it sends what
//! [`Engine::slices`] gives and drops those that are [`Engine::is_over`]. The same code runs
//! under the mio loop, the in-memory driver of [`testing`](crate::testing) and anything else that
//! moves bytes.

mod events;
mod inbox;
mod input;
mod life;
mod limits;
mod output;
mod rate;
mod timers;
mod watch;

use std::{
    collections::{HashMap, VecDeque},
    net::IpAddr,
    sync::Arc,
};

pub use self::{
    inbox::Inbox,
    limits::{Limits, SlowReader},
};
use self::{rate::Rate, timers::Timers, watch::Waiting};
use crate::session::{
    Address, CloseReason, Command, Control, Cx, Id, Longest, Mailbox, Out, Outbox, Peer, Peers,
    Scan, Session, Time, TimerRequest,
};

/// Where a connection is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The slot is free.
    Free,
    /// Messages are dispatched.
    Open,
    /// No more input is looked at; over as soon as the output is out.
    Draining(CloseReason),
    /// To be dropped, whatever is waiting.
    Over(CloseReason),
}

/// What the engine keeps of a connection beside its session, mode, output and timer.
#[derive(Debug)]
struct Link {
    phase: Phase,
    /// Input that no message has taken yet; without memory of its own while it is empty.
    tail: Vec<u8>,
    scan: Scan,
    /// Messages may be left in the tail: it was not looked at to its end.
    held: bool,
    /// The peer is done writing.
    finished: bool,
    /// `#[on(drained)]` is to be called.
    drained: bool,
    /// It stands in `Engine::resumable`.
    queued: bool,
    /// It has sent a whole message.
    spoke: bool,
    /// So many readers must catch up before more of its input is handled.
    stalls: u32,
    /// When it came.
    opened: Time,
    /// When it last sent something, or was not read any more because of others.
    heard: Time,
}

/// Where a connection comes from and where it arrived.
#[derive(Debug, Clone, Copy)]
struct Ends {
    peer: Peer,
    local: Address,
}

/// The connections of one protocol, as a struct of arrays: a handler borrows its own session, all
/// others, all output and the shared value at the same time.
pub struct Engine<P: Session> {
    sessions: Vec<Option<P>>,
    modes: Vec<P::Mode>,
    links: Vec<Link>,
    ends: Vec<Ends>,
    serials: Vec<u32>,
    outbox: Outbox,
    timers: Timers,
    /// When each connection is to be looked at: whether it is idle, or its first message is late.
    watch: Timers,
    /// How many connections each address has, if that is limited.
    per_ip: HashMap<IpAddr, usize>,
    rate: Option<Rate>,
    /// Those who wait for a reader, by its slot.
    waiting: HashMap<u32, Waiting>,
    free: Vec<u32>,
    resumable: VecDeque<u32>,
    serial: u32,
    now: Time,
    limits: Limits,
    longest: Longest,
    mailbox: Arc<Mailbox<P::Message>>,
    /// Messages out of the mailbox that are still to be delivered.
    letters: VecDeque<(Id, P::Message)>,
    /// How often each handler was called.
    calls: Box<[u64]>,
}

impl<P: Session> Engine<P> {
    /// An engine without connections.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Engine {
            sessions: Vec::new(),
            modes: Vec::new(),
            links: Vec::new(),
            ends: Vec::new(),
            serials: Vec::new(),
            outbox: Outbox::new(limits.output_high, limits.turn_bytes, limits.slow_reader),
            timers: Timers::default(),
            watch: Timers::default(),
            per_ip: HashMap::new(),
            rate: limits.accept_rate.map(Rate::new),
            waiting: HashMap::new(),
            free: Vec::new(),
            resumable: VecDeque::new(),
            serial: 0,
            now: Time::START,
            longest: Longest {
                line: limits.max_line.unwrap_or(usize::MAX),
                frame: limits.max_frame.unwrap_or(usize::MAX),
            },
            limits,
            mailbox: Arc::default(),
            letters: VecDeque::new(),
            calls: vec![0; P::PROTOCOL.handlers].into(),
        }
    }

    /// Tells the engine what time it is; it never asks.
    pub fn set_time(&mut self, now: Time) {
        self.now = now;
    }

    /// How many connections there are, those that are closing included.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.links.len() - self.free.len()
    }

    /// The bounds that hold here.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Calls `f` with a session, its mode and its context, and carries out what it asked for.
    /// `None` if the connection has no session or is closing.
    fn with_session<R>(
        &mut self,
        slot: u32,
        shared: &mut P::Shared,
        f: impl FnOnce(&mut P, &mut P::Mode, &mut Cx<'_, P>, &mut Scan) -> R,
    ) -> Option<R> {
        let at = slot as usize;
        if self.links[at].phase != Phase::Open {
            return None;
        }
        let mut control = Control::default();
        let (session, peers) = Peers::around(&mut self.sessions, &self.serials, at);
        let mut cx = Cx {
            shared,
            out: Out::new(&mut self.outbox, slot),
            peers,
            id: Id { slot, serial: self.serials[at] },
            peer: &self.ends[at].peer,
            local: &self.ends[at].local,
            control: &mut control,
            now: self.now,
            mailbox: &self.mailbox,
            calls: &mut self.calls,
            longest: self.longest,
        };
        let result = f(session.as_mut()?, &mut self.modes[at], &mut cx, &mut self.links[at].scan);
        drop(cx);
        self.obey(slot, control);
        Some(result)
    }

    /// Carries out what handlers asked for.
    fn obey(&mut self, slot: u32, control: Control) {
        match control.timer {
            TimerRequest::Keep => {}
            TimerRequest::Set(when) => self.timers.set(slot, when),
            TimerRequest::Cancel => self.timers.cancel(slot),
        }
        if self.outbox.is_stalled() {
            self.stall(slot);
        }
        if let Some(why) = control.close {
            self.drain(slot, why);
        }
    }

    /// How often each handler was called.
    pub fn calls(&self) -> impl Iterator<Item = (&'static Command, u64)> {
        let commands = P::PROTOCOL.modes.iter().flat_map(|mode| mode.commands);
        commands.map(|&command| (command, self.calls[command.index]))
    }

    /// Whether the next turn has something to do although nothing has happened.
    #[must_use]
    pub fn has_work(&self) -> bool {
        !self.resumable.is_empty() || !self.letters.is_empty()
    }

    /// The id and the ends of a connection, for the log.
    #[must_use]
    pub fn describe(&self, slot: u32) -> (Id, Peer, Address) {
        let at = slot as usize;
        let ends = self.ends[at];
        (Id { slot, serial: self.serials[at] }, ends.peer, ends.local)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the engine keeps of an idle connection, beside its session and mode: measured as the
    /// elements of its arrays, not as what the allocator keeps in reserve.
    #[test]
    fn an_idle_connection_is_small() {
        let always =
            size_of::<Link>() + size_of::<Ends>() + size_of::<u32>() * 2 + Outbox::PORT_BYTES;
        let with_timers = always + 2 * Timers::SLOT_BYTES;
        println!("{always} bytes, {with_timers} with a timer and a limit on its time");
        assert!(with_timers <= 288, "{with_timers}");
        assert!(always <= 256, "{always}");
    }
}
