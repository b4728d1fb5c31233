//! What an administrator is told before and at the start.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails loudly")]

mod common;

use std::process::Output;

use common::daemon::{Daemon, witness};

fn said(output: &Output) -> (Option<i32>, &str) {
    (output.status.code(), std::str::from_utf8(&output.stderr).unwrap())
}

#[test]
fn the_program_checks_its_own_options_and_check_config_tells_what_it_finds() {
    let daemon = Daemon::of(witness()).with("--refuse=spool: too small").with("--setsid=1");
    let line = "daemon: spool: too small\n";
    assert_eq!(said(&daemon.run()), (Some(2), line));
    let daemon = daemon.with("--check-config");
    let output = daemon.run();
    assert_eq!(said(&output), (Some(2), line));
    assert_eq!(output.stdout, b"");
}

#[test]
fn check_config_starts_nothing() {
    let daemon = Daemon::of(witness()).with("--log_file=log").with("--check-config");
    assert_eq!(said(&daemon.run()), (Some(0), ""));
    for name in ["d.pid", "log"] {
        assert!(!daemon.path(name).exists(), "{name}");
    }
    let seen = daemon.trace().into_iter().map(|(what, ..)| what).collect::<Vec<_>>();
    assert_eq!(seen, ["configure"]);
}

#[test]
fn a_start_in_the_background_that_keeps_no_log_says_so() {
    for (log, is_kept) in [("stderr", false), ("log", true)] {
        let mut daemon = Daemon::of(witness()).with("--setsid=1").with(format!("--log_file={log}"));
        let output = daemon.run();
        let (status, said) = said(&output);
        assert_eq!(status, Some(0), "{said}");
        assert_eq!(said.contains("no log is kept from here on"), !is_kept, "{log}: {said}");
        daemon.ends();
    }
    let daemon = Daemon::of(witness());
    let mut program = common::Program::from_command(daemon.command());
    program.address();
    program.is_told(rustix::process::Signal::TERM);
    program.ends();
    let left = program.lines_left();
    assert!(!left.iter().any(|line| line.contains("no log")), "in the foreground it is: {left:?}");
}
