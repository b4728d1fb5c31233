//! RESP commands `FRAME <bulk>`, by hand over mio; answered with the bulk's length and ends.

use bench_mio::{Protocol, TooLong, serve};
use memchr::memchr;

const FRAME_BYTES_MAX: usize = 64 << 20;
const FRONT: &[u8] = b"*2\r\n$5\r\nFRAME\r\n$";

#[derive(Default)]
struct Bulks;

/// The bulk's place, and the end of the command; `None` if it is not all there.
fn command(input: &[u8]) -> Result<Option<(&[u8], usize)>, TooLong> {
    let Some(rest) = input.get(FRONT.len()..) else { return Ok(None) };
    if !input.starts_with(FRONT) {
        return Err(TooLong);
    }
    let window = &rest[..rest.len().min(16)];
    let Some(digits) = memchr(b'\r', window) else { return Ok(None) };
    let mut length = 0;
    for digit in &rest[..digits] {
        length = length * 10 + usize::from(digit - b'0');
    }
    if length > FRAME_BYTES_MAX {
        return Err(TooLong);
    }
    let start = FRONT.len() + digits + 2;
    if input.len() < start + length + 2 {
        return Ok(None);
    }
    Ok(Some((&input[start..start + length], start + length + 2)))
}

impl Protocol for Bulks {
    fn input(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize, TooLong> {
        let mut taken = 0;
        while let Some((bulk, used)) = command(&input[taken..])? {
            let ends = (bulk.first().unwrap_or(&0), bulk.last().unwrap_or(&0));
            out.extend_from_slice(format!("{} {} {}\n", bulk.len(), ends.0, ends.1).as_bytes());
            taken += used;
        }
        Ok(taken)
    }
}

fn main() -> std::io::Result<()> {
    serve::<Bulks>()
}
