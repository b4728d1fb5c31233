//! Who may come in: `allow`, `deny`, `cidr_allow`, `cidr_deny`, with the rules of Net::Server
//! (`allow_deny` in its `Server.pm`):
//!
//! 1. A peer on a unix socket may.
//! 2. With `double_reverse_lookups`, one without a name that leads back to its address may not.
//! 3. If none of the four lists has an entry, all may.
//! 4. One that `deny` or `cidr_deny` matches may not, whatever allows it.
//! 5. One that `allow` or `cidr_allow` matches may.
//! 6. All others may not. So lists that only deny let nobody in, which a warning says at the start.
//!
//! `allow` and `deny` must match the whole of the address, or, with `reverse_lookups`, the whole of
//! the name. In two things this is stricter than the seed: a pattern with `|` must match as a whole
//! in each of its branches, where Perl's `/^a|b$/` takes whatever begins with `a`; and a name
//! matches in any case, which its owner is free to choose (RFC 4343).

use std::{net::IpAddr, sync::Arc};

use ipnet::IpNet;
use regex::{Regex, RegexBuilder};

use super::{Settings, names::SystemNames};
use crate::{
    driver::{NameLookup, Server},
    session::Peer,
};

/// In front of an IPv4 address in IPv6 notation, `::ffff:192.0.2.1` (RFC 4291 section 2.5.5.2).
const MAPPED_BITS: u8 = 96;

/// An entry of a list that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} {value:?}: {what}")]
pub(super) struct AccessError {
    /// The list's key.
    pub(super) key: &'static str,
    /// The entry.
    pub(super) value: String,
    /// What is wrong with it.
    pub(super) what: String,
}

/// The lists, compiled.
#[derive(Debug, Default)]
pub(super) struct Access {
    deny: Vec<Regex>,
    cidr_deny: Vec<Network>,
    allow: Vec<Regex>,
    cidr_allow: Vec<Network>,
    must_have_name: bool,
}

/// Addresses that are next to each other.
#[derive(Debug, Clone, Copy)]
pub(super) enum Network {
    Cidr(IpNet),
    /// From the first to the last, inclusive.
    Range(IpAddr, IpAddr),
}

impl Access {
    pub(super) fn new(settings: &Settings) -> Result<Self, AccessError> {
        Ok(Access {
            deny: compile("deny", &settings.deny, pattern)?,
            cidr_deny: compile("cidr_deny", &settings.cidr_deny, Network::read)?,
            allow: compile("allow", &settings.allow, pattern)?,
            cidr_allow: compile("cidr_allow", &settings.cidr_allow, Network::read)?,
            must_have_name: settings.double_reverse_lookups,
        })
    }

    /// Whether `peer` may come in.
    pub(super) fn admits(&self, peer: &Peer) -> bool {
        let Some(ip) = peer.ip() else { return true };
        if self.must_have_name && peer.name().is_none() {
            return false;
        }
        if self.is_empty() {
            return true;
        }
        let address = ip.to_string();
        let matches = |pattern: &Regex| {
            pattern.is_match(&address) || peer.name().is_some_and(|name| pattern.is_match(name))
        };
        let is_in = |network: &Network| network.contains(ip);
        if self.deny.iter().any(matches) || self.cidr_deny.iter().any(is_in) {
            return false;
        }
        self.allow.iter().any(matches) || self.cidr_allow.iter().any(is_in)
    }

    fn is_empty(&self) -> bool {
        self.allows_nothing() && self.deny.is_empty() && self.cidr_deny.is_empty()
    }

    fn allows_nothing(&self) -> bool {
        self.allow.is_empty() && self.cidr_allow.is_empty()
    }

    /// Whether the lists keep everybody out, which is hardly what was meant.
    pub(super) fn admits_nobody(&self) -> bool {
        self.allows_nothing() && !self.is_empty()
    }
}

/// Has `server` ask the lists, and look names up, as `settings` say.
pub(super) fn apply<S: 'static>(
    settings: &Settings,
    server: &mut Server<S>,
) -> Result<(), AccessError> {
    let access = Access::new(settings)?;
    if access.admits_nobody() {
        tracing::warn!(
            "deny or cidr_deny is set, but neither allow nor cidr_allow: nobody may come in"
        );
    }
    if settings.reverse_lookups || settings.double_reverse_lookups {
        server.look_up_names(NameLookup {
            resolver: Arc::new(SystemNames),
            verify: settings.double_reverse_lookups,
            timeout: settings.lookup_timeout,
        });
    }
    if access.must_have_name || !access.is_empty() {
        server.set_access(move |peer| access.admits(peer));
    }
    Ok(())
}

fn compile<T>(
    key: &'static str,
    entries: &[String],
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, AccessError> {
    let read = |value: &String| {
        read(value).map_err(|what| AccessError { key, value: value.clone(), what })
    };
    entries.iter().map(read).collect()
}

fn pattern(text: &str) -> Result<Regex, String> {
    // First alone: `a)|(b` is an error, though it would pass between parentheses.
    Regex::new(text)
        .and_then(|_| RegexBuilder::new(&format!("^(?:{text})$")).case_insensitive(true).build())
        .map_err(|error| {
            // The paragraph's last line says what is wrong; the others show where.
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            last.strip_prefix("error: ").unwrap_or(last).to_owned()
        })
}

impl Network {
    /// Reads `192.0.2.0/24`, `192.0.2.1`, or, as in Net::Server, `192.0.2.1-192.0.2.9`. IPv4 in
    /// IPv6 notation is IPv4, as it is in a peer's address.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let wrong = || "not a network such as 192.0.2.0/24 or 2001:db8::/32".to_owned();
        let address = |text: &str| text.parse::<IpAddr>().map_err(|_| wrong());
        if let Some((first, last)) = text.split_once('-') {
            let (first, last) = (address(first)?.to_canonical(), address(last)?.to_canonical());
            if first.is_ipv4() != last.is_ipv4() || first > last {
                return Err("not a range: its first address must not be behind its last".into());
            }
            return Ok(Network::Range(first, last));
        }
        if !text.contains('/') {
            return Ok(Network::Cidr(address(text)?.to_canonical().into()));
        }
        let network = text.parse::<IpNet>().map_err(|_| wrong())?;
        let length = network.prefix_len();
        match (network.addr(), network.addr().to_canonical()) {
            (IpAddr::V6(_), ip @ IpAddr::V4(_)) => {
                let length = length.checked_sub(MAPPED_BITS).ok_or_else(wrong)?;
                IpNet::new(ip, length).map(Network::Cidr).map_err(|_| wrong())
            }
            _ => Ok(Network::Cidr(network)),
        }
    }

    fn contains(&self, ip: IpAddr) -> bool {
        match *self {
            Network::Cidr(network) => network.contains(&ip),
            Network::Range(first, last) => {
                first.is_ipv4() == ip.is_ipv4() && (first..=last).contains(&ip)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;
    use crate::session::Address;

    /// `deny=… allow=… cidr_deny=… cidr_allow=… double`, separated by blanks.
    fn access(lists: &str) -> Result<Access, AccessError> {
        let mut settings = Settings::default();
        for word in lists.split_whitespace() {
            let (key, value) = word.split_once('=').unwrap_or((word, ""));
            match key {
                "allow" => settings.allow.push(value.into()),
                "deny" => settings.deny.push(value.into()),
                "cidr_allow" => settings.cidr_allow.push(value.into()),
                "cidr_deny" => settings.cidr_deny.push(value.into()),
                "double" => settings.double_reverse_lookups = true,
                _ => panic!("no such list: {key}"),
            }
        }
        Access::new(&settings)
    }

    fn peer(text: &str) -> Peer {
        let (ip, name) = text.split_once(' ').unwrap_or((text, ""));
        let peer = Peer::new(Address::from(SocketAddr::new(ip.parse().unwrap(), 9)));
        if name.is_empty() { peer } else { peer.named(name) }
    }

    /// Each follows from `Server.pm`, `allow_deny`: deny first, then allow, then nobody.
    #[test]
    fn the_lists_decide_as_net_server_does() {
        let name = "192.0.2.1 mail.example.org";
        for (lists, from, admitted) in [
            // «if no allow or deny parameters are set, allow all»
            ("", "192.0.2.1", true),
            ("", "2001:db8::1", true),
            // allow alone: one of them must match
            (r"allow=127\.0\.0\.1", "127.0.0.1", true),
            (r"allow=127\.0\.0\.1", "127.0.0.2", false),
            (r"allow=127\..* allow=10\..*", "10.1.2.3", true),
            (r"allow=127\..* allow=10\..*", "11.1.2.3", false),
            // `/^$_$/`: the whole address, not a part of it
            (r"allow=127", "127.0.0.1", false),
            (r"allow=\.1", "127.0.0.1", false),
            (r"allow=.*", "2001:db8::1", true),
            (r"allow=127\.0\.0\.1|10\.0\.0\.1", "10.0.0.1", true),
            (r"allow=127\.0\.0\.1|10\.0\.0\.1", "110.0.0.1", false),
            (r"allow=127.0.0.1", "127.0.0.11", false),
            (r"allow=^127\.0\.0\.1$", "127.0.0.1", true),
            // deny alone: the one it matches is out, and so are all others, whom nothing allows
            (r"deny=10\..*", "10.0.0.1", false),
            (r"deny=10\..*", "127.0.0.1", false),
            (r"cidr_deny=10.0.0.0/8", "127.0.0.1", false),
            // both: deny goes first
            (r"allow=.* deny=10\..*", "10.0.0.1", false),
            (r"allow=.* deny=10\..*", "127.0.0.1", true),
            (r"allow=10\.0\.0\.1 deny=10\.0\.0\.1", "10.0.0.1", false),
            (r"allow=127\..* deny=10\..*", "192.0.2.1", false),
            // networks
            ("cidr_allow=10.0.0.0/8", "10.255.0.1", true),
            ("cidr_allow=10.0.0.0/8", "11.0.0.1", false),
            ("cidr_allow=0.0.0.0/0", "2001:db8::1", false),
            ("cidr_allow=2001:db8::/32", "2001:db8:1::1", true),
            ("cidr_allow=2001:db8::/32", "2001:db9::1", false),
            ("cidr_allow=192.0.2.1", "192.0.2.1", true),
            ("cidr_allow=192.0.2.1-192.0.2.9", "192.0.2.9", true),
            ("cidr_allow=192.0.2.1-192.0.2.9", "192.0.2.10", false),
            ("cidr_allow=10.0.0.0/8 cidr_deny=10.1.0.0/16", "10.1.0.1", false),
            ("cidr_allow=10.0.0.0/8 cidr_deny=10.1.0.0/16", "10.2.0.1", true),
            // either kind of list allows, either kind denies
            (r"allow=127\..* cidr_allow=10.0.0.0/8", "127.0.0.1", true),
            (r"allow=127\..* cidr_allow=10.0.0.0/8", "10.0.0.1", true),
            (r"allow=127\..* cidr_allow=10.0.0.0/8", "192.0.2.1", false),
            (r"cidr_allow=10.0.0.0/8 deny=10\.0\.0\.1", "10.0.0.1", false),
            (r"allow=10\..* cidr_deny=10.1.0.0/16", "10.1.0.1", false),
            // an IPv4 address in IPv6 notation is the IPv4 address
            (r"allow=127\.0\.0\.1", "::ffff:127.0.0.1", true),
            ("cidr_deny=10.0.0.0/8 cidr_allow=0.0.0.0/0", "::ffff:10.0.0.1", false),
            ("cidr_deny=::ffff:10.0.0.0/104 cidr_allow=0.0.0.0/0", "10.0.0.1", false),
            ("cidr_allow=::ffff:10.0.0.1", "10.0.0.1", true),
            ("cidr_allow=::ffff:10.0.0.1-::ffff:10.0.0.9", "10.0.0.2", true),
            // bits behind the length do not matter
            ("cidr_allow=10.1.2.3/8", "10.255.0.1", true),
            // names: the name or the address may match
            (r"allow=.*\.example\.org", name, true),
            (r"allow=.*\.example\.org", "192.0.2.1", false),
            (r"allow=192\.0\.2\.1", name, true),
            (r"allow=.* deny=mail\..*", name, false),
            (r"allow=.* deny=mail\..*", "192.0.2.1", true),
            (r"allow=example\.org", name, false),
            (r"allow=.*\.EXAMPLE\.org", name, true),
            // double_reverse_lookups: without a proven name nobody
            ("double", name, true),
            ("double", "192.0.2.1", false),
            (r"double allow=192\..*", "192.0.2.1", false),
            (r"double allow=.*\.net", name, false),
        ] {
            assert_eq!(access(lists).unwrap().admits(&peer(from)), admitted, "{lists} for {from}");
        }
    }

    #[test]
    fn lists_that_only_deny_are_noticed() {
        for (lists, nobody) in
            [("", false), ("deny=a", true), ("cidr_deny=::1", true), ("deny=a allow=b", false)]
        {
            assert_eq!(access(lists).unwrap().admits_nobody(), nobody, "{lists}");
        }
    }

    #[test]
    fn a_mistake_names_the_list_and_the_entry() {
        const WHAT: &str = "not a network such as 192.0.2.0/24 or 2001:db8::/32";
        for (lists, error) in [
            ("deny=(", r#"deny "(": unclosed group"#.to_owned()),
            ("allow=a)|(b", r#"allow "a)|(b": unopened group"#.to_owned()),
            ("allow=ok allow=*", r#"allow "*": repetition operator missing expression"#.to_owned()),
            (
                "deny=(?!a)",
                "deny \"(?!a)\": look-around, including look-ahead and look-behind, is not supported"
                    .to_owned(),
            ),
            ("cidr_allow=10.0.0", format!("cidr_allow \"10.0.0\": {WHAT}")),
            ("cidr_deny=10.0.0.0/x", format!("cidr_deny \"10.0.0.0/x\": {WHAT}")),
            ("cidr_deny=10.0.0.0/33", format!("cidr_deny \"10.0.0.0/33\": {WHAT}")),
            ("cidr_deny=::/129", format!("cidr_deny \"::/129\": {WHAT}")),
            ("cidr_deny=10/8", format!("cidr_deny \"10/8\": {WHAT}")),
            // Not all of it is IPv4.
            ("cidr_deny=::ffff:10.0.0.0/95", format!("cidr_deny \"::ffff:10.0.0.0/95\": {WHAT}")),
            (
                "cidr_deny=10.0.0.9-10.0.0.1",
                "cidr_deny \"10.0.0.9-10.0.0.1\": not a range: its first address must not be behind its last".to_owned(),
            ),
            ("cidr_allow=localhost", format!("cidr_allow \"localhost\": {WHAT}")),
        ] {
            assert_eq!(access(lists).unwrap_err().to_string(), error, "{lists}");
        }
    }
}
