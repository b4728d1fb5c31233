//! Where a connection comes from and where it arrived.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

/// One end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Address {
    /// An IP address and a port. An IPv4 address that came in on an IPv6 socket
    /// (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2) is kept as IPv4.
    Inet(SocketAddr),
    /// A unix socket of this machine. Clients' ends of them have no names, so none is kept.
    Unix,
}

impl Address {
    /// The IP address, if this end has one.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Address::Inet(addr) => Some(addr.ip()),
            Address::Unix => None,
        }
    }

    /// The port, if this end has one.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        match self {
            Address::Inet(addr) => Some(addr.port()),
            Address::Unix => None,
        }
    }
}

impl From<SocketAddr> for Address {
    fn from(addr: SocketAddr) -> Self {
        Address::Inet(SocketAddr::new(addr.ip().to_canonical(), addr.port()))
    }
}

impl From<(Ipv4Addr, u16)> for Address {
    fn from(addr: (Ipv4Addr, u16)) -> Self {
        Address::from(SocketAddr::from(addr))
    }
}

impl From<(Ipv6Addr, u16)> for Address {
    fn from(addr: (Ipv6Addr, u16)) -> Self {
        Address::from(SocketAddr::from(addr))
    }
}

/// Writes `192.0.2.1:25`, `[2001:db8::1]:25` or `unix`.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Inet(addr) => addr.fmt(f),
            Address::Unix => f.write_str("unix"),
        }
    }
}

/// The other end of a connection.
///
/// `Display` writes the host alone, `192.0.2.1` (what Net::Server calls `peeraddr`), or `unix`;
/// [`Peer::address`] has the port too.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Peer {
    address: Address,
    /// One word wide, since most connections have none.
    name: Option<Arc<Box<str>>>,
}

impl Peer {
    /// The peer at `address`.
    #[must_use]
    pub fn new(address: Address) -> Self {
        Peer { address, name: None }
    }

    /// The same peer, under the name that its address has.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Peer { name: Some(Arc::new(name.into())), ..self }
    }

    /// The name of its address, if names are looked up and it has one. Whoever owns the address
    /// chooses it: it proves nothing unless `double_reverse_lookups` is set.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref().map(|name| &**name)
    }

    /// Its host and port.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Its IP address, if it has one.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        self.address.ip()
    }

    /// Whether it is a process of this machine: `127.0.0.0/8`, `::1` or a unix socket.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match self.address {
            Address::Inet(addr) => addr.ip().is_loopback(),
            Address::Unix => true,
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.address {
            Address::Inet(addr) => addr.ip().fmt(f),
            Address::Unix => f.write_str("unix"),
        }
    }
}
