//! Panics in the user's code, and what becomes of the connection.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::Engine;
use crate::session::Session;

/// Calls the user's code, and gives what it returned; `None` if it panicked and that is to be
/// contained. Otherwise the panic goes on to the caller.
///
/// Unwind safety is left to the user: what a handler has left half done in the shared value stays
/// so, as with a lock that is not poisoned.
pub(crate) fn call<R>(contain: bool, code: impl FnOnce() -> R) -> Option<R> {
    let (mut code, mut result) = (Some(code), None);
    run(contain, &mut || result = code.take().map(|code| code()));
    result
}

/// The same for the hot path, with all by reference: to move what the code captures would cost more
/// than all else here.
#[inline]
pub(super) fn run(contain: bool, code: &mut impl FnMut()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(code))
        && !contain
    {
        resume_unwind(panic);
    }
}

/// Calls the user's code that is `what`; `None` if it panicked, which is logged.
pub(crate) fn contain<R>(what: &str, code: impl FnOnce() -> R) -> Option<R> {
    let result = call(true, code);
    if result.is_none() {
        tracing::error!("{what} panicked");
    }
    result
}

/// The same with what the protocol calls before there is a session, or after.
pub(super) fn call_hook<P: Session, R>(
    contain: bool,
    name: &str,
    code: impl FnOnce() -> R,
) -> Option<R> {
    let result = call(contain, code);
    if result.is_none() {
        tracing::error!(protocol = P::PROTOCOL.name, "{name} panicked");
    }
    result
}

impl<P: Session> Engine<P> {
    /// Has a handler that panics end its own connection only
    /// ([`CloseReason::Panicked`](crate::CloseReason::Panicked)). Without this, as in tests, the panic
    /// goes on to whoever called the engine.
    pub fn contain_panics(&mut self) {
        self.contains_panics = true;
    }
}
