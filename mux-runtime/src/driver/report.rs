//! What goes on, for the log: [`Handle::report`](super::Handle::report).

use std::time::Duration;

use crate::session::{Hub, ProtocolStats, Time, Times};

/// Logs what goes on: what was counted, and at the level of single connections each of those.
pub(super) fn report(hub: &Hub, now: Time, waiting_for_names: usize) {
    let uptime_s = now.since(Time::START).as_secs();
    tracing::info!(uptime_s, waiting_for_names, "state");
    if let Some(times) = hub.turns() {
        let (turns, mean_us, longest_us) = figures(&times);
        tracing::info!(turns, mean_us, longest_us, "state");
    }
    for stats in hub.protocols() {
        protocol(&stats);
    }
    if tracing::enabled!(tracing::Level::DEBUG) {
        for connection in hub.connections(now) {
            tracing::debug!(
                protocol = connection.protocol,
                id = %connection.id,
                peer = %connection.peer.address(),
                listener = %connection.local,
                bytes_in = connection.bytes_in,
                bytes_out = connection.bytes_out,
                messages = connection.messages,
                age_s = connection.age.as_secs(),
                "state"
            );
        }
    }
}

fn protocol(stats: &ProtocolStats) {
    let (protocol, counts) = (stats.protocol.name, &stats.counts);
    tracing::info!(
        protocol,
        connections = stats.connections,
        accepted = counts.accepted,
        closed = counts.closed,
        denied = counts.denied,
        turned_away = counts.turned_away,
        malformed = counts.malformed,
        slow_readers = counts.slow_readers,
        panicked = counts.panicked,
        messages = counts.messages,
        bytes_in = counts.bytes_in,
        bytes_out = counts.bytes_out,
        "state"
    );
    for (command, calls, times) in stats.calls().filter(|&(_, calls, _)| calls > 0) {
        let handler = command.name;
        match times.map(figures) {
            Some((_, mean_us, longest_us)) => {
                tracing::info!(protocol, handler, calls, mean_us, longest_us, "state");
            }
            None => tracing::info!(protocol, handler, calls, "state"),
        }
    }
}

/// How many, and how long they took: the mean, and the longest, in microseconds.
fn figures(times: &Times) -> (u64, u64, u64) {
    let count = times.classes.iter().sum::<u64>();
    let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    (count, micros(times.total).checked_div(count).unwrap_or(0), micros(times.longest))
}
