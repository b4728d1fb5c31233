//! The command line.

use std::{
    ffi::OsString,
    net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs},
    path::Path,
};

use super::{describe::Format, generate::generate};
use clap::{
    CommandFactory, FromArgMatches, Parser,
    error::{ContextKind, ContextValue, ErrorKind},
};

/// The arguments as they are written; each value is checked here, so that what is wrong with it is
/// told in the same words wherever it came from.
#[derive(Parser)]
#[command(about = None, long_about = None, disable_version_flag = true)]
struct Written {
    /// Port to listen on, 0 to 65535; 0 has the system choose
    #[arg(long, value_name = "PORT", required = false)]
    port: String,
    /// Address or name of this machine to listen on; * is all of IPv4, [::] all of IPv6
    #[arg(long, value_name = "HOST", default_value = "127.0.0.1")]
    host: String,
    /// What to log: 0 or error, 1 or warn, 2 or info, 3 or debug (each connection), 4 or trace
    /// (each input)
    #[arg(long, alias = "log_level", value_name = "LEVEL", default_value = "2")]
    log_level: String,
    /// Write the protocol out, as markdown, mermaid or json, and end
    #[arg(long, value_name = "FORMAT")]
    describe: Option<String>,
    /// Write a manual page (man), or completions for a shell (completions bash, zsh or fish), and
    /// end
    #[arg(long, value_name = "WHAT", num_args = 1..=2)]
    generate: Option<Vec<String>>,
}

/// What the program says where the arguments do not.
#[derive(Debug)]
pub(super) struct Defaults {
    pub(super) port: u16,
}

impl Default for Defaults {
    fn default() -> Self {
        Defaults { port: 2000 }
    }
}

/// The arguments, understood.
#[derive(Debug)]
pub(super) struct Arguments {
    /// What the program is called, for its messages.
    pub(super) program: String,
    /// Where to listen; never empty.
    pub(super) addresses: Vec<SocketAddr>,
    pub(super) log_level: u8,
    /// Not to serve, but to tell what the protocol is.
    pub(super) describe: Option<Format>,
}

/// Why there is nothing to run.
#[derive(Debug)]
pub(super) enum Told {
    /// The text that was asked for.
    Help(String),
    /// One line about what is wrong.
    Mistake(String),
}

impl Arguments {
    pub(super) fn read(
        words: impl IntoIterator<Item = OsString>,
        defaults: &Defaults,
    ) -> Result<Self, Told> {
        let words = words.into_iter().collect::<Vec<_>>();
        let program = words
            .first()
            .and_then(|path| Path::new(path).file_name())
            .map_or_else(|| "server".into(), |name| name.to_string_lossy().into_owned());
        let mistake = |what: String| Told::Mistake(format!("{program}: {what} (see --help)"));
        let port = defaults.port.to_string();
        let command = Written::command().mut_arg("port", |arg| arg.default_value(port));
        let named = command.clone().name(program.clone());
        let written = command.try_get_matches_from(&words);
        let written = written.and_then(|matches| Written::from_arg_matches(&matches));
        let written = written.map_err(|error| match error.kind() {
            ErrorKind::DisplayHelp => Told::Help(error.render().to_string()),
            _ => mistake(in_one_line(&error)),
        })?;
        if let Some(what) = written.generate {
            let what = what.iter().map(String::as_str).collect::<Vec<_>>();
            return Err(Told::Help(generate(named, &what).map_err(mistake)?));
        }
        let port = written
            .port
            .parse::<u16>()
            .map_err(|_| mistake(format!("port {:?}: not in 0..=65535", written.port)))?;
        let addresses = addresses(&written.host, port).map_err(mistake)?;
        let log_level = level(&written.log_level).ok_or_else(|| {
            mistake(format!(
                "log-level {:?}: not one of 0 to 4, error, warn, info, debug, trace",
                written.log_level
            ))
        })?;
        let describe = written.describe.map(|name| {
            Format::named(&name).ok_or_else(|| {
                mistake(format!("describe {name:?}: not one of markdown, mermaid, json"))
            })
        });
        Ok(Arguments { program, addresses, log_level, describe: describe.transpose()? })
    }
}

/// The levels 0 to 4 are Net::Server's.
fn level(text: &str) -> Option<u8> {
    Some(match text {
        "0" | "error" => 0,
        "1" | "warn" => 1,
        "2" | "info" => 2,
        "3" | "debug" => 3,
        "4" | "trace" => 4,
        _ => return None,
    })
}

fn addresses(host: &str, port: u16) -> Result<Vec<SocketAddr>, String> {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    if host == "*" {
        return Ok(vec![SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))]);
    }
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::from((ip, port))]);
    }
    let mut found = match (host, port).to_socket_addrs() {
        Ok(found) => found.collect::<Vec<_>>(),
        Err(error) => return Err(format!("host {host:?}: {error}")),
    };
    found.sort_unstable();
    found.dedup();
    if found.is_empty() { Err(format!("host {host:?}: has no address")) } else { Ok(found) }
}

/// What clap says in a paragraph, in one line: the thing, and what may have been meant.
fn in_one_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let first = text.lines().next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first).to_owned();
    match error.get(ContextKind::SuggestedArg) {
        Some(ContextValue::String(meant)) => format!("{first}: did you mean '{meant}'?"),
        _ => first,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Result<Arguments, String> {
        read_with(words, &Defaults::default())
    }

    fn read_with(words: &str, defaults: &Defaults) -> Result<Arguments, String> {
        let words = std::iter::once("/usr/bin/chat").chain(words.split_whitespace());
        Arguments::read(words.map(OsString::from), defaults).map_err(|told| match told {
            Told::Help(text) | Told::Mistake(text) => text,
        })
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let arguments = read("").unwrap();
        assert_eq!(arguments.addresses, [SocketAddr::from(([127, 0, 0, 1], 2000))]);
        assert_eq!(arguments.log_level, 2);
        assert_eq!(arguments.program, "chat");
    }

    #[test]
    fn a_default_of_the_program_s_own_stands_behind_the_arguments() {
        let defaults = Defaults { port: 6379 };
        for (words, port) in [("", 6379), ("--port 1", 1)] {
            let arguments = read_with(words, &defaults).unwrap();
            assert_eq!(arguments.addresses, [SocketAddr::from(([127, 0, 0, 1], port))]);
        }
        assert!(read_with("--help", &defaults).unwrap_err().contains("[default: 6379]"));
    }

    #[test]
    fn arguments_are_taken_as_they_are_written() {
        for (words, address) in [
            ("--port 0", "127.0.0.1:0"),
            ("--port=2001 --host=*", "0.0.0.0:2001"),
            ("--host ::1", "[::1]:2000"),
            ("--host [::]", "[::]:2000"),
        ] {
            assert_eq!(read(words).unwrap().addresses, [address.parse().unwrap()], "{words}");
        }
        assert_eq!(read("--log_level=4").unwrap().log_level, 4);
    }

    #[test]
    fn a_mistake_is_one_line_that_names_it() {
        for (words, line) in [
            ("--port 70000", "chat: port \"70000\": not in 0..=65535 (see --help)"),
            ("--port abc", "chat: port \"abc\": not in 0..=65535 (see --help)"),
            (
                "--port",
                "chat: a value is required for '--port <PORT>' but none was supplied (see --help)",
            ),
            (
                "--prot 1",
                "chat: unexpected argument '--prot' found: did you mean '--port'? (see --help)",
            ),
            ("stray", "chat: unexpected argument 'stray' found (see --help)"),
            (
                "--log-level 5",
                "chat: log-level \"5\": not one of 0 to 4, error, warn, info, debug, trace (see --help)",
            ),
            (
                "--describe xml",
                "chat: describe \"xml\": not one of markdown, mermaid, json (see --help)",
            ),
            (
                "--port 1 --port 2",
                "chat: the argument '--port <PORT>' cannot be used multiple times (see --help)",
            ),
        ] {
            assert_eq!(read(words).unwrap_err(), line, "{words}");
        }
    }
}
