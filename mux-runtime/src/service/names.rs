//! The names of addresses, as the system knows them: `/etc/hosts`, DNS, whatever nsswitch says.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};

use crate::driver::Resolver;

/// The system's resolver.
pub(super) struct SystemNames;

impl Resolver for SystemNames {
    fn name(&self, address: IpAddr) -> Option<String> {
        // It gives the address itself back if there is no name.
        let name = dns_lookup::lookup_addr(&address).ok()?;
        name.parse::<IpAddr>().is_err().then_some(name)
    }

    fn addresses(&self, name: &str) -> Vec<IpAddr> {
        let found = (name, 0).to_socket_addrs();
        found.map_or_else(
            |_| Vec::new(),
            |found| found.map(|found: SocketAddr| found.ip()).collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_not_its_own_name() {
        let name = SystemNames.name(IpAddr::from([127, 0, 0, 1]));
        assert_ne!(name.as_deref(), Some("127.0.0.1"));
        assert_eq!(SystemNames.addresses("127.0.0.1"), [IpAddr::from([127, 0, 0, 1])]);
    }
}
