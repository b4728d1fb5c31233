//! Net::Server's hooks of the process.

use std::{error::Error, fmt::Display};

use super::Settings;
use crate::{
    driver::Handle,
    session::{HooksOf, SharedHooks},
};

/// What a hook that can refuse answers: an error ends the start, or the restart, and is told.
pub type HookResult = Result<(), Box<dyn Error>>;

/// Net::Server's hooks of the process, in the order in which they are called. They are methods of
/// the value that all connections share; [`#[mux_hooks]`](macro@crate::mux_hooks) implements this
/// trait, and [`run`](fn@super::run) and [`Service::run`](super::Service::run) call its methods: the
/// block that is served names the type, `#[mux_server(shared = Room)]`. (Where that is a parameter
/// of the block, `impl<S> Guest<S>` with `shared = S`, it takes the bound `S: Hooks`; and where the
/// hooks are those of `Room<T>` for some `T` alone, the block takes the same bounds. Else it has none.)
pub trait Hooks {
    /// Before the configuration is read (`configure_hook`). What is changed here is set: the command
    /// line alone goes before it; [`Service::set`](super::Service::set),
    /// [`Service::port`](super::Service::port) and the configuration file do not.
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
    /// It is called only if [`has_restart_close`](Hooks::has_restart_close) says that it is there,
    /// which an impl written by hand must say itself.
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

    /// The server could not start or go on, and ends (`fatal_hook`). That it is told on standard
    /// error, or to whoever started the process, stays as it is: there is nothing to print here.
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

/// What takes the log instead of where it would go: a line's level and the line.
pub type LogHook = fn(u8, &str);

/// Names the hook that refused, behind what it said.
pub(super) fn in_hook(name: &'static str) -> impl FnOnce(Box<dyn Error>) -> Box<dyn Error> {
    move |error| format!("{error} (hook {name})").into()
}

/// The hooks of a shared value that has some, or of one that has none.
pub(super) struct Table<S> {
    of: fn(&mut S) -> &mut dyn Hooks,
    write_to_log: fn() -> Option<LogHook>,
    has_restart_close: fn() -> bool,
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

impl<S: Hooks + 'static> HooksOf<S> {
    /// They are those of the trait.
    pub const HOOKS_OF_MUX: Option<&'static SharedHooks> = Some(&Table::<S>::OWN);
}

impl<S: Hooks> Table<S> {
    const OWN: Self = Table {
        of: |shared| shared,
        write_to_log: S::write_to_log,
        has_restart_close: S::has_restart_close,
    };
}

impl<S: 'static> Table<S> {
    /// The hooks that `#[mux_server]` found.
    pub(super) fn found(hooks: Option<&'static SharedHooks>) -> Self {
        hooks.and_then(|hooks| hooks.downcast_ref()).copied().unwrap_or(Table {
            // A type without size takes no memory to leak.
            of: |_| Box::leak(Box::new(NoHooks)),
            write_to_log: || None,
            has_restart_close: || false,
        })
    }

    /// The hooks of `shared`.
    pub(super) fn of(self, shared: &mut S) -> &mut dyn Hooks {
        (self.of)(shared)
    }

    /// Whether there is one for which a restart holds the server up.
    pub(super) fn has_restart_close(self) -> bool {
        (self.has_restart_close)()
    }

    /// What takes the log, if something does.
    pub(super) fn write_to_log(self) -> Option<LogHook> {
        (self.write_to_log)()
    }
}
