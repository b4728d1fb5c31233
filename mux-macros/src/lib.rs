//! The attribute macros of mux-runtime; depend on that crate, which re-exports them.

mod diag;
