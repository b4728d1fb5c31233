//! Settings that contradict each other, and what is in force.

use std::{
    collections::HashMap,
    fmt::Write as _,
    net::IpAddr,
    path::{self, Path},
};

use super::{Origin, keys, keys::Takes, values::show_size};
use crate::{
    service::{
        access::Access,
        endpoint::Endpoint,
        settings::{LogTarget, Settings},
    },
    session::Protocol,
};

/// Where each key's value comes from; a key that is not here has its default.
#[derive(Debug, Default)]
pub(super) struct Origins {
    pub(super) by_key: HashMap<&'static str, Origin>,
    /// Where each value of a list stands, if that is known better.
    pub(super) by_value: HashMap<(&'static str, String), Origin>,
    /// The configuration file, as it was named.
    pub(super) file: String,
}

impl Origins {
    pub(super) fn of(&self, key: &str) -> Origin {
        self.by_key.get(key).copied().unwrap_or(Origin::Default)
    }

    /// A mistake in `key`, which may have to do with `other`.
    pub(super) fn mistake(
        &self,
        key: &'static str,
        value: &str,
        what: &str,
        other: Option<&str>,
    ) -> String {
        let of_value = self.by_value.get(&(key, value.to_owned())).copied();
        let origin = of_value.unwrap_or_else(|| self.of(key));
        let origins = [Some(origin), other.map(|key| self.of(key))];
        let mut notes = origins
            .into_iter()
            .flatten()
            .filter(|origin| *origin != Origin::Default)
            .map(|origin| origin.note(&self.file))
            .collect::<Vec<_>>();
        notes.dedup();
        format!("{key} {value:?}: {what} ({})", notes.join("; "))
    }
}

/// What cannot hold, alone or at the same time, if anything.
pub(super) fn contradiction(
    settings: &Settings,
    origins: &Origins,
    protocols: &[&Protocol],
) -> Option<String> {
    let check = Check { settings, origins };
    let lists = Access::new(settings)
        .err()
        .map(|error| origins.mistake(error.key, &error.value, &error.what, None));
    lists
        .or_else(|| check.limits(protocols))
        .or_else(|| check.ports())
        .or_else(|| check.host())
        .or_else(|| check.implied())
        .or_else(|| check.files())
}

/// The settings, and who set them.
struct Check<'a> {
    settings: &'a Settings,
    origins: &'a Origins,
}

impl Check<'_> {
    fn shown(&self, key: &str) -> String {
        keys::named(key).map(|key| (key.show)(self.settings).join(" ")).unwrap_or_default()
    }

    /// The key that somebody set is the one at fault, rather than the other's default.
    fn pair(&self, key: &'static str, other: &'static str) -> (&'static str, &'static str) {
        if self.origins.of(key) == Origin::Default { (other, key) } else { (key, other) }
    }

    fn limits(&self, protocols: &[&Protocol]) -> Option<String> {
        let limits = &self.settings.limits;
        let line = protocols.iter().map(|protocol| protocol.max_line).max();
        let frame = protocols.iter().map(|protocol| protocol.max_frame).max();
        for (key, set, own) in
            [("max_line", limits.max_line, line), ("max_frame", limits.max_frame, frame)]
        {
            if let (Some(set), Some(own)) = (set, own)
                && set > own
            {
                let what = format!("more than the program takes, which is {}", show_size(own));
                return Some(self.origins.mistake(key, &show_size(set), &what, None));
            }
        }
        if limits.check().is_err() {
            let (key, other) = self.pair("output_low", "output_high");
            let what = if key == "output_low" { "more" } else { "less" };
            let what = format!("{what} than {other}, which is {}", self.shown(other));
            return Some(self.origins.mistake(key, &self.shown(key), &what, Some(other)));
        }
        let per_ip = limits.connections_per_ip.filter(|per_ip| *per_ip > limits.connections)?;
        let (key, other) = ("max_connections_per_ip", "max_connections");
        let what = format!("more than max_connections, which is {}", limits.connections);
        Some(self.origins.mistake(key, &per_ip.to_string(), &what, Some(other)))
    }

    fn ports(&self) -> Option<String> {
        let ports = &self.settings.port;
        if ports.is_empty() {
            return Some(self.origins.mistake("port", "", "names nothing to listen on", None));
        }
        // Port 0 is another one each time.
        let is_one = |port: &String| port.parse() != Ok(0u16);
        for (at, port) in ports.iter().enumerate() {
            if let Err(error) = Endpoint::parse(port, self.settings) {
                return Some(self.origins.mistake(error.key, &error.value, &error.why, None));
            }
            if ports[..at].contains(port) && is_one(port) {
                return Some(self.origins.mistake("port", port, "given twice", None));
            }
        }
        #[cfg(feature = "prometheus")]
        if let Some(port) = &self.settings.prometheus {
            let key = "prometheus";
            if let Err(error) = Endpoint::parse(port, self.settings) {
                return Some(self.origins.mistake(key, port, &error.why, None));
            }
            if ports.contains(port) && is_one(port) {
                return Some(self.origins.mistake(key, port, "the same as port", Some("port")));
            }
        }
        None
    }

    fn host(&self) -> Option<String> {
        let Settings { host, ipv, .. } = self.settings;
        let host = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok()?;
        let of_host = if host.is_ipv4() { "4" } else { "6" };
        if ipv == "*" || ipv == of_host {
            return None;
        }
        let (key, other) = self.pair("ipv", "host");
        let what = format!("contradicts {other}, which is {}", self.shown(other));
        Some(self.origins.mistake(key, &self.shown(key), &what, Some(other)))
    }

    /// Keys that set another, unless somebody said that it is not.
    fn implied(&self) -> Option<String> {
        let settings = self.settings;
        let (double, slow) = (settings.double_reverse_lookups, settings.slow_handler.is_some());
        for (key, is_set, other, holds) in [
            ("double_reverse_lookups", double, "reverse_lookups", settings.reverse_lookups),
            ("slow_handler", slow, "measure", settings.measure),
        ] {
            if is_set && !holds && self.origins.of(other) != Origin::Default {
                let what = format!("contradicts {other}, which is false");
                return Some(self.origins.mistake(key, &self.shown(key), &what, Some(other)));
            }
        }
        None
    }

    /// One file cannot be two things.
    fn files(&self) -> Option<String> {
        let log = match &self.settings.log_file {
            LogTarget::File(path) => Some(path.as_path()),
            _ => None,
        };
        let conf = (!self.origins.file.is_empty()).then(|| Path::new(&self.origins.file));
        let pid_file = self.settings.pid_file.as_deref();
        let files = [("pid_file", pid_file), ("log_file", log), ("conf_file", conf)];
        let files = files.into_iter().filter_map(|(key, path)| {
            let path = path?;
            Some((key, path, path::absolute(path).ok()?))
        });
        let files = files.collect::<Vec<_>>();
        for (at, (key, path, absolute)) in files.iter().enumerate() {
            if let Some((other, ..)) = files[at + 1..].iter().find(|file| file.2 == *absolute) {
                let what = format!("the same file as {other}");
                let shown = path.display().to_string();
                return Some(self.origins.mistake(key, &shown, &what, Some(other)));
            }
        }
        None
    }
}

/// Each value in force, as a line of TOML with where it came from; `options` are the program's own.
pub(super) fn report(
    settings: &Settings,
    origins: &Origins,
    options: &[(String, Vec<String>, Origin)],
) -> String {
    let mut lines = Vec::new();
    for key in keys::all() {
        let values = (key.show)(settings);
        let shown = match key.takes {
            Takes::Many(_) => list(&values),
            Takes::Flag | Takes::One => values.iter().map(|value| scalar(value)).collect(),
        };
        lines.push((format!("{} = {shown}", key.name), origins.of(key.name)));
    }
    for (name, values, origin) in options {
        let shown = match values.as_slice() {
            [value] => scalar(value),
            values => list(values),
        };
        lines.push((format!("{name} = {shown}"), *origin));
    }
    let width = lines.iter().map(|(line, _)| line.chars().count()).filter(|width| *width < 60);
    let width = width.max().unwrap_or(0);
    let mut text = String::new();
    for (line, origin) in lines {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{line:width$}  # {}", origin.name(&origins.file));
    }
    text
}

fn list(values: &[String]) -> String {
    format!("[{}]", values.iter().map(|value| scalar(value)).collect::<Vec<_>>().join(", "))
}

/// A value as TOML has it: a number or a flag as such, anything else as text.
fn scalar(value: &str) -> String {
    let number = value.parse::<u64>().is_ok_and(|number| number.to_string() == value);
    if number || value == "true" || value == "false" {
        return value.into();
    }
    let mut quoted = "\"".to_owned();
    for character in value.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            character if character.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\u{:04X}", u32::from(character));
            }
            character => quoted.push(character),
        }
    }
    quoted + "\""
}
