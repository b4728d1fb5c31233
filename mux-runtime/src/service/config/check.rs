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
    /// The configuration file, as it was named.
    pub(super) file: String,
}

impl Origins {
    pub(super) fn of(&self, key: &str) -> Origin {
        self.by_key.get(key).copied().unwrap_or(Origin::Default)
    }

    /// A mistake in `key`, which may have to do with `other`.
    fn mistake(&self, key: &str, value: &str, what: &str, other: Option<&str>) -> String {
        let origins = [Some(key), other].into_iter().flatten().map(|key| self.of(key));
        let mut notes = origins
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
    if let Err(error) = Access::new(settings) {
        return Some(origins.mistake(error.key, &error.value, &error.what, None));
    }
    let limits = &settings.limits;
    for (key, set, own) in [
        ("max_line", limits.max_line, protocols.iter().map(|protocol| protocol.max_line).max()),
        ("max_frame", limits.max_frame, protocols.iter().map(|protocol| protocol.max_frame).max()),
    ] {
        if let (Some(set), Some(own)) = (set, own)
            && set > own
        {
            let what = format!("more than the program takes, which is {}", show_size(own));
            return Some(origins.mistake(key, &show_size(set), &what, None));
        }
    }
    // The key that somebody set is the one at fault, rather than the other's default.
    let pair = |key: &'static str, other: &'static str| {
        if origins.of(key) == Origin::Default { (other, key) } else { (key, other) }
    };
    let shown =
        |key: &str| keys::named(key).map(|key| (key.show)(settings).join(" ")).unwrap_or_default();
    if limits.output_low > limits.output_high {
        let (key, other) = pair("output_low", "output_high");
        let what = if key == "output_low" { "more" } else { "less" };
        let what = format!("{what} than {other}, which is {}", shown(other));
        return Some(origins.mistake(key, &shown(key), &what, Some(other)));
    }
    if let Some(per_ip) = limits.connections_per_ip
        && per_ip > limits.connections
    {
        let what = format!("more than max_connections, which is {}", limits.connections);
        let key = "max_connections_per_ip";
        return Some(origins.mistake(key, &per_ip.to_string(), &what, Some("max_connections")));
    }
    if settings.port.is_empty() {
        return Some(origins.mistake("port", "", "names nothing to listen on", None));
    }
    for (at, port) in settings.port.iter().enumerate() {
        if let Err(error) = Endpoint::parse(port, settings) {
            return Some(origins.mistake(error.key, &error.value, &error.why, None));
        }
        // Port 0 is another one each time.
        if settings.port[..at].contains(port) && port.parse() != Ok(0u16) {
            return Some(origins.mistake("port", port, "given twice", None));
        }
    }
    let bare = settings.host.trim_start_matches('[').trim_end_matches(']');
    let of_host = bare.parse::<IpAddr>().map(|ip| if ip.is_ipv4() { "4" } else { "6" });
    if let Ok(of_host) = of_host
        && settings.ipv != "*"
        && settings.ipv != of_host
    {
        let (key, other) = pair("ipv", "host");
        let what = format!("contradicts {other}, which is {}", shown(other));
        return Some(origins.mistake(key, &shown(key), &what, Some(other)));
    }
    let (double, slow) = (settings.double_reverse_lookups, settings.slow_handler.is_some());
    for (key, is_set, other, holds) in [
        ("double_reverse_lookups", double, "reverse_lookups", settings.reverse_lookups),
        ("slow_handler", slow, "measure", settings.measure),
    ] {
        if is_set && !holds && origins.of(other) != Origin::Default {
            let what = format!("contradicts {other}, which is false");
            return Some(origins.mistake(key, &shown(key), &what, Some(other)));
        }
    }
    #[cfg(feature = "prometheus")]
    if let Some(port) = &settings.prometheus {
        let key = "prometheus";
        if let Err(error) = Endpoint::parse(port, settings) {
            return Some(origins.mistake(key, port, &error.why, None));
        }
        if settings.port.contains(port) && port.parse() != Ok(0u16) {
            return Some(origins.mistake(key, port, "the same as port", Some("port")));
        }
    }
    let log = match &settings.log_file {
        LogTarget::File(path) => Some(path.as_path()),
        _ => None,
    };
    let conf = (!origins.file.is_empty()).then(|| Path::new(&origins.file));
    let files =
        [("pid_file", settings.pid_file.as_deref()), ("log_file", log), ("conf_file", conf)];
    for (at, &(key, path)) in files.iter().enumerate() {
        for &(other, other_path) in &files[at + 1..] {
            let absolute = |path: Option<&Path>| path.and_then(|path| path::absolute(path).ok());
            if path.is_some() && absolute(path) == absolute(other_path) {
                let what = format!("the same file as {other}");
                let shown = path.map(|path| path.display().to_string()).unwrap_or_default();
                return Some(origins.mistake(key, &shown, &what, Some(other)));
            }
        }
    }
    None
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
