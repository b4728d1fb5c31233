//! Real clients, a server in a thread and the chat as a program.
//!
//! Nothing here sleeps to wait: every wait is for a thing, and fails after [`PATIENCE`].

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "each test file takes what it needs, and fails loudly"
)]

use std::{
    io::{self, BufRead, BufReader, ErrorKind, Read, Write},
    net::{Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{OnceLock, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

pub mod daemon;
pub mod line;

use mux_runtime::{Handle, Server, Session};
use rustix::process::{Pid, Signal, kill_process};

/// How long a thing that must happen may take.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The addresses to serve on: IPv4, and IPv6 where this machine has it.
pub fn loopbacks() -> Vec<SocketAddr> {
    let mut all = vec![SocketAddr::from(([127, 0, 0, 1], 0))];
    match TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) {
        Ok(_) => all.push((Ipv6Addr::LOCALHOST, 0).into()),
        Err(error) => eprintln!("not tested over IPv6, which is not there: {error}"),
    }
    all
}

/// Asks again and again until `what` holds; the processor is left to the others in between.
#[track_caller]
pub fn wait_until(why: &str, mut what: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !what() {
        assert!(Instant::now() < deadline, "waited in vain: {why}");
        thread::yield_now();
    }
}

/// A client over a real socket.
pub struct Client {
    pub stream: TcpStream,
}

impl Client {
    pub fn connect(address: SocketAddr) -> Self {
        Client::over(TcpStream::connect_timeout(&address, PATIENCE).expect("the server accepts"))
    }

    pub fn over(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Client { stream }
    }

    #[track_caller]
    pub fn sends(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).expect("the server reads");
    }

    /// Hears exactly `expected` next. That nothing came before it is part of this.
    #[track_caller]
    pub fn hears(&mut self, expected: impl AsRef<[u8]>) {
        let expected = expected.as_ref();
        let mut heard = vec![0; expected.len()];
        let mut filled = 0;
        while filled < expected.len() {
            match self.stream.read(&mut heard[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => panic!(
                    "{error} after {:?}, where {:?} was expected",
                    shown(&heard[..filled]),
                    shown(expected)
                ),
            }
        }
        assert_eq!(heard[..filled].escape_ascii().to_string(), expected.escape_ascii().to_string());
    }

    /// Hears all up to the end of the stream.
    #[track_caller]
    pub fn hears_to_the_end(&mut self) -> Vec<u8> {
        let mut heard = Vec::new();
        self.stream.read_to_end(&mut heard).expect("the stream ends without a reset");
        heard
    }

    /// The stream ends here, and nothing came before that.
    #[track_caller]
    pub fn hears_the_end(&mut self) {
        assert_eq!(self.hears_to_the_end().escape_ascii().to_string(), "");
    }

    pub fn finishes(&mut self) {
        self.stream.shutdown(Shutdown::Write).unwrap();
    }

    /// Breaks the connection: what was not read yet is lost on both sides.
    pub fn resets(self) {
        socket2::SockRef::from(&self.stream).set_linger(Some(Duration::ZERO)).unwrap();
    }

    /// The next line, its end included.
    #[track_caller]
    pub fn hears_line(&mut self) -> String {
        let mut line = Vec::new();
        let mut byte = [0];
        while line.last() != Some(&b'\n') {
            self.stream.read_exact(&mut byte).expect("a line is heard");
            line.push(byte[0]);
        }
        String::from_utf8(line).unwrap()
    }
}

/// Ticks (of 10 ms) of processor time that a process has used.
pub fn ticks(process: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    // The name, in parentheses, may hold blanks; utime and stime are fields 14 and 15 (proc(5)).
    let fields = stat.rsplit_once(") ").unwrap().1.split(' ').collect::<Vec<_>>();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// The front of `bytes`, to be read by people.
fn shown(bytes: &[u8]) -> String {
    bytes[..bytes.len().min(1000)].escape_ascii().to_string()
}

/// A server in a thread of its own.
pub struct InThread<S: Send + 'static> {
    pub address: SocketAddr,
    pub handle: Handle,
    thread: Option<JoinHandle<S>>,
}

impl<S: Send + 'static> InThread<S> {
    /// Serves `P` on `address`; the shared value is made in the thread.
    pub fn serve<P: Session<Shared = S>>(
        address: SocketAddr,
        shared: impl FnOnce() -> S + Send + 'static,
    ) -> Self {
        let (started, addresses) = mpsc::channel();
        let thread = thread::spawn(move || {
            let mut server = Server::new(shared()).unwrap();
            let address = server.listen::<P>(address).unwrap();
            started.send((address, server.handle())).unwrap();
            server.run().unwrap()
        });
        let (address, handle) = addresses.recv_timeout(PATIENCE).expect("the server starts");
        InThread { address, handle, thread: Some(thread) }
    }

    pub fn connect(&self) -> Client {
        Client::connect(self.address)
    }

    /// Ends it, and gives the shared value back.
    #[track_caller]
    pub fn stop(mut self) -> S {
        self.handle.stop();
        let thread = self.thread.take().unwrap();
        wait_until("the server ends when told to", || thread.is_finished());
        thread.join().expect("the server does not panic")
    }
}

impl<S: Send + 'static> Drop for InThread<S> {
    fn drop(&mut self) {
        self.handle.stop();
        self.handle.stop();
    }
}

/// Where the chat's program is: built once.
pub fn chat_program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| example_program("chat"))
}

/// Where an example's program is: built into the folder and in the profile of this test.
pub fn example_program(name: &str) -> PathBuf {
    program_of("mux-examples", name)
}

/// The same for an example of any package.
pub fn program_of(package: &str, name: &str) -> PathBuf {
    // …/<target>/tmp, and …/<target>[/<triple>]/<profile>/deps/<this test>
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let own = std::env::current_exe().unwrap();
    let profile = own.ancestors().nth(2).and_then(Path::file_name).unwrap().to_str().unwrap();
    let profile = if profile == "debug" { "dev" } else { profile };
    let built = Command::new(env!("CARGO"))
        .args(["build", "--package", package, "--example", name])
        .args(["--profile", profile, "--message-format", "json-render-diagnostics"])
        .arg("--target-dir")
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(built.status.success(), "{name} does not build");
    let messages = String::from_utf8(built.stdout).unwrap();
    let program = messages
        .lines()
        .filter_map(|line| line.split_once("\"executable\":\"")?.1.split_once('"'))
        .map(|(path, _)| PathBuf::from(path))
        .next_back();
    program.expect("cargo says where the program is")
}

/// An example as a process, with what it says on standard error. It is killed with this value.
pub struct Program {
    child: Child,
    /// The lines of its standard error, as they come.
    lines: mpsc::Receiver<String>,
    reader: JoinHandle<()>,
}

impl Program {
    pub fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(chat_program());
        command.args(arguments);
        Program::from_command(command)
    }

    pub fn from_command(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = mpsc::channel();
        let reader = thread::spawn(move || {
            for line in stderr.lines().map_while(io::Result::ok) {
                // Whether it is said depends on who runs the tests.
                if line.contains("running as root") {
                    continue;
                }
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Program { child, lines, reader }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line on standard error; `None` at its end.
    #[track_caller]
    pub fn line(&self) -> Option<String> {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => Some(line),
            Err(mpsc::RecvTimeoutError::Disconnected) => None,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("the program says nothing"),
        }
    }

    /// The first line that holds all of `parts`.
    #[track_caller]
    pub fn line_with(&self, parts: &[&str]) -> String {
        let mut seen = Vec::new();
        while let Some(line) = self.line() {
            if parts.iter().all(|part| line.contains(part)) {
                return line;
            }
            seen.push(line);
        }
        panic!("no line with {parts:?} in {seen:#?}")
    }

    /// The address of its line «listening on».
    #[track_caller]
    pub fn address(&self) -> SocketAddr {
        let line = self.line().expect("it says where it listens");
        let (_, address) = line.split_once(": listening on ").unwrap_or_else(|| panic!("{line}"));
        address.parse().unwrap()
    }

    /// All lines that are left, once it has ended.
    pub fn lines_left(&self) -> Vec<String> {
        std::iter::from_fn(|| self.line()).collect()
    }

    /// Reads no more of its standard error; from its next line but one on, nobody does.
    pub fn is_not_listened_to(&mut self) {
        self.lines = mpsc::channel().1;
    }

    /// Whether its standard error is a pipe that nobody reads.
    pub fn has_nobody_to_tell(&self) -> bool {
        self.reader.is_finished()
    }

    pub fn is_told(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits for its end.
    #[track_caller]
    pub fn ends(&mut self) -> ExitStatus {
        let mut status = None;
        wait_until("the program ends", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Both do nothing if it has ended and was waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
