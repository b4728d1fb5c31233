//! Collects readings of devices, in binary frames.
//!
//! `cargo run --example telemetry`, and `cargo run --example telemetry-client -- 7 1.5 2.5`.

use std::{collections::HashMap, process::ExitCode};

use mux_runtime::{Cx, Framed, Prefix, mux_server};

mod messages;
use messages::{Downlink, Uplink};

/// What was measured by each device, by serial number.
#[derive(Default)]
pub struct Collector {
    devices: HashMap<u64, Sum>,
}

#[derive(Default, Clone, Copy)]
struct Sum {
    count: u64,
    total: f64,
}

/// One connection of a device.
#[derive(Default)]
pub struct Device {
    serial: Option<u64>,
    next: u32,
}

#[mux_server(shared = Collector, max_frame = 16_384)]
impl Device {
    /// A message of the device; all but the first are answered.
    #[frame(prefix = be_u16)]
    fn uplink(&mut self, cx: &mut Cx<'_, Self>, up: Uplink<'_>) -> Option<Framed<Downlink>> {
        let answer = match up {
            Uplink::Hello { device, .. } => {
                cx.shared.devices.entry(device).or_default();
                self.serial = Some(device);
                return None;
            }
            Uplink::Reading { seq, value } => self.add(cx.shared, seq, &[value]),
            Uplink::Batch { seq, values } => self.add(cx.shared, seq, &values),
            Uplink::Ask => match self.serial.and_then(|serial| cx.shared.devices.get(&serial)) {
                Some(&Sum { count, total }) => Downlink::Sum { count, total },
                None => Downlink::WhoAreYou,
            },
        };
        Some(Prefix::BeU16.frame(answer))
    }

    /// Adds the values, unless their number is not the next.
    fn add(&mut self, collector: &mut Collector, seq: u32, values: &[f64]) -> Downlink {
        let Some(sum) = self.serial.and_then(|serial| collector.devices.get_mut(&serial)) else {
            return Downlink::WhoAreYou;
        };
        if seq != self.next {
            return Downlink::Expected { seq: self.next };
        }
        self.next = seq.wrapping_add(1);
        sum.count += values.len() as u64;
        sum.total += values.iter().sum::<f64>();
        Downlink::Ack { seq }
    }
}

fn main() -> ExitCode {
    mux_runtime::run::<Device>(Collector::default())
}
