//! Net::Server's hooks of the process.

use std::{error::Error, fmt::Display};

use super::Settings;
use crate::driver::Handle;

/// What a hook that can refuse answers: an error ends the start, or the restart, and is told.
pub type HookResult = Result<(), Box<dyn Error>>;

/// Net::Server's hooks of the process, in the order in which they are called. They are methods of
/// the value that all connections share; [`#[mux_hooks]`](macro@crate::mux_hooks) implements this
/// trait, and [`Service::hooks`](super::Service::hooks) has the hooks called.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no hooks",
    label = "no `#[mux_hooks]` block for this type",
    note = "annotate one inherent impl block of it: `#[mux_hooks] impl {Self} {{ … }}`"
)]
pub trait Hooks {
    /// Before the configuration is read: what is set here holds where neither the command line
    /// says otherwise (`configure_hook`).
    ///
    /// # Errors
    /// The server is not to start.
    fn configure(&mut self, _settings: &mut Settings) -> HookResult {
        Ok(())
    }

    /// The configuration was read, the log is open, and the process is the one that will serve
    /// (`post_configure_hook`).
    ///
    /// # Errors
    /// The server is not to start.
    fn post_configure(&mut self, _settings: &Settings) -> HookResult {
        Ok(())
    }

    /// The listening sockets were taken over from the process before this one
    /// (`restart_open_hook`).
    ///
    /// # Errors
    /// The server is not to start.
    fn restart_open(&mut self) -> HookResult {
        Ok(())
    }

    /// The sockets are bound, and the process still has all its privileges (`post_bind_hook`).
    /// `bound` says where it listens: `127.0.0.1:2000`, `/run/chat.sock|unix`.
    ///
    /// # Errors
    /// The server is not to start.
    fn post_bind(&mut self, _bound: &[String]) -> HookResult {
        Ok(())
    }

    /// The privileges are gone, and the loop is about to begin (`pre_loop_hook`). In a restart
    /// [`restart_close`](Hooks::restart_close) was called before, in the process before this one:
    /// this is the place to read what that has saved.
    ///
    /// # Errors
    /// The server is not to start.
    fn pre_loop(&mut self, _handle: &Handle) -> HookResult {
        Ok(())
    }

    /// Every `check_for_dequeue` (`run_dequeue`), until the process has ended: after a restart
    /// [`Handle::has_handed_over`] is true.
    fn run_dequeue(&mut self, _handle: &Handle) {}

    /// A restart: the new program has started well, and its [`pre_loop`](Hooks::pre_loop) comes
    /// next; nothing is handled here until that has returned (`restart_close_hook`). This is the
    /// place to save what the new process is to read. If that one does not become ready after all,
    /// this process goes on.
    ///
    /// # Errors
    /// There is to be no restart.
    fn restart_close(&mut self) -> HookResult {
        Ok(())
    }

    /// Whether there is a hook [`restart_close`](Hooks::restart_close): without one the server is
    /// not held up in a restart.
    fn has_restart_close() -> bool
    where
        Self: Sized,
    {
        false
    }

    /// The server was told to end, or another process has taken its place
    /// ([`Handle::has_handed_over`]); the sessions do not know yet (`pre_server_close_hook`).
    fn pre_server_close(&mut self, _handle: &Handle) {}

    /// All connections are over (`post_child_cleanup_hook`). After a restart
    /// ([`Handle::has_handed_over`]) what was saved belongs to the new process by now.
    fn post_child_cleanup(&mut self, _handle: &Handle) {}

    /// The server could not start or go on, and ends (`fatal_hook`).
    fn fatal(&mut self, _error: &str) {}

    /// What takes each line of the log instead of where it would go: its level, 0 to 4, and the
    /// line without its end (`write_to_log_hook`). It is called from any thread, and must not log.
    fn write_to_log() -> Option<LogHook>
    where
        Self: Sized,
    {
        None
    }
}

/// What a method with `#[hook(…)]` may return: nothing, or a `Result` whose error is told and ends
/// the start, or the restart.
pub trait HookOutcome {
    /// The hook's answer.
    ///
    /// # Errors
    /// The method's own.
    fn outcome(self) -> HookResult;
}

impl HookOutcome for () {
    fn outcome(self) -> HookResult {
        Ok(())
    }
}

impl<E: Display> HookOutcome for Result<(), E> {
    fn outcome(self) -> HookResult {
        self.map_err(|error| error.to_string().into())
    }
}

/// Names the hook in its error.
pub(super) fn named(hook: &str, result: HookResult) -> HookResult {
    result.map_err(|error| format!("hook {hook}: {error}").into())
}

/// What takes the log instead of where it would go: a line's level and the line.
pub type LogHook = fn(u8, &str);

/// The hooks of a shared value that has some, or of one that has none.
pub(super) struct Table<S> {
    of: fn(&mut S) -> &mut dyn Hooks,
    pub(super) write_to_log: Option<LogHook>,
    pub(super) has_restart_close: bool,
}

impl<S> Clone for Table<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Table<S> {}

/// No hooks at all.
struct NoHooks;

impl Hooks for NoHooks {}

impl<S> Table<S> {
    pub(super) fn none() -> Self {
        // A type without size takes no memory to leak.
        let of: fn(&mut S) -> &mut dyn Hooks = |_| Box::leak(Box::new(NoHooks));
        Table { of, write_to_log: None, has_restart_close: false }
    }

    pub(super) fn own() -> Self
    where
        S: Hooks,
    {
        Table {
            of: |shared| shared,
            write_to_log: S::write_to_log(),
            has_restart_close: S::has_restart_close(),
        }
    }

    /// The hooks of `shared`.
    pub(super) fn of(self, shared: &mut S) -> &mut dyn Hooks {
        (self.of)(shared)
    }
}
