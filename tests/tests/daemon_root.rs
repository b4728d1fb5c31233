//! What becomes of root's privileges. These tests are left out, and say so, where there is no
//! root.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]

mod common;

use std::{
    fs,
    io::Write as _,
    net::{SocketAddr, TcpListener},
    os::unix::fs::{MetadataExt, PermissionsExt, lchown, symlink},
    process::Command,
    sync::atomic::{AtomicU16, Ordering},
};

use common::{
    Program,
    daemon::{Daemon, UnixClient, ask, is_alive, is_served_by, status, tell, witness},
    wait_until,
};
use rustix::process::Signal;

/// Whether there is root to give up; if not, it is said aloud.
fn is_root() -> bool {
    let root = nix::unistd::geteuid().is_root();
    if !root {
        // Not `eprintln!`, which is heard only of tests that fail.
        let _ = writeln!(std::io::stderr(), "left out: this needs root");
    }
    root
}

fn nobody() -> (u32, u32) {
    let nobody = nix::unistd::User::from_name("nobody").unwrap().expect("there is a nobody");
    (nobody.uid.as_raw(), nobody.gid.as_raw())
}

/// A port below 1024 that nobody has, for each test another one.
fn low_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(600);
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let mut ports = std::iter::repeat_with(|| NEXT.fetch_add(1, Ordering::Relaxed)).take(400);
    ports.find(free).expect("there is a free port")
}

/// A folder of the server's that `nobody` can reach.
fn opened(daemon: Daemon) -> Daemon {
    fs::set_permissions(daemon.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    daemon
}

#[test]
fn root_becomes_nobody_once_the_sockets_are_bound_and_cannot_return() {
    if !is_root() {
        return;
    }
    let (uid, gid) = nobody();
    let port = low_port();
    let mut daemon = opened(Daemon::of(witness()))
        .with("--setsid=1")
        .with("--user=nobody")
        .with("--check_for_dequeue=1ms")
        .with(format!("--port={port}"));
    daemon.starts();
    let pid = daemon.pid();
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    assert_eq!(ask(address, "hello"), "hello", "port {port} is held");
    assert_eq!(ask(address, "root"), "Err(EPERM)", "root cannot be had again");
    assert_eq!(status(pid, "Uid"), [uid; 4]);
    assert_eq!(status(pid, "Gid"), [gid; 4]);
    assert!(status(pid, "Groups").iter().all(|group| *group == gid), "no group of root's");
    for thread in fs::read_dir(format!("/proc/{pid}/task")).unwrap() {
        let thread = thread.unwrap().file_name().into_string().unwrap().parse().unwrap();
        assert_eq!(status(thread, "Uid"), [uid; 4], "all threads");
    }
    wait_until("the queue is looked after", || {
        daemon.trace_of(pid).iter().any(|(what, _)| what == "run_dequeue")
    });
    daemon.ends();
    let left = fs::read_to_string(daemon.path("d.pid")).unwrap();
    assert_eq!(left, "", "nobody may not remove it, and empties it");
    let mut seen = daemon.trace_of(pid);
    seen.dedup();
    let at = |what: &str| seen.iter().find(|(seen, _)| seen == what).unwrap().1;
    for what in ["configure", "post_configure", "post_bind"] {
        assert_eq!(at(what), 0, "{what} is root's");
    }
    for what in ["pre_loop", "run_dequeue", "pre_server_close", "post_child_cleanup"] {
        assert_eq!(at(what), uid, "{what} is nobody's");
    }
    // A pid file that was left empty keeps nobody out.
    daemon.starts();
    daemon.ends();
}

#[test]
fn the_root_folder_changes_for_good() {
    if !is_root() {
        return;
    }
    let (uid, _) = nobody();
    let daemon = opened(Daemon::of(witness()));
    let cage = daemon.path("cage");
    fs::create_dir(&cage).unwrap();
    fs::write(cage.join("inside"), "").unwrap();
    let daemon = daemon.with(format!("--chroot={}", cage.display())).with("--user=nobody");
    let mut program = Program::from_command(daemon.command());
    let address = program.address();
    assert_eq!(ask(address, "ls"), "inside");
    assert_eq!(fs::read_link(format!("/proc/{}/root", program.id())).unwrap(), cage);
    assert_eq!(fs::read_link(format!("/proc/{}/cwd", program.id())).unwrap(), cage);
    assert_eq!(status(program.id(), "Uid"), [uid; 4]);
    // The program is out of reach, and is said to be.
    program.is_told(Signal::HUP);
    let root = format!("chroot {:?}", cage.display().to_string());
    program.line_with(&["ERROR", "cannot restart", &root, "hides the program", "going on"]);
    assert_eq!(ask(address, "ls"), "inside");
    program.is_told(Signal::TERM);
    assert_eq!(program.ends().code(), Some(0));
}

#[test]
fn a_restart_works_without_the_privileges_too() {
    if !is_root() {
        return;
    }
    let (uid, _) = nobody();
    let port = low_port();
    let program = opened(Daemon::of(witness()));
    // `nobody` must be able to run the program.
    let copy = program.path("daemon");
    fs::copy(witness(), &copy).unwrap();
    let mut daemon = opened(Daemon::of(&copy))
        .with("--setsid=1")
        .with("--user=nobody")
        .with(format!("--port={port}"));
    daemon.starts();
    let old = daemon.pid();
    let new = daemon.restarts();
    wait_until("the old process ends", || !is_alive(old));
    assert_eq!(status(new, "Uid"), [uid; 4]);
    is_served_by(([127, 0, 0, 1], port).into(), new);
    daemon.ends();
}

#[test]
fn a_unix_socket_gets_the_owner_that_is_wanted() {
    if !is_root() {
        return;
    }
    let (uid, gid) = nobody();
    let daemon = opened(Daemon::of(witness()))
        .with_variable("ADMIN", "admin.sock|unix")
        .with(format!("--unix_owner=nobody:{gid}"))
        .with("--unix_mode=660");
    let mut program = Program::from_command(daemon.command());
    program.line_with(&["listening on"]);
    let path = daemon.path("admin.sock");
    let found = fs::metadata(&path).unwrap();
    assert_eq!((found.uid(), found.gid(), found.mode() & 0o7777), (uid, gid, 0o660));
    let mut admin = UnixClient::connect(&path);
    admin.sends("quit\r\n");
    assert_eq!(admin.hears_to_the_end(), "");
    program.is_told(Signal::TERM);
    program.ends();
}

#[test]
fn staying_root_is_warned_of() {
    if !is_root() {
        return;
    }
    let daemon = Daemon::of(witness()).with("--setsid=1");
    let output = daemon.run();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("WARN") && said.contains("running as root"), "{said}");
    let daemon = Daemon::of(witness()).with("--setsid=1").with("--user=nobody");
    let said = String::from_utf8(opened(daemon).run().stderr).unwrap();
    assert!(!said.contains("running as root"), "{said}");
}

#[test]
fn a_restart_goes_on_with_the_log_s_file_though_it_is_no_longer_root() {
    if !is_root() {
        return;
    }
    let (uid, gid) = nobody();
    let mut daemon = opened(Daemon::of(witness()))
        .with("--setsid=1")
        .with("--user=nobody")
        .with("--log_file=d.log");
    daemon.starts();
    let new = daemon.restarts();
    assert_eq!(status(new, "Uid"), [uid; 4]);
    let log = fs::metadata(daemon.path("d.log")).unwrap();
    assert_eq!((log.uid(), log.gid()), (uid, gid));
    daemon.ends();
}

#[test]
fn no_log_of_root_s_is_written_where_a_link_of_another_s_leads() {
    if !is_root() {
        return;
    }
    let (uid, gid) = nobody();
    let daemon = opened(Daemon::of(witness())).with("--user=nobody").with("--log_file=d.log");
    let (precious, log) = (daemon.path("precious"), daemon.path("d.log"));
    fs::write(&precious, "keep me").unwrap();
    let is_refused = |why: &str| {
        let output = daemon.run();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said, format!("daemon: log_file \"d.log\": {why}\n"));
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(fs::read_to_string(&precious).unwrap(), "keep me");
        assert_eq!(fs::metadata(&precious).unwrap().uid(), 0, "it is still root's");
        fs::remove_file(&log).unwrap();
    };
    symlink(&precious, &log).unwrap();
    lchown(&log, Some(uid), Some(gid)).unwrap();
    is_refused("is a symbolic link, which is not followed");
    fs::hard_link(&precious, &log).unwrap();
    is_refused("has another name, and is not given to another user");
    // A device may be meant, but not by that user: it might be a disk.
    symlink("/dev/null", &log).unwrap();
    lchown(&log, Some(uid), Some(gid)).unwrap();
    is_refused("is a symbolic link, which is not followed");
    symlink("/dev/null", &log).unwrap();
    let mut program = Program::from_command(daemon.command());
    program.address();
    program.is_told(Signal::TERM);
    assert_eq!(program.ends().code(), Some(0));
}

#[test]
fn the_first_process_of_a_container_does_not_hand_over_since_all_would_end_with_it() {
    if !is_root() {
        return;
    }
    let daemon = Daemon::of(witness());
    let server = daemon.command();
    let mut command = Command::new("unshare");
    command.args(["--pid", "--fork", "--kill-child"]).arg(server.get_program());
    command.args(server.get_args()).current_dir(daemon.folder.path());
    let mut program = Program::from_command(command);
    let Some(line) = program.line().filter(|line| line.contains("listening on ")) else {
        let _ = writeln!(std::io::stderr(), "left out: this needs namespaces of processes");
        return;
    };
    let address = line.split_once("listening on ").unwrap().1.parse().unwrap();
    assert_eq!(ask(address, "pid"), "1");
    let id = program.id();
    let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
    let server = children.trim().parse().unwrap();
    tell(server, Signal::HUP);
    program.line_with(&["ERROR", "cannot restart", "this is process 1", "going on"]);
    assert_eq!(ask(address, "pid"), "1");
    tell(server, Signal::TERM);
    assert_eq!(program.ends().code(), Some(0));
}
