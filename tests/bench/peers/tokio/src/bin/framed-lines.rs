//! Line echo as the documentation of tokio-util writes it: `Framed` with `LinesCodec`.

use std::io;

use bench_tokio::serve;
use futures_util::SinkExt;
use tokio::net::TcpStream;
use tokio_stream::StreamExt;
use tokio_util::codec::{Framed, LinesCodec};

const LINE_BYTES_MAX: usize = 8192;

async fn echo(stream: TcpStream) {
    let mut lines = Framed::new(stream, LinesCodec::new_with_max_length(LINE_BYTES_MAX));
    while let Some(Ok(line)) = lines.next().await {
        if lines.send(line).await.is_err() {
            return;
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    serve(echo).await
}
