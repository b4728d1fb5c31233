//! The instruction counts that are kept in the repository.

use std::{collections::BTreeMap, fmt::Write, fs, io, path::PathBuf};

use crate::builds::Builds;

/// So many times the baseline is allowed.
const ALLOWED: f64 = 1.03;

/// Instructions a message of the engine, by case.
pub struct Baseline {
    path: PathBuf,
    counts: BTreeMap<String, f64>,
}

impl Baseline {
    /// Reads `tests/bench/baseline.toml`: `case = instructions`, one a line.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(builds: &Builds) -> io::Result<Self> {
        let path = builds.root().join("tests/bench/baseline.toml");
        let counts = parse(&fs::read_to_string(&path)?);
        Ok(Baseline { path, counts })
    }

    /// What is wrong with a count: it is more than 3 % above its baseline, or has none.
    pub fn complaint(&self, case: &str, count: f64) -> Option<String> {
        match self.counts.get(case) {
            None => Some(format!("{case}: {count:.1} instructions, and no baseline")),
            Some(&kept) if count > kept * ALLOWED => {
                let more = (count / kept - 1.0) * 100.0;
                Some(format!("{case}: {count:.1} instructions, {more:.1} % above {kept:.1}"))
            }
            Some(_) => None,
        }
    }

    /// Keeps new counts.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, counts: &[(&str, f64)]) -> io::Result<()> {
        let mut text = "\
# User instructions that the engine takes for one message (a MiB of a frame; a line for 1000 readers;
# a line of 8000 bytes byte by byte), counted by callgrind. A count more than 3 % above is a loss:
# `cargo run --release -p mux-bench -- --check-baseline`; `--write-baseline` keeps new ones.
"
        .to_owned();
        for (case, count) in counts {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{case} = {count:.1}");
        }
        fs::write(&self.path, text)
    }
}

fn parse(text: &str) -> BTreeMap<String, f64> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once('='));
    let pairs = pairs
        .filter_map(|(case, count)| Some((case.trim().to_owned(), count.trim().parse().ok()?)));
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_three_per_cent_above_is_a_complaint() {
        let counts = parse("# so\nlines-1 = 100.0\n");
        let baseline = Baseline { path: PathBuf::new(), counts };
        assert_eq!(baseline.complaint("lines-1", 103.0), None);
        assert_eq!(baseline.complaint("lines-1", 50.0), None);
        let complaint = baseline.complaint("lines-1", 104.0).unwrap();
        assert_eq!(complaint, "lines-1: 104.0 instructions, 4.0 % above 100.0");
        assert!(baseline.complaint("lines-2", 1.0).is_some());
    }
}
