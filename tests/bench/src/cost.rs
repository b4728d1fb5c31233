//! What a first build costs, and what comes of it.

use std::{collections::BTreeSet, fs, io, process::Stdio, time::Instant};

use crate::builds::{Builds, cargo};

/// The cost of building with mux.
#[derive(Debug, Clone, Copy)]
pub struct BuildCost {
    /// Seconds of a first `cargo build --release --example chat` from nothing; the sources are
    /// there already.
    pub build_s: f64,
    /// Crates that it compiles.
    pub crates: usize,
    /// Bytes of the program, without symbols.
    pub program_bytes: u64,
}

/// Builds `examples/chat` from nothing.
///
/// # Errors
/// cargo fails.
pub fn first_build(builds: &Builds) -> io::Result<BuildCost> {
    let target = builds.results().join("cold");
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    cargo(builds.root(), &target).args(["fetch", "--locked"]).status()?;
    let start = Instant::now();
    let mut command = cargo(builds.root(), &target);
    command.args(["build", "--release", "-p", "mux-examples", "--example", "chat"]);
    command.args(["--message-format", "json"]).env("CARGO_PROFILE_RELEASE_STRIP", "symbols");
    let output = command.stderr(Stdio::inherit()).output()?;
    let build_s = start.elapsed().as_secs_f64();
    if !output.status.success() {
        return Err(io::Error::other("the first build failed"));
    }
    let program_bytes = fs::metadata(target.join("release/examples/chat"))?.len();
    fs::remove_dir_all(&target)?;
    let crates = crates(&String::from_utf8_lossy(&output.stdout));
    Ok(BuildCost { build_s, crates, program_bytes })
}

/// The packages of which cargo says that it has built something.
fn crates(messages: &str) -> usize {
    let built = messages.lines().filter(|line| line.contains(r#""reason":"compiler-artifact""#));
    let ids = built.filter_map(|line| {
        let (_, rest) = line.split_once(r#""package_id":""#)?;
        rest.split('"').next()
    });
    ids.collect::<BTreeSet<_>>().len()
}

/// Milliseconds that the compiler takes to expand all macros of an example: what
/// `-Ztime-passes` calls `macro_expand_crate`, names and `derive`s included.
///
/// # Errors
/// The compiler does not say.
pub fn expansion_ms(builds: &Builds, example: &str) -> io::Result<f64> {
    let target = builds.results().join("expansion");
    let mut command = cargo(builds.root(), &target);
    command.args(["rustc", "--release", "-p", "mux-examples", "--example", example]);
    // Asked for as nightly's compiler would allow; the compiler is the same.
    command.args(["--", "-Ztime-passes", "--emit=metadata"]).env("RUSTC_BOOTSTRAP", "1");
    // Another setting every time, so that the example is compiled again and its crates are not.
    let output = command.arg(format!("-Cmetadata=expansion{}", std::process::id())).output()?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let line = said.lines().find(|line| line.trim_end().ends_with("macro_expand_crate"));
    let seconds = line.and_then(|line| line.split_once("time:")?.1.split(';').next());
    let seconds = seconds.and_then(|seconds| seconds.trim().parse::<f64>().ok());
    let failed = || io::Error::other(format!("the compiler does not say: {said}"));
    seconds.map(|seconds| seconds * 1e3).ok_or_else(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_with_a_build_script_counts_once() {
        let messages = r#"{"reason":"compiler-artifact","package_id":"a 1","target":{}}
{"reason":"build-script-executed","package_id":"b 1"}
{"reason":"compiler-artifact","package_id":"b 1","target":{}}
{"reason":"compiler-artifact","package_id":"b 1","target":{}}"#;
        assert_eq!(crates(messages), 2);
    }
}
