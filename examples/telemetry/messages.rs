//! What devices and the collector say to each other, in frames behind a length (`be_u16`).

use mux_runtime::MuxMessage;

/// What a device sends.
#[derive(MuxMessage)]
pub enum Uplink<'a> {
    /// Who it is: the first message of a connection.
    #[tag(0x01)]
    Hello {
        device: u64,
        #[len(u8)]
        name: &'a str,
    },
    /// One measured value. The number counts up by one with each message.
    #[tag(0x02)]
    Reading { seq: u32, value: f64 },
    /// Several values at once.
    #[tag(0x03)]
    Batch {
        seq: u32,
        #[count(u16)]
        values: Vec<f64>,
    },
    /// What was summed so far?
    #[tag(0x7f)]
    Ask,
}

/// What the collector answers.
#[derive(MuxMessage, Debug, PartialEq)]
pub enum Downlink {
    /// The message of this number has been added.
    #[tag(0x81)]
    Ack { seq: u32 },
    /// The message of this number was expected.
    #[tag(0x82)]
    Expected { seq: u32 },
    /// The sum of the device, over all its connections.
    #[tag(0x83)]
    Sum { count: u64, total: f64 },
    /// A reading came before the device said who it is.
    #[tag(0x84)]
    WhoAreYou,
}
