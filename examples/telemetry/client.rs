//! Sends readings to the collector: `telemetry-client DEVICE VALUE…`.

use std::{
    error::Error,
    io::{Read, Write},
    net::TcpStream,
};

use mux_runtime::{Prefix, parse_message, to_bytes};

mod messages;
use messages::{Downlink, Uplink};

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let device = words.next().ok_or("usage: telemetry-client DEVICE VALUE…")?.parse()?;
    let address = std::env::var("TELEMETRY").unwrap_or_else(|_| "127.0.0.1:2000".into());
    let mut collector = TcpStream::connect(address)?;
    let hello = Uplink::Hello { device, name: "telemetry-client" };
    collector.write_all(&to_bytes(&Prefix::BeU16.frame(hello)))?;
    let readings = words.zip(0..).map(|(value, seq)| {
        let value = value.parse()?;
        Ok::<_, Box<dyn Error>>(Uplink::Reading { seq, value })
    });
    for message in readings.chain([Ok(Uplink::Ask)]) {
        collector.write_all(&to_bytes(&Prefix::BeU16.frame(message?)))?;
        let mut length = [0; 2];
        collector.read_exact(&mut length)?;
        let mut frame = vec![0; u16::from_be_bytes(length).into()];
        collector.read_exact(&mut frame)?;
        let answer = parse_message::<Downlink>(&frame);
        println!("{:?}", answer.map_err(|(wrong, at)| format!("{wrong}, at byte {at}"))?);
    }
    Ok(())
}
