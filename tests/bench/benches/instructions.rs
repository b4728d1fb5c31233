//! Counts the instructions of the engine's cases by callgrind; the bench runs this, and divides by
//! the number of messages. `case_N` is the one at N in `COUNTED`.

#![allow(missing_docs, reason = "gungraun's macros write items of their own")]

use gungraun::{
    Callgrind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main,
};
use mux_bench::engine::{COUNTED, Case, Run};

// What the messages needed is given back, so that putting it away is not counted.
#[library_benchmark]
#[benches::case(iter = COUNTED, setup = Case::ready)]
fn messages(mut run: Run) -> Run {
    run();
    run
}

library_benchmark_group!(name = engine, benchmarks = messages);

main!(
    config = LibraryBenchmarkConfig::default().tool(Callgrind::with_args(["--cache-sim=no"])),
    library_benchmark_groups = engine
);
