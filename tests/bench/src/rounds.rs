//! Round after round: all contestants of a workload in turn, so that what disturbs one disturbs
//! its neighbours, too.

use std::{fmt, fs, io, process::Command, time::Duration};

use mux_bench::engine::{COUNTED, Case, TIMED};

use crate::{
    builds::Builds,
    contestant::{self, C, Contestant, MIO, MUX, Service, TOKIO, find_program},
    cost,
    instructions::Counter,
    load::LoadError,
    machine::{Cores, pinned, raise_open_files},
    report::{Book, Values},
    server::Server,
    syscalls,
    workload::{Load, Sample, Scale, Workload},
};

const SYSCALLS_LINES: &str = "syscalls-echo-1x50";
const SYSCALLS_CHAT: &str = "syscalls-chat-1000";
const BUILD: &str = "build";

/// What is measured.
pub struct Plan {
    workloads: Vec<Workload>,
    timed: Vec<&'static Case>,
    /// The names of what is counted by callgrind.
    counted: Vec<String>,
    /// System calls and the cost of building, which need no rounds.
    once: Vec<&'static str>,
}

impl Plan {
    /// Everything that has one of `only` in its name; everything if that is empty.
    pub fn new(only: &[String]) -> Self {
        let wanted = |name: &str| only.is_empty() || only.iter().any(|only| name.contains(only));
        let counted = COUNTED.iter().map(counted_name);
        Plan {
            workloads: Workload::all().into_iter().filter(|it| wanted(&it.name)).collect(),
            timed: TIMED.iter().filter(|case| wanted(case.workload)).collect(),
            counted: counted.filter(|name| wanted(name)).collect(),
            once: [SYSCALLS_LINES, SYSCALLS_CHAT, BUILD]
                .into_iter()
                .filter(|it| wanted(it))
                .collect(),
        }
    }

    /// The names of all that is measured, each once.
    pub fn names(&self) -> Vec<String> {
        let workloads = self.workloads.iter().map(|workload| workload.name.clone());
        let timed = self.timed.iter().map(|case| case.workload.to_owned());
        let counted = self.counted.iter().cloned();
        let once = self.once.iter().map(|&name| name.to_owned());
        let mut names = workloads.chain(timed).chain(counted).chain(once).collect::<Vec<_>>();
        names.dedup();
        names
    }
}

fn counted_name(case: &Case) -> String {
    format!("instructions-{}", case.workload)
}

/// Nanoseconds a message, on one core.
fn time_ns(case: &Case, builds: &Builds, core: usize) -> io::Result<f64> {
    let mut command = Command::new(builds.own("engine"));
    command.args([case.workload, case.contestant]);
    let output = pinned(core, || command.output())??;
    let said = String::from_utf8_lossy(&output.stdout);
    said.trim().parse().map_err(|_| io::Error::other(format!("engine: {}", output.status)))
}

/// All that measuring needs.
pub struct Rounds<'a> {
    builds: &'a Builds,
    plan: Plan,
    contestants: Vec<Contestant>,
    counter: Option<Counter<'a>>,
    missing: Vec<String>,
    cores: Cores,
    rounds: usize,
    scale: Scale,
}

impl<'a> Rounds<'a> {
    /// Looks at what is there.
    ///
    /// # Errors
    /// The kernel does not say which cores there are.
    pub fn new(builds: &'a Builds, plan: Plan, rounds: usize, quick: bool) -> io::Result<Self> {
        raise_open_files()?;
        let cores = Cores::find()?;
        if !cores.are_two() {
            println!("WARNING: server and load share the only core");
        }
        let mut contestants = contestant::built(builds);
        let (installed, mut missing) = contestant::installed(&builds.peers());
        contestants.extend(installed);
        for tool in ["strace", "redis-benchmark"] {
            if find_program(tool).is_none() {
                missing.push(format!("what {tool} measures (install it)"));
            }
        }
        if !builds.has_kv() {
            missing.push("mux's kv (there is no examples/kv)".into());
        }
        let counter = (!plan.counted.is_empty()).then(|| Counter::find(builds));
        let counter = counter.and_then(|counter| {
            counter.map_err(|error| missing.push(format!("instructions ({error})"))).ok()
        });
        let time = Duration::from_millis(if quick { 50 } else { 500 });
        let scale = Scale { time, quick };
        let rounds = if quick { 1 } else { rounds };
        Ok(Rounds { builds, plan, contestants, counter, missing, cores, rounds, scale })
    }

    /// What is not installed.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Measures all; says what failed. `keep_round` is called after each round, so
    /// that a run that is broken off leaves what it has.
    pub fn run(&self, book: &mut Book, keep_round: impl Fn(&Book)) -> Vec<String> {
        let mut failures = Vec::new();
        for round in 0..self.rounds {
            eprintln!("round {} of {}", round + 1, self.rounds);
            for workload in &self.plan.workloads {
                self.workload(workload, round, book, &mut failures);
            }
            for case in &self.plan.timed {
                let time = time_ns(case, self.builds, self.cores.server);
                let value = keep(time, &mut failures, &(case.workload, case.contestant));
                book.note(case.workload, case.contestant, "ns", round, value);
            }
            keep_round(book);
        }
        self.once(book, &mut failures);
        failures
    }

    fn workload(
        &self,
        workload: &Workload,
        round: usize,
        book: &mut Book,
        failures: &mut Vec<String>,
    ) {
        if matches!(workload.load, Load::RedisBenchmark { .. })
            && find_program("redis-benchmark").is_none()
        {
            return;
        }
        let passes = if self.scale.quick { 1 } else { workload.passes() };
        let scale = Scale { time: self.scale.time / passes.min(2), ..self.scale };
        let contestants = self.contestants.iter().filter(|it| workload.is_for(it));
        let mut all = contestants.map(|it| (it, Vec::new())).collect::<Vec<_>>();
        for _ in 0..passes {
            for (contestant, samples) in &mut all {
                let sample = self.with_server(contestant, |server| {
                    workload.measure(server, contestant.service, scale)
                });
                samples.push(keep(sample, failures, &(&workload.name, contestant.name)));
            }
            // Forth and back, so that what becomes slower or faster meanwhile is nobody's favour.
            all.reverse();
        }
        for (contestant, samples) in all {
            let sample = samples.into_iter().collect::<Option<Vec<_>>>();
            let values = sample.and_then(|it| Sample::mean(&it)).map_or(Values::default(), |it| {
                Values { value: Some(it.value), busy: Some(it.busy), cpu_ns: it.cpu_ns }
            });
            book.note(&workload.name, contestant.name, workload.unit, round, values);
        }
    }

    /// Starts a server on its core, and does something to it from the load's.
    fn with_server<T>(
        &self,
        contestant: &Contestant,
        what: impl FnOnce(&Server) -> Result<T, LoadError>,
    ) -> Result<T, LoadError> {
        let logs = self.builds.results().join("logs");
        fs::create_dir_all(&logs)?;
        let server = Server::start(contestant, self.cores, &logs)?;
        pinned(self.cores.load, || what(&server))?
    }

    /// What does not jitter.
    fn once(&self, book: &mut Book, failures: &mut Vec<String>) {
        let results = self.builds.results();
        let strace = find_program("strace").is_some();
        for &name in self.plan.once.iter().filter(|&&name| name != BUILD && strace) {
            let lines = name == SYSCALLS_LINES;
            let service = if lines { Service::Lines } else { Service::Chat };
            let unit = if lines { "calls/line" } else { "writes/reader" };
            let some = self.contestants.iter().filter(|it| it.service == service);
            for contestant in some.filter(|it| [MUX, C, MIO, TOKIO].contains(&it.name)) {
                let calls = self.with_server(contestant, |server| {
                    if lines {
                        syscalls::per_line(server, &results)
                    } else {
                        syscalls::writes_per_reader(server, &results)
                    }
                });
                let calls = keep(calls, failures, &(name, contestant.name));
                book.note(name, contestant.name, unit, 0, calls);
            }
        }
        if let Some(counter) = &self.counter {
            let counts = keep(counter.count(), failures, &("instructions", "callgrind"));
            for (case, count) in counts.into_iter().flatten() {
                let name = counted_name(case);
                if self.plan.counted.contains(&name) {
                    book.note(&name, case.contestant, "instructions", 0, Some(count));
                }
            }
        }
        if self.plan.once.contains(&BUILD) {
            self.build_cost(book, failures);
        }
    }

    fn build_cost(&self, book: &mut Book, failures: &mut Vec<String>) {
        if let Some(cost) = keep(cost::first_build(self.builds), failures, &(BUILD, "chat")) {
            book.note(BUILD, "chat", "s", 0, Some(cost.build_s));
            book.note(BUILD, "chat", "crates", 0, Some(cost.crates as f64));
            book.note(BUILD, "chat", "bytes, stripped", 0, Some(cost.program_bytes as f64));
        }
        let kv = self.builds.has_kv().then_some("kv");
        for example in ["chat"].into_iter().chain(kv) {
            let time = cost::expansion_ms(self.builds, example);
            let time = keep(time, failures, &(BUILD, example));
            book.note(BUILD, example, "ms, macros", 0, time);
        }
    }
}

/// The value, or a note of why there is none.
fn keep<T, E: fmt::Display>(
    result: Result<T, E>,
    failures: &mut Vec<String>,
    (what, who): &(impl fmt::Display, &str),
) -> Option<T> {
    result.map_err(|error| failures.push(format!("{what}, {who}: {error}"))).ok()
}
