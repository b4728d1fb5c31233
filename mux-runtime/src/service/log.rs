//! The log, on standard error.

use std::io::{self, IsTerminal, Write};

use tracing::{Level, Metadata, level_filters::LevelFilter};
use tracing_subscriber::fmt::MakeWriter;

use super::hooks::LogHook;

/// Logs what is at most as detailed as `level`, to standard error, or to the hook.
pub(super) fn open(level: LevelFilter, hook: Option<LogHook>) {
    let log = tracing_subscriber::fmt()
        .with_max_level(level)
        // It would be told on standard error, too, with a panic if nobody reads that any more.
        .log_internal_errors(false);
    // A program that has its own subscriber keeps it.
    let _ = match hook {
        Some(hook) => log.with_ansi(false).with_writer(ToHook(hook)).try_init(),
        None => log.with_ansi(io::stderr().is_terminal()).with_writer(io::stderr).try_init(),
    };
}

/// Opens the log's file anew. Standard error has none.
pub(super) fn reopen() {
    tracing::info!("the log goes to standard error, and is not opened anew");
}

/// Gives each line to the `write_to_log` hook.
struct ToHook(LogHook);

/// One line on its way to the hook.
struct Line {
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
        (self.hook)(self.level, String::from_utf8_lossy(line).trim_end_matches('\n'));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
