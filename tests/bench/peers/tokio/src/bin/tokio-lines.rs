//! Line echo by hand over tokio: one write per read.

use std::io;

use bench_tokio::serve;
use memchr::memchr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const LINE_BYTES_MAX: usize = 8192;
const READ_BYTES: usize = 16 * 1024;

async fn echo(mut stream: TcpStream) -> io::Result<()> {
    let mut input = vec![0; READ_BYTES];
    let mut filled = 0;
    let mut scanned = 0;
    let mut out = Vec::new();
    loop {
        let count = stream.read(&mut input[filled..]).await?;
        if count == 0 {
            return Ok(());
        }
        filled += count;
        let mut start = 0;
        while let Some(found) = memchr(b'\n', &input[start + scanned..filled]) {
            let end = start + scanned + found;
            let line = &input[start..end];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.len() > LINE_BYTES_MAX {
                return Ok(());
            }
            out.extend_from_slice(line);
            out.push(b'\n');
            start = end + 1;
            scanned = 0;
        }
        input.copy_within(start..filled, 0);
        filled -= start;
        scanned = filled;
        if filled > LINE_BYTES_MAX + 1 {
            return Ok(());
        }
        if !out.is_empty() {
            stream.write_all(&out).await?;
            out.clear();
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    serve(|stream| async { drop(echo(stream).await) }).await
}
