//! What the project wants of these figures.

use std::fmt::Write;

use mux_bench::engine::{BY_HAND, UNTIMED};

use super::{Book, Spread};
use crate::contestant::{LINES_CODEC, MIO, MULTIPLEX, MUX, REDIS, SENDS};

/// A figure and its bound.
struct Goal {
    what: String,
    /// The figure, if it was measured.
    figure: Option<f64>,
    bound: Bound,
}

/// Inclusive.
enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

fn all(book: &Book) -> Vec<Goal> {
    let mut goals = Vec::new();
    let mut add = |what: String, figure, bound| goals.push(Goal { what, figure, bound });
    let ratio = |workload: &str, other| Some(book.ratio(workload, MUX, other)?.median);
    let value = |workload: &str, who| Some(book.find(workload, who)?.spread()?.median);
    for (depth, least) in [(1, 0.97), (16, 0.95), (128, 0.90)] {
        for connections in [1, 50, 1000] {
            let workload = format!("echo-{depth}x{connections}");
            let figure = ratio(&workload, MIO);
            add(format!("{workload} beside mio by hand"), figure, Bound::AtLeast(least));
        }
    }
    for (workload, other, least) in [
        ("echo-16x50", LINES_CODEC, 8.0),
        ("echo-128x50", LINES_CODEC, 30.0),
        ("echo-16x50", MULTIPLEX, 25.0),
    ] {
        let figure = ratio(workload, other);
        add(format!("{workload} beside {other}"), figure, Bound::AtLeast(least));
    }
    let calls = value("syscalls-echo-1x50", MUX);
    add("system calls a line, echo-1x50".into(), calls, Bound::AtMost(2.1));
    for command in ["kv-get", "kv-set"] {
        let figure = ratio(&format!("{command}-cpu"), REDIS).map(|ratio| 1.0 / ratio);
        add(format!("{command}: CPU time beside Redis's"), figure, Bound::AtMost(0.8));
    }
    add("bytes an idle connection".into(), value("idle", MUX), Bound::AtMost(256.0));
    for framing in ["prefix", "bulk"] {
        let small = format!("engine-{framing}-16MiB");
        let figure = ratio(&small, BY_HAND).map(|ratio| 1.0 / ratio);
        add(format!("{small}: time beside copying by hand"), figure, Bound::AtMost(2.5));
        // Both are nanoseconds a MiB.
        let large = value(&format!("engine-{framing}-32MiB"), MUX);
        let figure = large.and_then(|large| Some(2.0 * large / value(&small, MUX)?));
        add(format!("{framing}: time of 32 MiB beside 16 MiB"), figure, Bound::AtMost(2.5));
    }
    let writes = value("syscalls-chat-1000", MUX);
    add("writes a reader, 16 lines in one turn".into(), writes, Bound::AtMost(1.05));
    let figure = value("engine-timers", MUX)
        .and_then(|timed| Some((timed - value("engine-timers", UNTIMED)?).max(0.0)));
    add("ns to set a timer again".into(), figure, Bound::AtMost(100.0));
    goals
}

/// The goals, and whether each is reached.
pub fn goals(book: &Book) -> String {
    let mut text = format!("\n{:<46} {:>9} {:>9}\n", "goal", "wanted", "is");
    for Goal { what, figure, bound } in all(book) {
        let (sign, wanted) = match bound {
            Bound::AtLeast(least) => ('≥', least),
            Bound::AtMost(most) => ('≤', most),
        };
        let (is, verdict) = match (figure, &bound) {
            (None, _) => ("-".into(), "not measured"),
            (Some(is), Bound::AtLeast(least)) if is >= *least => (format!("{is:.2}"), "reached"),
            (Some(is), Bound::AtMost(most)) if is <= *most => (format!("{is:.2}"), "reached"),
            (Some(is), _) => (format!("{is:.2}"), "MISSED"),
        };
        let wanted = format!("{sign} {wanted}");
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{what:<46} {wanted:>9} {is:>9}  {verdict}");
    }
    if let Some(Spread { median, .. }) = book.ratio("echo-16x50", SENDS, MULTIPLEX) {
        let _ = writeln!(
            text,
            "\nA program that only sends 16 lines by one call, and does nothing else, has {median:.2} \
             times the rate of {MULTIPLEX} at echo-16x50: what the kernel's send leaves to any server."
        );
    }
    text
}
