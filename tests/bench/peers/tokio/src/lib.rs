//! What the tokio servers of the bench share: they all run on one thread, since the bench gives
//! each server one core.

use std::{future::Future, io};

use tokio::net::{TcpListener, TcpStream};

/// Listens on a port of 127.0.0.1 that the system chooses, says which, and serves each connection
/// in a task of its own for ever.
///
/// # Errors
/// There is no port, or accepting failed.
pub async fn serve<F>(connection: impl Fn(TcpStream) -> F) -> io::Result<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    eprintln!("listening on {}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(connection(stream));
    }
}
