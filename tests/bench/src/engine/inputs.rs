//! What comes in.

/// A line of 32 bytes.
pub(super) const LINE: &str = "line 000 of the quick brown fox\n";

/// Bytes of a value.
pub(super) const VALUE_BYTES: usize = 32;

/// Keys of the store.
const KEYS: usize = 256;

/// A line of so many bytes, and its end.
pub(super) fn line(bytes: usize) -> Vec<u8> {
    let mut line = vec![b'x'; bytes];
    line.push(b'\n');
    line
}

/// A frame behind its length.
pub(super) fn prefixed(bytes: usize) -> Vec<u8> {
    let mut message = (bytes as u32).to_be_bytes().to_vec();
    message.resize(4 + bytes, b'x');
    message
}

/// The RESP command `FRAME` with a bulk of so many bytes.
pub(super) fn bulk(bytes: usize) -> Vec<u8> {
    let mut message = format!("*2\r\n$5\r\nFRAME\r\n${bytes}\r\n").into_bytes();
    message.resize(message.len() + bytes, b'x');
    message.extend(b"\r\n");
    message
}

/// SET of every key.
pub(super) fn sets() -> Vec<Vec<u8>> {
    let set = |at| format!("*3\r\n$3\r\nSET\r\n$7\r\nkey:{at:03}\r\n$32\r\n{at:032}\r\n");
    (0..KEYS).map(|at| set(at).into_bytes()).collect()
}

/// GET of every key.
pub(super) fn gets() -> Vec<Vec<u8>> {
    (0..KEYS).map(|at| format!("*2\r\n$3\r\nGET\r\n$7\r\nkey:{at:03}\r\n").into_bytes()).collect()
}

/// The first message of a device: `examples/telemetry`'s `Hello`.
pub(super) fn hello() -> Vec<u8> {
    let name = b"boiler";
    let device = 7_u64.to_be_bytes();
    framed(&[&[0x01], &device[..], &[name.len() as u8], name].concat())
}

/// So many of the next ones, a `Reading` each.
pub(super) fn readings(count: u32) -> Vec<Vec<u8>> {
    let value = 21.5_f64.to_be_bytes();
    let reading = |seq: u32| framed(&[&[0x02], &seq.to_be_bytes()[..], &value].concat());
    (0..count).map(reading).collect()
}

/// Behind its length.
fn framed(message: &[u8]) -> Vec<u8> {
    [&(message.len() as u16).to_be_bytes(), message].concat()
}
