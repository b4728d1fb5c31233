//! Frames behind a length of four bytes, by hand over mio; answered with their length and ends.

use bench_mio::{Protocol, TooLong, serve};

const FRAME_BYTES_MAX: usize = 64 << 20;

#[derive(Default)]
struct Frames;

impl Protocol for Frames {
    fn input(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize, TooLong> {
        let mut taken = 0;
        while let Some(prefix) = input[taken..].first_chunk::<4>() {
            let length = u32::from_be_bytes(*prefix) as usize;
            if length > FRAME_BYTES_MAX {
                return Err(TooLong);
            }
            let Some(frame) = input.get(taken + 4..taken + 4 + length) else { break };
            let ends = (frame.first().unwrap_or(&0), frame.last().unwrap_or(&0));
            out.extend_from_slice(format!("{length} {} {}\n", ends.0, ends.1).as_bytes());
            taken += 4 + length;
        }
        Ok(taken)
    }
}

fn main() -> std::io::Result<()> {
    serve::<Frames>()
}
