//! The derive, and its guide.

/// todo
pub use mux_macros::MuxMessage;
