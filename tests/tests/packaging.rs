//! What a packager takes: the chat's unit, manual page and completions.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]

mod common;

use std::{
    fs,
    io::ErrorKind,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use common::{chat_program, wait_until};
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
    // What `whatis` and `apropos` find.
    let mut lexgrog = Command::new("lexgrog");
    lexgrog.arg(&path);
    is_content(lexgrog);

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

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

#[test]
fn the_script_installs_all_that_belongs_to_the_chat_and_keeps_its_settings() {
    let folder = TempDir::new().unwrap();
    let install = || {
        let mut script = Command::new("sh");
        script.arg(repository("examples/chat/packaging/install")).arg(chat_program());
        script.env("DESTDIR", folder.path());
        assert!(is_content(script));
    };
    install();
    let settings = folder.path().join("etc/chat/chat.toml");
    fs::write(&settings, "port = 0\n").unwrap();
    install();
    assert_eq!(fs::read_to_string(settings).unwrap(), "port = 0\n");
    for (path, part) in [
        (
            "lib/systemd/system/chat.service",
            "\nExecStart=/usr/local/bin/chat --conf-file=/etc/chat/",
        ),
        ("share/man/man8/chat.8", ".TH chat 8"),
        ("share/bash-completion/completions/chat", "_chat()"),
        ("share/zsh/site-functions/_chat", "#compdef chat"),
        ("share/fish/vendor_completions.d/chat.fish", "complete -c chat"),
    ] {
        let text = fs::read_to_string(folder.path().join("usr/local").join(path)).unwrap();
        assert!(text.contains(part), "{path}: {text}");
    }
    let mut version = Command::new(folder.path().join("usr/local/bin/chat"));
    let version = version.arg("--version").output().unwrap().stdout;
    assert_eq!(version, format!("chat {}\n", env!("CARGO_PKG_VERSION")).as_bytes());
}

#[test]
fn the_readme_s_daemon_starts_and_ends_in_an_empty_folder() {
    let readme = fs::read_to_string(repository("README.md")).unwrap();
    let (_, block) = readme.split_once("<!-- daemon -->\n```sh\n").unwrap();
    let commands = block.split_once("```").unwrap().0;
    // Another one may be listening there.
    let commands = commands.replace("--port=2000", "--port=0");
    let folder = TempDir::new().unwrap();
    symlink(chat_program(), folder.path().join("chat")).unwrap();
    let output = Command::new("sh").args(["-ec", &commands]).current_dir(folder.path()).output();
    let output = output.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(
        said.starts_with("chat: listening on 127.0.0.1:") && said.lines().count() == 1,
        "{said}"
    );
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("log_file = \"chat.log\""), "{shown}");
    wait_until("it ends", || !folder.path().join("chat.pid").exists());
}

#[test]
fn systemd_takes_the_units() {
    let unit = fs::read_to_string(repository("examples/chat/packaging/chat.service")).unwrap();
    // Neither program nor manual page is installed here.
    let here = unit
        .replace("/usr/bin/chat", chat_program().to_str().unwrap())
        .replace("Documentation=man:chat(8)\n", "");
    assert_ne!(here, unit);
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("chat.service");
    fs::write(&path, here).unwrap();
    let mut verify = Command::new("systemd-analyze");
    let socket = repository("examples/chat/packaging/chat.socket");
    fs::copy(socket, folder.path().join("chat.socket")).unwrap();
    verify.args(["verify", "--man=no"]).arg(&path).arg(folder.path().join("chat.socket"));
    is_content(verify);
}

#[test]
fn the_chat_takes_its_settings_as_they_are_shown_and_with_all_that_is_commented_out() {
    let text = fs::read_to_string(repository("examples/chat/chat.toml")).unwrap();
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
    // What they name is not on this machine.
    let here = format!("= \"{}/", folder.path().display());
    let all = all.replace("= \"/run/chat/", &here).replace("= \"/var/log/chat/", &here);
    let all = all.replace("= \"/var/lib/chat\"", &format!("{here}\""));
    let all = all.replace("user = \"chat\"", "user = 12345");
    let all = all.replace("group = \"chat\"", "group = 12345");
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
