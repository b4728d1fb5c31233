//! The log, on standard error.

use tracing::level_filters::LevelFilter;

/// Logs what is at most as detailed as `level`.
pub(super) fn open(level: LevelFilter) {
    // A program that has its own subscriber keeps it.
    let _ = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).try_init();
}
