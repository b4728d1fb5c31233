//! Servers as processes of their own, in folders of their own.

use std::{
    ffi::{OsStr, OsString},
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::SocketAddr,
    os::unix::{ffi::OsStrExt, net::UnixStream},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::{Client, PATIENCE, program_of, wait_until};

/// The server that writes down what happens to it.
pub fn witness() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| program_of("mux-tests", "daemon"))
}

/// A server, its folder, and the processes that it has been; they are killed with this value.
pub struct Daemon {
    pub folder: TempDir,
    program: PathBuf,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    /// All processes that are known of.
    known: Vec<u32>,
}

impl Daemon {
    /// A server in a new folder, with a pid file and a port of the system's choice.
    pub fn of(program: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        let daemon = Daemon {
            folder,
            program: program.to_owned(),
            arguments: vec!["--pid_file=d.pid".into(), "--port=0".into()],
            variables: Vec::new(),
            known: Vec::new(),
        };
        daemon.with_variable("TRACE", "trace").with_variable("FAIL", "fail")
    }

    pub fn with(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    pub fn with_variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.variables.push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// What starts it, in its folder.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    /// Runs it as a shell would, to the prompt.
    pub fn run(&self) -> Output {
        self.command().output().unwrap()
    }

    /// Starts it in the background, which must succeed, and says where it listens.
    #[track_caller]
    pub fn starts(&mut self) -> Vec<String> {
        let output = self.run();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{said}");
        self.pid();
        let line = said.lines().next().unwrap_or_default();
        let (_, places) = line.split_once(": listening on ").unwrap_or_else(|| panic!("{said}"));
        places.split(", ").map(Into::into).collect()
    }

    /// The address of its only TCP socket.
    #[track_caller]
    pub fn starts_at(&mut self) -> SocketAddr {
        let places = self.starts();
        places.iter().find_map(|place| place.parse().ok()).unwrap_or_else(|| panic!("{places:?}"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The process that the pid file names.
    #[track_caller]
    pub fn pid(&mut self) -> u32 {
        let text = fs::read_to_string(self.path("d.pid")).unwrap();
        let pid = text.trim().parse().unwrap_or_else(|_| panic!("no process in {text:?}"));
        if !self.known.contains(&pid) {
            self.known.push(pid);
        }
        pid
    }

    pub fn is_told(&mut self, signal: Signal) {
        tell(self.pid(), signal);
    }

    /// Restarts, and waits until another process serves.
    #[track_caller]
    pub fn restarts(&mut self) -> u32 {
        let before = self.pid();
        tell(before, Signal::HUP);
        wait_until("another process serves", || self.pid() != before);
        self.pid()
    }

    /// A pipe at which its processes wait ([`lets_go`](Daemon::lets_go)).
    pub fn holds(&self, name: &str) {
        assert!(Command::new("mkfifo").arg(self.path(name)).status().unwrap().success());
    }

    /// Lets the process go on that waits at a pipe; from now on none does.
    pub fn lets_go(&self, name: &str) {
        let path = self.path(name);
        let pipe = fs::OpenOptions::new().write(true).open(&path).unwrap();
        fs::remove_file(path).unwrap();
        drop(pipe);
    }

    /// Waits until `what` has happened to a process that is not among `known`, and gives it.
    #[track_caller]
    pub fn another_to_which(&self, what: &str, known: &[u32]) -> u32 {
        let mut found = None;
        wait_until(what, || {
            let mut trace = self.trace().into_iter();
            found = trace.find(|(seen, _, pid)| seen == what && !known.contains(pid));
            found.is_some()
        });
        found.unwrap().2
    }

    /// Ends, and leaves nothing.
    #[track_caller]
    pub fn ends(&mut self) {
        let pid = self.pid();
        tell(pid, Signal::TERM);
        wait_until("the server ends", || !is_alive(pid));
    }

    /// What was written down of what happened: the thing, and the user and the process to which
    /// it did.
    pub fn trace(&self) -> Vec<(String, u32, u32)> {
        let text = fs::read_to_string(self.path("trace")).unwrap_or_default();
        let lines = text.lines().map(|line| {
            let mut words = line.rsplitn(3, ' ');
            let pid = words.next().unwrap().parse().unwrap();
            let uid = words.next().unwrap().parse().unwrap();
            (words.next().unwrap().to_owned(), uid, pid)
        });
        lines.collect()
    }

    /// The things that happened to one process, with the user to whom they did.
    pub fn trace_of(&self, process: u32) -> Vec<(String, u32)> {
        let own = self.trace().into_iter().filter(|(_, _, pid)| *pid == process);
        own.map(|(what, uid, _)| (what, uid)).collect()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let named = fs::read_to_string(self.path("d.pid")).unwrap_or_default();
        self.known.extend(named.trim().parse::<u32>());
        self.known.extend(self.trace().into_iter().map(|(_, _, pid)| pid));
        let name = self.program.file_name().unwrap_or_default();
        for &pid in &self.known {
            // Not one that has got the number since.
            let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let runs = command.split(|byte| *byte == 0).next().unwrap_or_default();
            if Path::new(OsStr::from_bytes(runs)).file_name() == Some(name) {
                tell(pid, Signal::KILL);
            }
        }
    }
}

/// Sends a signal to a process that may be gone.
pub fn tell(process: u32, signal: Signal) {
    let _ = kill_process(Pid::from_raw(process.cast_signed()).unwrap(), signal);
}

/// Whether a process runs. One that is only waited for does not, once all its threads are gone:
/// the last one closes its sockets.
pub fn is_alive(process: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
    let threads = fs::read_dir(format!("/proc/{process}/task")).map_or(0, Iterator::count);
    state.is_some_and(|state| state != 'Z' && state != 'X') || threads > 1
}

/// The fields behind a name in `/proc/PID/status`.
pub fn status(process: u32, name: &str) -> Vec<u32> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
    line.split_whitespace().map(|word| word.parse().unwrap()).collect()
}

/// Says `line` to a server, and gives its answer.
#[track_caller]
pub fn ask(address: SocketAddr, line: &str) -> String {
    let mut client = Client::connect(address);
    client.sends(format!("{line}\r\n"));
    client.hears_line().trim_end().to_owned()
}

/// Waits until whoever connects to a server is served by `process`. After a restart the one before
/// it may still take a client that came before it was told to go.
#[track_caller]
pub fn is_served_by(address: SocketAddr, process: u32) {
    wait_until("the right process answers", || ask(address, "pid") == process.to_string());
}

/// A client of a unix socket.
pub struct UnixClient(BufReader<UnixStream>);

impl UnixClient {
    #[track_caller]
    pub fn connect(path: &Path) -> Self {
        let stream = UnixStream::connect(path).expect("the server accepts");
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        UnixClient(BufReader::new(stream))
    }

    #[track_caller]
    pub fn sends(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).expect("the server reads");
    }

    #[track_caller]
    pub fn hears_line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("a line is heard");
        line
    }

    #[track_caller]
    pub fn hears_to_the_end(&mut self) -> String {
        let mut text = String::new();
        self.0.read_to_string(&mut text).expect("the stream ends without a reset");
        text
    }

    pub fn finishes(&self) {
        self.0.get_ref().shutdown(std::net::Shutdown::Write).unwrap();
    }
}
