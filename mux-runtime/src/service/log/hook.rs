//! The hook `write_to_log`.

use std::{
    cell::Cell,
    io::{self, Write},
    thread,
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

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let tell = || {
            let outer = IS_WRITING.replace(true);
            // If it panics the line is lost, and nothing else: whoever logs has done nothing wrong.
            panics::call(true, || (self.hook)(self.level, text.trim_end_matches('\n')));
            IS_WRITING.set(outer);
        };
        if thread::panicking() {
            // A panic that a panic is told of would end the process, but in a thread of its own.
            thread::scope(|scope| {
                let _ = thread::Builder::new().spawn_scoped(scope, tell).map(|told| told.join());
            });
        } else {
            tell();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
