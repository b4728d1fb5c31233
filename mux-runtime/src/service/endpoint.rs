//! Where to listen, as Net::Server writes it.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs},
    path::PathBuf,
};

use super::Settings;

/// What stands between the parts of a port string.
const SEPARATORS: [char; 4] = [',', '|', ':', '/'];

/// A place to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// A TCP port of a host (a name, an address, or `*`).
    Tcp { host: String, port: u16, ipv: Ipv },
    /// The path of a unix socket.
    Unix(PathBuf),
}

/// The versions of IP that are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ipv {
    four: bool,
    six: bool,
}

/// What is wrong with a port string or what stands beside it: its key, its value and why.
#[derive(Debug, thiserror::Error)]
#[error("{key} {value:?}: {why}")]
pub(super) struct EndpointError {
    pub(super) key: &'static str,
    pub(super) value: String,
    pub(super) why: String,
}

fn wrong(key: &'static str, value: &str, why: impl Into<String>) -> EndpointError {
    EndpointError { key, value: value.to_owned(), why: why.into() }
}

impl Endpoint {
    /// Reads `2000`, `host:2000`, `*:2000/tcp/IPv6`, `[::1]:2000`, `/run/chat.sock|unix` and the
    /// like; what `text` does not say is taken from `host`, `proto` and `ipv`
    /// (Net::Server::Proto's `parse_info`).
    pub(super) fn parse(text: &str, settings: &Settings) -> Result<Self, EndpointError> {
        let mut rest = text.trim();
        let mut ipv = None::<Ipv>;
        while let Some((before, word)) = last_word(rest)
            && (strip_ipv(word).is_some() || Ipv::parse(word).is_some() && ends_with_port(before))
        {
            let version = Ipv::read(word).ok_or_else(|| {
                wrong("port", text, format!("{word:?} is not IPv4, IPv6 or IPv*"))
            })?;
            ipv = Some(ipv.map_or(version, |ipv| ipv.and(version)));
            rest = before;
        }
        if let Some((before, word)) = last_word(rest)
            && word.eq_ignore_ascii_case("sock_stream")
        {
            rest = before;
        }
        let mut proto = ("proto", settings.proto.as_str());
        if let Some((before, word)) = last_word(rest)
            && word.chars().all(|letter| letter.is_ascii_alphabetic())
            && (is_proto(word)
                || rest[before.len()..].starts_with('|')
                || rest[before.len()..].starts_with('/') && !rest.starts_with('/'))
        {
            proto = ("port", word);
            rest = before;
        }
        if proto.1.eq_ignore_ascii_case("unix") {
            return if rest.is_empty() {
                Err(wrong("port", text, "the socket's path is missing"))
            } else {
                Ok(Endpoint::Unix(rest.into()))
            };
        }
        if !proto.1.eq_ignore_ascii_case("tcp") {
            let why = format!("{:?} is not one of tcp, unix", proto.1);
            return Err(match proto.0 {
                "proto" => wrong("proto", proto.1, "not one of tcp, unix"),
                _ => wrong("port", text, why),
            });
        }
        if rest.starts_with('/') {
            return Err(wrong("port", text, format!("a unix socket is written \"{rest}|unix\"")));
        }
        let (host, port) = match last_word(rest) {
            Some((host, port)) => (host, port),
            None => (settings.host.as_str(), rest.trim_start_matches(SEPARATORS)),
        };
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let host = if host.is_empty() { "*" } else { host };
        if is_number(host) {
            // A resolver would take it for an address: 2000 is 0.0.7.208.
            let why = format!("{host:?} is not a host; give each port by itself");
            return Err(wrong("port", text, why));
        }
        let port = port.parse::<u16>().map_err(|_| {
            let is_number = is_number(port.strip_prefix('-').unwrap_or(port));
            let why = if is_number { "not in 0..=65535" } else { "no port number" };
            wrong("port", if is_number { port } else { text }, why)
        })?;
        let ipv = match ipv {
            Some(ipv) => ipv,
            None => Ipv::read(&settings.ipv)
                .ok_or_else(|| wrong("ipv", &settings.ipv, "not one of 4, 6, *"))?,
        };
        Ok(Endpoint::Tcp { host: host.to_owned(), port, ipv })
    }
}

/// The part behind the last separators, and what stands before them.
fn last_word(text: &str) -> Option<(&str, &str)> {
    let separates = |letter: char| SEPARATORS.contains(&letter) || letter.is_whitespace();
    let (at, separator) = text.char_indices().rev().find(|&(_, letter)| separates(letter))?;
    let word = &text[at + separator.len_utf8()..];
    let before = text[..at].trim_end_matches(separates);
    let ends_a_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '*' | ']');
    before.ends_with(ends_a_part).then_some((before, word))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a port stands at the end, or a protocol behind it, so that a number that follows is no
/// port. In an IPv6 address without brackets nobody can tell.
fn ends_with_port(text: &str) -> bool {
    let word = last_word(text).map_or(text, |(_, word)| word).trim_start_matches(SEPARATORS);
    let behind_host = text.rsplit_once(']').map_or(text, |(_, rest)| rest);
    is_proto(word) || is_number(word) && !behind_host.contains("::")
}

fn is_proto(word: &str) -> bool {
    ["tcp", "udp", "ssl", "ssleay", "tls", "unix", "unixdgram"]
        .iter()
        .any(|proto| word.eq_ignore_ascii_case(proto))
}

/// `4` of `IPv4`.
pub(super) fn strip_ipv(word: &str) -> Option<&str> {
    let prefix = word.get(..3)?;
    prefix.eq_ignore_ascii_case("ipv").then(|| &word[3..])
}

impl Ipv {
    fn parse(text: &str) -> Option<Self> {
        let known = !text.is_empty() && text.chars().all(|letter| "46*".contains(letter));
        let has = |version| text.contains('*') || text.contains(version);
        known.then(|| Ipv { four: has('4'), six: has('6') })
    }

    /// `IPv4` or `4`, and the like.
    fn read(text: &str) -> Option<Self> {
        Ipv::parse(strip_ipv(text).unwrap_or(text))
    }

    fn and(self, other: Self) -> Self {
        Ipv { four: self.four || other.four, six: self.six || other.six }
    }

    fn takes(self, address: IpAddr) -> bool {
        if address.is_ipv4() { self.four } else { self.six }
    }
}

/// The addresses that a TCP endpoint stands for, IPv6 first; never empty.
pub(super) fn addresses(host: &str, port: u16, ipv: Ipv) -> Result<Vec<SocketAddr>, EndpointError> {
    let found = if host == "*" {
        let all = [Ipv6Addr::UNSPECIFIED.into(), Ipv4Addr::UNSPECIFIED.into()];
        all.map(|ip| SocketAddr::new(ip, port)).to_vec()
    } else if let Ok(ip) = host.parse::<IpAddr>() {
        vec![SocketAddr::new(ip, port)]
    } else {
        let found = (host, port).to_socket_addrs();
        let found = found.map_err(|error| wrong("host", host, error.to_string()))?;
        let mut found = found.collect::<Vec<_>>();
        found.sort_unstable_by_key(|address| (address.is_ipv4(), *address));
        found.dedup();
        found
    };
    let found = found.into_iter().filter(|address| ipv.takes(address.ip())).collect::<Vec<_>>();
    if found.is_empty() {
        let version = match ipv {
            Ipv { four: true, six: false } => "IPv4 ",
            Ipv { four: false, six: true } => "IPv6 ",
            _ => "",
        };
        return Err(wrong("host", host, format!("has no {version}address")));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Endpoint, String> {
        Endpoint::parse(text, &Settings::default()).map_err(|error| error.to_string())
    }

    fn tcp(host: &str, port: u16, ipv: &str) -> Endpoint {
        Endpoint::Tcp { host: host.into(), port, ipv: Ipv::parse(ipv).unwrap() }
    }

    #[test]
    fn port_strings_are_read_as_net_server_reads_them() {
        for (text, endpoint) in [
            ("2000", tcp("127.0.0.1", 2000, "*")),
            ("0", tcp("127.0.0.1", 0, "*")),
            (" 2000 ", tcp("127.0.0.1", 2000, "*")),
            ("2000/tcp", tcp("127.0.0.1", 2000, "*")),
            ("2000|tcp", tcp("127.0.0.1", 2000, "*")),
            ("2000/TCP", tcp("127.0.0.1", 2000, "*")),
            ("2000/tcp/IPv6", tcp("127.0.0.1", 2000, "6")),
            ("2000|IPv4", tcp("127.0.0.1", 2000, "4")),
            ("2000/tcp/4", tcp("127.0.0.1", 2000, "4")),
            ("2000|6", tcp("127.0.0.1", 2000, "6")),
            ("2000/*", tcp("127.0.0.1", 2000, "*")),
            ("localhost:2000/tcp/46", tcp("localhost", 2000, "46")),
            ("[::1]:2000/6", tcp("::1", 2000, "6")),
            ("192.0.2.1:4", tcp("192.0.2.1", 4, "*")),
            ("[::1]:6", tcp("::1", 6, "*")),
            ("fe80::1:6", tcp("fe80::1", 6, "*")),
            ("localhost|4", tcp("localhost", 4, "*")),
            ("2000|IPv4|IPv6", tcp("127.0.0.1", 2000, "46")),
            ("2000|ipv*", tcp("127.0.0.1", 2000, "*")),
            ("host:2000", tcp("host", 2000, "*")),
            ("host.example.com:2000/tcp", tcp("host.example.com", 2000, "*")),
            ("host|2000|tcp", tcp("host", 2000, "*")),
            ("host, 2000, tcp", tcp("host", 2000, "*")),
            ("localhost:2000/tcp/IPv6", tcp("localhost", 2000, "6")),
            ("*:2000", tcp("*", 2000, "*")),
            (":2000", tcp("127.0.0.1", 2000, "*")),
            ("192.0.2.1:2000", tcp("192.0.2.1", 2000, "*")),
            ("[::1]:2000", tcp("::1", 2000, "*")),
            ("[::1]:2000/tcp/IPv6", tcp("::1", 2000, "6")),
            ("[*]:2000", tcp("*", 2000, "*")),
            ("::1:2000", tcp("::1", 2000, "*")),
            ("/run/chat.sock|unix", Endpoint::Unix("/run/chat.sock".into())),
            ("/run/tcp|unix", Endpoint::Unix("/run/tcp".into())),
            ("/run/a-b/c d|UNIX", Endpoint::Unix("/run/a-b/c d".into())),
            ("chat.sock|unix", Endpoint::Unix("chat.sock".into())),
            ("/run/chat.sock|unix|sock_stream", Endpoint::Unix("/run/chat.sock".into())),
        ] {
            assert_eq!(read(text), Ok(endpoint), "{text:?}");
        }
    }

    #[test]
    fn what_a_port_string_does_not_say_is_taken_from_the_settings() {
        let settings = Settings {
            host: "[::1]".into(),
            proto: "unix".into(),
            ipv: "6".into(),
            ..Settings::default()
        };
        let read = |text| Endpoint::parse(text, &settings).unwrap();
        assert_eq!(read("2000/tcp"), tcp("::1", 2000, "6"));
        assert_eq!(read("/run/chat.sock"), Endpoint::Unix("/run/chat.sock".into()));
    }

    #[test]
    fn what_is_wrong_is_told_with_key_and_value() {
        for (text, line) in [
            ("", r#"port "": no port number"#),
            ("70000", r#"port "70000": not in 0..=65535"#),
            ("host:70000", r#"port "70000": not in 0..=65535"#),
            ("-1", r#"port "-1": not in 0..=65535"#),
            ("smtp", r#"port "smtp": no port number"#),
            ("localhost", r#"port "localhost": no port number"#),
            ("192.0.2.1", r#"port "192.0.2.1": no port number"#),
            ("[::1]", r#"port "[::1]": no port number"#),
            ("*", r#"port "*": no port number"#),
            ("host:", r#"port "host:": no port number"#),
            ("2000,2001", r#"port "2000,2001": "2000" is not a host; give each port by itself"#),
            ("2000|25", r#"port "2000|25": "2000" is not a host; give each port by itself"#),
            ("2000/udp", r#"port "2000/udp": "udp" is not one of tcp, unix"#),
            ("2000/MyTcp", r#"port "2000/MyTcp": "MyTcp" is not one of tcp, unix"#),
            ("2000/tcp/IPv5", r#"port "2000/tcp/IPv5": "IPv5" is not IPv4, IPv6 or IPv*"#),
            ("/run/chat", r#"port "/run/chat": a unix socket is written "/run/chat|unix""#),
            (
                "/run/chat.sock",
                r#"port "/run/chat.sock": a unix socket is written "/run/chat.sock|unix""#,
            ),
        ] {
            assert_eq!(read(text), Err(line.into()), "{text:?}");
        }
        for (settings, line) in [
            (Settings { ipv: "5".into(), ..Settings::default() }, r#"ipv "5": not one of 4, 6, *"#),
            (
                Settings { proto: "udp".into(), ..Settings::default() },
                r#"proto "udp": not one of tcp, unix"#,
            ),
        ] {
            assert_eq!(Endpoint::parse("2000", &settings).unwrap_err().to_string(), line);
        }
    }

    #[test]
    fn a_host_stands_for_the_addresses_of_the_versions_that_are_wanted() {
        let found = |host: &str, ipv: &str| {
            let found = addresses(host, 25, Ipv::parse(ipv).unwrap());
            found
                .map_err(|error| error.to_string())
                .map(|found| found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
        };
        for (host, ipv, expected) in [
            ("*", "*", Ok("[::]:25 0.0.0.0:25")),
            ("*", "4", Ok("0.0.0.0:25")),
            ("*", "6", Ok("[::]:25")),
            ("192.0.2.1", "*", Ok("192.0.2.1:25")),
            ("192.0.2.1", "6", Err(r#"host "192.0.2.1": has no IPv6 address"#)),
            ("::1", "4", Err(r#"host "::1": has no IPv4 address"#)),
            ("localhost", "4", Ok("127.0.0.1:25")),
        ] {
            let expected = expected.map(Into::into).map_err(Into::into);
            assert_eq!(found(host, ipv), expected, "{host} {ipv}");
        }
    }
}
