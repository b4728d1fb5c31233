//! The engine without sockets: what `src/bin/engine.rs` measures, and by what it is counted.

use std::{fs, io, path::Path, process::Command};

use crate::{builds::Builds, contestant::MUX, machine::pinned};

/// A way of handling messages in the engine, or by hand.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// The table's line.
    pub workload: &'static str,
    /// Whose it is.
    pub contestant: &'static str,
    /// What the program `engine` calls it.
    pub case: &'static str,
    /// How many messages.
    pub count: u32,
}

/// The same, without any server.
pub const BY_HAND: &str = "by hand";
/// The same messages, without their timers.
pub const UNTIMED: &str = "no timer set";

const fn case(
    workload: &'static str,
    contestant: &'static str,
    case: &'static str,
    count: u32,
) -> Case {
    Case { workload, contestant, case, count }
}

/// What is timed: nanoseconds a message, or a MiB of a frame.
pub const TIMED: &[Case] = &[
    case("engine-lines-1", MUX, "lines-1", 500_000),
    case("engine-lines-1", BY_HAND, "hand-lines-1", 500_000),
    case("engine-lines-16", MUX, "lines-16", 2_000_000),
    case("engine-lines-16", BY_HAND, "hand-lines-16", 2_000_000),
    case("engine-lines-128", MUX, "lines-128", 2_000_000),
    case("engine-lines-128", BY_HAND, "hand-lines-128", 2_000_000),
    case("engine-prefix-16MiB", MUX, "prefix", 16),
    case("engine-prefix-16MiB", BY_HAND, "hand-copy", 16),
    case("engine-prefix-32MiB", MUX, "prefix", 32),
    case("engine-prefix-32MiB", BY_HAND, "hand-copy", 32),
    case("engine-bulk-16MiB", MUX, "bulk", 16),
    case("engine-bulk-16MiB", BY_HAND, "hand-copy", 16),
    case("engine-bulk-32MiB", MUX, "bulk", 32),
    case("engine-bulk-32MiB", BY_HAND, "hand-copy", 32),
    case("engine-drops", MUX, "drops", 50),
    case("engine-drops", BY_HAND, "hand-drops", 50),
    case("engine-timers", MUX, "timers", 1_000_000),
    case("engine-timers", UNTIMED, "untimed", 1_000_000),
];

/// What is counted: instructions a message. Each is run with the count and twice the count.
pub const COUNTED: &[Case] = &[
    case("lines-1", MUX, "lines-1", 2000),
    case("lines-1", BY_HAND, "hand-lines-1", 2000),
    case("lines-16", MUX, "lines-16", 8000),
    case("lines-16", BY_HAND, "hand-lines-16", 8000),
    case("lines-128", MUX, "lines-128", 12_800),
    case("lines-128", BY_HAND, "hand-lines-128", 12_800),
    case("chat-1000", MUX, "chat", 64),
    case("prefix", MUX, "prefix", 1),
    case("bulk", MUX, "bulk", 1),
    case("copy", BY_HAND, "hand-copy", 1),
    case("drops", MUX, "drops", 2),
    case("drops", BY_HAND, "hand-drops", 2),
    case("timers", MUX, "timers", 20_000),
    case("timers", UNTIMED, "untimed", 20_000),
];

impl Case {
    /// Nanoseconds a message, on one core.
    ///
    /// # Errors
    /// The program failed.
    pub fn time_ns(&self, builds: &Builds, core: usize) -> io::Result<f64> {
        let mut command = Command::new(builds.own("engine"));
        command.args([self.case, &self.count.to_string()]);
        let output = pinned(core, || command.output())??;
        let said = String::from_utf8_lossy(&output.stdout);
        let failed = || io::Error::other(format!("engine {}: {}", self.case, output.status));
        said.trim().parse().map_err(|_| failed())
    }

    /// Instructions a message, by callgrind.
    ///
    /// # Errors
    /// valgrind failed.
    pub fn instructions(&self, builds: &Builds) -> io::Result<f64> {
        let file = builds.results().join("callgrind.out");
        let once = self.instructions_in_all(builds, &file, self.count)?;
        let twice = self.instructions_in_all(builds, &file, 2 * self.count)?;
        Ok((twice - once) / f64::from(self.count))
    }

    fn instructions_in_all(&self, builds: &Builds, file: &Path, count: u32) -> io::Result<f64> {
        let mut valgrind = Command::new("valgrind");
        valgrind.arg("--tool=callgrind").arg(format!("--callgrind-out-file={}", file.display()));
        valgrind.arg(builds.own("engine")).args([self.case, &count.to_string()]);
        let output = valgrind.output()?;
        let failed = || io::Error::other(format!("callgrind of {}: {}", self.case, output.status));
        if !output.status.success() {
            return Err(failed());
        }
        let counts = fs::read_to_string(file)?;
        let total = counts.lines().find_map(|line| line.strip_prefix("totals: "));
        total.and_then(|total| total.trim().parse().ok()).ok_or_else(failed)
    }
}
