//! The lines that wait to be written.

use std::{
    io, mem,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{
    line::Form,
    sink::{Loss, Sink},
};

/// Bytes that may wait; a line that does not fit is dropped, and counted.
const WAITING_BYTES_MAX: usize = 4 << 20;
/// Bytes of memory that are kept for the next lines.
const KEPT_BYTES: usize = 64 << 10;
/// How long the end of the program waits for whoever takes the log.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Default)]
struct Waiting {
    lines: Vec<u8>,
    dropped: u64,
    reopen: bool,
    closed: bool,
    /// Lines are being written.
    busy: bool,
    /// All is written, and no more will be.
    done: bool,
}

/// The queue between those who log and the thread that writes.
///
/// Whoever logs holds the lock for as long as it takes to copy a line; the thread that writes, for
/// as long as it takes to swap two buffers.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    filled: Condvar,
    done: Condvar,
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, line: &[u8]) {
        let mut waiting = self.waiting();
        if waiting.closed || waiting.lines.len() + line.len() > WAITING_BYTES_MAX {
            waiting.dropped += 1;
            return;
        }
        // Somebody who is at work looks again before he sleeps.
        let was_empty = waiting.lines.is_empty();
        waiting.lines.extend_from_slice(line);
        drop(waiting);
        if was_empty {
            self.filled.notify_one();
        }
    }

    /// Has the sink opened anew, behind the lines that wait.
    pub(super) fn reopen(&self) {
        self.waiting().reopen = true;
        self.filled.notify_one();
    }

    /// Takes no more lines, and returns once all are written, or that took too long.
    pub(super) fn close(&self) {
        let deadline = Instant::now() + CLOSE_TIMEOUT;
        let mut waiting = self.waiting();
        waiting.closed = true;
        self.filled.notify_one();
        while !waiting.done {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let woken = self.done.wait_timeout(waiting, left);
            waiting = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Returns once all that was logged is written, or that took too long.
    pub(super) fn flush(&self) {
        let deadline = Instant::now() + CLOSE_TIMEOUT;
        let mut waiting = self.waiting();
        while waiting.busy || !waiting.lines.is_empty() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let woken = self.done.wait_timeout(waiting, left);
            waiting = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Writes all lines to `sink` until the queue is closed and empty.
    pub(super) fn write_out(&self, sink: &mut Sink, form: &Form) {
        let mut lines = Vec::new();
        let mut lost = Lost::default();
        loop {
            let mut waiting = self.waiting();
            if mem::take(&mut waiting.busy) {
                self.done.notify_all();
            }
            while waiting.lines.is_empty() && !waiting.reopen && !waiting.closed {
                waiting = self.filled.wait(waiting).unwrap_or_else(PoisonError::into_inner);
            }
            if waiting.lines.is_empty() && !waiting.reopen && waiting.dropped == 0 {
                waiting.done = true;
                drop(waiting);
                return self.done.notify_all();
            }
            mem::swap(&mut lines, &mut waiting.lines);
            waiting.busy = true;
            let dropped = mem::take(&mut waiting.dropped);
            let reopen = mem::take(&mut waiting.reopen);
            drop(waiting);
            lost.tell(sink, form);
            lost.note(sink.write(&lines));
            lost.too_fast += dropped;
            if reopen && let Err((path, error)) = sink.reopen() {
                let notice = format!("cannot open log_file {path:?} anew: {error}");
                lost.note(sink.write(form.notice(&notice).as_bytes()));
            }
            if dropped > 0 || reopen {
                lost.tell(sink, form);
            }
            lines.clear();
            lines.shrink_to(KEPT_BYTES);
        }
    }
}

/// Lines that nobody will read, until somebody could be told of them.
#[derive(Default)]
struct Lost {
    too_fast: u64,
    unwritten: u64,
    why: String,
}

impl Lost {
    fn note(&mut self, written: Result<(), Loss>) {
        if let Err(loss) = written {
            self.unwritten += loss.lines;
            self.why = loss.why.to_string();
        }
    }

    /// Says how many they are, if there are any.
    fn tell(&mut self, sink: &mut Sink, form: &Form) {
        let mut notices = String::new();
        if self.unwritten > 0 {
            let Lost { unwritten, why, .. } = self;
            notices += &form.notice(&format!("{unwritten} lines were lost: {why}"));
        }
        if self.too_fast > 0 {
            let count = self.too_fast;
            notices += &form.notice(&format!("{count} lines were lost, since they came too fast"));
        }
        if sink.write(notices.as_bytes()).is_ok() {
            *self = Lost::default();
        }
    }
}

/// Takes one event, which the formatter hands over in one piece.
impl io::Write for &Queue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.push(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
