//! What a packager takes: the chat's unit, manual page and completions.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]

mod common;

use std::{
    fs,
    io::ErrorKind,
    path::Path,
    process::{Command, Stdio},
};

use common::chat_program;
use tempfile::TempDir;

fn generated(words: &[&str]) -> String {
    let output = Command::new(chat_program()).arg("--generate").args(words).output().unwrap();
    assert!(output.status.success(), "{words:?}");
    assert_eq!(output.stderr, b"");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a checker, which must be content; says whether it is there.
#[track_caller]
fn is_content(mut checker: Command) -> bool {
    let output = match checker.stdin(Stdio::null()).output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            eprintln!("not checked, since it is not there: {checker:?}");
            return false;
        }
        output => output.unwrap(),
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && said.is_empty(), "{checker:?}: {said}");
    true
}

#[test]
fn the_manual_page_and_the_completions_know_the_options() {
    let folder = TempDir::new().unwrap();
    let manual = generated(&["man"]);
    assert!(manual.contains(".TH chat 8") && manual.contains("log\\-level"), "{manual}");
    let path = folder.path().join("chat.8");
    fs::write(&path, manual).unwrap();
    let mut man = Command::new("man");
    man.args(["--warnings", "-l"]).arg(&path).env("MANROFFSEQ", "").env("LC_ALL", "C");
    is_content(man);

    for shell in ["bash", "zsh", "fish"] {
        let script = generated(&["completions", shell]);
        assert!(script.contains("log-level"), "{script}");
        let path = folder.path().join(shell);
        fs::write(&path, script).unwrap();
        let mut check = Command::new(shell);
        check.arg("-n").arg(&path);
        is_content(check);
    }
}

#[test]
fn systemd_takes_the_unit() {
    let unit =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/chat/packaging/chat.service");
    let unit = fs::read_to_string(unit).unwrap();
    // Neither program nor manual page is installed here.
    let here = unit
        .replace("/usr/bin/chat", chat_program().to_str().unwrap())
        .replace("Documentation=man:chat(8)\n", "");
    assert_ne!(here, unit);
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("chat.service");
    fs::write(&path, here).unwrap();
    let mut verify = Command::new("systemd-analyze");
    verify.args(["verify", "--man=no"]).arg(&path);
    is_content(verify);
}
