//! What the server is set to: arguments, then what the program says (its `configure` hook, then
//! `Service::set`), then the configuration file, then defaults; the first that names a key sets it,
//! key by key.
//!
//! [`keys`] is the table of all keys. Wherever a value comes from it is read from text by the same
//! function ([`values`]), so it means the same everywhere, and a mistake is told in the same words.
//! The program's own options are clap's: what the file or the program says of them is handed to
//! clap as if it had been an argument, so that one declaration does for all.

mod arguments;
mod check;
mod file;
mod keys;
mod machine;
#[cfg(test)]
mod tests;
mod values;

use std::{
    collections::HashMap,
    ffi::OsString,
    path::{Path, PathBuf},
};

use clap::{ArgMatches, Args, Command, error::ErrorKind};

use self::{check::Origins, keys::Takes};
use super::{describe::Format, generate::generate, settings::Settings};
use crate::session::Protocol;

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Argument,
    /// The program's `configure` hook.
    Hook,
    /// [`Service::set`](super::Service::set) and its like.
    Program,
    File {
        line: usize,
    },
    Default,
}

impl Origin {
    /// What stands in parentheses behind a mistake.
    fn note(self, file: &str) -> String {
        match self {
            Origin::Argument => "see --help".into(),
            Origin::Hook => "set by the configure hook".into(),
            Origin::Program => "set by the program".into(),
            Origin::File { line } => format!("in {file}, line {line}"),
            Origin::Default => "the default".into(),
        }
    }

    /// What `--check-config` calls it.
    fn name(self, file: &str) -> String {
        match self {
            Origin::Argument => "argument".into(),
            Origin::Hook => "configure hook".into(),
            Origin::Program => "program".into(),
            Origin::File { line } => format!("{file}, line {line}"),
            Origin::Default => "default".into(),
        }
    }

    fn line(self) -> usize {
        match self {
            Origin::File { line } => line,
            _ => 0,
        }
    }
}

/// What one source says of one key.
#[derive(Debug)]
struct Entry {
    name: String,
    values: Vec<String>,
    /// Where each value stands in the file, if it is from there.
    origins: Vec<Origin>,
    /// It may have other than one value.
    is_list: bool,
    origin: Origin,
}

/// The settings, and the options of the program.
#[derive(Debug)]
pub(super) struct Configuration<O> {
    /// What the program is called, for its messages.
    pub(super) program: String,
    pub(super) settings: Settings,
    pub(super) options: O,
    pub(super) task: Task,
    origins: Origins,
}

/// What the program says of itself.
#[derive(Debug, Default)]
pub(super) struct Identity {
    pub(super) about: Option<String>,
    pub(super) version: Option<String>,
}

/// What the program is to do.
#[derive(Debug)]
pub(super) enum Task {
    Serve,
    /// Not to serve, but to tell what the protocol is.
    Describe(Format),
    /// Not to serve, but to check what is set, and to say it.
    Check(String),
}

/// Why there is nothing to run.
#[derive(Debug)]
pub(super) enum Told {
    /// The text that was asked for: help, the version, a file for a packager.
    Help(String),
    /// One line about what is wrong.
    Mistake(String),
}

/// What a program is called that was started with these words.
pub(super) fn program(words: &[OsString]) -> String {
    words
        .first()
        .and_then(|path| Path::new(path).file_name())
        .map_or_else(|| "server".into(), |name| name.to_string_lossy().into_owned())
}

/// Reads all sources: the words of the command line, the program's own name in front, and what the
/// program says, key by key in the order in which it says it. `base` holds where nothing else does;
/// what is not the default in it was set by the `configure` hook. `protocols` are those that will be
/// served.
///
/// # Errors
/// There is nothing to run: help was asked for, or something is wrong.
pub(super) fn read<O: Args>(
    words: &[OsString],
    identity: &Identity,
    said: &[(String, String)],
    base: &Settings,
    protocols: &[&Protocol],
) -> Result<Configuration<O>, Told> {
    let program = program(words);
    let about = identity.about.clone().or_else(|| protocols.first().map(|main| about(main)));
    let identity = Identity { about, version: identity.version.clone() };
    let command = |defaults: &Settings| arguments::command::<O>(&program, &identity, defaults);
    Reader::<O>::read(&program, command, words, said, base, protocols).map_err(|told| match told {
        Told::Mistake(line) => Told::Mistake(format!("{program}: {line}")),
        help => help,
    })
}

/// What a program is that does not say it: the first paragraph of its protocol's doc comment.
fn about(protocol: &Protocol) -> String {
    let lines = protocol.doc.lines().map(str::trim).take_while(|line| !line.is_empty());
    let text = lines.collect::<Vec<_>>().join(" ");
    match text.trim_end_matches('.') {
        "" => format!("server of the protocol {}", protocol.name),
        text => text.into(),
    }
}

/// The sources, as they are read one after the other.
struct Reader<O> {
    settings: Settings,
    origins: Origins,
    /// The program's options: id and name.
    names: Vec<(String, String)>,
    /// What the program and the file say of the program's options, by id.
    options: HashMap<String, Entry>,
    matches: ArgMatches,
    /// The command line, with nothing required.
    lenient: Command,
    of_options: std::marker::PhantomData<O>,
}

impl<O: Args> Reader<O> {
    fn read(
        program: &str,
        command: impl FnOnce(&Settings) -> Result<Command, String>,
        words: &[OsString],
        said: &[(String, String)],
        base: &Settings,
        protocols: &[&Protocol],
    ) -> Result<Configuration<O>, Told> {
        let said = said_entries(said);
        let conf_file = said.iter().find(|entry| entry.name == "conf_file");
        let command = command(&defaults(base, &said)).map_err(Told::Mistake)?;
        // What is required may yet come from the file.
        let lenient = arguments::lenient(&command);
        let matches = lenient.clone().try_get_matches_from(words).map_err(|error| told(&error))?;
        let conf_file = match (matches.get_one::<String>("conf_file"), conf_file) {
            (Some(path), _) => Some((PathBuf::from(path), Origin::Argument)),
            (None, Some(entry)) => {
                entry.values.last().map(|path| (PathBuf::from(path), entry.origin))
            }
            (None, None) => None,
        };
        let mut reader = Reader {
            settings: base.clone(),
            origins: Origins::default(),
            names: arguments::options::<O>(),
            options: HashMap::new(),
            matches,
            lenient,
            of_options: std::marker::PhantomData::<O>,
        };
        for entry in arguments::entries(&reader.matches) {
            reader.take(entry).map_err(Told::Mistake)?;
        }
        let default = Settings::default();
        for key in keys::all().filter(|key| (key.show)(base) != (key.show)(&default)) {
            for value in (key.show)(base) {
                (key.set)(&mut Settings::default(), &value).map_err(|what| {
                    let what = format!("{} {value:?}: {what}", key.name);
                    Told::Mistake(reader.noted(&what, Origin::Hook))
                })?;
            }
            reader.origins.by_key.entry(key.name).or_insert(Origin::Hook);
        }
        for entry in said.into_iter().filter(|entry| entry.name != "conf_file") {
            reader.take(entry).map_err(Told::Mistake)?;
        }
        if let Some((path, origin)) = conf_file {
            reader.origins.by_key.insert("conf_file", origin);
            reader.origins.file = path.display().to_string();
            let mut lines = HashMap::<String, usize>::new();
            for entry in file::read(&path, origin).map_err(Told::Mistake)? {
                let name = keys::canonical(&entry.name);
                if let Some(line) = lines.insert(name, entry.origin.line()) {
                    let what = format!("{}: set in line {line} already", harmless(&entry.name));
                    return Err(Told::Mistake(reader.noted(&what, entry.origin)));
                }
                reader.take(entry).map_err(Told::Mistake)?;
            }
        }
        let contradiction = check::contradiction(&reader.settings, &reader.origins, protocols);
        contradiction.map_or(Ok(()), |line| Err(Told::Mistake(line)))?;
        reader.finish(program, &command, words)
    }

    /// Takes what a source says of a key, unless a former source said something; what it says is
    /// checked in either case.
    fn take(&mut self, mut entry: Entry) -> Result<(), String> {
        // Net::Server's `reverse_lookups double`.
        if keys::canonical(&entry.name) == "reverse_lookups" && entry.values == ["double"] {
            entry.values = vec!["true".into()];
            // Whoever has said something of the one key has said it of what that sets, too.
            if !self.origins.by_key.contains_key("reverse_lookups") {
                let name = "double_reverse_lookups".into();
                let values = entry.values.clone();
                self.take(Entry { name, values, origins: Vec::new(), ..entry })?;
            }
        }
        let Some(key) = keys::named(&entry.name) else { return self.take_option(entry) };
        let origin = entry.origin;
        let one = |value: &str, what: &str| format!("{} {value:?}: {what}", key.name);
        if entry.is_list && !matches!(key.takes, Takes::Many(_)) {
            let what = format!("{} {:?}: takes one value", key.name, entry.values);
            return Err(self.noted(&what, origin));
        }
        let is_set = self.origins.by_key.contains_key(key.name);
        let mut aside = is_set.then(Settings::default);
        let settings = aside.as_mut().unwrap_or(&mut self.settings);
        if let Takes::Many(list) = key.takes {
            list(settings).clear();
        }
        for (at, value) in entry.values.iter().enumerate() {
            let origin = entry.origins.get(at).copied().unwrap_or(origin);
            if let Err(what) = (key.set)(settings, value) {
                return Err(self.noted(&one(value, &what), origin));
            }
            if !is_set && entry.is_list {
                self.origins.by_value.insert((key.name, value.clone()), origin);
            }
        }
        self.origins.by_key.entry(key.name).or_insert(origin);
        Ok(())
    }

    /// The same for an option of the program's own.
    fn take_option(&mut self, entry: Entry) -> Result<(), String> {
        let name = keys::canonical(&entry.name);
        let value = entry.values.join(" ");
        let origin = entry.origin;
        if matches!(name.as_str(), "conf_file" | "check_config" | "describe" | "generate") {
            let what = format!("{name} {value:?}: can be given on the command line alone");
            return Err(self.noted(&what, origin));
        }
        let Some((id, _)) = self.names.iter().find(|(_, known)| *known == name) else {
            let meant = nearest(&name, keys::all().map(|key| key.name), &self.names);
            let meant = meant.map_or_else(String::new, |name| format!(": did you mean {name}?"));
            let what = format!("{} {value:?}: no such key{meant}", harmless(&entry.name));
            return Err(self.noted(&what, origin));
        };
        let id = id.clone();
        if entry.values.len() > 1 && !arguments::takes_several(&self.lenient, &id) {
            let what = format!("{name} {:?}: takes one value", entry.values);
            return Err(self.noted(&what, origin));
        }
        let words = arguments::words(&self.lenient, &id, &entry.values);
        let words = std::iter::once(OsString::new()).chain(words);
        let read = self.lenient.clone().try_get_matches_from(words);
        // Whether all that is said goes together is seen once all of it is known.
        let wrong = read.err().filter(|error| {
            !matches!(
                error.kind(),
                ErrorKind::MissingRequiredArgument | ErrorKind::ArgumentConflict
            )
        });
        if let Some(error) = wrong {
            return Err(self.noted(&option_mistake(&name, &value, &error), origin));
        }
        if !arguments::is_given(&self.matches, &id) {
            self.options.entry(id).or_insert(entry);
        }
        Ok(())
    }

    fn finish(
        mut self,
        program: &str,
        command: &Command,
        words: &[OsString],
    ) -> Result<Configuration<O>, Told> {
        self.settings.limits.drain_timeout = self.settings.drain_timeout;
        // The name leads back only if there is one.
        self.settings.reverse_lookups |= self.settings.double_reverse_lookups;
        self.settings.measure |= self.settings.slow_handler.is_some();
        let mut all = words.iter().take(1).cloned().collect::<Vec<_>>();
        for (id, entry) in &self.options {
            all.extend(arguments::words(&self.lenient, id, &entry.values));
        }
        all.extend(words.iter().skip(1).cloned());
        let mut matches =
            command.clone().try_get_matches_from(all).map_err(|error| told(&error))?;
        let described = matches.get_one::<String>("describe").map(|name| {
            Format::named(name).ok_or_else(|| {
                let what = format!("describe {name:?}: not one of markdown, mermaid, json");
                Told::Mistake(self.noted(&what, Origin::Argument))
            })
        });
        if let Some(what) = matches.get_many::<String>("generate") {
            let what = what.map(String::as_str).collect::<Vec<_>>();
            let written = generate(command.clone(), &what);
            let written =
                written.map_err(|what| Told::Mistake(self.noted(&what, Origin::Argument)))?;
            return Err(Told::Help(written));
        }
        let task = match described.transpose()? {
            Some(format) => Task::Describe(format),
            None if matches.get_flag("check_config") => {
                let options = self.shown_options(&matches);
                Task::Check(check::report(&self.settings, &self.origins, &options))
            }
            None => Task::Serve,
        };
        let options = O::from_arg_matches_mut(&mut matches).map_err(|error| told(&error))?;
        let Reader { settings, origins, .. } = self;
        Ok(Configuration { program: program.into(), settings, options, task, origins })
    }

    /// The program's options, with where they come from.
    fn shown_options(&self, matches: &ArgMatches) -> Vec<(String, Vec<String>, Origin)> {
        let shown = self.names.iter().map(|(id, name)| {
            let values = matches.get_raw(id).into_iter().flatten();
            let values = values.map(|value| value.to_string_lossy().into_owned()).collect();
            let origin = match self.options.get(id) {
                Some(entry) => entry.origin,
                None if arguments::is_given(matches, id) => Origin::Argument,
                None => Origin::Default,
            };
            (name.clone(), values, origin)
        });
        shown.collect()
    }

    fn noted(&self, what: &str, origin: Origin) -> String {
        format!("{what} ({})", origin.note(&self.origins.file))
    }
}

/// What the program says: a list's values one by one, anything else the last time counts.
fn said_entries(said: &[(String, String)]) -> Vec<Entry> {
    let mut entries = Vec::<Entry>::new();
    for (name, value) in said {
        let name = keys::canonical(name);
        let is_list = keys::named(&name).is_some_and(|key| matches!(key.takes, Takes::Many(_)));
        match entries.iter_mut().find(|entry| entry.name == name) {
            Some(entry) if is_list => entry.values.push(value.clone()),
            Some(entry) => entry.values = vec![value.clone()],
            None => entries.push(Entry {
                name,
                values: vec![value.clone()],
                origins: Vec::new(),
                is_list,
                origin: Origin::Program,
            }),
        }
    }
    entries
}

/// What holds without any argument, for `--help`; what is wrong with it is told later.
fn defaults(base: &Settings, said: &[Entry]) -> Settings {
    let mut settings = base.clone();
    for entry in said {
        let Some(key) = keys::named(&entry.name) else { continue };
        if let Takes::Many(list) = key.takes {
            list(&mut settings).clear();
        }
        for value in &entry.values {
            let _ = (key.set)(&mut settings, value);
        }
    }
    settings
}

fn told(error: &clap::Error) -> Told {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            Told::Help(error.render().to_string())
        }
        _ => Told::Mistake(format!("{} (see --help)", arguments::in_one_line(error))),
    }
}

/// What clap finds wrong with an option's value, without what it says of arguments.
fn option_mistake(name: &str, value: &str, error: &clap::Error) -> String {
    let text = arguments::in_one_line(error);
    let what = match text.split_once(" for '") {
        Some((_, rest)) => rest.split_once("': ").map_or(text.as_str(), |(_, what)| what),
        None => text.as_str(),
    };
    format!("{name} {value:?}: {what}")
}

/// `text` without what would break the line, or what a terminal would obey.
fn harmless(text: &str) -> String {
    let escape = |character: char| match character.is_control() {
        true => character.escape_default().to_string(),
        false => character.into(),
    };
    text.chars().map(escape).collect()
}

/// The known name that is most like `name`, if one is like it at all.
fn nearest<'n>(
    name: &str,
    keys: impl Iterator<Item = &'n str>,
    options: &'n [(String, String)],
) -> Option<&'n str> {
    let all = keys.chain(options.iter().map(|(_, name)| name.as_str()));
    let scored = all.map(|known| (strsim::jaro_winkler(name, known), known));
    let best = scored.max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.filter(|(score, _)| *score > 0.8).map(|(_, known)| known)
}
