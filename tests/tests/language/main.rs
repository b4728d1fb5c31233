//! Every form that a `#[mux_server]` block may have, each in a small protocol of its own.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]
#![allow(clippy::write_with_newline, reason = "`writeln!` would hide what is sent")]

mod blocks;
mod events;
mod lines;
mod modes;
mod parsers;
mod replies;
mod words;

use mux_runtime::{Session, testing};

/// What one client of a new server hears, and whether it is closed then.
fn ask<P: Session<Shared: Default>>(script: impl AsRef<[u8]>) -> (String, bool) {
    let server = testing::Server::<P>::new(P::Shared::default());
    let client = server.connect("127.0.0.1:9");
    client.sends(script);
    (client.hears(), client.is_closed())
}

/// What one client that stays hears.
#[track_caller]
fn hears<P: Session<Shared: Default>>(script: impl AsRef<[u8]>) -> String {
    let (heard, closed) = ask::<P>(&script);
    assert!(!closed, "{} closes the connection", script.as_ref().escape_ascii());
    heard
}
