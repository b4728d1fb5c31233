//! The key `prometheus` of a program: this is the program, too, when it is told to serve.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

use std::{
    env,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, ExitCode, Stdio},
    time::Duration,
};

use mux_runtime::{mux_server, run};

/// In whose environment this is, serves.
const SERVES: &str = "MUX_TEST_SERVES";

#[derive(Default)]
struct Echo;

#[mux_server]
impl Echo {
    #[line]
    fn echo(&mut self, line: &str) -> String {
        format!("{line}\r\n")
    }
}

/// The server, which is killed with this value.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn ask(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn main() -> ExitCode {
    if env::var_os(SERVES).is_some() {
        return run::<Echo>(());
    }
    // A limit that lets no request of HTTP through, and one that is used up, are the program's own.
    let limits = ["--max-line=16", "--max-connections=1", "--measure"];
    let child = Command::new(env::current_exe().unwrap())
        .env(SERVES, "1")
        .args(["--port=0", "--prometheus=127.0.0.1:0"])
        .args(limits)
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut server = Server(child.unwrap());
    let mut stderr = BufReader::new(server.0.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains(": listening on ") {
        line.clear();
        assert_ne!(stderr.read_line(&mut line).unwrap(), 0, "it says where it listens");
    }
    let (_, places) = line.trim_end().split_once(": listening on ").unwrap();
    let (echo, page) = places.split_once(", ").unwrap();

    let mut guest = BufReader::new(TcpStream::connect(echo).unwrap());
    guest.get_mut().set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    guest.get_mut().write_all(b"hello\n").unwrap();
    let mut heard = String::new();
    guest.read_line(&mut heard).unwrap();
    assert_eq!(heard, "hello\r\n");

    let request = "GET /metrics HTTP/1.1\r\nUser-Agent: Prometheus/3.0.0 (a long name)\r\n\r\n";
    let answer = ask(page, request);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    for line in [
        "mux_connections{protocol=\"Echo\"} 1\n",
        "mux_calls_total{protocol=\"Echo\",handler=\"echo\"} 1\n",
        "mux_handler_seconds_count{protocol=\"Echo\",handler=\"echo\"} 1\n",
        "mux_turned_away_total{protocol=\"Echo\"} 0\n",
    ] {
        assert!(answer.contains(line), "{line} in {answer}");
    }
    println!("the page of a program has what it should");
    ExitCode::SUCCESS
}
