//! A listening socket.

use std::{io, net::SocketAddr};

use mio::{Interest, Registry, Token, net::TcpListener};
use socket2::{Domain, Protocol, Socket, Type};

use super::{SocketOptions, Turn, host::Hosting};
use crate::session::{Address, Peer};

/// Connections that one listener accepts in one turn.
const ACCEPTS_MAX: usize = 64;

/// A listening socket and the protocol that it is for.
pub(super) struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    host: usize,
    options: SocketOptions,
    /// There may be connections to accept.
    ready: bool,
}

impl Listener {
    pub(super) fn bind(
        address: SocketAddr,
        host: usize,
        token: Token,
        options: SocketOptions,
        registry: &Registry,
    ) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        options.prepare(&socket)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        options.listen(&socket)?;
        let mut socket = TcpListener::from_std(socket.into());
        registry.register(&mut socket, token, Interest::READABLE)?;
        let address = socket.local_addr()?;
        Ok(Listener { socket, address, host, options, ready: false })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn host(&self) -> usize {
        self.host
    }

    pub(super) fn is_ready(&self) -> bool {
        self.ready
    }

    pub(super) fn set_ready(&mut self) {
        self.ready = true;
    }

    /// Accepts until nobody waits, the protocol is full, or it had its share of the turn.
    ///
    /// # Errors
    /// What will not pass by itself: there are no more descriptors, or no memory.
    pub(super) fn accept<S: 'static>(
        &mut self,
        host: &mut dyn Hosting<S>,
        turn: &mut Turn<'_, S>,
    ) -> io::Result<()> {
        for _ in 0..ACCEPTS_MAX {
            let waiting = turn.lookups.as_ref().map_or(0, |lookups| lookups.len());
            let is_full = turn.lookups.as_ref().is_some_and(|lookups| lookups.is_full());
            if !self.ready || is_full || host.is_full(waiting) {
                break;
            }
            match self.socket.accept() {
                Ok((stream, peer)) => {
                    if let Err(error) = self.options.apply(&stream) {
                        tracing::debug!(%peer, "cannot set the connection's options: {error}");
                    }
                    // The address that was bound may be a wildcard.
                    let local = stream.local_addr().unwrap_or(self.address);
                    let (peer, local) = (Peer::new(peer.into()), Address::from(local));
                    match (peer.ip(), &mut turn.lookups) {
                        (Some(ip), Some(lookups)) => {
                            lookups.add(ip, (stream, peer, local), self.host, turn.now);
                        }
                        _ => host.accept(turn, stream, peer, local),
                    }
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => self.ready = false,
                    // The peer is gone already; accept(2) says to treat these as «try again».
                    io::ErrorKind::Interrupted
                    | io::ErrorKind::ConnectionAborted
                    | io::ErrorKind::ConnectionReset
                    | io::ErrorKind::NetworkDown
                    | io::ErrorKind::NetworkUnreachable
                    | io::ErrorKind::HostUnreachable => {}
                    _ => return Err(error),
                },
            }
        }
        Ok(())
    }
}
