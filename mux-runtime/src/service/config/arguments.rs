//! The command line, as clap understands it.

use std::ffi::OsString;

use clap::{
    Arg, ArgAction, ArgMatches, Args, Command,
    builder::{Resettable, Str, StyledStr},
    error::{ContextKind, ContextValue},
    parser::ValueSource,
};

use super::{
    Entry, Identity, Origin,
    keys::{self, Takes},
    values,
};
use crate::service::{generate, settings::Settings};

/// The command line of a program: the server's own keys, and the program's options `O`.
///
/// `defaults` are what holds without any argument, as far as that is known.
pub(super) fn command<O: Args>(
    program: &str,
    identity: &Identity,
    defaults: &Settings,
) -> Result<Command, String> {
    let mut command = Command::new(program.to_owned())
        .arg(one("conf_file", "FILE", "File to read settings from, in TOML, by the same names"))
        .arg(
            Arg::new("check_config")
                .long("check-config")
                .alias("check_config")
                .action(ArgAction::SetTrue)
                .help("Print each setting, and where it comes from, and end"),
        )
        .arg(one(
            "describe",
            "FORMAT",
            "Write the protocol out, as markdown, mermaid or json, and end",
        ))
        .arg(
            Arg::new("generate")
                .long("generate")
                .value_name("WHAT")
                .num_args(1..=2)
                .help(format!("Write {}, and end", generate::WHAT)),
        );
    // A word behind a flag is its value, unless it may be one of the program's own.
    let theirs = O::augment_args(Command::new(""));
    let takes_words = theirs.has_subcommands() || theirs.get_positionals().next().is_some();
    for group in &keys::GROUPS {
        for key in group.keys {
            let shown = (key.show)(defaults).join(" ");
            let help = match shown.as_str() {
                "" | "none" | "false" => key.help.to_owned(),
                _ => format!("{} [default: {shown}]", key.help),
            };
            let arg = one(key.name, key.value, help).help_heading(group.heading);
            let aliases = keys::ALIASES.iter().filter(|(_, name)| *name == key.name);
            let arg = arg.aliases(aliases.map(|(alias, _)| *alias));
            command = command.arg(match key.takes {
                Takes::One => arg,
                Takes::Many(_) => arg.action(ArgAction::Append),
                Takes::Flag => maybe(arg, takes_words),
            });
        }
    }
    let own = command.get_arguments().map(|arg| arg.get_id().clone()).collect::<Vec<_>>();
    let taken = own.iter().map(clap::Id::as_str).chain(["help", "version"]).collect::<Vec<_>>();
    for arg in theirs.get_arguments() {
        let long = keys::canonical(arg.get_long().unwrap_or_default());
        if let Some(taken) = taken.iter().find(|id| *arg.get_id() == **id || **id == long) {
            return Err(format!(
                "{taken}: an option of the program has the name of a server's key"
            ));
        }
    }
    command = command.next_help_heading("Options of the program");
    command = O::augment_args(command);
    // What the options' struct is documented with is not what the program is.
    let about = identity.about.clone().map(StyledStr::from);
    let version = identity.version.clone().map(Str::from);
    command = command.about(Resettable::from(about)).long_about(Resettable::Reset);
    command = command.disable_version_flag(version.is_none()).version(Resettable::from(version));
    Ok(command.mut_args(|arg| {
        if own.contains(arg.get_id()) {
            return arg;
        }
        let arg = match arg.get_long() {
            Some(long) if long.contains('-') => {
                let alias = long.replace('-', "_");
                arg.alias(alias)
            }
            _ => arg,
        };
        // As with the server's own: `--verbose`, `--verbose=1`.
        if matches!(arg.get_action(), ArgAction::SetTrue) {
            maybe(arg, takes_words).value_parser(values::flag).default_value("false")
        } else {
            arg
        }
    }))
}

/// The same command line with nothing required.
pub(super) fn lenient(command: &Command) -> Command {
    let groups = command.get_groups().map(|group| group.get_id().clone()).collect::<Vec<_>>();
    let command = command.clone().mut_args(|arg| arg.required(false));
    groups
        .into_iter()
        .fold(command, |command, group| command.mut_group(group, |group| group.required(false)))
}

/// A key with one value.
fn one(name: &'static str, value: &'static str, help: impl Into<String>) -> Arg {
    let arg = Arg::new(name).value_name(value).help(help.into());
    let arg = arg.action(ArgAction::Set).allow_negative_numbers(true);
    if name.contains('_') { arg.long(name.replace('_', "-")).alias(name) } else { arg.long(name) }
}

/// A flag, which may be given with a value, too: `--setsid=1`, and `--setsid 1` unless words may
/// stand alone.
fn maybe(arg: Arg, takes_words: bool) -> Arg {
    let arg = arg.action(ArgAction::Set).num_args(0..=1).require_equals(takes_words);
    arg.default_missing_value("true").value_name("BOOL")
}

/// The keys that were given on the command line.
pub(super) fn entries(matches: &ArgMatches) -> Vec<Entry> {
    let given = keys::all().filter_map(|key| {
        let values = matches.get_many::<String>(key.name)?.cloned().collect();
        let is_list = matches!(key.takes, Takes::Many(_));
        let origins = Vec::new();
        Some(Entry { name: key.name.into(), values, origins, is_list, origin: Origin::Argument })
    });
    given.collect()
}

/// Whether the option was given on the command line.
pub(super) fn is_given(matches: &ArgMatches, id: &str) -> bool {
    matches.value_source(id) == Some(ValueSource::CommandLine)
}

/// The options of the program that may stand in its configuration file: id and name.
pub(super) fn options<O: Args>() -> Vec<(String, String)> {
    let command = O::augment_args(Command::new(""));
    let named = command
        .get_arguments()
        .filter_map(|arg| Some((arg.get_id().to_string(), arg.get_long()?.replace('-', "_"))));
    named.collect()
}

/// Whether an option of the program may be given several times.
pub(super) fn takes_several(command: &Command, id: &str) -> bool {
    let arg = command.get_arguments().find(|arg| arg.get_id() == id);
    arg.is_some_and(|arg| matches!(arg.get_action(), ArgAction::Append | ArgAction::Count))
}

/// An option of the program as words of a command line.
pub(super) fn words(command: &Command, id: &str, values: &[String]) -> Vec<OsString> {
    let Some(arg) = command.get_arguments().find(|arg| arg.get_id() == id) else {
        return Vec::new();
    };
    let long = arg.get_long().unwrap_or_default();
    if matches!(arg.get_action(), ArgAction::Count)
        && let [value] = values
        && let Ok(count) = value.parse::<u8>()
    {
        return (0..count).map(|_| OsString::from(format!("--{long}"))).collect();
    }
    values.iter().map(|value| OsString::from(format!("--{long}={value}"))).collect()
}

/// What clap says in a paragraph, in one line: the thing, and what may have been meant.
pub(super) fn in_one_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let mut lines = text.lines().take_while(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let mut first = first.strip_prefix("error: ").unwrap_or(first).to_owned();
    for more in lines {
        first.push(' ');
        first.push_str(more.trim());
    }
    if let Some(ContextValue::String(meant)) = error.get(ContextKind::SuggestedArg) {
        first += &format!(": did you mean '{meant}'?");
    }
    first
}
