//! The table.

use std::fmt::Write;

use super::{Book, Spread, reference};

/// Each workload with its contestants: the median of the values with the least and the greatest,
/// and how good it is beside the reference, above 1 being better.
pub fn table(book: &Book) -> String {
    let mut table = String::new();
    for workload in book.workloads() {
        let reference = reference(book, workload);
        let heading = reference.map_or(String::new(), |reference| format!("times {reference}"));
        // Writing to a String cannot fail.
        let _ = writeln!(
            table,
            "\n{workload:<26} {:>11} {:>11} {:>11}  {:<17} {heading:>23}  busy  ns CPU",
            "median", "min", "max", "unit"
        );
        for row in book.rows().iter().filter(|row| row.workload == workload) {
            let Some(spread) = row.spread() else {
                let _ = writeln!(table, "  {:<24} failed", row.contestant);
                continue;
            };
            let ratio = reference.and_then(|other| book.ratio(workload, &row.contestant, other));
            let ratio = ratio.map_or(String::new(), |Spread { median, min, max }| {
                format!("{median:.2} ({min:.2} to {max:.2})")
            });
            let busy = row.busy().map_or(String::new(), |busy| format!("{:.0} %", busy * 100.0));
            let cpu_ns = row.cpu_ns().map_or(String::new(), number);
            let _ = writeln!(
                table,
                "  {:<24} {:>11} {:>11} {:>11}  {:<17} {ratio:>23} {busy:>5} {cpu_ns:>7}",
                row.contestant,
                number(spread.median),
                number(spread.min),
                number(spread.max),
                row.unit
            );
        }
    }
    table
}

/// Four digits, or all before the point.
pub(super) fn number(value: f64) -> String {
    match value.abs() {
        1000.0.. => format!("{value:.0}"),
        100.0.. => format!("{value:.1}"),
        10.0.. => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}
