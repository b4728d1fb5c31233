//! What was counted, for Prometheus to fetch: itself a mux block, so that it needs neither a thread
//! nor a library, and is never torn: the numbers are those between two turns of the loop.

use std::{
    fmt::{self, Display, Write},
    marker::PhantomData,
    time::Duration,
};

use mux_macros::mux_server;

use super::{Served, Settings};
use crate::{
    driver::{Bound, Server, ServerError},
    engine::Limits,
    session::{Counts, Cx, ProtocolStats, ServerCx, TIME_BOUNDS_US, Times},
};

/// How long a request may take to come in.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections of a program's page at the same time.
const CONNECTIONS_MAX: usize = 64;
/// Prometheus' text format, version 0.0.4.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A connection of Prometheus, which asks for `/metrics` and is closed (HTTP/1.0 and 1.1).
///
/// A program has it served by the key `prometheus` ([list](crate::guide::configuration)). In a loop
/// of one's own it stands beside the protocols, whatever the shared value is:
///
/// ```
/// use std::{io::{Read, Write}, net::TcpStream, thread};
/// use mux_runtime::{Prometheus, Server, mux_server};
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
/// let mut server = Server::new(())?;
/// server.listen::<Echo>(([127, 0, 0, 1], 0).into())?;
/// let address = server.listen::<Prometheus<()>>(([127, 0, 0, 1], 0).into())?;
/// let handle = server.handle();
/// let client = thread::spawn(move || {
///     let mut stream = TcpStream::connect(address)?;
///     stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: echo\r\n\r\n")?;
///     let mut answer = String::new();
///     stream.read_to_string(&mut answer)?;
///     handle.stop();
///     std::io::Result::Ok(answer)
/// });
/// server.run()?;
/// let answer = client.join().unwrap().unwrap();
/// assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"));
/// assert!(answer.contains("mux_connections{protocol=\"Echo\"} 0\n"));
/// # Ok::<(), mux_runtime::ServerError>(())
/// ```
pub struct Prometheus<S> {
    /// The request's first line was read; what it is answered with.
    request: Option<Request>,
    shared: PhantomData<fn(S)>,
}

#[derive(Clone, Copy)]
enum Request {
    Metrics { body: bool },
    NotFound,
    NotAllowed,
    Bad,
}

#[mux_server(shared = S, crate = crate, max_line = 8192)]
impl<S: 'static> Prometheus<S> {
    #[on(connect)]
    fn start(cx: &mut Cx<'_, Self>) -> Self {
        cx.set_timeout(REQUEST_TIMEOUT);
        Prometheus { request: None, shared: PhantomData }
    }

    #[line]
    fn line(&mut self, cx: &mut Cx<'_, Self>, line: &[u8]) {
        match self.request {
            None => self.request = Some(request(line)),
            Some(request) if line.is_empty() => {
                cx.out.write(answer(request, &cx.server()));
                cx.close();
            }
            Some(_) => {}
        }
    }
}

/// The page as the last protocol of a program, where its settings say.
pub(super) fn served<S: 'static>(settings: &Settings) -> Option<Served<S>> {
    let endpoint = settings.prometheus.clone()?;
    Some(Served { endpoint, protocol: Prometheus::<S>::PROTOCOL, attach: attach::<S> })
}

/// What is set is for the program's own protocols: with a short `max_line` no request would fit.
fn attach<S: 'static>(server: &mut Server<S>, bound: Bound) -> Result<(), ServerError> {
    server.set_limits(Limits { connections: CONNECTIONS_MAX, ..Limits::default() });
    server.listen_on::<Prometheus<S>>(bound)
}

/// What a request's first line asks for (RFC 9112 section 3).
fn request(line: &[u8]) -> Request {
    let mut words = line.split(|&byte| byte == b' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path = target.split(|&byte| byte == b'?').next().unwrap_or_default();
    match (method, path) {
        _ if !words.next().is_some_and(|version| version.starts_with(b"HTTP/1.")) => Request::Bad,
        (b"GET", b"/metrics") => Request::Metrics { body: true },
        (b"HEAD", b"/metrics") => Request::Metrics { body: false },
        (b"GET" | b"HEAD", _) => Request::NotFound,
        _ => Request::NotAllowed,
    }
}

fn answer(request: Request, server: &ServerCx<'_>) -> String {
    let (status, text) = match request {
        Request::Metrics { .. } => ("200 OK", render(server)),
        Request::NotFound => ("404 Not Found", "see /metrics\n".into()),
        Request::NotAllowed => ("405 Method Not Allowed", "GET or HEAD\n".into()),
        Request::Bad => ("400 Bad Request", "not HTTP/1\n".into()),
    };
    let body = if matches!(request, Request::Metrics { body: false }) { "" } else { &text };
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {TEXT}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        text.len()
    )
}

/// A number of [`Counts`]: name, help, and where it stands.
type Counter = (&'static str, &'static str, fn(&Counts) -> u64);

/// The counters of a protocol; what they are called stands in the guide.
const COUNTERS: [Counter; 10] = [
    ("accepted", "Connections that came in.", |counts| counts.accepted),
    ("closed", "Connections that are over.", |counts| counts.closed),
    ("denied", "Connections that were not let in.", |counts| counts.denied),
    ("turned_away", "Connections closed at once, too many of an address.", |counts| {
        counts.turned_away
    }),
    ("malformed", "Connections closed for malformed input.", |counts| counts.malformed),
    ("slow_readers", "Connections closed for not reading.", |counts| counts.slow_readers),
    ("panicked", "Connections closed since a handler panicked.", |counts| counts.panicked),
    ("messages", "Messages that were taken.", |counts| counts.messages),
    ("bytes_in", "Bytes that came in.", |counts| counts.bytes_in),
    ("bytes_out", "Bytes that went out.", |counts| counts.bytes_out),
];

fn render(server: &ServerCx<'_>) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_all(&mut text, server);
    text
}

fn write_all(out: &mut String, server: &ServerCx<'_>) -> fmt::Result {
    let protocols = server.protocols();
    head(out, "mux_uptime_seconds", "gauge", "How long the server has been running.")?;
    writeln!(out, "mux_uptime_seconds {}", server.uptime().as_secs_f64())?;
    head(out, "mux_connections", "gauge", "Connections now.")?;
    for stats in &protocols {
        writeln!(out, "mux_connections{{{}}} {}", protocol(stats), stats.connections)?;
    }
    for (name, help, count) in COUNTERS {
        let name = format!("mux_{name}_total");
        head(out, &name, "counter", help)?;
        for stats in &protocols {
            writeln!(out, "{name}{{{}}} {}", protocol(stats), count(&stats.counts))?;
        }
    }
    head(out, "mux_calls_total", "counter", "Calls of each handler.")?;
    for stats in &protocols {
        for (command, calls, _) in stats.calls() {
            let labels = format!("{},handler=\"{}\"", protocol(stats), command.name);
            writeln!(out, "mux_calls_total{{{labels}}} {calls}")?;
        }
    }
    if let Some(turns) = server.turns() {
        head(out, "mux_turn_seconds", "histogram", "How long turns of the loop take.")?;
        histogram(out, "mux_turn_seconds", "", &turns)?;
        head(out, "mux_handler_seconds", "histogram", "How long each handler takes.")?;
        for stats in &protocols {
            for (command, _, times) in stats.calls() {
                let labels = format!("{},handler=\"{}\"", protocol(stats), command.name);
                times.map_or(Ok(()), |times| {
                    histogram(out, "mux_handler_seconds", &labels, times)
                })?;
            }
        }
    }
    Ok(())
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

/// The names of types and methods hold nothing that would have to be escaped.
fn protocol(stats: &ProtocolStats) -> impl Display {
    format!("protocol=\"{}\"", stats.protocol.name)
}

fn histogram(out: &mut String, name: &str, labels: &str, times: &Times) -> fmt::Result {
    let comma = if labels.is_empty() { "" } else { "," };
    let mut sum = 0;
    for (bound, count) in TIME_BOUNDS_US.iter().zip(&times.classes) {
        sum += count;
        let bound = Duration::from_micros(*bound).as_secs_f64();
        writeln!(out, "{name}_bucket{{{labels}{comma}le=\"{bound}\"}} {sum}")?;
    }
    let all = times.classes.iter().sum::<u64>();
    writeln!(out, "{name}_bucket{{{labels}{comma}le=\"+Inf\"}} {all}")?;
    let (open, close) = if labels.is_empty() { ("", "") } else { ("{", "}") };
    writeln!(out, "{name}_sum{open}{labels}{close} {}", times.total.as_secs_f64())?;
    writeln!(out, "{name}_count{open}{labels}{close} {all}")
}
