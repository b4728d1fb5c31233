//! A restart: another process goes on with the sockets, and nobody notices.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]

mod common;

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    os::unix::fs::symlink,
    path::Path,
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
};

use common::{
    Client, PATIENCE, Program,
    daemon::{Daemon, UnixClient, ask, is_alive, tell, witness},
    wait_until,
};
use rustix::process::Signal;
use socket2::{Domain, Socket, Type};

const CLIENTS: u8 = 50;
const RESTARTS: usize = 10;
/// All clients together connect so often at most.
const VISITS_MAX: u64 = 200_000;
/// So many visits at least go by between two restarts.
const VISITS_BETWEEN: u64 = 200;

/// Connects, says a line, reads it back and leaves; what goes wrong is told in a word or two.
fn visit(from: Ipv4Addr, to: SocketAddr, line: &str) -> Result<(), String> {
    let fails = |what: &'static str| move |error: std::io::Error| format!("{what}: {error}");
    // From an address of one's own, so that the ports of this machine do not run out.
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).map_err(fails("socket"))?;
    // What is left of the connection keeps nobody from listening on its port.
    socket.set_reuse_address(true).map_err(fails("reuse"))?;
    socket.bind(&SocketAddr::from((from, 0)).into()).map_err(fails("bind"))?;
    socket.connect(&to.into()).map_err(fails("connect"))?;
    let mut stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(PATIENCE)).map_err(fails("timeout"))?;
    stream.write_all(format!("{line}\r\n").as_bytes()).map_err(fails("write"))?;
    let mut heard = vec![0; line.len() + 2];
    stream.read_exact(&mut heard).map_err(fails("read"))?;
    if heard != format!("{line}\r\n").as_bytes() {
        return Err("another answer".into());
    }
    Ok(())
}

/// The process that a pid file names, if that runs.
fn named(path: &Path) -> Result<u32, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let pid = text.trim().parse::<u32>().map_err(|_| format!("not a process: {text:?}"))?;
    if is_alive(pid) { Ok(pid) } else { Err(format!("process {pid} does not run")) }
}

#[test]
fn ten_restarts_under_load_lose_no_connection() {
    let mut daemon = Daemon::of(witness()).with("--setsid=1").with_variable("TRACE", "/dev/null");
    let address = daemon.starts_at();
    let pid_file = daemon.path("d.pid");
    let over = AtomicBool::new(false);
    let (visits, looks) = (AtomicU64::new(0), AtomicU64::new(0));
    let wrong = Mutex::new(BTreeMap::<String, u64>::new());
    let note = |what: String| *wrong.lock().unwrap().entry(what).or_default() += 1;
    let mut pids = vec![daemon.pid()];
    thread::scope(|scope| {
        for client in 1..=CLIENTS {
            let (over, visits, note) = (&over, &visits, &note);
            scope.spawn(move || {
                let from = Ipv4Addr::new(127, 0, 1, client);
                while !over.load(Ordering::Relaxed) {
                    if visits.fetch_add(1, Ordering::Relaxed) >= VISITS_MAX {
                        return;
                    }
                    if let Err(what) = visit(from, address, "hello") {
                        note(what);
                    }
                }
            });
        }
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                looks.fetch_add(1, Ordering::Relaxed);
                // It may have been replaced between the look at the file and at the process.
                if let Err(what) = named(&pid_file).or_else(|_| named(&pid_file)) {
                    note(format!("pid file: {what}"));
                }
                thread::yield_now();
            }
        });
        for _ in 0..RESTARTS {
            let seen = visits.load(Ordering::Relaxed);
            wait_until("clients come", || visits.load(Ordering::Relaxed) >= seen + VISITS_BETWEEN);
            pids.push(daemon.restarts());
        }
        over.store(true, Ordering::Relaxed);
    });
    let wrong = wrong.into_inner().unwrap();
    println!(
        "{RESTARTS} restarts under {CLIENTS} clients: {} visits, {} looks at the pid file, \
         {} refused, reset, unanswered or wrong: {wrong:?}",
        visits.load(Ordering::Relaxed),
        looks.load(Ordering::Relaxed),
        wrong.values().sum::<u64>(),
    );
    assert_eq!(wrong, BTreeMap::new());
    pids.dedup();
    assert_eq!(pids.len(), RESTARTS + 1, "each time another process");
    wait_until("the former processes end", || pids[..RESTARTS].iter().all(|pid| !is_alive(*pid)));
    daemon.ends();
    assert!(!pid_file.exists());
}

#[test]
fn clients_of_the_old_process_are_served_on_until_the_deadline() {
    let mut daemon = Daemon::of(witness()).with("--setsid=1").with("--drain_timeout=300ms");
    let address = daemon.starts_at();
    let old = daemon.pid();
    let mut stays = Client::connect(address);
    stays.sends("pid\r\n");
    assert_eq!(stays.hears_line(), format!("{old}\r\n"));
    let new = daemon.restarts();
    wait_until("who comes is served by the new one", || ask(address, "pid") == new.to_string());
    stays.sends("pid\r\n");
    assert_eq!(stays.hears_line(), format!("{old}\r\n"), "who was there by the old one");
    stays.hears_the_end();
    wait_until("the old process ends", || !is_alive(old));
    daemon.ends();
}

#[test]
fn hooks_tell_of_a_restart() {
    let mut daemon = Daemon::of(witness()).with("--setsid=1");
    daemon.starts();
    let old = daemon.pid();
    let new = daemon.restarts();
    wait_until("the old process ends", || !is_alive(old));
    let names = |pid| daemon.trace_of(pid).into_iter().map(|(what, _)| what).collect::<Vec<_>>();
    let old = names(old);
    let end = ["pre_server_close", "post_child_cleanup", "restart_close"];
    assert_eq!(old[old.len() - 3..], end);
    let start = ["configure", "post_configure", "restart_open", "post_bind", "pre_loop"];
    assert_eq!(names(new), start);
    daemon.ends();
}

#[test]
fn a_unix_socket_and_its_file_go_on_too() {
    let mut daemon =
        Daemon::of(witness()).with("--setsid=1").with_variable("ADMIN", "admin.sock|unix");
    daemon.starts();
    let path = daemon.path("admin.sock");
    let mut before = UnixClient::connect(&path);
    before.sends("hello\r\n");
    assert_eq!(before.hears_line(), "hello\r\n");
    let old = daemon.pid();
    daemon.restarts();
    assert_eq!(before.hears_line(), "the server is ending\r\n", "it is told");
    before.sends("quit\r\n");
    assert_eq!(before.hears_to_the_end(), "");
    wait_until("the old process ends", || !is_alive(old));
    let mut after = UnixClient::connect(&path);
    after.sends("hello\r\n");
    assert_eq!(after.hears_line(), "hello\r\n");
    drop(after);
    daemon.ends();
    assert!(!path.exists(), "the last one takes it away");
}

#[test]
fn a_program_that_does_not_start_leaves_the_old_one_serving_and_says_why() {
    let mut daemon = Daemon::of(witness());
    let mut program = Program::from_command(daemon.command());
    let address = program.address();
    let pid = daemon.pid();
    fs::write(daemon.path("fail"), "").unwrap();
    program.is_told(Signal::HUP);
    program.line_with(&["ERROR", "cannot restart", "it is told to fail", "going on"]);
    // The old one may still take a client that came before it was told to go.
    wait_until("the new one answers", || ask(address, "pid") == pid.to_string());
    assert_eq!(daemon.pid(), pid, "the pid file is right");
    assert_eq!(daemon.run().status.code(), Some(1), "and still locked");

    fs::remove_file(daemon.path("fail")).unwrap();
    program.is_told(Signal::HUP);
    program.line_with(&["serves from now on"]);
    assert_eq!(program.ends().code(), Some(0));
    assert_ne!(daemon.pid(), pid);
    daemon.ends();
}

#[test]
fn a_server_that_is_told_to_end_in_mid_restart_ends_and_the_new_one_with_it() {
    let mut daemon = Daemon::of(witness()).with("--setsid=1").with_variable("HOLD", "hold");
    let address = daemon.starts_at();
    let old = daemon.pid();
    let hold = daemon.path("hold");
    assert!(Command::new("mkfifo").arg(&hold).status().unwrap().success());
    tell(old, Signal::HUP);
    let mut new = None;
    wait_until("the new process starts", || {
        let mut trace = daemon.trace().into_iter();
        new = trace.find(|(what, _, pid)| what == "post_bind" && *pid != old);
        new.is_some()
    });
    let (.., new) = new.unwrap();
    assert_eq!(ask(address, "pid"), old.to_string(), "the old one serves meanwhile");
    tell(old, Signal::TERM);
    wait_until("the old process ends", || !is_alive(old));
    assert!(is_alive(new));
    fs::OpenOptions::new().write(true).open(&hold).unwrap();
    wait_until("the new process ends", || !is_alive(new));
    let (what, _) = daemon.trace_of(new).pop().unwrap();
    assert_eq!(what, "fatal(the process that started this one is gone)");
    assert!(TcpStream::connect(address).is_err(), "nobody listens any more");
    assert!(!daemon.path("d.pid").exists());
}

#[test]
fn the_program_that_is_started_is_the_one_that_its_path_leads_to_by_now() {
    let folder = tempfile::TempDir::new().unwrap();
    let [first, second, link] = ["first", "second", "daemon"].map(|name| folder.path().join(name));
    fs::copy(witness(), &first).unwrap();
    fs::copy(witness(), &second).unwrap();
    symlink(&first, &link).unwrap();
    let mut daemon = Daemon::of(&link).with("--setsid=1");
    let address = daemon.starts_at();
    fs::remove_file(&link).unwrap();
    symlink(&second, &link).unwrap();
    let pid = daemon.restarts();
    assert_eq!(fs::read_link(format!("/proc/{pid}/exe")).unwrap(), second);
    // The old one may still take a client that came before it was told to go.
    wait_until("the new one answers", || ask(address, "pid") == pid.to_string());
    daemon.ends();
}
