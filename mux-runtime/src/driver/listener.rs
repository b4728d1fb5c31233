//! A listening socket.

use std::{
    fmt, io,
    net::SocketAddr,
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::net::UnixListener as StdUnixListener,
    },
    path::PathBuf,
};

use mio::{
    Interest, Registry, Token,
    net::{TcpListener, UnixListener},
};
use socket2::{Domain, Protocol, Socket, Type};

use super::{SocketOptions, Turn, host::Hosting, transport::Transport};
use crate::session::{Address, Peer};

/// Connections that one listener accepts in one turn.
const ACCEPTS_MAX: usize = 64;

/// A socket that listens and has no protocol yet: [`Server::listen_on`](super::Server::listen_on).
///
/// `Display` writes where it listens: `127.0.0.1:2000`, or `/run/chat.sock|unix`.
#[derive(Debug)]
pub struct Bound {
    socket: Socket,
    place: Place,
    options: SocketOptions,
}

/// Where a socket listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Inet(SocketAddr),
    /// Nameless if it has no path.
    Unix(Option<PathBuf>),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Inet(address) => address.fmt(f),
            Place::Unix(Some(path)) => write!(f, "{}|unix", path.display()),
            Place::Unix(None) => f.write_str("unix"),
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.place.fmt(f)
    }
}

impl AsFd for Bound {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl Bound {
    /// Listens on a TCP address; port 0 has the system choose. An IPv6 address takes IPv6 alone,
    /// so that `0.0.0.0` and `[::]` can be had together.
    ///
    /// # Errors
    /// The address is taken, not this machine's, or not allowed.
    pub fn tcp(address: SocketAddr, options: SocketOptions) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        options.prepare(&socket)?;
        socket.bind(&address.into())?;
        Bound::listen(socket, options)
    }

    /// Listens on a unix socket, which has its file already.
    ///
    /// # Errors
    /// The system refuses.
    pub fn unix(socket: StdUnixListener, options: SocketOptions) -> io::Result<Self> {
        Bound::listen(OwnedFd::from(socket).into(), options)
    }

    /// Goes on with a listening socket, TCP or unix, that another process opened.
    ///
    /// # Errors
    /// It is no such socket.
    pub fn inherited(socket: OwnedFd, options: SocketOptions) -> io::Result<Self> {
        let socket = Socket::from(socket);
        if socket.r#type()? != Type::STREAM || !socket.is_listener()? {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a listening socket"));
        }
        Bound::listen(socket, options)
    }

    fn listen(socket: Socket, options: SocketOptions) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        let place = match address.as_socket() {
            Some(address) => Place::Inet(address),
            None => Place::Unix(address.as_pathname().map(Into::into)),
        };
        // On a socket that listens already it sets the backlog alone.
        options.listen(&socket)?;
        Ok(Bound { socket, place, options })
    }

    /// The IP address and port, if it has one.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        match self.place {
            Place::Inet(address) => Some(address),
            Place::Unix(_) => None,
        }
    }

    #[cfg(feature = "service")]
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }
}

/// A listening socket and the protocol that it is for.
pub(super) struct Listener {
    socket: Listening,
    place: Place,
    options: SocketOptions,
    host: usize,
    /// There may be connections to accept.
    ready: bool,
}

enum Listening {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Listener {
    pub(super) fn new(
        bound: Bound,
        host: usize,
        token: Token,
        registry: &Registry,
    ) -> io::Result<Self> {
        let Bound { socket, place, options } = bound;
        let socket = match place {
            Place::Inet(_) => {
                let mut socket = TcpListener::from_std(socket.into());
                registry.register(&mut socket, token, Interest::READABLE)?;
                Listening::Tcp(socket)
            }
            Place::Unix(_) => {
                let mut socket = UnixListener::from_std(OwnedFd::from(socket).into());
                registry.register(&mut socket, token, Interest::READABLE)?;
                Listening::Unix(socket)
            }
        };
        Ok(Listener { socket, place, options, host, ready: false })
    }

    /// Stops listening. Another process may go on with the socket, so closing it alone would
    /// leave it registered here.
    pub(super) fn close(mut self, registry: &Registry) {
        let gone = match &mut self.socket {
            Listening::Tcp(socket) => registry.deregister(socket),
            Listening::Unix(socket) => registry.deregister(socket),
        };
        if let Err(error) = gone {
            tracing::debug!("cannot stop watching {}: {error}", self.place);
        }
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
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
            let waiting = turn.lookups.as_ref().map_or(0, |lookups| lookups.len_for(self.host));
            let is_full = turn.lookups.as_ref().is_some_and(|lookups| lookups.is_full());
            if !self.ready || is_full || host.is_full(waiting) {
                break;
            }
            match self.accept_one() {
                Ok((stream, peer, local)) => {
                    let peer = Peer::new(peer);
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

    /// The next connection, where it comes from and where it arrived.
    fn accept_one(&self) -> io::Result<(Transport, Address, Address)> {
        match &self.socket {
            Listening::Tcp(socket) => {
                let (stream, peer) = socket.accept()?;
                // The address that was bound may be a wildcard.
                let bound = || socket.local_addr();
                let local = stream.local_addr().or_else(|_| bound())?;
                if let Err(error) = self.options.apply(&stream) {
                    tracing::debug!(%peer, "cannot set the connection's options: {error}");
                }
                Ok((Transport::Tcp(stream), peer.into(), local.into()))
            }
            Listening::Unix(socket) => {
                let (stream, _) = socket.accept()?;
                Ok((Transport::Unix(stream), Address::Unix, Address::Unix))
            }
        }
    }
}
