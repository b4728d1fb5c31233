//! Times the engine without sockets: `engine WORKLOAD CONTESTANT` handles the messages of a case and
//! prints how long one took, in nanoseconds.

use std::{env, process::ExitCode, time::Instant};

use mux_bench::engine::TIMED;

fn main() -> ExitCode {
    let words = env::args().skip(1).collect::<Vec<_>>();
    let case = TIMED.iter().find(|case| words == [case.workload, case.contestant]);
    let Some(case) = case else {
        eprintln!("engine: no case {words:?}: a workload and a contestant of the bench's table");
        return ExitCode::from(2);
    };
    let mut run = case.ready();
    let start = Instant::now();
    run();
    println!("{:.3}", start.elapsed().as_nanos() as f64 / f64::from(case.messages));
    ExitCode::SUCCESS
}
