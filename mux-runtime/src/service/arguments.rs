//! The command line.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{
    CommandFactory, FromArgMatches, Parser,
    error::{ContextKind, ContextValue, ErrorKind},
};
use tracing::level_filters::LevelFilter;

use super::{Settings, describe::Format, endpoint::Endpoint};

/// The arguments as they are written; each value is checked here, so that what is wrong with it is
/// told in the same words wherever it came from.
#[derive(Parser)]
#[command(about = None, long_about = None, disable_version_flag = true)]
struct Written {
    /// Where to listen: 2000, localhost:2000/tcp/IPv6, *:2000, /run/chat.sock|unix; port 0 has the
    /// system choose; may be given several times
    #[arg(long, value_name = "PORT", required = false)]
    port: Vec<String>,
    /// Address or name of this machine to listen on; * is all of them
    #[arg(long, value_name = "HOST", default_value = "127.0.0.1")]
    host: String,
    /// What to log: 0 or error, 1 or warn, 2 or info, 3 or debug (each connection), 4 or trace
    /// (each input)
    #[arg(long, alias = "log_level", value_name = "LEVEL", default_value = "2")]
    log_level: String,
    /// Leave the terminal
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    background: Option<String>,
    /// Leave the terminal, for a session of its own
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    setsid: Option<String>,
    /// The file that names the process as long as it lives
    #[arg(long, alias = "pid_file", value_name = "PATH")]
    pid_file: Option<PathBuf>,
    /// The folder that becomes the root once the sockets are bound
    #[arg(long, value_name = "PATH")]
    chroot: Option<PathBuf>,
    /// Whom the process becomes once the sockets are bound
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// The same for its group; the user's own without it
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// Milliseconds between two calls of the hook `run_dequeue`
    #[arg(long, alias = "check_for_dequeue", value_name = "MS")]
    check_for_dequeue: Option<u64>,
    /// Milliseconds that connections may take to end
    #[arg(long, alias = "drain_timeout", value_name = "MS")]
    drain_timeout: Option<u64>,
    /// Permission bits of unix sockets, in octal
    #[arg(long, alias = "unix_mode", value_name = "MODE")]
    unix_mode: Option<String>,
    /// Who owns unix sockets, USER or USER:GROUP
    #[arg(long, alias = "unix_owner", value_name = "OWNER")]
    unix_owner: Option<String>,
    /// Write the protocol out, as markdown, mermaid or json, and end
    #[arg(long, value_name = "FORMAT")]
    describe: Option<String>,
}

/// The arguments, understood.
#[derive(Debug)]
pub(super) struct Arguments {
    /// What the program is called, for its messages.
    pub(super) program: String,
    pub(super) settings: Settings,
    pub(super) log_level: LevelFilter,
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
    /// Reads the command line; `settings` is what holds where it says nothing.
    pub(super) fn read(
        words: impl IntoIterator<Item = OsString>,
        mut settings: Settings,
    ) -> Result<Self, Told> {
        let words = words.into_iter().collect::<Vec<_>>();
        let program = words
            .first()
            .and_then(|path| Path::new(path).file_name())
            .map_or_else(|| "server".into(), |name| name.to_string_lossy().into_owned());
        let mistake = |what: String| Told::Mistake(format!("{program}: {what} (see --help)"));
        let ports = settings.port.clone();
        let command = Written::command().mut_arg("port", |arg| arg.default_values(ports));
        let written = command.try_get_matches_from(&words);
        let written = written.and_then(|matches| Written::from_arg_matches(&matches));
        let written = written.map_err(|error| match error.kind() {
            ErrorKind::DisplayHelp => Told::Help(error.render().to_string()),
            _ => mistake(in_one_line(&error)),
        })?;
        settings.port = written.port;
        settings.host = written.host;
        let is_set = |value: Option<String>| value.is_some_and(|value| value != "0");
        settings.background |= is_set(written.background);
        settings.setsid |= is_set(written.setsid);
        settings.pid_file = written.pid_file.or(settings.pid_file);
        settings.chroot = written.chroot.or(settings.chroot);
        settings.user = written.user.or(settings.user);
        settings.group = written.group.or(settings.group);
        settings.unix_owner = written.unix_owner.or(settings.unix_owner);
        if let Some(mode) = written.unix_mode {
            let mode = u32::from_str_radix(&mode, 8);
            settings.unix_mode = Some(mode.map_err(|error| mistake(error.to_string()))?);
        }
        if let Some(period) = written.check_for_dequeue {
            settings.check_for_dequeue = Some(Duration::from_millis(period));
        }
        if let Some(timeout) = written.drain_timeout {
            settings.drain_timeout = Duration::from_millis(timeout);
        }
        for port in &settings.port {
            Endpoint::parse(port, &settings).map_err(|error| mistake(error.to_string()))?;
        }
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
        Ok(Arguments { program, settings, log_level, describe: describe.transpose()? })
    }
}

/// The levels 0 to 4 are Net::Server's.
fn level(text: &str) -> Option<LevelFilter> {
    Some(match text {
        "0" | "error" => LevelFilter::ERROR,
        "1" | "warn" => LevelFilter::WARN,
        "2" | "info" => LevelFilter::INFO,
        "3" | "debug" => LevelFilter::DEBUG,
        "4" | "trace" => LevelFilter::TRACE,
        _ => return None,
    })
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
        read_with(words, Settings::default())
    }

    fn read_with(words: &str, settings: Settings) -> Result<Arguments, String> {
        let words = std::iter::once("/usr/bin/chat").chain(words.split_whitespace());
        Arguments::read(words.map(OsString::from), settings).map_err(|told| match told {
            Told::Help(text) | Told::Mistake(text) => text,
        })
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let arguments = read("").unwrap();
        assert_eq!(arguments.settings.port, ["2000"]);
        assert_eq!(arguments.settings.host, "127.0.0.1");
        assert_eq!(arguments.log_level, LevelFilter::INFO);
        assert_eq!(arguments.program, "chat");
    }

    #[test]
    fn a_default_of_the_program_s_own_stands_behind_the_arguments() {
        let settings = Settings { port: vec!["6379".into()], ..Settings::default() };
        for (words, port) in [("", "6379"), ("--port 1", "1")] {
            let arguments = read_with(words, settings.clone()).unwrap();
            assert_eq!(arguments.settings.port, [port]);
        }
        assert!(read_with("--help", settings).unwrap_err().contains("[default: 6379]"));
    }

    #[test]
    fn a_command_line_of_net_server_s_is_taken() {
        let arguments = read("--setsid=1 --pid_file=chat.pid --port=2000 --log_level=4").unwrap();
        assert!(arguments.settings.setsid && !arguments.settings.background);
        assert_eq!(arguments.settings.pid_file, Some("chat.pid".into()));
        assert_eq!(arguments.log_level, LevelFilter::TRACE);
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
        ] {
            assert_eq!(read(words).unwrap_err(), line, "{words}");
        }
    }
}
