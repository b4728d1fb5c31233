//! What goes out: the log of a turn, and what each connection still has to get of it.
//!
//! Everything that handlers write during one turn of the loop is appended to one log; each
//! connection keeps a chain of the segments that are for it. A broadcast is therefore encoded
//! once and never copied, and whatever a turn has for a reader leaves in one write. Only what the
//! kernel did not take is copied, into a buffer of the connection's own that is given back as
//! soon as it is empty.

use std::{collections::VecDeque, io::IoSlice, mem, ops::Range};

use super::{Id, Reply, Writer};

/// "No segment", "no place".
const NONE: u32 = u32::MAX;

/// The log may keep this much memory between turns.
const LOG_KEPT_BYTES: usize = 1 << 20;
const SEGMENTS_KEPT: usize = LOG_KEPT_BYTES / size_of::<Segment>();

/// With so many segments (24 MiB of them) a turn is full: few bytes to many readers are much, too.
const SEGMENTS_MAX: usize = 1 << 20;

/// What becomes of a reader for which more than
/// [`Limits::output_high`](crate::engine::Limits::output_high) bytes are waiting when another
/// connection writes to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SlowReader {
    /// It is closed ([`CloseReason::SlowReader`](crate::CloseReason::SlowReader)).
    Close,
    /// It does not get what was written, nor anything else from others until it has taken all but
    /// [`Limits::output_low`](crate::engine::Limits::output_low) bytes.
    Drop,
    /// It gets it, and whoever wrote it is not read until the reader has taken all but
    /// [`Limits::output_low`](crate::engine::Limits::output_low) bytes. A reader is closed after all
    /// if it takes no byte for [`Limits::drain_timeout`](crate::engine::Limits::drain_timeout) while
    /// others wait for it, or if more than twice `output_high` is waiting, since what timers and
    /// messages from other threads write cannot be held back.
    Pause,
}

/// A piece of the log that is for one connection, and the one after it.
#[derive(Debug)]
struct Segment {
    bytes: Range<usize>,
    next: u32,
}

/// The way out to one connection.
#[derive(Debug)]
struct Port {
    serial: u32,
    /// What the kernel did not take of what was sent before; the first `sent` bytes are gone.
    pending: Vec<u8>,
    sent: u32,
    /// This turn's segments, and how many bytes they are together.
    first: u32,
    last: u32,
    queued: usize,
    /// Its place in `Outbox::open`.
    place: u32,
    /// It is in `Outbox::dirty`.
    dirty: bool,
    /// The kernel takes no more for now.
    blocked: bool,
    /// Too much is waiting for it: it is closed unless it takes, now that it is tried once more,
    /// what was sent before.
    above: bool,
    /// It gets nothing from others until it has caught up.
    dropping: bool,
}

impl Port {
    fn waiting(&self) -> usize {
        self.pending.len() - self.sent as usize + self.queued
    }

    /// The reader has not taken all that was sent before.
    fn is_behind(&self) -> bool {
        (self.sent as usize) < self.pending.len()
    }
}

/// A reply to others that is being written; dropped only if that panicked.
struct Unfinished<'a> {
    start: usize,
    log: &'a mut Vec<u8>,
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        self.log.truncate(self.start);
    }
}

/// The output of all connections of one protocol.
#[derive(Debug)]
pub struct Outbox {
    log: Vec<u8>,
    segments: Vec<Segment>,
    ports: Vec<Port>,
    /// The slots that output may be written to.
    open: Vec<u32>,
    /// The slots that have something new for the driver, each once.
    dirty: VecDeque<u32>,
    /// The readers for whom whoever is writing now must wait.
    stalled: Vec<u32>,
    /// See [`Outbox::find_mark`].
    mark: usize,
    high: usize,
    slow_reader: SlowReader,
    turn_bytes: usize,
}

impl Outbox {
    /// What a connection costs while nothing is waiting for it: its port, its place among the open
    /// ones, and the one among the dirty ones that it may have.
    #[cfg(test)]
    pub(crate) const PORT_BYTES: usize = size_of::<Port>() + 2 * size_of::<u32>();

    /// An outbox for connections of which each may have up to `high` bytes waiting before what
    /// others write to it meets `slow_reader`, in turns of `turn_bytes`.
    pub(crate) fn new(high: usize, turn_bytes: usize, slow_reader: SlowReader) -> Self {
        Outbox {
            log: Vec::new(),
            segments: Vec::new(),
            ports: Vec::new(),
            open: Vec::new(),
            dirty: VecDeque::new(),
            stalled: Vec::new(),
            mark: 0,
            high,
            slow_reader,
            turn_bytes,
        }
    }

    /// Opens the way out to `id`.
    pub(crate) fn attach(&mut self, id: Id) {
        let slot = id.slot as usize;
        let port = Port {
            serial: id.serial,
            pending: Vec::new(),
            sent: 0,
            first: NONE,
            last: NONE,
            queued: 0,
            place: self.open.len() as u32,
            dirty: false,
            blocked: false,
            above: false,
            dropping: false,
        };
        self.open.push(id.slot);
        if slot == self.ports.len() {
            self.ports.push(port);
        } else {
            // A slot may still be listed as dirty from its last use: it is then looked at once in
            // vain, but must not be listed twice.
            let dirty = self.ports[slot].dirty;
            self.ports[slot] = Port { dirty, ..port };
        }
    }

    /// Lets nothing more be written to `slot`; what is waiting still goes out.
    pub(crate) fn seal(&mut self, slot: u32) {
        let place = mem::replace(&mut self.ports[slot as usize].place, NONE);
        if place != NONE {
            self.open.swap_remove(place as usize);
            if let Some(&moved) = self.open.get(place as usize) {
                self.ports[moved as usize].place = place;
            }
        }
    }

    /// Forgets all that is waiting for `slot`.
    #[inline]
    pub(crate) fn discard(&mut self, slot: u32) {
        let port = &mut self.ports[slot as usize];
        port.pending = Vec::new();
        port.sent = 0;
        port.first = NONE;
        port.last = NONE;
        port.queued = 0;
    }

    /// The log, to be appended to.
    #[inline]
    pub(super) fn log(&mut self) -> &mut Vec<u8> {
        &mut self.log
    }

    /// Appends `reply`, which is for others, to the log. Of one that panics nothing is left: what there
    /// is of it would be linked to whoever is writing.
    pub(super) fn append(&mut self, reply: &(impl Reply + ?Sized)) {
        let unfinished = Unfinished { start: self.log.len(), log: &mut self.log };
        reply.write_to(&mut Writer::new(unfinished.log));
        mem::forget(unfinished);
    }

    /// How many bytes this turn has written so far.
    #[inline]
    pub(super) fn written(&self) -> usize {
        self.log.len()
    }

    /// Links to `slot` what the log has from `run` on, which is then the log's end.
    #[inline]
    pub(super) fn link_run(&mut self, slot: u32, run: &mut usize) {
        let end = self.log.len();
        if *run < end {
            self.link(slot, *run..end);
            *run = end;
        }
    }

    /// Whether whoever is writing is below its mark.
    #[inline]
    pub(super) fn is_below_mark(&self) -> bool {
        self.log.len() < self.mark
    }

    /// Another connection writes now.
    #[inline]
    pub(super) fn forget_mark(&mut self) {
        self.mark = 0;
    }

    /// Whether whoever is writing must pause, now that `waiting` bytes wait for it. If it need
    /// not, it need not either before the log has grown to the mark: so long one comparison a
    /// message is enough.
    #[inline]
    pub(super) fn find_mark(&mut self, waiting: usize) -> bool {
        if waiting > self.high || self.is_turn_full() || self.is_stalled() {
            return true;
        }
        let room = (self.high - waiting).min(self.turn_bytes - self.log.len());
        self.mark = self.log.len() + room + 1;
        false
    }

    /// Appends `reply` for all open connections but one; it is encoded once.
    pub(super) fn broadcast(
        &mut self,
        reply: &(impl Reply + ?Sized),
        own: u32,
        own_too: bool,
    ) -> usize {
        let start = self.log.len();
        self.append(reply);
        let bytes = start..self.log.len();
        for at in 0..self.open.len() {
            let slot = self.open[at];
            if slot != own {
                self.offer(slot, bytes.clone());
            } else if own_too {
                self.link(slot, bytes.clone());
            }
        }
        bytes.len()
    }

    /// Links what another connection wrote, unless it is dropped because too much is waiting.
    ///
    /// What was written since the last flush does not count against a reader that has taken all
    /// that was sent before: it had no chance to read it yet.
    pub(super) fn offer(&mut self, slot: u32, bytes: Range<usize>) {
        if bytes.is_empty() {
            return;
        }
        let port = &self.ports[slot as usize];
        let waiting = port.waiting().saturating_add(bytes.len());
        if waiting <= self.high && !port.dropping || self.takes_more(slot, waiting) {
            self.link(slot, bytes);
        }
    }

    /// Whether a reader gets what another connection wrote although it brings what is waiting for
    /// it to `waiting` bytes, and what else comes of that.
    #[cold]
    fn takes_more(&mut self, slot: u32, waiting: usize) -> bool {
        let port = &mut self.ports[slot as usize];
        let is_behind = port.is_behind();
        match self.slow_reader {
            SlowReader::Close if is_behind => self.rise(slot),
            SlowReader::Drop => {
                // A message that is written in parts must not lose only some of them.
                port.dropping |= is_behind && waiting > self.high;
                return !port.dropping;
            }
            SlowReader::Pause if port.place != NONE => {
                self.stalled.push(slot);
                self.mark = 0;
                if is_behind && waiting > self.high.saturating_mul(2) {
                    self.rise(slot);
                }
            }
            _ => {}
        }
        true
    }

    /// Holds what the connection's own events wrote, since `before` bytes were waiting, to the
    /// same bound: no input of its own is held back for that.
    pub(crate) fn limit(&mut self, slot: u32, before: usize) {
        let port = &self.ports[slot as usize];
        if port.is_behind() && port.waiting() > before.max(self.high) {
            self.rise(slot);
        }
    }

    /// Too much is waiting for `slot`. Since the kernel was last asked the reader may have taken
    /// all that it had, so what becomes of it is decided when it was asked again.
    fn rise(&mut self, slot: u32) {
        self.ports[slot as usize].above = true;
        self.touch(slot);
    }

    #[inline]
    fn link(&mut self, slot: u32, bytes: Range<usize>) {
        let port = &mut self.ports[slot as usize];
        if bytes.is_empty() || port.place == NONE {
            return;
        }
        port.queued += bytes.len();
        if let Some(last) = self.segments.get_mut(port.last as usize)
            && last.bytes.end == bytes.start
        {
            last.bytes.end = bytes.end;
            return;
        }
        let new = self.segments.len() as u32;
        self.segments.push(Segment { bytes, next: NONE });
        if self.segments.len() > SEGMENTS_MAX {
            self.mark = 0;
        }
        match self.segments.get_mut(port.last as usize) {
            Some(last) => last.next = new,
            None => port.first = new,
        }
        port.last = new;
        self.touch(slot);
    }

    /// Has the driver look at `slot` before the turn ends.
    #[inline]
    pub(crate) fn touch(&mut self, slot: u32) {
        let port = &mut self.ports[slot as usize];
        if !port.dirty {
            port.dirty = true;
            self.dirty.push_back(slot);
        }
    }

    /// The next connection with something new, first in, first out.
    #[inline]
    pub(crate) fn next_dirty(&mut self) -> Option<u32> {
        let slot = self.dirty.pop_front()?;
        self.ports[slot as usize].dirty = false;
        Some(slot)
    }

    /// Whether too much is waiting for the reader, so that it is tried once more.
    #[inline]
    pub(crate) fn is_above(&self, slot: u32) -> bool {
        self.ports[slot as usize].above
    }

    /// Whether it was too much: the reader was tried and has not taken what was sent before.
    #[inline]
    pub(crate) fn has_overflowed(&mut self, slot: u32) -> bool {
        let port = &mut self.ports[slot as usize];
        port.above && {
            port.above = false;
            port.is_behind()
        }
    }

    /// The reader has caught up: it gets what others write again.
    #[inline]
    pub(crate) fn caught_up(&mut self, slot: u32) {
        self.ports[slot as usize].dropping = false;
    }

    /// Whether whoever is writing now must wait for a reader.
    #[inline]
    pub(crate) fn is_stalled(&self) -> bool {
        !self.stalled.is_empty()
    }

    /// A reader for whom whoever wrote must wait.
    pub(crate) fn next_stalled(&mut self) -> Option<u32> {
        self.stalled.pop()
    }

    /// Bytes that are waiting for `slot`.
    #[inline]
    pub(crate) fn waiting(&self, slot: u32) -> usize {
        self.ports[slot as usize].waiting()
    }

    /// Whether this turn has written so much, for all connections together, that it should be
    /// sent before more is handled.
    #[inline]
    pub(crate) fn is_turn_full(&self) -> bool {
        self.log.len() > self.turn_bytes || self.segments.len() > SEGMENTS_MAX
    }

    /// Whether the kernel took less than it was given, and has not said since that it takes more.
    #[inline]
    pub(crate) fn is_blocked(&self, slot: u32) -> bool {
        self.ports[slot as usize].blocked
    }

    /// The kernel takes more again.
    #[inline]
    pub(crate) fn unblock(&mut self, slot: u32) {
        self.ports[slot as usize].blocked = false;
    }

    /// Fills `slices` from the front of what is waiting for `slot`, and says how many it used.
    #[inline]
    pub(crate) fn slices<'s>(&'s self, slot: u32, slices: &mut [IoSlice<'s>]) -> usize {
        let port = &self.ports[slot as usize];
        let mut used = 0;
        if port.is_behind() {
            slices[0] = IoSlice::new(&port.pending[port.sent as usize..]);
            used = 1;
        }
        let mut next = port.first;
        while used < slices.len()
            && let Some(segment) = self.segments.get(next as usize)
        {
            slices[used] = IoSlice::new(&self.log[segment.bytes.clone()]);
            used += 1;
            next = segment.next;
        }
        used
    }

    /// Fills `whole`, which is empty, up to `bytes_max` from the front of what is waiting for `slot`.
    pub(crate) fn gather(&self, slot: u32, whole: &mut Vec<u8>, bytes_max: usize) {
        let port = &self.ports[slot as usize];
        let pending = &port.pending[port.sent as usize..];
        whole.extend_from_slice(&pending[..pending.len().min(bytes_max)]);
        let mut next = port.first;
        while whole.len() < bytes_max
            && let Some(segment) = self.segments.get(next as usize)
        {
            let piece = &self.log[segment.bytes.clone()];
            whole.extend_from_slice(&piece[..piece.len().min(bytes_max - whole.len())]);
            next = segment.next;
        }
    }

    /// The first `count` bytes of what is waiting for `slot` were sent.
    #[inline]
    pub(crate) fn sent(&mut self, slot: u32, count: usize) {
        let port = &mut self.ports[slot as usize];
        if count == port.waiting() {
            return self.discard(slot);
        }
        self.sent_a_part(slot, count);
    }

    fn sent_a_part(&mut self, slot: u32, mut count: usize) {
        let port = &mut self.ports[slot as usize];
        let kept = (port.pending.len() - port.sent as usize).min(count);
        let gone = port.sent as usize + kept;
        port.sent = u32::try_from(gone).unwrap_or_else(|_| {
            // Of more than 4 GiB what is gone is let go at once.
            port.pending.drain(..gone);
            0
        });
        if !port.is_behind() {
            port.pending = Vec::new();
            port.sent = 0;
        }
        count -= kept;
        while count > 0
            && let Some(segment) = self.segments.get_mut(port.first as usize)
        {
            let part = segment.bytes.len().min(count);
            segment.bytes.start += part;
            port.queued -= part;
            count -= part;
            if segment.bytes.is_empty() {
                port.first = segment.next;
                if port.first == NONE {
                    port.last = NONE;
                }
            }
        }
    }

    /// The kernel takes no more for now: what is left of this turn's segments is kept for later.
    pub(crate) fn block(&mut self, slot: u32) {
        let port = &mut self.ports[slot as usize];
        port.blocked = true;
        // Moving the rest to the front costs no more than was sent since the last time; the memory
        // of what is gone goes with it.
        if port.sent as usize > port.pending.len() / 2 {
            port.pending.drain(..port.sent as usize);
            port.pending.shrink_to(port.pending.len() + port.queued);
            port.sent = 0;
        }
        port.pending.reserve(port.queued);
        let mut next = port.first;
        while let Some(segment) = self.segments.get(next as usize) {
            port.pending.extend_from_slice(&self.log[segment.bytes.clone()]);
            next = segment.next;
        }
        port.first = NONE;
        port.last = NONE;
        port.queued = 0;
    }

    /// Starts a new log: every connection has sent or kept what the old one had for it.
    #[inline]
    pub(crate) fn end_turn(&mut self) {
        debug_assert!(self.dirty.is_empty(), "a connection's output was not looked at");
        self.segments.clear();
        self.log.clear();
        if self.log.capacity() > LOG_KEPT_BYTES {
            self.log.shrink_to(LOG_KEPT_BYTES);
        }
        if self.segments.capacity() > SEGMENTS_KEPT {
            self.segments.shrink_to(SEGMENTS_KEPT);
        }
    }

    /// `id`'s slot, if the connection is still there and open.
    pub(super) fn find(&self, id: Id) -> Option<u32> {
        let port = self.ports.get(id.slot as usize)?;
        (port.serial == id.serial && port.place != NONE).then_some(id.slot)
    }
}
