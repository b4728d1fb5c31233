//! The process around the loop: configuration, log, daemon, signals, restart.

mod access;
mod background;
mod channel;
mod config;
mod describe;
mod endpoint;
mod generate;
mod hooks;
mod log;
mod names;
mod notify;
mod null;
mod pid_file;
mod privileges;
mod process;
mod program;
#[cfg(feature = "prometheus")]
mod prometheus;
mod restart;
mod settings;
mod signals;
mod sockets;
mod unix_socket;

use std::{
    fmt,
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Args;

#[cfg(feature = "prometheus")]
pub use self::prometheus::Prometheus;
use self::{
    config::{Configuration, Identity, Task, Told},
    endpoint::Endpoint,
    hooks::{Table, in_hook},
    log::Log,
    process::{Origin, Process},
    signals::Signals,
};
pub use self::{
    hooks::{HookOutcome, HookResult, Hooks, LogHook},
    settings::{LogFormat, LogTarget, Settings},
};
use crate::{
    driver::{Bound, Server, ServerError},
    session::{Protocol, Session},
};

/// Exit status of a usage mistake; anything else that fails exits with 1.
const USAGE: u8 = 2;

/// Serves the protocol `P` as a program: reads arguments and configuration file, opens the log,
/// listens, becomes a daemon if it is told to, and ends cleanly on TERM and INT (Net::Server's
/// `run`).
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
/// `drain_timeout`, 5 seconds unless told; a second signal closes them at once. What the process
/// does on other signals, and as a daemon, is told in [`guide::process`](crate::guide::process).
#[must_use]
pub fn run<P: Session>(shared: P::Shared) -> ExitCode {
    Service::new(shared).run::<P>()
}

/// A protocol, where it is served, and what gives it a socket.
struct Served<S: 'static> {
    endpoint: String,
    protocol: &'static Protocol,
    attach: Attach<S>,
}

/// Gives a protocol a socket.
type Attach<S> = fn(&mut Server<S>, Bound) -> Result<(), ServerError>;

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
pub struct Service<S: 'static, O = ()> {
    shared: S,
    identity: Identity,
    /// Key by key, what the program says.
    said: Vec<(String, String)>,
    configured: Configured<S, O>,
    /// The protocols beside the main one.
    others: Vec<Other<S, O>>,
}

/// A protocol beside the main one, served where the program's options say.
struct Other<S: 'static, O> {
    endpoint: Where<O>,
    protocol: &'static Protocol,
    attach: Attach<S>,
}

/// Says where a protocol is served, if it is.
type Where<O> = Box<dyn Fn(&O) -> Option<String>>;

/// Hands the program's options over, if it takes them.
type Configured<S, O> = Box<dyn FnOnce(&mut S, &O) -> HookResult>;

impl<S: fmt::Debug + 'static, O> fmt::Debug for Service<S, O> {
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
        Service {
            shared,
            identity: Identity::default(),
            said: Vec::new(),
            configured: Box::new(|_, ()| Ok(())),
            others: Vec::new(),
        }
    }

    /// Gives the program options of its own: a struct with `#[derive(clap::Args)]`. They can be set
    /// as any key of the server's can: as arguments, by [`Service::set`], in the configuration
    /// file, or by their own default.
    ///
    /// `configured` gets them once all that is read, before anything else is done. It is the place
    /// to check them: if it returns an error, that is told like any mistake in what is set, by
    /// `--check-config`, too, and the program ends with status 2. So it should only look at things
    /// and hand the options over. With `background` it is called in both processes.
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
    ///         .options(|hall: &mut Hall, options: &Options| {
    ///             if options.greeting.contains('\n') {
    ///                 return Err("greeting: more than one line");
    ///             }
    ///             hall.greeting = options.greeting.clone();
    ///             Ok(())
    ///         })
    ///         .run::<Guest>()
    /// }
    /// ```
    #[must_use]
    pub fn options<O: Args, R: HookOutcome>(
        self,
        configured: impl FnOnce(&mut S, &O) -> R + 'static,
    ) -> Service<S, O> {
        let Service { shared, identity, said, configured: _, others } = self;
        let configured =
            Box::new(|shared: &mut S, options: &O| configured(shared, options).outcome());
        let others = others.into_iter().map(|Other { endpoint, protocol, attach }| Other {
            endpoint: Box::new(move |_: &O| endpoint(&())),
            protocol,
            attach,
        });
        let others = others.collect();
        Service { shared, identity, said, configured, others }
    }
}

impl<S: 'static, O: Args> Service<S, O> {
    /// What the program is, in a few words: `--help` and the manual page begin with them. Without
    /// it they are the first paragraph of the doc comment of the block that is served.
    #[must_use]
    pub fn about(mut self, about: impl Into<String>) -> Self {
        self.identity.about = Some(about.into());
        self
    }

    /// The program's version, which `--version` and the manual page tell:
    /// `env!("CARGO_PKG_VERSION")`.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.identity.version = Some(version.into());
        self
    }

    /// Sets a key, unless an argument does: any of the server's own
    /// ([list](crate::guide::configuration)), `conf_file`, or one of the program's
    /// [options](Service::options). What is wrong with it is told when the program is run.
    ///
    /// A key that takes several values gets one more each time it is set; of others the last one
    /// counts. What a [`configure`](Hooks::configure) hook has changed stays.
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
    pub fn serve<P: Session<Shared = S>>(self, endpoint: &str) -> Self {
        let endpoint = endpoint.to_owned();
        self.serve_where::<P>(move |_| Some(endpoint.clone()))
    }

    /// The same where the program's [options](Service::options) say, if they say so at all.
    #[must_use]
    pub fn serve_where<P: Session<Shared = S>>(
        mut self,
        endpoint: impl Fn(&O) -> Option<String> + 'static,
    ) -> Self {
        self.others.push(Other {
            endpoint: Box::new(endpoint),
            protocol: P::PROTOCOL,
            attach: Server::listen_on::<P>,
        });
        self
    }

    /// Serves the protocol `P`, as [`run`] does.
    #[must_use]
    pub fn run<P: Session<Shared = S>>(self) -> ExitCode {
        let Service { mut shared, identity, said, configured, others } = self;
        let hooks = Table::found(P::HOOKS);
        let origin = Origin::find();
        let mut base = Settings::default();
        let prepared = hooks.of(&mut shared).configure(&mut base).map_err(in_hook("configure"));
        let words = std::env::args_os().collect::<Vec<_>>();
        let mut protocols = vec![P::PROTOCOL];
        protocols.extend(others.iter().map(|other| other.protocol));
        let configuration = match config::read::<O>(&words, &identity, &said, &base, &protocols) {
            Ok(configuration) => configuration,
            Err(Told::Help(text)) => {
                let _ = io::stdout().write_all(text.as_bytes());
                return ExitCode::SUCCESS;
            }
            Err(Told::Mistake(line)) => {
                origin.fails(&line);
                return ExitCode::from(USAGE);
            }
        };
        if let Task::Describe(format) = configuration.task {
            return say(&describe::describe(P::PROTOCOL, format));
        }
        let name = configuration.program.as_str();
        let settings = &configuration.settings;
        let served = served::<P, O>(others, &configuration);
        if let Some(line) = served[1..].iter().find_map(|other| other.mistake(settings)) {
            origin.fails(&format!("{name}: {line}"));
            return ExitCode::from(USAGE);
        }
        if let Err(error) = prepared {
            let why = error.to_string();
            if matches!(configuration.task, Task::Serve) {
                hooks.of(&mut shared).fatal(&why);
            }
            origin.fails(&format!("{name}: {why}"));
            return ExitCode::FAILURE;
        }
        if let Err(error) = configured(&mut shared, &configuration.options) {
            origin.fails(&format!("{name}: {error}"));
            return ExitCode::from(USAGE);
        }
        if let Task::Check(text) = &configuration.task {
            let lacks = configuration.lacks(&served[1..]);
            return lacks.map_or_else(
                || say(text),
                |line| {
                    tell(&format!("{name}: {line}"));
                    ExitCode::from(USAGE)
                },
            );
        }
        if matches!(origin, Origin::Outside) && (settings.background || settings.setsid) {
            return process::leave_terminal(name, settings);
        }
        let signals = match Signals::keep() {
            Ok(signals) => signals,
            Err(error) => {
                origin.fails(&format!("{name}: cannot be sent signals: {error}"));
                return ExitCode::FAILURE;
            }
        };
        // What it holds is written when it goes, after all else.
        let log = match Log::open(settings, name, hooks.write_to_log()) {
            Ok(log) => log,
            Err(error) => {
                origin.fails(&format!("{name}: {error}"));
                return ExitCode::FAILURE;
            }
        };
        Process { name, settings, hooks, served: &served, origin, log: &log }.run(shared, signals)
    }
}

impl<S> Served<S> {
    /// What is wrong with the endpoint, if something is.
    fn mistake(&self, settings: &Settings) -> Option<String> {
        let error = Endpoint::parse(&self.endpoint, settings).err()?;
        Some(format!("{error} (where {} is served)", self.protocol.name))
    }
}

/// All protocols, `P` as the main one.
fn served<P: Session, O>(
    others: Vec<Other<P::Shared, O>>,
    configuration: &Configuration<O>,
) -> Vec<Served<P::Shared>> {
    let (endpoint, attach) = (String::new(), Server::listen_on::<P> as Attach<P::Shared>);
    let main = Served { endpoint, protocol: P::PROTOCOL, attach };
    let others = others.into_iter().filter_map(|other| {
        let Other { endpoint, protocol, attach } = other;
        Some(Served { endpoint: endpoint(&configuration.options)?, protocol, attach })
    });
    #[cfg(feature = "prometheus")]
    let others = others.chain(prometheus::served(&configuration.settings));
    std::iter::once(main).chain(others).collect()
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
