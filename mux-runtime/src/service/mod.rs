//! The process around the loop: configuration, log, signals.

mod access;
mod config;
mod describe;
mod generate;
mod log;
mod names;
#[cfg(feature = "prometheus")]
mod prometheus;
mod settings;
mod signals;

use std::{
    fmt,
    io::{self, Write as _},
    net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs},
    process::ExitCode,
};

use clap::Args;

#[cfg(feature = "prometheus")]
pub use self::prometheus::Prometheus;
pub use self::settings::{LogFormat, LogTarget, Settings};
use self::{
    config::{Configuration, Task, Told},
    log::Log,
};
use crate::{
    driver::{Server, SocketOptions},
    session::Session,
};

/// Exit status of a usage mistake; anything else that fails exits with 1.
const USAGE: u8 = 2;

/// Serves the protocol `P` as a program: reads arguments and configuration file, opens the log,
/// listens, and ends cleanly on TERM and INT (Net::Server's `run`).
///
/// The guide has [all that can be set](crate::guide::configuration). `--help` lists it,
/// `--check-config` prints what is set and where, `--describe markdown`, `mermaid` or `json` writes
/// the protocol out, `--generate man` and `--generate completions bash`, `zsh` or `fish` what a
/// packager wants.
///
/// Once it listens it says so in one line on standard error. It exits with 0 after a signal, with
/// 2 after a mistake in what is set and with 1 if it could not serve; then one line on standard
/// error says why.
///
/// TERM and INT close all connections when what was written to them is out, which may take up to
/// `drain_timeout`, 5 seconds unless told; a second signal closes them at once.
#[must_use]
pub fn run<P: Session>(shared: P::Shared) -> ExitCode {
    Service::new(shared).run::<P>()
}

/// A server as a program, with settings and options of its own. [`run`] is this without any.
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
///     Service::new(()).port(7).set("idle_timeout", "10m").run::<Echo>()
/// }
/// ```
pub struct Service<S, O = ()> {
    shared: S,
    /// Key by key, what the program says.
    said: Vec<(String, String)>,
    configured: Configured<S, O>,
}

/// Hands the program's options over.
type Configured<S, O> = Box<dyn FnOnce(&mut S, &O)>;

impl<S: fmt::Debug, O> fmt::Debug for Service<S, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("shared", &self.shared)
            .field("said", &self.said)
            .finish_non_exhaustive()
    }
}

impl<S: 'static> Service<S> {
    /// A service with the value that all its connections share.
    #[must_use]
    pub fn new(shared: S) -> Self {
        Service { shared, said: Vec::new(), configured: Box::new(|_, ()| {}) }
    }

    /// Gives the program options of its own: a struct with `#[derive(clap::Args)]`. They can be set
    /// as any key of the server's can: as arguments, by [`Service::set`], in the configuration
    /// file, or by their own default. `configured` gets them once all that is read, before anything
    /// else is done.
    ///
    /// In the file and in [`Service::set`] an option has the name of its argument, with `_` for
    /// `-`. The program needs the crate clap, version 4, with its feature `derive`.
    ///
    /// ```no_run
    /// use clap::Args;
    /// use mux_runtime::{Service, mux_server};
    ///
    /// #[derive(Args)]
    /// struct Options {
    ///     /// What each guest is told first
    ///     #[arg(long, default_value = "hello")]
    ///     greeting: String,
    /// }
    ///
    /// #[derive(Default)]
    /// struct Hall {
    ///     greeting: String,
    /// }
    ///
    /// #[derive(Default)]
    /// struct Guest;
    ///
    /// #[mux_server(shared = Hall)]
    /// impl Guest {
    ///     #[line("hello")]
    ///     fn hello(&mut self, cx: &mut mux_runtime::Cx<'_, Self>) {
    ///         write!(cx.out, "{}\r\n", cx.shared.greeting);
    ///     }
    /// }
    ///
    /// fn main() -> std::process::ExitCode {
    ///     Service::new(Hall::default())
    ///         .options(|hall: &mut Hall, options: &Options| hall.greeting = options.greeting.clone())
    ///         .run::<Guest>()
    /// }
    /// ```
    #[must_use]
    pub fn options<O: Args>(self, configured: impl FnOnce(&mut S, &O) + 'static) -> Service<S, O> {
        Service { shared: self.shared, said: self.said, configured: Box::new(configured) }
    }
}

impl<S: 'static, O: Args> Service<S, O> {
    /// Sets a key, unless an argument does: any of the server's own
    /// ([list](crate::guide::configuration)), `conf_file`, or one of the program's
    /// [options](Service::options). What is wrong with it is told when the program is run.
    ///
    /// A key that takes several values gets one more each time it is set; of others the last one
    /// counts.
    #[must_use]
    pub fn set(mut self, key: &str, value: impl fmt::Display) -> Self {
        self.said.push((key.into(), value.to_string()));
        self
    }

    /// Where to listen unless an argument says it: the protocol's usual port, a number, or any of
    /// the forms of the key `port`. Given several times, it is several.
    #[must_use]
    pub fn port(self, port: impl fmt::Display) -> Self {
        self.set("port", port)
    }

    /// Serves the protocol `P`, as [`run`] does.
    #[must_use]
    pub fn run<P: Session<Shared = S>>(mut self) -> ExitCode {
        let words = std::env::args_os().collect::<Vec<_>>();
        let configuration =
            match config::read::<O>(&words, &self.said, &Settings::default(), &[P::PROTOCOL]) {
                Ok(configuration) => configuration,
                Err(Told::Help(text)) => {
                    let _ = io::stdout().write_all(text.as_bytes());
                    return ExitCode::SUCCESS;
                }
                Err(Told::Mistake(line)) => {
                    tell(&line);
                    return ExitCode::from(USAGE);
                }
            };
        let Configuration { program, settings, options, task } = configuration;
        match task {
            Task::Describe(format) => return say(&describe::describe(P::PROTOCOL, format)),
            Task::Say(text) => return say(&text),
            Task::Serve => {}
        }
        (self.configured)(&mut self.shared, &options);
        // What it holds is written when it goes, after all else.
        let log = match Log::open(&settings, &program) {
            Ok(log) => log,
            Err(error) => {
                tell(&format!("{program}: {error}"));
                return ExitCode::FAILURE;
            }
        };
        match serve::<P>(self.shared, &program, &settings, &log) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                tell(&format!("{program}: {error}"));
                ExitCode::FAILURE
            }
        }
    }
}

fn serve<P: Session>(
    shared: P::Shared,
    program: &str,
    settings: &Settings,
    log: &Log,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut server = Server::new(shared)?;
    access::apply(settings, &mut server)?;
    server.set_limits(settings.limits.clone());
    server.set_drain_timeout(settings.drain_timeout);
    server.set_sockets(SocketOptions {
        backlog: settings.backlog,
        nodelay: settings.nodelay,
        keepalive: settings.keepalive,
        reuse_port: settings.reuse_port,
    });
    let mut bound = Vec::<SocketAddr>::new();
    for port in &settings.port {
        for address in addresses(&settings.host, port)? {
            bound.push(server.listen::<P>(address)?);
        }
    }
    signals::obey(server.handle(), log.reopener())?;
    let bound = bound.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    tell(&format!("{program}: listening on {bound}"));
    server.run()?;
    Ok(())
}

/// The addresses of a port; it may name its own host, `HOST:PORT`.
fn addresses(host: &str, port: &str) -> Result<Vec<SocketAddr>, String> {
    let (host, number) = port.rsplit_once(':').unwrap_or((host, port));
    let port = number.parse::<u16>().map_err(|_| format!("port {port:?}: not in 0..=65535"))?;
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    if host == "*" {
        return Ok(vec![SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))]);
    }
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::from((ip, port))]);
    }
    let found =
        (host, port).to_socket_addrs().map_err(|error| format!("host {host:?}: {error}"))?;
    let mut found = found.collect::<Vec<_>>();
    found.sort_unstable();
    found.dedup();
    if found.is_empty() { Err(format!("host {host:?}: has no address")) } else { Ok(found) }
}

/// Writes what was asked for.
fn say(text: &str) -> ExitCode {
    // Whoever reads it may have gone, and then there is nobody to tell.
    let written = io::stdout().write_all(text.as_bytes());
    written.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
}

/// Says `line` on standard error. That nobody may read it is no reason to fail.
fn tell(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
