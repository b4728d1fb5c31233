//! The sans-IO engine: everything that decides what becomes of a connection, as a state machine
//! over bytes and a given clock.
//!
//! An [`Engine`] holds the connections of one protocol. A driver tells it what happened
//! (`accept`, `receive`, `finish`, `lose`, `expire`) and, at the end of a turn, carries out what
//! came of it: for each connection that [`Engine::next_dirty`] names it sends what
//! [`Engine::slices`] gives, and then drops those that [`Engine::next_over`] names, until there are
//! none. The same code runs under the mio loop, the in-memory driver of
//! [`testing`](crate::testing) and anything else that moves bytes.

mod events;
mod inbox;
mod input;
mod life;
mod limits;
mod output;
pub(crate) mod panics;
mod rate;
mod tail;
mod timers;
mod watch;

use std::{
    cell::RefCell,
    collections::{HashMap, VecDeque},
    net::IpAddr,
    rc::Rc,
    sync::Arc,
};

pub use self::{
    inbox::Inbox,
    limits::{Limits, LimitsError, SlowReader},
};
use self::{rate::Rate, timers::Timers, watch::Waiting};
use crate::session::{
    Calls, CloseReason, Command, Connection, Control, Cx, Id, KeptScan, Longest, Mailbox, Out,
    Outbox, Peer, Peers, Roster, Scan, Session, Time, TimerRequest,
};
pub use crate::session::{Hub, Order, Stopwatch, TIME_BOUNDS_US};

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
    /// Input that no message has taken yet, behind `gone` bytes that one has; without memory of its
    /// own while it is empty.
    tail: Vec<u8>,
    gone: u32,
    scan: KeptScan,
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
    /// When it last sent something, or was not read any more because of others.
    heard: Time,
}

impl Link {
    fn new(phase: Phase, now: Time) -> Self {
        Link {
            phase,
            tail: Vec::new(),
            gone: 0,
            scan: KeptScan::default(),
            held: false,
            finished: false,
            drained: false,
            queued: false,
            spoke: false,
            stalls: 0,
            heard: now,
        }
    }
}

/// Says whether a peer may come in, before the protocol is asked.
pub type Access = Rc<dyn Fn(&Peer) -> bool>;

/// The connections of one protocol, as a struct of arrays: a handler borrows its own session, all
/// others, all output and the shared value at the same time.
pub struct Engine<P: Session> {
    sessions: Vec<Option<P>>,
    modes: Vec<P::Mode>,
    links: Vec<Link>,
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
    /// Slots that are neither free nor anybody's: there was no first mode for their next connection.
    unusable: usize,
    resumable: VecDeque<u32>,
    /// Those that are over; what their sessions say at the end is the next log's.
    over: VecDeque<u32>,
    now: Time,
    limits: Limits,
    longest: Longest,
    mailbox: Arc<Mailbox<P::Message>>,
    /// Messages out of the mailbox that are still to be delivered.
    letters: VecDeque<(Id, P::Message)>,
    calls: Calls,
    /// Where each connection comes from, and what went over it.
    roster: Rc<RefCell<Roster>>,
    hub: Rc<Hub>,
    contains_panics: bool,
    access: Option<Access>,
    /// By slot; empty while the log has no use for them, so that they cost nothing then.
    spans: Vec<tracing::Span>,
}

impl<P: Session> Engine<P> {
    /// An engine without connections. The limits must be right ([`Limits::check`]).
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Engine::in_hub(limits, &Rc::default())
    }

    /// An engine without connections, which has `hub` in common with others. The limits must be
    /// right ([`Limits::check`]).
    #[must_use]
    pub fn in_hub(limits: Limits, hub: &Rc<Hub>) -> Self {
        debug_assert_eq!(limits.check(), Ok(()));
        let calls = Calls::new(P::PROTOCOL.handlers);
        let roster = Rc::new(RefCell::new(Roster::new(P::PROTOCOL, calls.tally())));
        hub.enlist(&roster);
        Engine {
            sessions: Vec::new(),
            modes: Vec::new(),
            links: Vec::new(),
            serials: Vec::new(),
            outbox: Outbox::new(limits.output_high, limits.turn_bytes, limits.slow_reader),
            timers: Timers::default(),
            watch: Timers::default(),
            per_ip: HashMap::new(),
            rate: limits.accept_rate.map(Rate::new),
            waiting: HashMap::new(),
            free: Vec::new(),
            unusable: 0,
            resumable: VecDeque::new(),
            over: VecDeque::new(),
            now: Time::START,
            longest: Longest {
                line: limits.max_line.unwrap_or(usize::MAX),
                frame: limits.max_frame.unwrap_or(usize::MAX),
            },
            limits,
            mailbox: Arc::default(),
            letters: VecDeque::new(),
            calls,
            roster,
            hub: Rc::clone(hub),
            contains_panics: false,
            access: None,
            spans: Vec::new(),
        }
    }

    /// Has `access` asked about each peer from now on, between the hooks `post_accept` and
    /// `allow_deny`.
    pub fn set_access(&mut self, access: Access) {
        self.access = Some(access);
    }

    /// Measures from now on how long handlers take.
    pub fn set_stopwatch(&mut self, stopwatch: Stopwatch) {
        self.calls.set_stopwatch(stopwatch);
    }

    /// What this engine has in common with the others of its server.
    #[must_use]
    pub fn hub(&self) -> &Rc<Hub> {
        &self.hub
    }

    /// Tells the engine what time it is; it never asks.
    pub fn set_time(&mut self, now: Time) {
        self.now = now;
    }

    /// How many connections there are, those that are closing included.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.links.len() - self.free.len() - self.unusable
    }

    /// The bounds that hold here.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Calls `f` with a session, its mode and its context, and carries out what it asked for.
    /// `None` if the connection has no session or is closing, or if `f` panicked.
    fn with_session<R>(
        &mut self,
        slot: u32,
        shared: &mut P::Shared,
        f: impl FnOnce(&mut P, &mut P::Mode, &mut Cx<'_, P>, &mut Scan) -> R,
    ) -> Option<R> {
        if self.links[slot as usize].phase != Phase::Open {
            return None;
        }
        let entered = self.enter(slot, shared, |session, mode, cx, scan| {
            session.as_mut().map(|session| f(session, mode, cx, scan))
        });
        entered.flatten()
    }

    /// The same, whether there is a session or not.
    fn enter<R>(
        &mut self,
        slot: u32,
        shared: &mut P::Shared,
        f: impl FnOnce(&mut Option<P>, &mut P::Mode, &mut Cx<'_, P>, &mut Scan) -> R,
    ) -> Option<R> {
        let at = slot as usize;
        let mut control = Control::default();
        let roster = self.roster.borrow();
        let entered = self.spans.get(at).map(tracing::Span::enter);
        let (session, peers) = Peers::around(&mut self.sessions, &self.serials, at);
        let mut cx = Cx {
            shared,
            out: Out::new(&mut self.outbox, slot),
            peers,
            id: Id { slot, serial: self.serials[at] },
            peer: &roster.entries[at].peer,
            local: &roster.entries[at].local,
            control: &mut control,
            now: self.now,
            mailbox: &self.mailbox,
            calls: &mut self.calls,
            hub: &self.hub,
            longest: self.longest,
        };
        let mut scan = self.links[at].scan.unpack();
        let mode = &mut self.modes[at];
        let (mut f, mut result) = (Some(f), None);
        panics::run(self.contains_panics, &mut || {
            if let Some(f) = f.take() {
                result = Some(f(session, mode, &mut cx, &mut scan));
            }
        });
        self.links[at].scan = KeptScan::pack(&scan);
        drop(cx);
        if result.is_none() {
            tracing::error!(
                protocol = P::PROTOCOL.name,
                connection = %self.id(slot),
                "a handler panicked: the connection is closed"
            );
            control.close = Some(CloseReason::Panicked);
        }
        drop((entered, roster));
        self.obey(slot, control);
        result
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
        let counts = self.calls.tally().counts();
        commands.map(move |&command| (command, counts[command.index]))
    }

    /// Whether the next turn has something to do although nothing has happened.
    #[must_use]
    pub fn has_work(&self) -> bool {
        // Messages that come in while others are still to be delivered wake nobody a second time.
        !self.resumable.is_empty() || !self.letters.is_empty() || self.mailbox.is_told()
    }

    /// The id of the connection.
    #[must_use]
    pub fn id(&self, slot: u32) -> Id {
        Id { slot, serial: self.serials[slot as usize] }
    }

    /// What is known of the connection, for the log.
    #[must_use]
    pub fn connection(&self, slot: u32) -> Connection {
        self.roster.borrow().connection(self.id(slot), self.now)
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
            size_of::<Link>() + Roster::ENTRY_BYTES + size_of::<u32>() * 2 + Outbox::PORT_BYTES;
        let with_timers = always + 2 * Timers::SLOT_BYTES;
        println!("{always} bytes, {with_timers} with a timer and a limit on its time");
        assert!(with_timers <= 280, "{with_timers}");
        assert!(always <= 232, "{always}");
    }
}
