//! All values, by workload, contestant and round.

/// The values of one contestant in one workload.
#[derive(Debug, Clone)]
pub struct Row {
    /// The workload.
    pub workload: String,
    /// Who.
    pub contestant: String,
    /// What the values are; a rate (`…/s`) is the better the higher, all else the lower.
    pub unit: String,
    /// By round; none where the measurement failed.
    pub values: Vec<Option<f64>>,
    /// The part of the time in which the server's core was busy, likewise.
    pub busy: Vec<Option<f64>>,
    /// Nanoseconds of the server's CPU time a message, likewise.
    pub cpu_ns: Vec<Option<f64>>,
}

/// What one measurement gave.
#[derive(Debug, Clone, Copy, Default)]
pub struct Values {
    /// The value; none if it failed.
    pub value: Option<f64>,
    /// The part of the time in which the server's core was busy.
    pub busy: Option<f64>,
    /// Nanoseconds of the server's CPU time a message.
    pub cpu_ns: Option<f64>,
}

impl From<Option<f64>> for Values {
    fn from(value: Option<f64>) -> Self {
        Values { value, ..Values::default() }
    }
}

/// A median with the least and the greatest value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The median; of an even number of values, the mean of the two in the middle.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
}

/// What was measured.
#[derive(Debug, Default)]
pub struct Book {
    rows: Vec<Row>,
}

impl Book {
    /// Notes a value, or that there is none.
    pub fn note(
        &mut self,
        workload: &str,
        contestant: &str,
        unit: &str,
        round: usize,
        values: impl Into<Values>,
    ) {
        let Values { value, busy, cpu_ns } = values.into();
        let known = self.rows.iter().position(|row| {
            row.workload == workload && row.contestant == contestant && row.unit == unit
        });
        let at = known.unwrap_or_else(|| {
            let (workload, contestant) = (workload.into(), contestant.into());
            let (values, busy, cpu_ns) = (Vec::new(), Vec::new(), Vec::new());
            let unit = unit.into();
            self.rows.push(Row { workload, contestant, unit, values, busy, cpu_ns });
            self.rows.len() - 1
        });
        let row = &mut self.rows[at];
        if row.values.len() <= round {
            row.values.resize(round + 1, None);
            row.busy.resize(round + 1, None);
            row.cpu_ns.resize(round + 1, None);
        }
        row.values[round] = value;
        row.busy[round] = busy;
        row.cpu_ns[round] = cpu_ns;
    }

    /// All rows, in the order in which they were first noted.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The workloads, each once.
    pub fn workloads(&self) -> Vec<&str> {
        let mut workloads = Vec::<&str>::new();
        for row in &self.rows {
            if !workloads.contains(&row.workload.as_str()) {
                workloads.push(&row.workload);
            }
        }
        workloads
    }

    /// A contestant's values in a workload.
    pub fn find(&self, workload: &str, contestant: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.workload == workload && row.contestant == contestant)
    }

    /// How good `one` is beside `other`, round by round: 2 is twice as good, be that a rate or a
    /// time.
    pub fn ratio(&self, workload: &str, one: &str, other: &str) -> Option<Spread> {
        let (one, other) = (self.find(workload, one)?, self.find(workload, other)?);
        let pairs = one.values.iter().zip(&other.values);
        let ratios = pairs.filter_map(|(one, other)| Some((*one)? / (*other)?));
        Spread::of(ratios.map(|ratio| if one_is_rate(&one.unit) { ratio } else { 1.0 / ratio }))
    }
}

fn one_is_rate(unit: &str) -> bool {
    unit.ends_with("/s")
}

impl Row {
    /// Its values' spread.
    pub fn spread(&self) -> Option<Spread> {
        Spread::of(self.values.iter().filter_map(|value| *value))
    }

    /// The median of the CPU times.
    pub fn cpu_ns(&self) -> Option<f64> {
        Some(Spread::of(self.cpu_ns.iter().filter_map(|time| *time))?.median)
    }

    /// The median of the busy parts.
    pub fn busy(&self) -> Option<f64> {
        Some(Spread::of(self.busy.iter().filter_map(|part| *part))?.median)
    }
}

impl Spread {
    /// `None` of no values.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Spread> {
        let mut values = values.into_iter().filter(|value| value.is_finite()).collect::<Vec<_>>();
        values.sort_by(f64::total_cmp);
        let (&min, &max) = (values.first()?, values.last()?);
        let middle = values.len() / 2;
        let median = if values.len() % 2 == 1 {
            values[middle]
        } else {
            f64::midpoint(values[middle - 1], values[middle])
        };
        Some(Spread { median, min, max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_taken_round_by_round_and_more_is_better() {
        let mut book = Book::default();
        for (round, (mux, mio)) in
            [(90.0, 100.0), (50.0, 50.0), (21.0, 20.0)].into_iter().enumerate()
        {
            for (workload, unit) in [("rate", "lines/s"), ("time", "ms")] {
                book.note(workload, "mux", unit, round, Some(mux));
                book.note(workload, "mio", unit, round, Some(mio));
            }
        }
        let expected = Spread { median: 1.0, min: 0.9, max: 1.05 };
        assert_eq!(book.ratio("rate", "mux", "mio"), Some(expected));
        let time = book.ratio("time", "mux", "mio").unwrap();
        assert!(time.max > 1.1 && time.min < 1.0, "{time:?}");
    }

    #[test]
    fn a_round_without_a_value_is_left_out() {
        let mut book = Book::default();
        book.note("w", "mux", "ms", 0, None);
        book.note("w", "mux", "ms", 1, Some(3.0));
        let spread = book.find("w", "mux").unwrap().spread().unwrap();
        assert_eq!((spread.median, spread.min), (3.0, 3.0));
    }

    #[test]
    fn the_median_of_an_even_number_is_between_the_middle_two() {
        assert_eq!(Spread::of([4.0, 1.0, 2.0, 9.0]).unwrap().median, 3.0);
        assert_eq!(Spread::of([]), None);
    }
}
