//! The process around the loop: arguments, log, daemon, signals, restart.

mod arguments;
mod background;
mod channel;
mod describe;
mod endpoint;
mod hooks;
mod log;
mod notify;
mod pid_file;
mod privileges;
mod process;
mod program;
mod restart;
mod settings;
mod signals;
mod sockets;
mod unix_socket;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use self::{
    arguments::{Arguments, Told},
    hooks::Table,
    process::{Origin, Process},
};
pub use self::{
    hooks::{HookOutcome, HookResult, Hooks, LogHook},
    settings::{LogFormat, LogTarget, Settings, SlowReader},
};
use crate::{
    driver::{Bound, Server, ServerError},
    session::Session,
};

/// Exit status of a usage mistake; anything else that fails exits with 1.
const USAGE: u8 = 2;

/// Serves the protocol `P` as a program: reads the arguments, opens the log, listens, becomes a
/// daemon if it is told to, and ends cleanly on TERM and INT (Net::Server's `run`).
///
/// `--help` lists the arguments, and [`Settings`] says what each is for;
/// [`guide::process`](crate::guide::process) tells what the process does, and on which signals.
///
/// Once it listens it says so in one line on standard error. It exits with 0 after a signal, with
/// 2 after a mistake in the arguments and with 1 if it could not serve; then one line on standard
/// error says why.
#[must_use]
pub fn run<P: Session>(shared: P::Shared) -> ExitCode {
    Service::new(shared).run::<P>()
}

/// A protocol, where it is served, and what gives it a socket.
struct Served<S: 'static> {
    endpoint: String,
    attach: fn(&mut Server<S>, Bound) -> Result<(), ServerError>,
}

/// A server as a program, with defaults of its own: what is said here holds where the arguments
/// do not say otherwise. [`run`] is this without any.
///
/// ```no_run
/// use mux_runtime::{Service, mux_server};
///
/// #[derive(Default)]
/// struct Echo;
///
/// #[mux_server]
/// impl Echo {
///     #[line]
///     fn echo(&mut self, line: &str) -> String {
///         format!("{line}\r\n")
///     }
/// }
///
/// fn main() -> std::process::ExitCode {
///     // RFC 862
///     Service::new(()).port(7).run::<Echo>()
/// }
/// ```
pub struct Service<S: 'static> {
    shared: S,
    settings: Settings,
    hooks: Table<S>,
    /// The protocols beside the main one.
    others: Vec<Served<S>>,
}

impl<S: 'static> Service<S> {
    /// A service with the value that all its connections share.
    #[must_use]
    pub fn new(shared: S) -> Self {
        let settings = Settings::default();
        Service { shared, settings, hooks: Table::none(), others: Vec::new() }
    }

    /// The port to listen on without `--port`: the protocol's usual one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.settings.port = vec![port.to_string()];
        self
    }

    /// Serves one more protocol over the same shared value, on an endpoint of its own, which is
    /// written like the setting `port`: `127.0.0.1:2001`, `/run/chat.sock|unix`.
    ///
    /// ```no_run
    /// use mux_runtime::{Cx, Service, mux_server};
    ///
    /// #[derive(Default)]
    /// struct Counter {
    ///     clicks: u64,
    /// }
    ///
    /// #[derive(Default)]
    /// struct Clicker;
    ///
    /// #[mux_server(shared = Counter)]
    /// impl Clicker {
    ///     #[line("click")]
    ///     fn click(&mut self, cx: &mut Cx<'_, Self>) {
    ///         cx.shared.clicks += 1;
    ///     }
    /// }
    ///
    /// #[derive(Default)]
    /// struct Admin;
    ///
    /// #[mux_server(shared = Counter)]
    /// impl Admin {
    ///     #[line("clicks")]
    ///     fn clicks(&mut self, cx: &mut Cx<'_, Self>) -> String {
    ///         format!("{}\r\n", cx.shared.clicks)
    ///     }
    /// }
    ///
    /// fn main() -> std::process::ExitCode {
    ///     Service::new(Counter::default())
    ///         .serve::<Admin>("/run/clicks.sock|unix")
    ///         .run::<Clicker>()
    /// }
    /// ```
    #[must_use]
    pub fn serve<P: Session<Shared = S>>(mut self, endpoint: &str) -> Self {
        let endpoint = endpoint.to_owned();
        self.others.push(Served { endpoint, attach: Server::listen_on::<P> });
        self
    }

    /// Has the shared value's hooks called: [`#[mux_hooks]`](macro@crate::mux_hooks).
    #[must_use]
    pub fn hooks(mut self) -> Self
    where
        S: Hooks,
    {
        self.hooks = Table::own();
        self
    }

    /// Serves the protocol `P`, as [`run`] does.
    #[must_use]
    pub fn run<P: Session<Shared = S>>(self) -> ExitCode {
        let Service { mut shared, mut settings, hooks, others } = self;
        let origin = Origin::find();
        let configured = hooks.of(&mut shared).configure(&mut settings);
        let arguments = match Arguments::read(std::env::args_os(), settings) {
            Ok(arguments) => arguments,
            Err(Told::Help(text)) => {
                let _ = io::stdout().write_all(text.as_bytes());
                return ExitCode::SUCCESS;
            }
            Err(Told::Mistake(line)) => {
                origin.fails(&line);
                return ExitCode::from(USAGE);
            }
        };
        if let Some(format) = arguments.describe {
            let text = describe::describe(P::PROTOCOL, format);
            // Whoever reads it may have gone, and then there is nobody to tell.
            let written = io::stdout().write_all(text.as_bytes());
            return written.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
        }
        if let Err(error) = configured {
            let why = error.to_string();
            hooks.of(&mut shared).fatal(&why);
            origin.fails(&format!("{}: {why}", arguments.program));
            return ExitCode::FAILURE;
        }
        let (name, settings) = (arguments.program.as_str(), &arguments.settings);
        if matches!(origin, Origin::Outside) && (settings.background || settings.setsid) {
            return process::leave_terminal(name, settings);
        }
        log::open(arguments.log_level, hooks.write_to_log);
        let main = Served { endpoint: String::new(), attach: Server::listen_on::<P> };
        let served = std::iter::once(main).chain(others).collect::<Vec<_>>();
        Process { name, settings, hooks, served: &served, origin }.run(shared)
    }
}

/// Says `line` on standard error. That nobody may read it is no reason to fail.
fn tell(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
