//! What is asked of the kernel for listeners and connections.

use std::{io, time::Duration};

use mio::net::TcpStream;
use socket2::{SockRef, Socket, TcpKeepalive};

/// Options of the sockets of a [`Server`](crate::Server).
///
/// What TCP calls urgent data (telnet's Synch, RFC 854) is, whatever is set here, part of a
/// connection's input like any other, at the place where it was sent (RFC 6093 section 6).
#[derive(Debug, Clone)]
pub struct SocketOptions {
    /// Connections that the kernel keeps waiting at each listener until they are accepted; Linux
    /// takes no more than `net.core.somaxconn`.
    pub backlog: u32,
    /// Small writes are sent at once (`TCP_NODELAY`, RFC 9293 section 3.7.4). What belongs together
    /// leaves in one write anyhow.
    pub nodelay: bool,
    /// A connection that is silent for so long is probed, and lost if nobody answers
    /// (`SO_KEEPALIVE`, RFC 9293 section 3.8.4); whole seconds.
    pub keepalive: Option<Duration>,
    /// Several processes of one user may listen on the same port, and the kernel spreads
    /// connections over them (`SO_REUSEPORT`).
    pub reuse_port: bool,
}

impl Default for SocketOptions {
    fn default() -> Self {
        SocketOptions { backlog: 1024, nodelay: true, keepalive: None, reuse_port: false }
    }
}

impl SocketOptions {
    /// Before a listener is bound.
    pub(super) fn prepare(&self, socket: &Socket) -> io::Result<()> {
        socket.set_reuse_address(true)?;
        if self.reuse_port {
            socket.set_reuse_port(true)?;
        }
        Ok(())
    }

    pub(super) fn listen(&self, socket: &Socket) -> io::Result<()> {
        socket.listen(i32::try_from(self.backlog).unwrap_or(i32::MAX))
    }

    /// On each connection that was accepted.
    pub(super) fn apply(&self, stream: &TcpStream) -> io::Result<()> {
        // What TCP calls urgent stands where it was sent (RFC 6093 section 6). From their listener
        // those would not have it that came in before it was this process's.
        SockRef::from(stream).set_out_of_band_inline(true)?;
        stream.set_nodelay(self.nodelay)?;
        if let Some(time) = self.keepalive {
            SockRef::from(stream).set_tcp_keepalive(&TcpKeepalive::new().with_time(time))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn each_connection_gets_its_options() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        for nodelay in [true, false] {
            for keepalive in [None, Some(Duration::from_secs(90))] {
                let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
                let options = SocketOptions { nodelay, keepalive, ..SocketOptions::default() };
                options.apply(&stream).unwrap();
                let socket = SockRef::from(&stream);
                assert_eq!(stream.nodelay().unwrap(), nodelay);
                assert_eq!(socket.keepalive().unwrap(), keepalive.is_some());
                if let Some(time) = keepalive {
                    assert_eq!(socket.tcp_keepalive_time().unwrap(), time);
                }
            }
        }
    }
}
