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
fn systemd_takes_the_units() {
    let packaging = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/chat/packaging");
    let unit = fs::read_to_string(packaging.join("chat.service")).unwrap();
    // Neither program nor manual page is installed here.
    let here = unit
        .replace("/usr/bin/chat", chat_program().to_str().unwrap())
        .replace("Documentation=man:chat(8)\n", "");
    assert_ne!(here, unit);
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("chat.service");
    fs::write(&path, here).unwrap();
    let mut verify = Command::new("systemd-analyze");
    fs::copy(packaging.join("chat.socket"), folder.path().join("chat.socket")).unwrap();
    verify.args(["verify", "--man=no"]).arg(&path).arg(folder.path().join("chat.socket"));
    is_content(verify);
}

#[test]
fn the_chat_takes_its_settings_as_they_are_shown_and_with_all_that_is_commented_out() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/chat/chat.toml");
    let text = fs::read_to_string(path).unwrap();
    let is_key = |line: &&str| {
        let word = line.split(' ').next().unwrap_or_default();
        line.starts_with(char::is_lowercase)
            && line[word.len()..].starts_with(" = ")
            && !word.contains(char::is_uppercase)
    };
    let all = text.lines().map(|line| line.strip_prefix("# ").filter(is_key).unwrap_or(line));
    let all = all.collect::<Vec<_>>().join("\n");
    assert!(all.lines().filter(is_key).count() > 25, "{all}");
    let folder = TempDir::new().unwrap();
    for (name, text) in [("shown", &text), ("all", &all)] {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let mut check = Command::new(chat_program());
        check.arg("--check-config").arg("--conf-file").arg(&path);
        assert!(is_content(check));
    }
    let mut deny = Command::new(chat_program());
    let output = deny.args(["--port=0", "--deny", "("]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "chat: deny \"(\": unclosed group (see --help)\n"
    );
}
