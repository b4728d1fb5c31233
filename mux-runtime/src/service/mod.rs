//! The process around the loop: arguments, log, signals.

mod access;
mod arguments;
mod describe;
mod generate;
mod log;
mod names;
#[cfg(feature = "prometheus")]
mod prometheus;
mod settings;
mod signals;

use std::{
    io::{self, Write as _},
    net::SocketAddr,
    process::ExitCode,
};

#[cfg(feature = "prometheus")]
pub use self::prometheus::Prometheus;
pub use self::settings::{LogFormat, LogTarget, Settings, SlowReader};
use self::{
    arguments::{Arguments, Defaults, Told},
    log::Log,
};
use crate::{driver::Server, session::Session};

/// Exit status of a usage mistake; anything else that fails exits with 1.
const USAGE: u8 = 2;

/// Serves the protocol `P` as a program: reads the arguments, opens the log, listens, and ends
/// cleanly on TERM and INT (Net::Server's `run`).
///
/// | argument | meaning | default |
/// |---|---|---|
/// | `--port N` | the port, 0 to 65535; 0 has the system choose | 2000, or [`Service::port`] |
/// | `--host H` | an address of this machine, `*` for all of IPv4, `[::]` for all of IPv6, or a name | 127.0.0.1 |
/// | `--log-level L` | 0 to 4, or error, warn, info, debug, trace | 2 |
/// | `--generate W` | writes a manual page (`man`) or completions (`completions bash`, `zsh`, `fish`), and ends | |
/// | `--describe F` | writes the protocol out as `markdown`, `mermaid` or `json`, and ends | |
/// | `--help` | says all this | |
///
/// Once it listens it says so in one line on standard error. It exits with 0 after a signal, with
/// 2 after a mistake in the arguments and with 1 if it could not serve; then one line on standard
/// error says why.
///
/// TERM and INT close all connections when what was written to them is out, which may take up to
/// 5 seconds; a second signal closes them at once.
#[must_use]
pub fn run<P: Session>(shared: P::Shared) -> ExitCode {
    Service::new(shared).run::<P>()
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
#[derive(Debug)]
pub struct Service<S> {
    shared: S,
    defaults: Defaults,
}

impl<S: 'static> Service<S> {
    /// A service with the value that all its connections share.
    #[must_use]
    pub fn new(shared: S) -> Self {
        Service { shared, defaults: Defaults::default() }
    }

    /// The port to listen on without `--port`: the protocol's usual one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.defaults.port = port;
        self
    }

    /// Serves the protocol `P`, as [`run`] does.
    #[must_use]
    pub fn run<P: Session<Shared = S>>(self) -> ExitCode {
        let arguments = match Arguments::read(std::env::args_os(), &self.defaults) {
            Ok(arguments) => arguments,
            Err(Told::Help(text)) => {
                let _ = io::stdout().write_all(text.as_bytes());
                return ExitCode::SUCCESS;
            }
            Err(Told::Mistake(line)) => {
                tell(&line);
                return ExitCode::from(USAGE);
            }
        };
        if let Some(format) = arguments.describe {
            let text = describe::describe(P::PROTOCOL, format);
            // Whoever reads it may have gone, and then there is nobody to tell.
            let written = io::stdout().write_all(text.as_bytes());
            return written.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
        }
        let settings = Settings { log_level: arguments.log_level, ..Settings::default() };
        // What it holds is written when it goes, after all else.
        let log = match Log::open(&settings, &arguments.program) {
            Ok(log) => log,
            Err(error) => {
                tell(&format!("{}: {error}", arguments.program));
                return ExitCode::FAILURE;
            }
        };
        match serve::<P>(self.shared, &arguments, &settings, &log) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                tell(&format!("{}: {error}", arguments.program));
                ExitCode::FAILURE
            }
        }
    }
}

fn serve<P: Session>(
    shared: P::Shared,
    arguments: &Arguments,
    settings: &Settings,
    log: &Log,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut server = Server::new(shared)?;
    access::apply(settings, &mut server)?;
    let mut bound = Vec::<SocketAddr>::new();
    for &address in &arguments.addresses {
        bound.push(server.listen::<P>(address)?);
    }
    signals::obey(server.handle(), log.reopener())?;
    let bound = bound.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    tell(&format!("{}: listening on {bound}", arguments.program));
    server.run()?;
    Ok(())
}

/// Says `line` on standard error. That nobody may read it is no reason to fail.
fn tell(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
