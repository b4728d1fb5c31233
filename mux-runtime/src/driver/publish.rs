//! What was counted, for the recorder of the crate `metrics` that the program installed. The names
//! are those of the service's Prometheus page.

use std::{collections::HashMap, time::Duration};

use metrics::{counter, gauge, histogram};

use crate::session::{Hub, TIME_BOUNDS_US, Time, Times};

/// The time between two looks at the counters, while there is something to count.
const INTERVAL: Duration = Duration::from_secs(1);

/// Hands on, from time to time, what the engines count: a message costs nothing more.
#[derive(Default)]
pub(super) struct Publisher {
    /// It does not look again before.
    next: Time,
    /// Something may have changed since it looked last.
    pending: bool,
    /// What was handed on of each histogram, by its labels.
    told: HashMap<(&'static str, &'static str), Times>,
}

impl Publisher {
    /// When the next look is due, if something may have changed since the last.
    pub(super) fn next_timeout(&self) -> Option<Time> {
        self.pending.then_some(self.next)
    }

    /// Looks, if it is due. `is_idle` says that nothing happened in this turn.
    pub(super) fn turn(&mut self, hub: &Hub, now: Time, is_idle: bool) {
        if now < self.next {
            self.pending = true;
            return;
        }
        // An idle server sleeps, after one last look.
        self.pending = !is_idle;
        self.next = now + INTERVAL;
        self.publish(hub);
    }

    /// Hands on what there is.
    pub(super) fn publish(&mut self, hub: &Hub) {
        for stats in hub.protocols() {
            let name = stats.protocol.name;
            gauge!("mux_connections", "protocol" => name).set(stats.connections as f64);
            let counts = stats.counts;
            for (key, count) in [
                ("mux_accepted_total", counts.accepted),
                ("mux_closed_total", counts.closed),
                ("mux_denied_total", counts.denied),
                ("mux_turned_away_total", counts.turned_away),
                ("mux_malformed_total", counts.malformed),
                ("mux_slow_readers_total", counts.slow_readers),
                ("mux_panicked_total", counts.panicked),
                ("mux_messages_total", counts.messages),
                ("mux_bytes_in_total", counts.bytes_in),
                ("mux_bytes_out_total", counts.bytes_out),
            ] {
                counter!(key, "protocol" => name).absolute(count);
            }
            for (command, calls, times) in stats.calls() {
                let handler = command.name;
                counter!("mux_calls_total", "protocol" => name, "handler" => handler)
                    .absolute(calls);
                if let Some(times) = times {
                    let to =
                        histogram!("mux_handler_seconds", "protocol" => name, "handler" => handler);
                    self.tell((name, handler), times, &to);
                }
            }
        }
        if let Some(turns) = hub.turns() {
            self.tell(("", ""), &turns, &histogram!("mux_turn_seconds"));
        }
    }

    /// Hands on what a histogram has more than last time, each time as its class's upper bound.
    fn tell(
        &mut self,
        labels: (&'static str, &'static str),
        times: &Times,
        to: &metrics::Histogram,
    ) {
        let told = self.told.entry(labels).or_default();
        let longest = times.longest.as_secs_f64();
        for (class, (count, before)) in times.classes.iter().zip(told.classes).enumerate() {
            let bound = TIME_BOUNDS_US.get(class).map(|&bound| Duration::from_micros(bound));
            if *count > before {
                let value = bound.map_or(longest, |bound| bound.as_secs_f64());
                to.record_many(value, (count - before) as usize);
            }
        }
        *told = *times;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_once_a_second_whatever_wakes_the_loop() {
        let at = |milliseconds| Time::START + Duration::from_millis(milliseconds);
        let hub = Hub::default();
        let mut publisher = Publisher::default();
        publisher.turn(&hub, at(5), true);
        assert_eq!(publisher.next_timeout(), None, "an idle server sleeps");
        // Timers bring no events, and may have changed something.
        for now in [6, 7, 8, 1004] {
            publisher.turn(&hub, at(now), true);
            assert_eq!(publisher.next_timeout(), Some(at(1005)), "{now}");
        }
        publisher.turn(&hub, at(1005), true);
        assert_eq!(publisher.next_timeout(), None);
        publisher.turn(&hub, at(9000), false);
        assert_eq!(publisher.next_timeout(), Some(at(10_000)), "its turn was not idle");
    }
}
