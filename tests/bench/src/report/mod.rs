//! What is made of the values: a table, a CSV, a plot, and which goals are reached.

mod book;
mod goals;
mod plot;
mod table;

use std::fmt::Write;

pub use self::{
    book::{Book, Spread, Values},
    goals::goals,
    plot::plot,
    table::table,
};
use mux_bench::engine::{BY_HAND, UNTIMED};

use crate::contestant::{C, MIO, REDIS};

/// Whom a workload's contestants are compared with.
fn reference(book: &Book, workload: &str) -> Option<&'static str> {
    let mut known = [C, MIO, BY_HAND, UNTIMED, REDIS].into_iter();
    known.find(|reference| book.find(workload, reference).is_some())
}

/// All values, one a line.
pub fn csv(book: &Book) -> String {
    let mut csv = "workload,contestant,unit,round,value,server_busy,server_cpu_ns\n".to_owned();
    for row in book.rows() {
        let text = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.3}"));
        for round in 0..row.values.len() {
            let (value, busy) = (text(row.values[round]), text(row.busy[round]));
            let cpu_ns = text(row.cpu_ns[round]);
            let (workload, contestant, unit) = (&row.workload, &row.contestant, &row.unit);
            let number = round + 1;
            // Writing to a String cannot fail.
            let _ = writeln!(
                csv,
                "{workload},{contestant},\"{unit}\",{number},{value},{busy},{cpu_ns}"
            );
        }
    }
    csv
}
