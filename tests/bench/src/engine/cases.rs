//! What is timed, and what is counted.

use super::Kind;

/// The engine.
pub const MUX: &str = "mux";
/// The same, without any server.
pub const BY_HAND: &str = "by hand";
/// The same messages, without their timers.
pub const UNTIMED: &str = "no timer set";

/// Messages of one kind, handled in the engine or by hand.
#[derive(Debug)]
pub struct Case {
    /// The table's line.
    pub workload: &'static str,
    /// Whose it is.
    pub contestant: &'static str,
    /// How many there are: lines, commands, frames, or MiB of the one frame.
    pub messages: u32,
    pub(super) kind: Kind,
}

const fn case(workload: &'static str, contestant: &'static str, kind: Kind, messages: u32) -> Case {
    Case { workload, contestant, messages, kind }
}

/// What is timed: nanoseconds a message, or a MiB of a frame.
pub const TIMED: &[Case] = &[
    case("engine-lines-1", MUX, Kind::Lines(1), 500_000),
    case("engine-lines-1", BY_HAND, Kind::LinesByHand(1), 500_000),
    case("engine-lines-16", MUX, Kind::Lines(16), 2_000_000),
    case("engine-lines-16", BY_HAND, Kind::LinesByHand(16), 2_000_000),
    case("engine-lines-128", MUX, Kind::Lines(128), 2_000_000),
    case("engine-lines-128", BY_HAND, Kind::LinesByHand(128), 2_000_000),
    case("engine-prefix-16MiB", MUX, Kind::Prefix, 16),
    case("engine-prefix-16MiB", BY_HAND, Kind::CopyByHand, 16),
    case("engine-prefix-32MiB", MUX, Kind::Prefix, 32),
    case("engine-prefix-32MiB", BY_HAND, Kind::CopyByHand, 32),
    case("engine-bulk-16MiB", MUX, Kind::Bulk, 16),
    case("engine-bulk-16MiB", BY_HAND, Kind::CopyByHand, 16),
    case("engine-bulk-32MiB", MUX, Kind::Bulk, 32),
    case("engine-bulk-32MiB", BY_HAND, Kind::CopyByHand, 32),
    case("engine-drops", MUX, Kind::Drops, 50),
    case("engine-drops", BY_HAND, Kind::DropsByHand, 50),
    case("engine-timers", MUX, Kind::Timers, 1_000_000),
    case("engine-timers", UNTIMED, Kind::Untimed, 1_000_000),
];

/// What is counted: instructions a message, or a MiB of a frame.
pub const COUNTED: &[Case] = &[
    case("lines-1", MUX, Kind::Lines(1), 2000),
    case("lines-1", BY_HAND, Kind::LinesByHand(1), 2000),
    case("lines-16", MUX, Kind::Lines(16), 8000),
    case("lines-16", BY_HAND, Kind::LinesByHand(16), 8000),
    case("lines-128", MUX, Kind::Lines(128), 12_800),
    case("lines-128", BY_HAND, Kind::LinesByHand(128), 12_800),
    case("kv-get-16", MUX, Kind::Get(16), 8192),
    case("kv-set-16", MUX, Kind::Set(16), 8192),
    case("telemetry-1", MUX, Kind::Readings(1), 2000),
    case("telemetry-16", MUX, Kind::Readings(16), 8000),
    case("chat-1000", MUX, Kind::Chat, 64),
    case("prefix", MUX, Kind::Prefix, 4),
    case("bulk", MUX, Kind::Bulk, 4),
    case("copy", BY_HAND, Kind::CopyByHand, 4),
    case("drops", MUX, Kind::Drops, 2),
    case("drops", BY_HAND, Kind::DropsByHand, 2),
    case("timers", MUX, Kind::Timers, 20_000),
    case("timers", UNTIMED, Kind::Untimed, 20_000),
];
