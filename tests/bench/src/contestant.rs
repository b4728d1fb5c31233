//! Who is compared: mux, servers written by hand or with other crates, and what is installed.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

pub use mux_bench::engine::MUX;

use crate::{builds::Builds, load::Script};

/// What a server serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Lines come back as they are.
    Lines,
    /// Nothing is served: lines are sent to who connects.
    Sends,
    /// `examples/chat`.
    Chat,
    /// Frames behind a length.
    Prefix,
    /// RESP commands with one bulk.
    Bulk,
    /// GET and SET, in RESP.
    Kv,
    /// get and set, in memcached's text protocol.
    Cache,
}

/// How a server's port is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// The system chooses it, and the server says it.
    Said,
    /// `{port}` stands in its arguments.
    Given,
}

/// A server that can be started.
#[derive(Debug, Clone)]
pub struct Contestant {
    /// What the tables call it.
    pub name: &'static str,
    /// What it serves.
    pub service: Service,
    /// What is run.
    pub program: PathBuf,
    /// With what.
    pub arguments: Vec<String>,
    /// Where it listens.
    pub port: Port,
}

/// C by hand, over epoll.
pub const C: &str = "C";
/// C that only sends what the others read, make and send.
pub const SENDS: &str = "C, only sends";
/// mio by hand.
pub const MIO: &str = "mio";
/// tokio by hand.
pub const TOKIO: &str = "tokio";
/// tokio-util's Framed with LinesCodec.
pub const LINES_CODEC: &str = "LinesCodec";
/// tokio-util's Framed with redis-protocol's codec.
pub const RESP_CODEC: &str = "redis-protocol";
/// Redis.
pub const REDIS: &str = "redis";
/// memcached.
pub const MEMCACHED: &str = "memcached";
/// Perl's Net::Server::Multiplex.
pub const MULTIPLEX: &str = "Multiplex";

/// Connections that it sends to.
pub const SENDS_CONNECTIONS: usize = 50;
/// Lines of one send.
pub const SENDS_DEPTH: usize = 16;

/// The programs that were built, as contestants; mux first.
pub fn built(builds: &Builds) -> Vec<Contestant> {
    let mux = |service, program: &Path| Contestant {
        name: MUX,
        service,
        program: program.into(),
        arguments: ["--port", "0"].map(str::to_owned).into(),
        port: Port::Said,
    };
    let peer = |name, service, program: &str| Contestant {
        name,
        service,
        program: builds.peer(program),
        arguments: Vec::new(),
        port: Port::Said,
    };
    let mut all = vec![
        mux(Service::Lines, &builds.own("mux-lines")),
        mux(Service::Chat, &builds.example("chat")),
        mux(Service::Prefix, &builds.own("mux-prefix")),
        mux(Service::Bulk, &builds.own("mux-bulk")),
        peer(C, Service::Lines, "c-lines"),
        peer(MIO, Service::Lines, "mio-lines"),
        peer(MIO, Service::Chat, "mio-chat"),
        peer(MIO, Service::Prefix, "mio-prefix"),
        peer(MIO, Service::Bulk, "mio-bulk"),
        peer(TOKIO, Service::Lines, "tokio-lines"),
        peer(TOKIO, Service::Chat, "tokio-chat"),
        peer(LINES_CODEC, Service::Lines, "framed-lines"),
        peer(RESP_CODEC, Service::Kv, "framed-kv"),
    ];
    let send_bytes = Script::lines().asks(0, SENDS_DEPTH).len();
    let arguments = [SENDS_CONNECTIONS, send_bytes].map(|number| number.to_string()).into();
    all.push(Contestant { arguments, ..peer(SENDS, Service::Sends, "c-sends") });
    if builds.has_kv() {
        all.push(mux(Service::Kv, &builds.example("kv")));
    }
    all
}

/// What is installed of the others, and the names of those that are not, each with what would
/// have to be installed.
pub fn installed(peers: &Path) -> (Vec<Contestant>, Vec<String>) {
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    let mut offer = |name, service, program: &str, arguments: Vec<String>, package: &str, there| {
        match find_program(program).filter(|_| there) {
            Some(program) => {
                found.push(Contestant { name, service, program, arguments, port: Port::Given });
            }
            None => missing.push(format!("{name} (install {package})")),
        }
    };
    let redis =
        words(&["--port", "{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
    offer(REDIS, Service::Kv, "redis-server", redis, "redis-server", true);
    let cache = words(&["-l", "127.0.0.1", "-p", "{port}", "-U", "0", "-t", "1", "-u", "root"]);
    offer(MEMCACHED, Service::Cache, "memcached", cache, "memcached", true);
    let script = peers.join("multiplex-lines.pl").to_string_lossy().into_owned();
    let multiplex = "libnet-server-perl and libio-multiplex-perl";
    let modules = has_perl_module("Net::Server::Multiplex") && has_perl_module("IO::Multiplex");
    let arguments = words(&[&script, "{port}"]);
    offer(MULTIPLEX, Service::Lines, "perl", arguments, multiplex, modules);
    (found, missing)
}

/// A program on the search path.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

fn has_perl_module(name: &str) -> bool {
    let mut perl = Command::new("perl");
    perl.arg(format!("-M{name}")).arg("-e1").stdout(Stdio::null()).stderr(Stdio::null());
    perl.status().is_ok_and(|status| status.success())
}
