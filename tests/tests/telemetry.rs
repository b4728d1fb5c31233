//! The collector of readings: in memory, and with its own client.

#![allow(clippy::unwrap_used, reason = "a test fails loudly")]
#![allow(clippy::duplicate_mod, reason = "the messages are the client's here, as in the example")]

mod common;

#[allow(dead_code, reason = "only the protocol is needed, not the program")]
#[path = "../../examples/telemetry/main.rs"]
mod telemetry;

#[allow(missing_docs, reason = "they are the example's")]
#[path = "../../examples/telemetry/messages.rs"]
mod messages;

use std::process::Command;

use allocation_counter::measure;
use common::Program;
use messages::{Downlink, Uplink};
use mux_runtime::{
    CloseReason, Prefix, parse_message,
    testing::{self, Client, Server},
    to_bytes,
};
use telemetry::{Collector, Device};

fn frame(message: Uplink<'_>) -> Vec<u8> {
    to_bytes(&Prefix::BeU16.frame(message))
}

/// What the device is answered, message by message.
fn answers(device: &Client<Device>) -> Vec<Downlink> {
    let heard = device.hears_bytes();
    let mut rest = &heard[..];
    let mut answers = Vec::new();
    while let Some((length, behind)) = rest.split_first_chunk() {
        let (frame, behind) = behind.split_at(u16::from_be_bytes(*length).into());
        answers.push(parse_message(frame).unwrap());
        rest = behind;
    }
    answers
}

fn hello(device: u64) -> Vec<u8> {
    frame(Uplink::Hello { device, name: "boiler" })
}

#[test]
fn readings_are_acknowledged_by_number_and_summed_per_device() {
    let server = Server::<Device>::new(Collector::default());
    let boiler = server.connect("127.0.0.1:9");
    boiler.sends(hello(7));
    boiler.sends(frame(Uplink::Reading { seq: 0, value: 1.5 }));
    boiler.sends(frame(Uplink::Batch { seq: 1, values: vec![2.0, 3.0] }));
    let again = server.connect("127.0.0.1:9");
    again.sends([hello(7), frame(Uplink::Reading { seq: 0, value: 0.5 })].concat());
    boiler.sends(frame(Uplink::Ask));
    let sum = Downlink::Sum { count: 4, total: 7.0 };
    assert_eq!(answers(&boiler), [Downlink::Ack { seq: 0 }, Downlink::Ack { seq: 1 }, sum]);
    assert_eq!(answers(&again), [Downlink::Ack { seq: 0 }]);
}

#[test]
fn a_number_that_is_not_the_next_is_not_added() {
    let device = Server::<Device>::new(Collector::default()).connect("127.0.0.1:9");
    device.sends(frame(Uplink::Reading { seq: 0, value: 1.0 }));
    device.sends(hello(1));
    for seq in [1, 0, 0] {
        device.sends(frame(Uplink::Reading { seq, value: 1.0 }));
    }
    device.sends(frame(Uplink::Ask));
    assert_eq!(
        answers(&device),
        [
            Downlink::WhoAreYou,
            Downlink::Expected { seq: 0 },
            Downlink::Ack { seq: 0 },
            Downlink::Expected { seq: 1 },
            Downlink::Sum { count: 1, total: 1.0 },
        ]
    );
}

#[test]
fn what_is_no_message_closes_the_connection() {
    for wrong in [&b"\0\x01\xff"[..], b"\0\0", b"\0\x02\x7f\x7f", b"\x40\x01"] {
        let device = Server::<Device>::new(Collector::default()).connect("127.0.0.1:9");
        device.sends(wrong);
        assert_eq!(device.closed(), Some(CloseReason::Malformed), "{wrong:?}");
        assert_eq!(device.hears_bytes(), b"");
    }
}

#[test]
fn it_does_not_matter_how_the_network_cuts() {
    let values = vec![0.25; 40];
    let script = [
        hello(1),
        frame(Uplink::Reading { seq: 0, value: 1.0 }),
        frame(Uplink::Batch { seq: 1, values }),
        frame(Uplink::Ask),
        frame(Uplink::Reading { seq: 9, value: 1.0 }),
    ];
    testing::check_chunking::<Device>(script.concat());
}

#[test]
fn a_reading_asks_for_no_memory() {
    let device = Server::<Device>::new(Collector::default()).connect("127.0.0.1:9");
    device.sends(hello(1));
    let readings = (0..64).map(|seq| frame(Uplink::Reading { seq, value: 1.0 }));
    let readings = readings.collect::<Vec<_>>();
    let (warm, counted) = readings.split_at(32);
    warm.iter().for_each(|reading| device.sends(reading));
    device.ignores();
    let used = measure(|| counted.iter().for_each(|reading| device.sends(reading)));
    assert_eq!(used.count_total, 0);
    assert_eq!(answers(&device).len(), 32);
}

#[test]
fn its_own_client_is_answered() {
    let program = common::example_program("telemetry");
    let mut command = Command::new(program);
    command.args(["--port", "0"]);
    let collector = Program::from_command(command);
    let client = common::example_program("telemetry-client");
    let output = Command::new(client)
        .args(["7", "1.5", "2.5"])
        .env("TELEMETRY", collector.address().to_string())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "Ack { seq: 0 }\nAck { seq: 1 }\nSum { count: 2, total: 4.0 }\n"
    );
}
