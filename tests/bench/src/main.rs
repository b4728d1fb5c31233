//! What mux costs beside servers written by hand: one command builds all, runs them in turn, and
//! prints the table. See README.md beside this package's manifest.

mod baseline;
mod builds;
mod contestant;
mod cost;
mod instructions;
mod load;
mod machine;
mod report;
mod rounds;
mod server;
mod syscalls;
mod workload;

use std::{fs, io, process::ExitCode};

use clap::Parser;

use self::{
    baseline::Baseline,
    builds::Builds,
    contestant::MUX,
    instructions::Counter,
    report::{Book, csv, goals, plot, table},
    rounds::{Plan, Rounds},
};

/// Measures mux beside servers written by hand.
#[derive(Debug, Parser)]
struct Arguments {
    /// How often everything is measured; tables show medians.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rounds: u32,
    /// Only what has this in its name; may be given several times.
    #[arg(long, value_name = "WORKLOAD")]
    only: Vec<String>,
    /// Little of everything, to see that it works: the figures mean nothing.
    #[arg(long)]
    quick: bool,
    /// Says what can be measured.
    #[arg(long)]
    list: bool,
    /// Counts the engine's instructions, and fails if one is more than 3 % above the baseline.
    #[arg(long)]
    check_baseline: bool,
    /// Counts the engine's instructions, and keeps them as the baseline.
    #[arg(long, conflicts_with = "check_baseline")]
    write_baseline: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("mux-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all is as it should be.
fn run(arguments: &Arguments) -> io::Result<bool> {
    let builds = Builds::find()?;
    let plan = Plan::new(&arguments.only);
    if arguments.list {
        plan.names().iter().for_each(|name| println!("{name}"));
        return Ok(true);
    }
    fs::create_dir_all(builds.results())?;
    if arguments.check_baseline || arguments.write_baseline {
        return baseline(&builds, arguments.write_baseline);
    }
    builds.make()?;
    println!("mux-bench: {}", machine::description());
    let mut book = Book::default();
    let rounds = Rounds::new(&builds, plan, arguments.rounds as usize, arguments.quick)?;
    let file = builds.results().join("results.csv");
    let failures = rounds.run(&mut book, |book| {
        if let Err(error) = fs::write(&file, csv(book)) {
            eprintln!("mux-bench: {}: {error}", file.display());
        }
    });
    let text = table(&book) + &goals(&book);
    println!("{text}");
    let results = builds.results();
    fs::write(results.join("results.txt"), &text)?;
    fs::write(results.join("results.csv"), csv(&book))?;
    fs::write(results.join("results.svg"), plot(&book))?;
    println!("written to {}: results.txt, results.csv, results.svg", results.display());
    for name in rounds.missing() {
        println!("LEFT OUT, since it is not installed: {name}");
    }
    if arguments.quick {
        println!("A quick run: these figures mean nothing.");
    }
    failures.iter().for_each(|failure| println!("FAILED: {failure}"));
    Ok(failures.is_empty())
}

fn baseline(builds: &Builds, write: bool) -> io::Result<bool> {
    let baseline = Baseline::read(builds)?;
    let counter = Counter::find(builds)
        .map_err(|error| io::Error::other(format!("no instructions are counted: {error}")))?;
    let mut counts = Vec::new();
    for (case, count) in counter.count()?.into_iter().filter(|(case, _)| case.contestant == MUX) {
        println!("{:<12} {count:>12.1} instructions", case.workload);
        counts.push((case.workload, count));
    }
    if write {
        baseline.write(&counts)?;
        return Ok(true);
    }
    let complaints = counts.iter().filter_map(|(case, count)| baseline.complaint(case, *count));
    let complaints = complaints.collect::<Vec<_>>();
    complaints.iter().for_each(|complaint| println!("MORE THAN THE BASELINE: {complaint}"));
    Ok(complaints.is_empty())
}
