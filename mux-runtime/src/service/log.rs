//! The log, on standard error.

use std::io::{self, IsTerminal};

use tracing::level_filters::LevelFilter;

/// Logs what is at most as detailed as `level`, 0 to 4 (Net::Server's `log_level`).
pub(super) fn open(level: u8) {
    let level = match level {
        0 => LevelFilter::ERROR,
        1 => LevelFilter::WARN,
        2 => LevelFilter::INFO,
        3 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    // A program that has its own subscriber keeps it.
    let _ = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        // It would be told on standard error, too, with a panic if nobody reads that any more.
        .log_internal_errors(false)
        .try_init();
}
