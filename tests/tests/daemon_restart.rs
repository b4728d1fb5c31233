//! A restart: another process goes on with the sockets, and nobody notices.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]

mod common;

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    os::unix::{
        fs::{PermissionsExt, symlink},
        process::ExitStatusExt,
    },
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Instant,
};

use common::{
    Client, PATIENCE, Program,
    daemon::{Daemon, UnixClient, ask, is_alive, is_served_by, tell, witness},
    wait_until,
};
use rustix::process::Signal;
use socket2::{Domain, Socket, Type};
use tempfile::TempDir;

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
    let mut daemon = Daemon::of(witness()).with("--setsid=1").with("--drain_timeout=1s");
    let address = daemon.starts_at();
    let old = daemon.pid();
    let mut stays = Client::connect(address);
    stays.sends("pid\r\n");
    assert_eq!(stays.hears_line(), format!("{old}\r\n"));
    assert_eq!(ask(address, "ending"), "false");
    let new = daemon.restarts();
    is_served_by(address, new);
    stays.sends("pid\r\n");
    assert_eq!(stays.hears_line(), format!("{old}\r\n"), "who was there by the old one");
    stays.sends("ending\r\n");
    assert_eq!(stays.hears_line(), "true\r\n", "which can be asked");
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
    let (before, old) = (old, names(old));
    let end = ["restart_close", "pre_server_close", "post_child_cleanup after a restart"];
    assert_eq!(old[old.len() - 3..], end);
    let start = ["configure", "post_configure", "restart_open", "post_bind", "pre_loop"];
    assert_eq!(names(new), start);
    let trace = daemon.trace();
    let at = |what, pid| trace.iter().position(|(seen, _, of)| seen == what && *of == pid).unwrap();
    let times = [at("post_bind", new), at("restart_close", before), at("pre_loop", new)];
    assert!(times.is_sorted(), "what the old one saved the new one can read: {trace:?}");
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
    is_served_by(address, pid);
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
    daemon.holds("hold");
    tell(old, Signal::HUP);
    let new = daemon.another_to_which("post_bind", &[old]);
    assert_eq!(ask(address, "pid"), old.to_string(), "the old one serves meanwhile");
    tell(old, Signal::TERM);
    wait_until("both end", || !is_alive(old) && !is_alive(new));
    assert!(TcpStream::connect(address).is_err(), "nobody listens any more");
    assert!(!daemon.path("d.pid").exists());
}

#[test]
fn a_new_process_whose_old_one_is_gone_ends() {
    // As it is about to serve, and before it knows that it was started by another.
    for (pipe, seen) in [("HOLD", "post_bind"), ("WAIT", "main")] {
        let mut daemon = Daemon::of(witness()).with("--setsid=1").with_variable(pipe, "pipe");
        let address = daemon.starts_at();
        let old = daemon.pid();
        daemon.holds("pipe");
        tell(old, Signal::HUP);
        let new = daemon.another_to_which(seen, &[old]);
        tell(old, Signal::KILL);
        wait_until("the old process ends", || !is_alive(old));
        daemon.lets_go("pipe");
        wait_until("the new process ends", || !is_alive(new));
        let (what, _) = daemon.trace_of(new).pop().unwrap();
        assert!(what.starts_with("fatal(the process ") && what.ends_with(" is gone)"), "{what}");
        assert!(TcpStream::connect(address).is_err(), "nobody listens any more");
        let trace = daemon.trace();
        let mut others = trace.iter().filter(|(.., pid)| *pid != old && *pid != new);
        assert!(!others.any(|(what, ..)| what == "pre_loop"), "nor will anybody: {trace:?}");
    }
}

#[test]
fn a_restart_that_is_asked_for_during_another_follows_it() {
    for fails in [false, true] {
        let mut daemon = Daemon::of(witness()).with_variable("HOLD", "hold");
        let program = Program::from_command(daemon.command());
        let (address, old) = (program.address(), program.id());
        daemon.holds("hold");
        program.is_told(Signal::HUP);
        let new = daemon.another_to_which("post_bind", &[old]);
        program.is_told(Signal::HUP);
        program.line_with(&["a restart is under way; another one follows"]);
        if fails {
            tell(new, Signal::KILL);
        }
        daemon.lets_go("hold");
        let newest = daemon.another_to_which("pre_loop", &[old, new]);
        is_served_by(address, newest);
        wait_until("the others end", || !is_alive(old) && !is_alive(new));
        assert_eq!(daemon.pid(), newest);
        daemon.ends();
    }
}

#[test]
fn hup_to_a_process_that_has_handed_over_reaches_the_one_that_serves_and_term_does_not() {
    let mut daemon = Daemon::of(witness())
        .with("--setsid=1")
        .with("--drain_timeout=600s")
        .with_variable("ADMIN", "admin.sock|unix");
    let places = daemon.starts();
    let mut guest = Client::connect(places[0].parse().unwrap());
    guest.sends("hello\r\n");
    guest.hears("hello\r\n");
    let mut stays = UnixClient::connect(&daemon.path("admin.sock"));
    stays.sends("hello\r\n");
    stays.hears_line();
    let old = daemon.pid();
    let new = daemon.restarts();
    assert_eq!(stays.hears_line(), "the server is ending\r\n");
    tell(old, Signal::HUP);
    wait_until("another process serves", || daemon.pid() != new);
    tell(old, Signal::TERM);
    guest.hears_the_end();
    stays.sends("hello\r\nquit\r\n");
    assert_eq!(stays.hears_to_the_end(), "hello\r\n", "nobody is told twice");
    wait_until("the others end", || !is_alive(old) && !is_alive(new));
    daemon.ends();
}

#[test]
fn signals_that_come_while_it_starts_are_kept() {
    let mut daemon = Daemon::of(witness()).with_variable("HOLD", "hold");
    daemon.holds("hold");
    let mut program = Program::from_command(daemon.command());
    let pid = daemon.another_to_which("post_bind", &[]);
    assert_eq!(daemon.pid(), pid, "whoever rotates logs knows it already");
    for signal in [Signal::USR1, Signal::USR2, Signal::HUP] {
        program.is_told(signal);
    }
    daemon.lets_go("hold");
    program.line_with(&["serves from now on"]);
    assert_eq!(program.ends().code(), Some(0));
    assert_ne!(daemon.pid(), pid);
    daemon.ends();
}

#[test]
fn the_end_waits_for_the_start_unless_it_is_wanted_twice() {
    let daemon = Daemon::of(witness()).with_variable("LOAD", "load");
    daemon.holds("load");
    let mut program = Program::from_command(daemon.command());
    let first = daemon.another_to_which("pre_loop", &[]);
    program.is_told(Signal::TERM);
    daemon.lets_go("load");
    assert_eq!(program.ends().code(), Some(0));
    assert!(!daemon.path("d.pid").exists(), "it has ended well");

    daemon.holds("load");
    let mut program = Program::from_command(daemon.command());
    let second = daemon.another_to_which("pre_loop", &[first]);
    wait_until("it ends without serving", || {
        program.is_told(Signal::INT);
        !is_alive(second)
    });
    assert_eq!(program.ends().signal(), Some(Signal::INT.as_raw()));
}

#[test]
fn the_old_process_ends_in_time_whatever_its_clients_do() {
    let mut daemon = Daemon::of(witness())
        .with("--setsid=1")
        .with("--drain_timeout=200ms")
        .with_variable("ADMIN", "admin.sock|unix");
    let places = daemon.starts();
    let address = places[0].parse().unwrap();
    let mut stays = UnixClient::connect(&daemon.path("admin.sock"));
    stays.sends("hello\r\n");
    stays.hears_line();
    let mut reads_nothing = Client::connect(address);
    reads_nothing.sends("flood 50000000\r\n");
    reads_nothing.hears("x");
    let mut says_half = Client::connect(address);
    says_half.sends("hello\r\nhal");
    says_half.hears("hello\r\n");
    let old = daemon.pid();
    let start = Instant::now();
    let new = daemon.restarts();
    wait_until("the old process ends", || !is_alive(old));
    assert!(start.elapsed() < PATIENCE / 2, "{:?}", start.elapsed());
    is_served_by(address, new);
    daemon.ends();
}

/// A server whose program can be replaced.
fn replaceable() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let link = folder.path().join("daemon");
    symlink(witness(), &link).unwrap();
    (folder, link)
}

/// Has a shell script in place of the program.
fn replace(program: &Path, script: &str) {
    let new = program.with_extension("new");
    fs::write(&new, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&new, fs::Permissions::from_mode(0o755)).unwrap();
    fs::rename(new, program).unwrap();
}

#[test]
fn a_new_program_that_is_no_server_is_given_up() {
    let (_folder, link) = replaceable();
    let daemon = Daemon::of(&link);
    let mut program = Program::from_command(daemon.command());
    let address = program.address();
    for (script, why) in [
        ("exit 3", "it ended before it was ready: exit status: 3"),
        ("exec sleep 600 <&-", "it closed its standard input before it was ready"),
    ] {
        replace(&link, script);
        program.is_told(Signal::HUP);
        program.line_with(&["ERROR", "cannot restart", why, "going on"]);
    }
    assert_eq!(ask(address, "pid"), program.id().to_string());
    program.is_told(Signal::TERM);
    assert_eq!(program.ends().code(), Some(0));
    assert!(!daemon.path("d.pid").exists());
}

#[test]
fn a_server_ends_when_told_though_the_new_program_reads_nothing() {
    let (_folder, link) = replaceable();
    let mut daemon = Daemon::of(&link).with("--setsid=1");
    // More than the kernel keeps for one that does not read.
    for number in 0..400 {
        daemon = daemon.with(format!("--port={number}.sock|unix"));
    }
    daemon.starts();
    let pid = daemon.pid();
    let told = daemon.path("told");
    replace(&link, &format!("echo $$ > '{}'; exec sleep 600", told.display()));
    tell(pid, Signal::HUP);
    wait_until("the new program runs", || fs::read(&told).is_ok_and(|text| text.ends_with(b"\n")));
    let new = fs::read_to_string(&told).unwrap().trim().parse().unwrap();
    tell(pid, Signal::TERM);
    wait_until("the server ends", || !is_alive(pid));
    wait_until("the new program is ended, too", || !is_alive(new));
}

#[test]
fn files_are_made_and_taken_away_by_whom_they_belong_to() {
    let (_folder, link) = replaceable();
    let mut daemon = Daemon::of(&link).with("--setsid=1").with("--port=a.sock|unix");
    daemon.starts();
    let old = daemon.pid();
    let is_there = || ["d.pid", "a.sock", "e.pid", "b.sock"].map(|name| daemon.path(name).exists());
    let other = "--port=127.0.0.1:0 '--port=b.sock|unix' --pid_file=e.pid --setsid=1";
    replace(&link, &format!("exec '{}' {other}", witness().display()));
    // What one that fails had made goes with it, and what is the old one's stays.
    fs::write(daemon.path("fail"), "").unwrap();
    tell(old, Signal::HUP);
    let new = daemon.another_to_which("fatal(it is told to fail (hook post_bind))", &[]);
    wait_until("the new process ends", || !is_alive(new));
    assert_eq!(is_there(), [true, true, false, false]);

    fs::remove_file(daemon.path("fail")).unwrap();
    tell(old, Signal::HUP);
    wait_until("another process serves", || {
        daemon.path("e.pid").exists() && !daemon.path("d.pid").exists()
    });
    assert_eq!(is_there(), [false, false, true, true]);
    wait_until("the old process ends", || !is_alive(old));
    let named = fs::read_to_string(daemon.path("e.pid")).unwrap();
    let new = named.trim().parse().unwrap();
    tell(new, Signal::TERM);
    wait_until("the new process ends", || !is_alive(new));
    assert_eq!(is_there(), [false; 4]);
}

/// What a process has open, without the numbers.
fn open_by(process: u32) -> Vec<String> {
    let open = fs::read_dir(format!("/proc/{process}/fd")).unwrap().flatten();
    let open = open.filter_map(|entry| fs::read_link(entry.path()).ok());
    let open = open.map(|path| path.to_string_lossy().split(":[").next().unwrap_or("").to_owned());
    let mut open = open.collect::<Vec<_>>();
    open.sort();
    open
}

#[test]
fn restarts_leave_no_descriptor_open() {
    let mut daemon = Daemon::of(witness()).with("--setsid=1").with("--port=a.sock|unix");
    daemon.starts();
    let mut restart = || {
        let old = daemon.pid();
        let new = daemon.restarts();
        wait_until("the old process ends", || !is_alive(old));
        wait_until("the new process serves", || {
            fs::read_dir(format!("/proc/{new}/task")).map_or(0, Iterator::count) >= 3
        });
        open_by(new)
    };
    let first = restart();
    for _ in 0..3 {
        assert_eq!(restart(), first);
    }
    daemon.ends();
}

#[test]
fn the_program_that_is_started_is_the_one_that_its_path_leads_to_by_now() {
    let folder = TempDir::new().unwrap();
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
    is_served_by(address, pid);
    daemon.ends();
}
