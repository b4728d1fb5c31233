//! The example `smtp`, with the clients that there are: over real sockets, and with nothing known of
//! it but the protocol.
//!
//! A test whose client is not installed says so, and passes; with `MUX_REQUIRE_CLIENTS=1` it fails.
//! `scripts/install-clients` installs them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should fail")]

#[allow(dead_code, reason = "`main` is not called here")]
#[path = "../../examples/smtp/main.rs"]
mod smtp;

use std::{
    env, fs,
    io::Write as _,
    net::{Ipv4Addr, SocketAddr},
    process::{Command, Output, Stdio},
    sync::mpsc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use mux_runtime::{Handle, Server};
use smtp::{Smtp, Spool};
use tempfile::TempDir;

/// How long a client may take for all that it does.
const PATIENCE: Duration = Duration::from_secs(120);

/// The server on a port of its own; it ends with the value.
struct Running {
    address: SocketAddr,
    maildir: TempDir,
    handle: Handle,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    fn start() -> Self {
        let maildir = TempDir::new().unwrap();
        let spool = Spool(Some(maildir.path().into()));
        let (tell, told) = mpsc::channel();
        let thread = thread::spawn(move || {
            let mut server = Server::new(spool).unwrap();
            let address = server.listen::<Smtp>((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
            tell.send((address, server.handle())).unwrap();
            server.run().unwrap();
        });
        let (address, handle) = told.recv_timeout(PATIENCE).unwrap();
        Running { address, maildir, handle, thread: Some(thread) }
    }

    /// The messages that were kept, in no order.
    fn messages(&self) -> Vec<Vec<u8>> {
        assert_eq!(fs::read_dir(self.maildir.path().join("tmp")).unwrap().count(), 0);
        let new = fs::read_dir(self.maildir.path().join("new")).unwrap();
        new.map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.handle.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Whether `program` can be started; if it must be there and is not, the test fails.
fn is_there(program: &str) -> bool {
    let quiet = Command::new(program).arg("--version").stdin(Stdio::null()).output();
    if quiet.is_ok_and(|output| output.status.success()) {
        return true;
    }
    let required = env::var_os("MUX_REQUIRE_CLIENTS").is_some_and(|value| value == "1");
    assert!(!required, "{program} is not installed, and MUX_REQUIRE_CLIENTS=1 requires it");
    // Not captured by the test harness, so that it is seen.
    let _ = writeln!(std::io::stderr(), "LEFT OUT: {program} is not installed");
    false
}

/// Runs `program` to its end, with a deadline, and demands that it succeeds.
fn run(program: &str, arguments: &[&str]) -> Output {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + PATIENCE;
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > deadline {
            child.kill().unwrap();
        }
        thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{program}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// 10 MB of lines, of which many begin with dots, some are one, and none has more than 998 bytes.
fn large_message() -> Vec<u8> {
    let mut message = b"Subject: dots\r\n\r\n".to_vec();
    for n in 0_usize.. {
        if message.len() > 10_000_000 {
            break;
        }
        let line = match n % 5 {
            0 => ".".repeat(n % 7),
            1 => format!(".line {n}"),
            2 => format!("..{}", "\u{e4}".repeat(n % 400)),
            3 => "x".repeat(n % 999),
            _ => format!("line {n}. "),
        };
        message.extend_from_slice(line.as_bytes());
        message.extend_from_slice(b"\r\n");
    }
    message
}

#[test]
fn smtplib_sends_ten_megabytes_of_dots_and_they_arrive_byte_for_byte() {
    if !is_there("python3") {
        return;
    }
    let server = Running::start();
    let message = large_message();
    let file = server.maildir.path().join("sent");
    fs::write(&file, &message).unwrap();
    let script = "
import smtplib, sys
port, file = int(sys.argv[1]), sys.argv[2]
message = open(file, 'rb').read()
with smtplib.SMTP('127.0.0.1', port, local_hostname='client.example', timeout=60) as smtp:
    print(smtp.ehlo())
    print(smtp.esmtp_features)
    print(smtp.help().decode().splitlines()[-1], smtp.noop(), smtp.verify('ann'))
    print(smtp.sendmail('a@b.example', ['c@d.example', 'e@f.example'], message,
                        mail_options=['BODY=8BITMIME']))
    print(smtp.sendmail('', ['c@d.example'], b'Subject: bounce\\r\\n\\r\\n.\\r\\n'))
    try:
        smtp.sendmail('a@b.example', ['c@d.example'], b'x' * 1000 * 1000 * 40)
    except smtplib.SMTPSenderRefused as refused:
        print(refused)
    else:
        sys.exit('40 MB were not refused')
";
    let port = server.address.port().to_string();
    let output = run("python3", &["-c", script, &port, &file.to_string_lossy()]);
    print!("{}", String::from_utf8_lossy(&output.stdout));
    let mut messages = server.messages();
    messages.sort_by_key(Vec::len);
    let [bounce, large] = messages.as_slice() else { panic!("{} messages", messages.len()) };
    let head = b"Return-Path: <>\r\nDelivered-To: c@d.example\r\n";
    assert_eq!(bounce, &[&head[..], b"Subject: bounce\r\n\r\n.\r\n"].concat());
    let head = b"Return-Path: <a@b.example>\r\nDelivered-To: c@d.example\r\n\
                 Delivered-To: e@f.example\r\n";
    assert_eq!(large.len(), head.len() + message.len());
    assert!(*large == [&head[..], &message].concat(), "not byte for byte what was sent");
}

#[test]
fn swaks_passes() {
    if !is_there("swaks") {
        return;
    }
    let server = Running::start();
    let port = server.address.port().to_string();
    let common = ["--server", "127.0.0.1", "--port", &port, "--helo", "client.example"];
    let common = [&common[..], &["--from", "a@b.example", "--to", "c@d.example,e@f.example"]];
    let common = common.concat();
    for more in [
        &["--body", ".\n..\n.x\nhello"][..],
        &["--pipeline", "--body", "pipelined"],
        &["--protocol", "SMTP", "--body", "with HELO"],
    ] {
        let output = run("swaks", &[&common[..], more].concat());
        println!("{}", String::from_utf8_lossy(&output.stdout));
    }
    let kept = server.messages();
    let kept = kept.iter().map(|message| String::from_utf8_lossy(message)).collect::<Vec<_>>();
    assert_eq!(kept.len(), 3);
    for text in ["\r\n.\r\n..\r\n.x\r\nhello\r\n", "\r\npipelined\r\n", "\r\nwith HELO\r\n"] {
        assert!(kept.iter().any(|message| message.contains(text)), "{text:?} in {kept:?}");
    }
}
