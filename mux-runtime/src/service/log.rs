//! The log, on standard error.

use std::io::{self, IsTerminal};

use tracing::level_filters::LevelFilter;

/// Logs what is at most as detailed as `level`.
pub(super) fn open(level: LevelFilter) {
    // A program that has its own subscriber keeps it.
    let _ = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        // It would be told on standard error, too, with a panic if nobody reads that any more.
        .log_internal_errors(false)
        .try_init();
}
