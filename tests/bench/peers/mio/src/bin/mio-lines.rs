//! Line echo by hand over mio.

use bench_mio::{Protocol, TooLong, serve};
use memchr::memchr;

const LINE_BYTES_MAX: usize = 8192;

/// How far the line at the front was looked at.
#[derive(Default)]
struct Lines {
    scanned: usize,
}

impl Protocol for Lines {
    fn input(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize, TooLong> {
        let mut start = 0;
        while let Some(found) = memchr(b'\n', &input[start + self.scanned..]) {
            let end = start + self.scanned + found;
            let line = &input[start..end];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.len() > LINE_BYTES_MAX {
                return Err(TooLong);
            }
            out.extend_from_slice(line);
            out.push(b'\n');
            start = end + 1;
            self.scanned = 0;
        }
        self.scanned = input.len() - start;
        if self.scanned > LINE_BYTES_MAX + 1 { Err(TooLong) } else { Ok(start) }
    }
}

fn main() -> std::io::Result<()> {
    serve::<Lines>()
}
