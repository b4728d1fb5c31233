//! The key-value store, over sockets and with real clients: Redis's own tools, and redis-py.
//!
//! A client that is not there is left out, aloud; `scripts/install-clients` installs them, and with
//! `MUX_REQUIRE_CLIENTS=1` in the environment one that is missing is an error.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should fail")]

mod common;

#[allow(dead_code, reason = "`main` is not called here")]
#[path = "../../examples/kv/main.rs"]
mod kv;

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use common::{InThread, wait_until};
use kv::{Db, Kv};

/// How long a client may take for all that it does.
const PATIENCE: Duration = Duration::from_secs(120);

fn server() -> InThread<Db> {
    InThread::serve::<Kv>(([127, 0, 0, 1], 0).into(), Db::default)
}

/// Says on standard error what is not tested, past the capture of the test's own output.
fn left_out(what: &str) {
    let _ = writeln!(io::stderr(), "kv_clients: LEFT OUT, {what} (see scripts/install-clients)");
}

/// Where a client is, if it is there.
fn find(name: &str) -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(target.join("clients/bin")).chain(std::env::split_paths(&path));
    folders.map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// A client that the tests want.
fn client(name: &str) -> Option<Command> {
    let found = find(name);
    if found.is_none() {
        let required = std::env::var_os("MUX_REQUIRE_CLIENTS").is_some_and(|value| value == "1");
        assert!(!required, "{name} is not there: scripts/install-clients installs it");
        left_out(&format!("{name} is not there"));
    }
    found.map(Command::new)
}

/// A client at work; it is killed with this value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a client to its end, and gives what it said; it must say that all is well.
#[track_caller]
fn runs(command: &mut Command, input: &[u8]) -> String {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = Running(piped.spawn().expect("the client starts"));
    let mut stdin = running.0.stdin.take().unwrap();
    let mut outputs: [Box<dyn Read + Send>; 2] =
        [Box::new(running.0.stdout.take().unwrap()), Box::new(running.0.stderr.take().unwrap())];
    let input = input.to_vec();
    // One that ends before it has read all fails by its status.
    thread::spawn(move || stdin.write_all(&input));
    let [said, told] = outputs.each_mut().map(|output| {
        let output = std::mem::replace(output, Box::new(io::empty()));
        thread::spawn(move || io::read_to_string(output).unwrap_or_default())
    });
    let deadline = Instant::now() + PATIENCE;
    let status = loop {
        if let Some(status) = running.0.try_wait().unwrap() {
            break Some(status);
        } else if Instant::now() > deadline {
            running.0.kill().unwrap();
            break None;
        }
        thread::sleep(Duration::from_millis(5));
    };
    let (said, told) = (said.join().unwrap(), told.join().unwrap());
    let well = status.is_some_and(|status| status.success());
    assert!(well, "{command:?} ended with {status:?} and said:\n{said}\n{told}");
    said
}

#[test]
fn redis_cli_sets_gets_and_is_told_what_is_wrong() {
    let Some(mut cli) = client("redis-cli") else { return };
    let server = server();
    let port = server.address.port().to_string();
    let said = runs(
        cli.args(["-p", &port]),
        b"PING\nSET greeting \"hello world\"\nGET greeting\nINCR count\nINCR greeting\nMGET greeting no\n\
          TTL greeting\nDEL greeting count\nGET\nNOTHING here\nKEYS *\n",
    );
    let expected = "PONG\nOK\nhello world\n1\n\
         ERR value is not an integer or out of range\n\nhello world\n\n-1\n2\n\
         ERR wrong number of arguments for 'get' command\n\n\
         ERR unknown command 'NOTHING', with args beginning with: 'here' \n\n\n";
    assert_eq!(said, expected);
    server.stop();
}

#[test]
fn redis_cli_loads_a_file_of_commands() {
    let Some(mut cli) = client("redis-cli") else { return };
    let server = server();
    let port = server.address.port().to_string();
    let commands = (0..20_000).map(|key| format!("SET key:{key} {key}\r\n")).collect::<String>();
    let said = runs(cli.args(["-p", &port, "--pipe"]), commands.as_bytes());
    assert!(said.contains("errors: 0, replies: 20000"), "{said}");
    let size = runs(client("redis-cli").unwrap().args(["-p", &port, "DBSIZE"]), b"");
    assert_eq!(size, "20000\n");
    server.stop();
}

#[test]
fn redis_cli_hears_what_another_publishes() {
    let Some(mut cli) = client("redis-cli") else { return };
    let server = server();
    let port = server.address.port().to_string();
    let listening = cli.args(["-p", &port, "SUBSCRIBE", "news"]).stdout(Stdio::piped());
    let mut listening = Running(listening.spawn().unwrap());
    let (sender, lines) = std::sync::mpsc::channel();
    let stdout = BufReader::new(listening.0.stdout.take().unwrap());
    thread::spawn(move || {
        stdout.lines().map_while(io::Result::ok).for_each(|line| drop(sender.send(line)));
    });
    let hears = || lines.recv_timeout(PATIENCE).expect("the subscriber hears something");
    assert_eq!([hears(), hears(), hears()], ["subscribe", "news", "1"]);
    let mut publisher = client("redis-cli").unwrap();
    assert_eq!(runs(publisher.args(["-p", &port, "PUBLISH", "news", "hello"]), b""), "1\n");
    assert_eq!([hears(), hears(), hears()], ["message", "news", "hello"]);
    drop(listening);
    let mut ann = server.connect();
    wait_until("the subscriber is forgotten", || {
        ann.sends("PUBLISH news hello\r\n");
        ann.hears_line() == ":0\r\n"
    });
    server.stop();
}

#[test]
fn redis_benchmark_completes() {
    let Some(mut benchmark) = client("redis-benchmark") else { return };
    let server = server();
    let port = server.address.port().to_string();
    let said = runs(
        benchmark
            .args(["-p", &port, "-t", "ping,set,get,incr,mset"])
            .args(["-P", "16", "-n", "100000", "-q"]),
        b"",
    );
    for test in ["PING_INLINE", "PING_MBULK", "SET", "GET", "INCR", "MSET (10 keys)"] {
        let result = said.split(['\r', '\n']).rfind(|line| line.starts_with(&format!("{test}: ")));
        let result = result.unwrap_or_else(|| panic!("no result for {test}:\n{said}"));
        assert!(result.contains("requests per second"), "{result}");
    }
    server.stop();
}

#[test]
fn redis_py_does_all_that_a_program_does() {
    let Some(mut python) = client("python3") else { return };
    if !python.args(["-c", "import redis"]).stderr(Stdio::null()).status().unwrap().success() {
        let required = std::env::var_os("MUX_REQUIRE_CLIENTS").is_some_and(|value| value == "1");
        assert!(!required, "redis-py is not there: scripts/install-clients installs it");
        return left_out("redis-py is not there");
    }
    let server = server();
    let port = server.address.port().to_string();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/kv.py");
    let said = runs(client("python3").unwrap().args([script, &port]), b"");
    assert!(said.ends_with(": all is well\n"), "{said}");
    server.stop();
}

#[test]
fn it_answers_to_the_byte_what_redis_answers() {
    // Not among the clients that are installed: its package starts it.
    let (Some(redis), Some(_)) = (find("redis-server"), find("python3")) else {
        return left_out("redis-server, to compare with, is not there");
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kv-redis");
    std::fs::create_dir_all(&folder).unwrap();
    // Redis cannot be told to choose a port; between the two lines another process could take it.
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let redis_port = free.port().to_string();
    let mut redis = Command::new(redis);
    redis.args(["--bind", "127.0.0.1", "--port", &redis_port, "--save", "", "--dir"]).arg(folder);
    let _redis = Running(redis.stdout(Stdio::null()).spawn().unwrap());
    wait_until("Redis listens", || std::net::TcpStream::connect(free).is_ok());
    let server = server();
    let kv_port = server.address.port().to_string();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/kv_against_redis.py");
    let python = find("python3").unwrap();
    let said = runs(Command::new(python).args([script, &redis_port, &kv_port]), b"");
    assert!(said.ends_with("compared, 0 differ\n"), "{said}");
    server.stop();
}
