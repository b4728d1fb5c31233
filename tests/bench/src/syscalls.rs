//! System calls of a server, counted by strace while the load says how many messages there are.

use std::{
    fs, io,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::{
    load::{Crowd, Flow, LoadError, Script, Until},
    server::Server,
    workload::READERS,
};

/// How long strace may take to start or to end.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Lines that are echoed while system calls are counted.
const LINES: u64 = 5000;

/// strace, attached to a server.
struct Trace {
    child: Child,
}

impl Trace {
    fn attach(server: &Server, results: &Path) -> io::Result<Self> {
        let (log, counts) = (results.join("strace.log"), results.join("strace.out"));
        let mut strace = Command::new("strace");
        strace.args(["-f", "-c", "-o"]).arg(&counts).args(["-p", &server.pid().to_string()]);
        strace.stdin(Stdio::null()).stdout(Stdio::null()).stderr(fs::File::create(&log)?);
        let mut trace = Trace { child: strace.spawn()? };
        let deadline = Instant::now() + TIMEOUT;
        while !fs::read_to_string(&log)?.contains(" attached") {
            if trace.child.try_wait()?.is_some() || deadline <= Instant::now() {
                let said = fs::read_to_string(&log)?;
                return Err(io::Error::other(format!("strace: {}", said.trim())));
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(trace)
    }

    /// Ends it; gives each system call with how often it was called.
    fn detach(mut self, results: &Path) -> io::Result<Vec<(String, u64)>> {
        if let Ok(pid) = i32::try_from(self.child.id())
            && let Some(pid) = Pid::from_raw(pid)
        {
            kill_process(pid, Signal::INT)?;
        }
        let deadline = Instant::now() + TIMEOUT;
        while self.child.try_wait()?.is_none() {
            if deadline <= Instant::now() {
                return Err(io::Error::other("strace does not end"));
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(table(&fs::read_to_string(results.join("strace.out"))?))
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads strace's table: `% time, seconds, usecs/call, calls, [errors], syscall`.
fn table(text: &str) -> Vec<(String, u64)> {
    let rows = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let rows = rows.filter_map(|row| {
        let calls = row.get(3)?.parse().ok()?;
        let name = row.last()?;
        (*name != "total").then(|| ((*name).to_owned(), calls))
    });
    rows.collect()
}

/// System calls a message: one line in flight on each of 50 connections.
///
/// # Errors
/// There is no strace, or the load failed.
pub fn per_line(server: &Server, results: &Path) -> Result<f64, LoadError> {
    let script = Script::lines();
    let mut flow = Flow::connect(server.address(), 50, 1, &script)?;
    flow.run(Until::Count(500))?;
    let trace = Trace::attach(server, results)?;
    flow.run(Until::Count(LINES))?;
    let calls = trace.detach(results)?.iter().map(|(_, calls)| calls).sum::<u64>();
    Ok(calls as f64 / LINES as f64)
}

/// Writes a reader, for 16 lines that arrive in one turn and go to 1000 readers.
///
/// # Errors
/// There is no strace, or the load failed.
pub fn writes_per_reader(server: &Server, results: &Path) -> Result<f64, LoadError> {
    let mut crowd = Crowd::enter(server.address(), READERS)?;
    crowd.speak_once()?;
    let trace = Trace::attach(server, results)?;
    crowd.speak_once()?;
    let calls = trace.detach(results)?;
    let writes = calls
        .iter()
        .filter(|(name, _)| ["write", "writev", "sendto", "sendmsg"].contains(&name.as_str()));
    Ok(writes.map(|(_, calls)| calls).sum::<u64>() as f64 / READERS as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_with_and_without_errors() {
        let text = "\
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 60.00    0.000100           1       100           writev
 40.00    0.000050           1        50         7 read
------ ----------- ----------- --------- --------- ----------------
100.00    0.000150           1       150         7 total
";
        assert_eq!(table(text), [("writev".to_owned(), 100), ("read".to_owned(), 50)]);
    }
}
