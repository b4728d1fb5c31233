//! Mistakes and the messages they give, and programs that must compile and run.
//!
//! The expected messages stand beside the mistakes, in `.stderr` files. After a change that is
//! meant, `TRYBUILD=overwrite cargo test -p mux-ui-tests` writes them anew: read each as a user
//! would before it is committed. It must be one error, at the very token, and say what to write
//! instead.

use std::{io::Write as _, process::Command};

/// The compiler whose own words are in `rustc/*.stderr`, the one of `rust-toolchain.toml`.
const PINNED: &str = "1.95.0";

#[test]
fn mistakes_are_told_in_our_words() {
    trybuild::TestCases::new().compile_fail("tests/own/*.rs");
}

#[test]
fn mistakes_in_types_are_told_in_the_compilers_words() {
    let release = release();
    if release == PINNED {
        trybuild::TestCases::new().compile_fail("tests/rustc/*.rs");
    } else {
        // Not `eprintln!`, which is heard only of tests that fail.
        let _ = writeln!(
            std::io::stderr(),
            "tests/rustc is left out: its messages are those of rustc {PINNED}, and this is \
             {release:?}"
        );
    }
}

#[test]
fn programs_compile_and_run() {
    trybuild::TestCases::new().pass("tests/pass/*.rs");
}

/// The release of the compiler that builds the cases, `1.95.0` say; empty if it does not tell.
fn release() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let text = text.unwrap_or_default();
    text.lines().find_map(|line| line.strip_prefix("release: ")).unwrap_or_default().to_owned()
}
