//! Instructions a message, counted by callgrind: gungraun runs `benches/instructions.rs`.

use std::{env, ffi::OsString, fs, io, path::PathBuf};

use mux_bench::engine::{COUNTED, Case};
use serde_json::Value;

use crate::{
    builds::{Builds, cargo},
    contestant::find_program,
};

/// The version of the crate in `Cargo.toml`; its runner must have the same.
const GUNGRAUN: &str = "0.20.0";

/// What counts.
#[derive(Debug)]
pub struct Counter<'a> {
    builds: &'a Builds,
    /// Where gungraun's runner stands.
    programs: PathBuf,
}

impl<'a> Counter<'a> {
    /// Finds valgrind, and has cargo install gungraun's runner into the target folder unless it is
    /// there.
    ///
    /// # Errors
    /// valgrind is not installed, or the runner cannot be.
    pub fn find(builds: &'a Builds) -> io::Result<Self> {
        if find_program("valgrind").is_none() {
            return Err(io::Error::other("install valgrind"));
        }
        let root = builds.results().join(format!("gungraun-{GUNGRAUN}"));
        let programs = root.join("bin");
        if !programs.join("gungraun-runner").is_file() {
            let mut install = cargo(builds.root(), &root.join("target"));
            install.args(["install", "gungraun-runner", "--locked", "--version", GUNGRAUN]);
            if !install.arg("--root").arg(&root).status()?.success() {
                let what = format!("cargo install gungraun-runner --version {GUNGRAUN} failed");
                return Err(io::Error::other(what));
            }
            fs::remove_dir_all(root.join("target"))?;
        }
        Ok(Counter { builds, programs })
    }

    /// All cases, each with its instructions a message.
    ///
    /// # Errors
    /// gungraun or callgrind failed.
    pub fn count(&self) -> io::Result<Vec<(&'static Case, f64)>> {
        // Earlier counts would be compared with these.
        let home = self.builds.results().join("gungraun");
        if home.exists() {
            fs::remove_dir_all(&home)?;
        }
        let mut bench = cargo(self.builds.root(), self.builds.target());
        bench.args(["bench", "-p", "mux-bench", "--bench", "instructions", "--"]);
        bench.arg("--output-format=json").arg("--home").arg(home).env("PATH", self.path()?);
        let output = bench.stderr(io::stderr()).output()?;
        if !output.status.success() {
            return Err(io::Error::other(format!("counting instructions: {}", output.status)));
        }
        let summaries = String::from_utf8_lossy(&output.stdout);
        let summaries =
            summaries.lines().map(serde_json::from_str).collect::<Result<Vec<_>, _>>()?;
        let counts = COUNTED.iter().enumerate().map(|(at, case)| {
            let missing = || format!("gungraun says nothing of {}", case.workload);
            let count = instructions(&summaries, at).ok_or_else(|| io::Error::other(missing()))?;
            Ok((case, count / f64::from(case.messages)))
        });
        counts.collect()
    }

    /// The search path, with the runner at its front.
    fn path(&self) -> io::Result<OsString> {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = [self.programs.clone()].into_iter().chain(env::split_paths(&path));
        env::join_paths(folders).map_err(io::Error::other)
    }
}

/// The instructions of the case at `at`.
fn instructions(summaries: &[Value], at: usize) -> Option<f64> {
    let id = format!("case_{at}");
    let summary = summaries.iter().find(|summary| summary["id"] == *id)?;
    summary.pointer("/profiles/0/data/total/metrics/Ir/values/new")?.as_f64()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_runner_has_the_version_of_the_crate() {
        let manifest = include_str!("../Cargo.toml");
        assert!(manifest.contains(&format!("gungraun = \"={GUNGRAUN}\"")));
    }

    #[test]
    fn a_count_is_found_by_its_case() {
        let summary = |id: &str, count: u64| {
            let metrics = json!({ "Ir": { "values": { "new": count } } });
            json!({ "id": id, "profiles": [{ "data": { "total": { "metrics": metrics } } }] })
        };
        let summaries = [summary("case_0", 7), summary("case_1", 9)];
        assert_eq!(instructions(&summaries, 1), Some(9.0));
        assert_eq!(instructions(&summaries, 2), None);
    }
}
