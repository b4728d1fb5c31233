//! From what came in to the handlers: tails, and message after message.

use std::{mem, time::Duration};

use super::{Engine, Inbox, Link, Phase};
use crate::session::{CloseReason, Cx, Id, Scan, Session, Step};

/// So many messages of no bytes may follow each other.
const EMPTY_MAX: u32 = 16;

impl<P: Session> Engine<P> {
    /// Whether the driver should read from the connection: it is open, and neither is too much
    /// output waiting for it nor input that was not looked at.
    #[must_use]
    pub fn wants_input(&self, slot: u32) -> bool {
        let link = &self.links[slot as usize];
        link.phase == Phase::Open && !link.finished && !link.held
    }

    /// The first `count` bytes of the inbox came in for the connection.
    pub fn receive(&mut self, slot: u32, shared: &mut P::Shared, inbox: &mut Inbox, count: usize) {
        self.roster.borrow_mut().received(slot, count);
        let link = &mut self.links[slot as usize];
        if link.phase != Phase::Open {
            return;
        }
        link.heard = self.now;
        if link.tail.is_empty() {
            let input = inbox.received(count);
            let taken = self.dispatch(slot, shared, input);
            if taken < input.len() {
                self.links[slot as usize].tail.extend_from_slice(&input[taken..]);
            }
        } else if let Some(input) = inbox.received_behind(link.rest(), count) {
            let taken = self.dispatch(slot, shared, input);
            self.links[slot as usize].keep(input, taken);
        } else {
            link.tail.extend_from_slice(inbox.received(count));
            self.dispatch_tail(slot, shared);
        }
        self.settle(slot);
    }

    /// The peer is done writing. What is left of its input is delivered, and the connection
    /// closes when its output is out, and `#[on(drained)]` has no more to write.
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

    /// A connection that held back messages and may go on: the driver calls
    /// [`Engine::resume`] in the next turn.
    pub fn next_resumable(&mut self) -> Option<u32> {
        loop {
            let slot = self.resumable.pop_front()?;
            let link = &mut self.links[slot as usize];
            link.queued = false;
            if link.held && link.stalls == 0 || link.drained {
                return Some(slot);
            }
        }
    }

    /// How many connections [`Engine::next_resumable`] may name.
    #[must_use]
    pub fn resumable(&self) -> usize {
        self.resumable.len()
    }

    /// Goes on with a connection that [`Engine::next_resumable`] named.
    pub fn resume(&mut self, slot: u32, shared: &mut P::Shared) {
        let link = &mut self.links[slot as usize];
        let held = link.held;
        if mem::take(&mut link.drained) {
            let finished = link.finished && !held;
            let waiting = self.outbox.waiting(slot);
            self.event(slot, shared, |session, mode, cx| session.drained(mode, cx));
            if finished && self.outbox.waiting(slot) == waiting {
                self.drain(slot, CloseReason::Finished);
            }
        }
        if held {
            self.dispatch_tail(slot, shared);
        }
        self.settle(slot);
    }

    pub(super) fn dispatch_tail(&mut self, slot: u32, shared: &mut P::Shared) {
        let (tail, gone) = self.links[slot as usize].take_tail();
        let taken = self.dispatch(slot, shared, &tail[gone as usize..]);
        self.links[slot as usize].put_back(tail, gone, taken);
    }

    /// Hands message after message to the session, until none is left or the connection must
    /// wait; says how many bytes were taken.
    fn dispatch(&mut self, slot: u32, shared: &mut P::Shared, input: &[u8]) -> usize {
        let Link { finished, drained, stalls, .. } = self.links[slot as usize];
        let stalled = stalls > 0;
        // Counted whatever becomes of the last one.
        let mut messages = 0;
        let run = self.with_session(slot, shared, |session, mode, cx, scan| {
            let taken = match take(session, mode, cx, scan, input, stalled, &mut messages) {
                Taken::Held(taken) => return (taken, true),
                Taken::Closing => return (input.len(), false),
                Taken::Rest(taken) => taken,
            };
            if !finished {
                return (taken, false);
            }
            if P::HANDLES_EOF {
                session.eof(mode, cx, &input[taken..]);
            }
            // One that writes in portions goes on until it has no more.
            if !P::HANDLES_DRAINED || cx.out.own_waiting() == 0 && !drained {
                cx.close_because(CloseReason::Finished);
            }
            (input.len(), false)
        });
        let (taken, held) = run.unwrap_or((input.len(), false));
        self.roster.borrow_mut().took(slot, messages);
        let link = &mut self.links[slot as usize];
        link.held = held || link.stalls > 0 && link.phase == Phase::Open;
        link.spoke |= taken > 0;
        taken
    }

    /// After a dispatch: a connection that holds back messages goes on when its output is out.
    pub(super) fn settle(&mut self, slot: u32) {
        if self.links[slot as usize].held {
            self.outbox.touch(slot);
        }
    }
}

/// How far [`take`] came.
enum Taken {
    /// What is behind so many bytes must wait.
    Held(usize),
    /// The connection is closing: nothing more is looked at.
    Closing,
    /// What is behind so many bytes is no whole message.
    Rest(usize),
}

/// Hands message after message to the session, and counts them.
#[inline(always)]
fn take<P: Session>(
    session: &mut P,
    mode: &mut P::Mode,
    cx: &mut Cx<'_, P>,
    scan: &mut Scan,
    input: &[u8],
    stalled: bool,
    messages: &mut u32,
) -> Taken {
    let mut taken = 0;
    let mut empty = 0;
    let timed = cx.calls.is_timed();
    loop {
        if cx.control.close.is_some() {
            return Taken::Closing;
        }
        if stalled || cx.out.must_pause() {
            return Taken::Held(taken);
        }
        let left = input.len() - taken;
        if left == 0 && !P::TAKES_EMPTY || left < scan.need && !scan.eof {
            return Taken::Rest(taken);
        }
        let started = if timed { cx.calls.start() } else { None };
        let step = session.step(mode, cx, &input[taken..], scan);
        if timed && let Some((handler, took)) = cx.calls.stop(started) {
            warn_of_slow::<P>(cx.id, handler, took);
        }
        match step {
            Step::Took(0) if empty == EMPTY_MAX => {
                tracing::error!(
                    protocol = P::PROTOCOL.name,
                    "a handler of empty messages neither changes the mode nor the length"
                );
                cx.close_because(CloseReason::Malformed);
            }
            Step::Took(count) => {
                empty = if count == 0 { empty + 1 } else { 0 };
                // A framing of the user's may say more than there is.
                taken = input.len().min(taken + count);
                *messages += 1;
                scan.reset();
            }
            Step::More => return Taken::Rest(taken),
            Step::Fatal => cx.close_because(CloseReason::Malformed),
        }
    }
}

/// Names a handler that held up all other connections.
#[cold]
fn warn_of_slow<P: Session>(id: Id, handler: usize, took: Duration) {
    let mut commands = P::PROTOCOL.modes.iter().flat_map(|mode| mode.commands);
    let name = commands.find(|command| command.index == handler).map_or("", |found| found.name);
    tracing::warn!(
        protocol = P::PROTOCOL.name,
        handler = name,
        connection = %id,
        took_ms = took.as_millis() as u64,
        "a handler held up the loop"
    );
}
