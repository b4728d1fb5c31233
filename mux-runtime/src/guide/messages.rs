//! Messages that are declared.
//!
//! `#[derive(MuxMessage)]` on a struct or an enum gives it a parser, an encoder and a description.
//! A method of [whole frames](super::frames) takes such a message by its type; several methods
//! with several types are tried in source order. A message is a [`Reply`](crate::Reply), so it can
//! be returned, and a client can be written with the same declarations
//! ([`to_bytes`](crate::to_bytes), [`parse_message`](crate::parse_message)).
//!
//! ```
//! use mux_runtime::{MuxMessage, mux_server, parse_message, testing, to_bytes};
//!
//! #[derive(MuxMessage)]
//! #[message(big_endian)]
//! enum Uplink<'a> {
//!     #[tag(0x01)]
//!     Hello { device: u64, #[len(u8)] name: &'a str },
//!     #[tag(0x02)]
//!     Reading { seq: u32, #[count(u16)] values: Vec<f32> },
//! }
//!
//! #[derive(MuxMessage, Debug, PartialEq)]
//! #[message(big_endian)]
//! struct Ack {
//!     seq: u32,
//! }
//!
//! #[derive(Default)]
//! struct Device;
//!
//! #[mux_server]
//! impl Device {
//!     #[frame(prefix = be_u16)]
//!     fn uplink(&mut self, message: Uplink<'_>) -> Ack {
//!         match message {
//!             Uplink::Hello { .. } => Ack { seq: 0 },
//!             Uplink::Reading { seq, .. } => Ack { seq },
//!         }
//!     }
//! }
//!
//! let ann = testing::Server::<Device>::new(()).connect("127.0.0.1:9");
//! let reading = to_bytes(&Uplink::Reading { seq: 7, values: vec![1.5, 2.5] });
//! ann.sends((reading.len() as u16).to_be_bytes());
//! ann.sends(&reading);
//! assert_eq!(parse_message(&ann.hears_bytes()), Ok(Ack { seq: 7 }));
//!
//! // What is no such message closes the connection, unless `#[on(malformed)]` says otherwise.
//! ann.sends([0, 1, 0xff]);
//! assert!(ann.is_closed());
//! ```
//!
//! What fields may be, and how they are written, is told with the derive:
//! [`MuxMessage`](derive@crate::MuxMessage).
