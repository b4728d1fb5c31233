//! What is measured, and in what.

use std::{
    io,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    contestant::{Contestant, SENDS_CONNECTIONS, SENDS_DEPTH, Service},
    load::{Crowd, Done, Drain, Flow, LoadError, Pieces, Script, Until, visits},
    machine::{cpu_ns, memory_bytes},
    server::Server,
};

/// Readers of the chat room.
pub const READERS: usize = 1000;
/// Connections that are idle.
const IDLE: usize = 10_000;
/// Bytes of the line that comes byte by byte.
const LINE_BYTES: usize = 8000;
/// Connections and messages in flight of the kv workloads.
const KV_CONNECTIONS: usize = 50;
const KV_DEPTH: usize = 16;
/// Commands of one run of redis-benchmark.
const COMMANDS: u64 = 200_000;

/// What is done to a server.
#[derive(Debug, Clone, Copy)]
pub enum Load {
    /// Lines, `depth` in flight on each of `connections`.
    Lines {
        /// Lines in flight on each connection.
        depth: usize,
        /// Connections.
        connections: usize,
    },
    /// One speaks to 1000 readers.
    Crowd,
    /// One frame of so many MiB in pieces of 1 KiB.
    Frame {
        /// Its length.
        mebibytes: usize,
    },
    /// A line byte by byte.
    Drops,
    /// Connect, say a line, close.
    Visits,
    /// 10,000 connections that have said a line each.
    Idle,
    /// GET or SET, 16 in flight on each of 50 connections.
    Kv {
        /// SET, and not GET.
        set: bool,
    },
    /// The same, asked by `redis-benchmark`.
    RedisBenchmark {
        /// SET, and not GET.
        set: bool,
    },
}

/// One line of the tables.
#[derive(Debug, Clone)]
pub struct Workload {
    /// What `--only` and the tables call it.
    pub name: String,
    /// Which servers it is for.
    pub service: Service,
    /// What is done.
    pub load: Load,
    /// What the value is.
    pub unit: &'static str,
}

/// How much is done.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// How long a measurement takes that may take any time.
    pub time: Duration,
    /// Each once and little, to see that all works.
    pub quick: bool,
}

/// A measurement of one server in one round.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// In the workload's unit.
    pub value: f64,
    /// The part of the time in which the server's core was busy with it.
    pub busy: f64,
    /// Nanoseconds of the server's CPU time a message, where messages are counted. It jitters less
    /// than a rate where the machine has other things to do.
    pub cpu_ns: Option<f64>,
}

impl Sample {
    /// What several together show; none if there are none.
    pub fn mean(samples: &[Sample]) -> Option<Sample> {
        let count = samples.len() as f64;
        let mean = |of: &dyn Fn(&Sample) -> f64| samples.iter().map(of).sum::<f64>() / count;
        let cpu_ns = samples.iter().map(|it| it.cpu_ns).sum::<Option<f64>>();
        (!samples.is_empty()).then(|| Sample {
            value: mean(&|it| it.value),
            busy: mean(&|it| it.busy),
            cpu_ns: cpu_ns.map(|sum| sum / count),
        })
    }
}

impl Workload {
    fn new(name: String, service: Service, load: Load, unit: &'static str) -> Self {
        Workload { name, service, load, unit }
    }

    /// All that is done to servers.
    pub fn all() -> Vec<Workload> {
        let mut all = Vec::new();
        for depth in [1, 16, 128] {
            for connections in [1, 50, 1000] {
                let load = Load::Lines { depth, connections };
                let name = format!("echo-{depth}x{connections}");
                all.push(Workload::new(name, Service::Lines, load, "lines/s"));
            }
        }
        all.push(Workload::new("chat-1000".into(), Service::Chat, Load::Crowd, "deliveries/s"));
        for (name, service) in [("prefix", Service::Prefix), ("bulk", Service::Bulk)] {
            for mebibytes in [16, 32] {
                let name = format!("{name}-{mebibytes}MiB");
                all.push(Workload::new(name, service, Load::Frame { mebibytes }, "ms"));
            }
        }
        all.push(Workload::new("drops".into(), Service::Lines, Load::Drops, "ms"));
        all.push(Workload::new("visits".into(), Service::Lines, Load::Visits, "visits/s"));
        all.push(Workload::new("idle".into(), Service::Lines, Load::Idle, "bytes/connection"));
        for (name, set) in [("kv-get", false), ("kv-set", true)] {
            let (kv, benchmark) = (Load::Kv { set }, Load::RedisBenchmark { set });
            all.push(Workload::new(name.into(), Service::Kv, kv, "commands/s"));
            let name = format!("{name}-cpu");
            all.push(Workload::new(name, Service::Kv, benchmark, "ns CPU/command"));
        }
        all
    }

    /// How often each server is measured in a round, in turn, whose mean is the round's: what one
    /// connection gets is mostly the time that two idle cores take to wake up, which jitters more
    /// than any server differs from another.
    pub fn passes(&self) -> u32 {
        match self.load {
            Load::Lines { connections: 1, .. } => 6,
            _ => 1,
        }
    }

    /// Whether a server takes part.
    pub fn is_for(&self, contestant: &Contestant) -> bool {
        match (contestant.service, self.load) {
            (Service::Cache, Load::Kv { .. }) => true,
            (Service::Sends, Load::Lines { depth, connections }) => {
                (depth, connections) == (SENDS_DEPTH, SENDS_CONNECTIONS)
            }
            (service, _) => service == self.service,
        }
    }

    /// Measures one server once.
    ///
    /// # Errors
    /// A reply is wrong, or none comes.
    pub fn measure(
        &self,
        server: &Server,
        service: Service,
        scale: Scale,
    ) -> Result<Sample, LoadError> {
        let watch = Watch::start(server)?;
        let address = server.address();
        match self.load {
            Load::Lines { depth, connections } if service == Service::Sends => {
                let script = Script::lines();
                let mut drain = Drain::connect(address, connections, depth, &script)?;
                drain.run(scale.time / 5)?;
                let watch = Watch::start(server)?;
                let done = drain.run(scale.time)?;
                watch.rate(done)
            }
            Load::Lines { depth, connections } => {
                let script = Script::lines();
                let mut flow = Flow::connect(address, connections, depth, &script)?;
                flow.run(Until::Time(scale.time / 5))?;
                let watch = Watch::start(server)?;
                let done = flow.run(Until::Time(scale.time))?;
                watch.rate(done)
            }
            Load::Crowd => {
                let mut crowd = Crowd::enter(address, READERS)?;
                crowd.speak(scale.time / 5)?;
                let watch = Watch::start(server)?;
                let done = crowd.speak(scale.time)?;
                watch.rate(done)
            }
            Load::Frame { mebibytes } => {
                let bytes = mebibytes << 20;
                let bulk = self.service == Service::Bulk;
                let pieces = if bulk { Pieces::bulk(bytes) } else { Pieces::prefixed(bytes) };
                watch.milliseconds(pieces.send(address, if scale.quick { 1 } else { 5 })?)
            }
            Load::Drops => {
                let times = if scale.quick { 5 } else { 50 };
                watch.milliseconds(Pieces::line(LINE_BYTES).send(address, times)?)
            }
            Load::Visits => {
                let done = visits(address, scale.time)?;
                watch.rate(done)
            }
            Load::Idle => idle(server, if scale.quick { IDLE / 10 } else { IDLE }),
            Load::Kv { set } => {
                fill(server, service)?;
                let script = commands(service, set);
                let mut flow = Flow::connect(address, KV_CONNECTIONS, KV_DEPTH, &script)?;
                flow.run(Until::Time(scale.time / 5))?;
                let watch = Watch::start(server)?;
                let done = flow.run(Until::Time(scale.time))?;
                watch.rate(done)
            }
            Load::RedisBenchmark { set } => {
                let count = if scale.quick { COMMANDS / 10 } else { COMMANDS };
                redis_benchmark(server, true, 1000)?;
                let watch = Watch::start(server)?;
                redis_benchmark(server, set, count)?;
                let (cpu_ns, busy) = watch.stop()?;
                Ok(Sample { value: cpu_ns / count as f64, busy, cpu_ns: None })
            }
        }
    }
}

/// Bytes that a connection costs a server once it has said a line.
fn idle(server: &Server, connections: usize) -> Result<Sample, LoadError> {
    let script = Script::lines();
    let mut first = Flow::connect(server.address(), 1, 1, &script)?;
    first.run(Until::Count(1))?;
    let before = memory_bytes(server.pid())?;
    let mut flow = Flow::connect(server.address(), connections, 1, &script)?;
    flow.run(Until::Count(connections as u64))?;
    let after = memory_bytes(server.pid())?;
    let value = after.saturating_sub(before) as f64 / connections as f64;
    Ok(Sample { value, busy: 0.0, cpu_ns: None })
}

/// Sets every key once.
fn fill(server: &Server, service: Service) -> Result<(), LoadError> {
    let script = commands(service, true);
    let mut flow = Flow::connect(server.address(), 1, KV_DEPTH, &script)?;
    flow.run(Until::Count(script.cycle() as u64))?;
    Ok(())
}

/// GET or SET of 256 keys with values of 32 bytes.
fn commands(service: Service, set: bool) -> Script {
    Script::new(256, |at| {
        let key = format!("key:{at:03}");
        let value = format!("the value of {key}, of 32 bytes.");
        let (ask, answer) = match (service, set) {
            (Service::Cache, true) => {
                (format!("set {key} 0 0 {}\r\n{value}\r\n", value.len()), "STORED\r\n".into())
            }
            (Service::Cache, false) => (
                format!("get {key}\r\n"),
                format!("VALUE {key} 0 {}\r\n{value}\r\nEND\r\n", value.len()),
            ),
            (_, true) => (resp(&["SET", &key, &value]), "+OK\r\n".into()),
            (_, false) => (resp(&["GET", &key]), format!("${}\r\n{value}\r\n", value.len())),
        };
        (ask.into_bytes(), answer.into_bytes())
    })
}

fn resp(words: &[&str]) -> String {
    let bulks = words.iter().map(|word| format!("${}\r\n{word}\r\n", word.len()));
    format!("*{}\r\n{}", words.len(), bulks.collect::<String>())
}

fn redis_benchmark(server: &Server, set: bool, count: u64) -> Result<(), LoadError> {
    let program = PathBuf::from("redis-benchmark");
    let mut command = Command::new(&program);
    command.args(["-h", "127.0.0.1", "-p", &server.address().port().to_string(), "-q"]);
    command.args(["-t", if set { "set" } else { "get" }, "-n", &count.to_string()]);
    command.args(["-c", &KV_CONNECTIONS.to_string(), "-P", &KV_DEPTH.to_string()]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => {
                return Err(io::Error::other(format!("redis-benchmark: {status}")).into());
            }
            None if deadline <= Instant::now() => {
                child.kill()?;
                child.wait()?;
                return Err(LoadError::Stalled);
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// The clock and the server's CPU time since a moment.
struct Watch {
    pid: u32,
    cpu_ns: u64,
    start: Instant,
}

impl Watch {
    fn start(server: &Server) -> Result<Self, LoadError> {
        let pid = server.pid();
        Ok(Watch { pid, cpu_ns: cpu_ns(pid)?, start: Instant::now() })
    }

    /// CPU time in nanoseconds, and the part of the time in which it was used.
    fn stop(&self) -> Result<(f64, f64), LoadError> {
        let cpu_ns = (cpu_ns(self.pid)? - self.cpu_ns) as f64;
        Ok((cpu_ns, cpu_ns / self.start.elapsed().as_nanos() as f64))
    }

    fn rate(&self, done: Done) -> Result<Sample, LoadError> {
        let (cpu_ns, busy) = self.stop()?;
        let value = done.messages as f64 / done.time.as_secs_f64();
        Ok(Sample { value, busy, cpu_ns: Some(cpu_ns / done.answered as f64) })
    }

    fn milliseconds(&self, time: Duration) -> Result<Sample, LoadError> {
        let (_, busy) = self.stop()?;
        Ok(Sample { value: time.as_secs_f64() * 1e3, busy, cpu_ns: None })
    }
}
