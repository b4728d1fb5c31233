//! The sans-IO engine: everything that decides what becomes of a connection, as a state machine
//! over bytes and a given clock.
//!
//! An [`Engine`] holds the connections of one protocol. A driver tells it what happened
//! (`accept`, `receive`, `finish`, `lose`, `expire`) and, at the end of a turn, carries out what
//! came of it: for each connection that [`Engine::next_dirty`] names it sends what
//! [`Engine::slices`] gives and drops those that are [`Engine::is_over`]. The same code runs
//! under the mio loop, the in-memory driver of [`testing`](crate::testing) and anything else that
//! moves bytes.

mod inbox;
mod limits;
mod timers;

use std::{collections::VecDeque, io::IoSlice, mem, sync::Arc};

use self::timers::Timers;
pub use self::{inbox::Inbox, limits::Limits};
use crate::session::{
    Address, CloseReason, Closing, Command, Control, Cx, Id, Mailbox, Out, Outbox, Peer, Peers,
    Scan, Session, Step, Time, TimerRequest, ToOthers, Writer,
};

/// So many messages of no bytes may follow each other.
const EMPTY_MAX: u32 = 16;

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
    free: Vec<u32>,
    resumable: VecDeque<u32>,
    serial: u32,
    now: Time,
    limits: Limits,
    mailbox: Arc<Mailbox<P::Message>>,
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
            outbox: Outbox::new(limits.output_high),
            timers: Timers::default(),
            free: Vec::new(),
            resumable: VecDeque::new(),
            serial: 0,
            now: Time::START,
            limits,
            mailbox: Arc::default(),
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

    /// A connection came in: asks the hooks whether to let it in, and makes its session.
    ///
    /// It gets a slot in either case; one that is refused is over once it was told so. `None` if
    /// there are as many connections as [`Limits::connections`] allows: the driver should not
    /// have accepted it.
    pub fn accept(&mut self, shared: &mut P::Shared, peer: Peer, local: Address) -> Option<u32> {
        if self.connections() >= self.limits.connections {
            return None;
        }
        P::post_accept(shared, &peer);
        let allowed = P::allow_deny(shared, &peer);
        let slot = self.open_slot(Ends { peer, local });
        if allowed {
            let mut control = Control::default();
            let at = slot as usize;
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
            };
            *session = P::connect(&mut self.modes[at], &mut cx);
            let refused = session.is_none();
            if refused {
                control.close.get_or_insert(CloseReason::Refused);
            }
            self.obey(slot, control);
        } else {
            let mut farewell = Vec::new();
            P::request_denied(shared, &peer, &mut Writer::new(&mut farewell));
            Out::new(&mut self.outbox, slot).write(farewell);
            self.drain(slot, CloseReason::Refused);
        }
        Some(slot)
    }

    fn open_slot(&mut self, ends: Ends) -> u32 {
        self.serial = self.serial.wrapping_add(1);
        let link = Link {
            phase: Phase::Open,
            tail: Vec::new(),
            scan: Scan::default(),
            held: false,
            finished: false,
            drained: false,
        };
        let slot = match self.free.pop() {
            Some(slot) => {
                let at = slot as usize;
                self.links[at] = link;
                self.ends[at] = ends;
                self.serials[at] = self.serial;
                slot
            }
            None => {
                self.sessions.push(None);
                self.modes.push(P::Mode::default());
                self.links.push(link);
                self.ends.push(ends);
                self.serials.push(self.serial);
                self.links.len() as u32 - 1
            }
        };
        self.outbox.attach(Id { slot, serial: self.serial });
        slot
    }

    /// Calls `f` with a session, its mode and its context, and carries out what it asked for.
    /// `None` if the connection has no session or is closing.
    fn with_session<R>(
        &mut self,
        slot: u32,
        shared: &mut P::Shared,
        f: impl FnOnce(&mut P, &mut P::Mode, &mut Cx<'_, P>, &mut Scan, &Limits) -> R,
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
        };
        let result = f(
            session.as_mut()?,
            &mut self.modes[at],
            &mut cx,
            &mut self.links[at].scan,
            &self.limits,
        );
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
        if let Some(why) = control.close {
            self.drain(slot, why);
        }
    }

    /// Whether the driver should read from the connection: it is open, and neither is too much
    /// output waiting for it nor input that was not looked at.
    #[must_use]
    pub fn wants_input(&self, slot: u32) -> bool {
        let link = &self.links[slot as usize];
        link.phase == Phase::Open && !link.finished && !link.held
    }

    /// The first `count` bytes of the inbox came in for the connection.
    pub fn receive(&mut self, slot: u32, shared: &mut P::Shared, inbox: &mut Inbox, count: usize) {
        let link = &mut self.links[slot as usize];
        if link.phase != Phase::Open {
            return;
        }
        if link.tail.is_empty() {
            let input = inbox.received(count);
            let taken = self.dispatch(slot, shared, input);
            self.links[slot as usize].tail.extend_from_slice(&input[taken..]);
        } else if let Some(input) = inbox.received_behind(&link.tail, count) {
            let taken = self.dispatch(slot, shared, input);
            self.keep(slot, input, taken);
        } else {
            link.tail.extend_from_slice(inbox.received(count));
            self.dispatch_tail(slot, shared);
        }
        self.settle(slot);
    }

    /// The peer is done writing. What is left of its input is delivered, and the connection
    /// closes when its output is out.
    pub fn finish(&mut self, slot: u32, shared: &mut P::Shared) {
        let link = &mut self.links[slot as usize];
        if link.phase != Phase::Open || link.finished {
            return;
        }
        link.finished = true;
        link.scan.eof = !P::HANDLES_EOF;
        if !link.held {
            self.dispatch_tail(slot, shared);
        }
        self.settle(slot);
    }

    /// Goes on with a connection that [`Engine::next_resumable`] named.
    pub fn resume(&mut self, slot: u32, shared: &mut P::Shared) {
        let link = &mut self.links[slot as usize];
        let held = link.held;
        if mem::take(&mut link.drained) {
            self.with_session(slot, shared, |session, mode, cx, _, _| session.drained(mode, cx));
        }
        if held {
            self.dispatch_tail(slot, shared);
        }
        self.settle(slot);
    }

    /// Keeps what was not taken of `input`, which began with the tail.
    fn keep(&mut self, slot: u32, input: &[u8], taken: usize) {
        let tail = &mut self.links[slot as usize].tail;
        if taken == input.len() {
            *tail = Vec::new();
        } else if taken == 0 {
            tail.extend_from_slice(&input[tail.len()..]);
        } else {
            tail.clear();
            tail.extend_from_slice(&input[taken..]);
        }
    }

    fn dispatch_tail(&mut self, slot: u32, shared: &mut P::Shared) {
        let mut tail = mem::take(&mut self.links[slot as usize].tail);
        let taken = self.dispatch(slot, shared, &tail);
        if taken < tail.len() {
            tail.drain(..taken);
            self.links[slot as usize].tail = tail;
        }
    }

    /// Hands message after message to the session, until none is left or the connection must
    /// wait; says how many bytes were taken.
    fn dispatch(&mut self, slot: u32, shared: &mut P::Shared, input: &[u8]) -> usize {
        let finished = self.links[slot as usize].finished;
        let run = self.with_session(slot, shared, |session, mode, cx, scan, limits| {
            let mut taken = 0;
            let mut empty = 0;
            loop {
                if cx.control.close.is_some() {
                    return (input.len(), false);
                }
                if cx.out.own_waiting() > limits.output_high
                    || cx.out.turn_bytes() > limits.turn_bytes
                {
                    return (taken, true);
                }
                let left = input.len() - taken;
                if left == 0 && !P::TAKES_EMPTY || left < scan.need && !scan.eof {
                    break;
                }
                match session.step(mode, cx, &input[taken..], scan) {
                    Step::Took(0) if empty == EMPTY_MAX => {
                        tracing::error!(
                            protocol = P::PROTOCOL.name,
                            "a handler of empty messages neither changes the mode nor the length"
                        );
                        cx.close_because(CloseReason::Malformed);
                    }
                    Step::Took(count) => {
                        empty = if count == 0 { empty + 1 } else { 0 };
                        taken += count;
                        scan.reset();
                    }
                    Step::More => break,
                    Step::Fatal => cx.close_because(CloseReason::Malformed),
                }
            }
            if finished {
                if P::HANDLES_EOF {
                    session.eof(mode, cx, &input[taken..]);
                }
                cx.close_because(CloseReason::Finished);
                taken = input.len();
            }
            (taken, false)
        });
        let (taken, held) = run.unwrap_or((input.len(), false));
        self.links[slot as usize].held = held;
        taken
    }

    /// After a dispatch: a connection that holds back messages goes on when its output is out.
    fn settle(&mut self, slot: u32) {
        if self.links[slot as usize].held {
            self.outbox.touch(slot);
        }
    }

    /// The connection broke: it is over at once, and what was waiting for it is lost.
    pub fn lose(&mut self, slot: u32) {
        self.end(slot, CloseReason::Lost);
    }

    fn end(&mut self, slot: u32, why: CloseReason) {
        let link = &mut self.links[slot as usize];
        if matches!(link.phase, Phase::Open | Phase::Draining(_)) {
            link.phase = Phase::Over(why);
            self.outbox.seal(slot);
            self.outbox.discard(slot);
            self.outbox.touch(slot);
        }
    }

    /// Closes the connection when its output is out.
    fn drain(&mut self, slot: u32, why: CloseReason) {
        let link = &mut self.links[slot as usize];
        if link.phase == Phase::Open {
            link.phase = Phase::Draining(why);
            link.tail = Vec::new();
            link.held = false;
            self.timers.set(slot, self.now + self.limits.drain_timeout);
            self.outbox.seal(slot);
            self.outbox.touch(slot);
        }
    }

    /// The server is ending: calls `#[on(drain)]`. If `close` says so, a protocol without that
    /// event has its connections closed when their output is out.
    pub fn announce_end(&mut self, shared: &mut P::Shared, close: bool) {
        if P::HANDLES_DRAIN {
            for slot in 0..self.links.len() as u32 {
                self.with_session(slot, shared, |session, mode, cx, _, _| session.drain(mode, cx));
            }
        } else if close {
            self.shut_down();
        }
    }

    /// Closes all connections when their output is out.
    pub fn shut_down(&mut self) {
        for slot in 0..self.links.len() as u32 {
            self.drain(slot, CloseReason::Shutdown);
        }
    }

    /// Ends all connections at once.
    pub fn cut(&mut self) {
        for slot in 0..self.links.len() as u32 {
            self.end(slot, CloseReason::Shutdown);
        }
    }

    /// When [`Engine::expire`] is due.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Time> {
        self.timers.next()
    }

    /// Calls the timeouts that are over, and ends connections that did not take their last output
    /// in time.
    pub fn expire(&mut self, shared: &mut P::Shared) {
        // At most one timeout a connection: one that sets itself to zero waits for the next turn.
        for _ in 0..self.links.len() {
            let Some(slot) = self.timers.pop(self.now) else { break };
            match self.links[slot as usize].phase {
                Phase::Draining(_) => self.end(slot, CloseReason::SlowReader),
                _ => {
                    self.with_session(slot, shared, |session, mode, cx, _, _| {
                        session.timeout(mode, cx);
                    });
                }
            }
        }
    }

    /// The next connection for which there is something to send, or which may be over.
    pub fn next_dirty(&mut self) -> Option<u32> {
        loop {
            let slot = self.outbox.next_dirty()?;
            if self.links[slot as usize].phase == Phase::Free {
                continue;
            }
            if self.outbox.overflowed(slot) {
                self.end(slot, CloseReason::SlowReader);
            }
            return Some(slot);
        }
    }

    /// Whether there may be something to send that the kernel may take.
    #[must_use]
    pub fn may_send(&self, slot: u32) -> bool {
        self.outbox.waiting(slot) > 0 && !self.outbox.is_blocked(slot)
    }

    /// Fills `slices` from the front of what is waiting for the connection, and says how many it
    /// used.
    pub fn slices<'s>(&'s self, slot: u32, slices: &mut [IoSlice<'s>]) -> usize {
        self.outbox.slices(slot, slices)
    }

    /// The first `count` bytes that are waiting for the connection went out.
    pub fn sent(&mut self, slot: u32, count: usize) {
        self.outbox.sent(slot, count);
        if count > 0 && matches!(self.links[slot as usize].phase, Phase::Draining(_)) {
            self.timers.set(slot, self.now + self.limits.drain_timeout);
        }
    }

    /// The driver has sent what it could: `sent` says that this was
    /// something, `blocked` that the kernel takes no more for now.
    /// What is left is kept; a connection that held back messages may go on.
    pub fn flushed(&mut self, slot: u32, sent: bool, blocked: bool) {
        if blocked || self.outbox.waiting(slot) > 0 {
            self.outbox.block(slot);
        }
        let link = &mut self.links[slot as usize];
        let waiting = self.outbox.waiting(slot);
        if P::HANDLES_DRAINED && sent && waiting == 0 && link.phase == Phase::Open {
            link.drained = true;
        }
        if link.held && waiting <= self.limits.output_low || link.drained {
            self.resumable.push_back(slot);
        }
    }

    /// The kernel takes output again.
    pub fn writable(&mut self, slot: u32) {
        self.outbox.unblock(slot);
        if self.outbox.waiting(slot) > 0 {
            self.outbox.touch(slot);
        }
    }

    /// A connection that held back messages and may go on: the driver calls
    /// [`Engine::resume`] in the next turn.
    pub fn next_resumable(&mut self) -> Option<u32> {
        loop {
            let slot = self.resumable.pop_front()?;
            let link = &self.links[slot as usize];
            if link.held || link.drained {
                return Some(slot);
            }
        }
    }

    /// Hands the messages from other threads to their sessions.
    pub fn deliver(&mut self, shared: &mut P::Shared) {
        for (id, message) in self.mailbox.take() {
            if self.serials.get(id.slot as usize) == Some(&id.serial) {
                self.with_session(id.slot, shared, |session, mode, cx, _, _| {
                    session.message(mode, cx, message);
                });
            }
        }
    }

    /// Calls `wake` (from any thread) when there is something to [`deliver`](Engine::deliver).
    pub fn set_wake(&self, wake: impl Fn() + Send + Sync + 'static) {
        self.mailbox.set_wake(Box::new(wake));
    }

    /// How often each handler was called.
    pub fn calls(&self) -> impl Iterator<Item = (&'static Command, u64)> {
        let commands = P::PROTOCOL.modes.iter().flat_map(|mode| mode.commands);
        commands.map(|&command| (command, self.calls[command.index]))
    }

    /// How many connections [`Engine::next_resumable`] may name.
    #[must_use]
    pub fn resumable(&self) -> usize {
        self.resumable.len()
    }

    /// Whether the connection is to be dropped by the driver, and why.
    #[must_use]
    pub fn is_over(&self, slot: u32) -> Option<CloseReason> {
        match self.links[slot as usize].phase {
            Phase::Over(why) => Some(why),
            Phase::Draining(why) if self.outbox.waiting(slot) == 0 => Some(why),
            _ => None,
        }
    }

    /// Frees the connection, which is over, and tells its session.
    pub fn remove(&mut self, slot: u32, shared: &mut P::Shared, why: CloseReason) {
        let at = slot as usize;
        if self.links[at].phase == Phase::Free {
            return;
        }
        self.links[at].phase = Phase::Free;
        self.links[at].tail = Vec::new();
        self.links[at].held = false;
        self.links[at].drained = false;
        self.timers.cancel(slot);
        self.outbox.seal(slot);
        self.outbox.discard(slot);
        let (session, peers) = Peers::around(&mut self.sessions, &self.serials, at);
        if let Some(session) = session.take() {
            P::post_process_request(shared, &self.ends[at].peer);
            let mut cx = Closing {
                shared,
                out: ToOthers::new(&mut self.outbox),
                peers,
                id: Id { slot, serial: self.serials[at] },
                peer: &self.ends[at].peer,
                local: &self.ends[at].local,
            };
            session.close(&mut cx, why);
        }
        // What the mode holds (a file, say) ends with the connection, not with the slot's next.
        self.modes[at] = P::Mode::default();
        self.free.push(slot);
    }

    /// Whether this turn has written so much that the driver should send it before it goes on.
    #[must_use]
    pub fn is_turn_full(&self) -> bool {
        self.outbox.turn_bytes() > self.limits.turn_bytes
    }

    /// Ends a turn: nothing is dirty any more.
    pub fn end_turn(&mut self) {
        self.outbox.end_turn();
    }

    /// The id and the ends of a connection, for the log.
    #[must_use]
    pub fn describe(&self, slot: u32) -> (Id, Peer, Address) {
        let at = slot as usize;
        let ends = self.ends[at];
        (Id { slot, serial: self.serials[at] }, ends.peer, ends.local)
    }
}
