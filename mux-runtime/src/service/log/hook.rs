//! The hook `write_to_log`.

use std::{
    cell::Cell,
    io::{self, Write},
    sync::mpsc,
    thread,
    time::Duration,
};

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

use crate::{engine::panics, service::hooks::LogHook};

thread_local! {
    static IS_WRITING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is in the hook.
pub(super) fn is_writing() -> bool {
    IS_WRITING.get()
}

/// Gives each line to the `write_to_log` hook.
pub(super) struct ToHook(LogHook);

impl ToHook {
    pub(super) fn new(hook: LogHook) -> Self {
        ToHook(hook)
    }
}

/// One line on its way to the hook.
pub(super) struct Line {
    hook: LogHook,
    level: u8,
}

impl<'a> MakeWriter<'a> for ToHook {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { hook: self.0, level: 2 }
    }

    fn make_writer_for(&'a self, meta: &Metadata<'_>) -> Line {
        let level = match *meta.level() {
            Level::ERROR => 0,
            Level::WARN => 1,
            Level::INFO => 2,
            Level::DEBUG => 3,
            Level::TRACE => 4,
        };
        Line { hook: self.0, level }
    }
}

/// How long one that panics waits for the hook, which may need what it holds: a lock, say, or
/// standard output in the middle of a line.
const HOOK_PATIENCE: Duration = Duration::from_secs(1);

/// Calls the hook. If it panics the line is lost, and nothing else: whoever logs has done nothing
/// wrong.
fn tell(hook: LogHook, level: u8, line: &str) {
    let outer = IS_WRITING.replace(true);
    panics::call(true, || hook(level, line.trim_end_matches('\n')));
    IS_WRITING.set(outer);
}

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let Line { hook, level } = *self;
        if thread::panicking() {
            // A panic that a panic is told of would end the process, but in a thread of its own.
            let (told, is_told) = mpsc::channel::<()>();
            let text = text.into_owned();
            let tell = move || {
                tell(hook, level, &text);
                drop(told);
            };
            if thread::Builder::new().spawn(tell).is_ok() {
                let _ = is_told.recv_timeout(HOOK_PATIENCE);
            }
        } else {
            tell(hook, level, &text);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write,
        sync::{
            Mutex,
            atomic::{AtomicUsize, Ordering},
        },
        thread,
        time::{Duration, Instant},
    };

    use super::Line;

    static LOCK: Mutex<()> = Mutex::new(());
    static LINES: AtomicUsize = AtomicUsize::new(0);

    /// Logs when it is dropped, which is while it panics.
    struct Logs;

    impl Drop for Logs {
        fn drop(&mut self) {
            let hook = |_: u8, _: &str| {
                // As standard output is locked while a line is formatted for it.
                drop(LOCK.lock());
                LINES.fetch_add(1, Ordering::SeqCst);
            };
            Line { hook, level: 0 }.write_all(b"it panicked\n").unwrap();
        }
    }

    #[test]
    fn one_that_panics_holding_what_the_hook_needs_does_not_wait_for_ever() {
        let panics = thread::spawn(|| {
            let _held = LOCK.lock().unwrap();
            let _logs = Logs;
            panic!("told to");
        });
        let until = Instant::now() + Duration::from_secs(20);
        while !panics.is_finished() || LINES.load(Ordering::SeqCst) == 0 {
            assert!(Instant::now() < until, "it waits for itself");
            thread::yield_now();
        }
    }
}
