//! Values as people write them, and as they are shown to people.
//!
//! An error is what stands behind the value in the message: `not a time such as 90s or 1h30m`.

use std::{num::NonZeroU32, path::PathBuf, str::FromStr, time::Duration};

use crate::{
    engine::SlowReader,
    service::{
        access::Network,
        endpoint::Endpoint,
        settings::{LogFormat, LogTarget, Settings},
    },
};

/// What is wrong with a value.
pub(super) type Wrong = String;

/// A hundred years: what is longer was not meant, and could overflow where times are added.
const TIME_MAX: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
/// The largest size: 1 TiB.
const SIZE_MAX: u64 = 1 << 40;

/// `1`, `true`, `yes` and `on`, or their opposites.
pub(super) fn flag(text: &str) -> Result<bool, Wrong> {
    match text {
        "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => Err("not one of true, false, yes, no, on, off, 1, 0".into()),
    }
}

/// A value that may be `none`.
pub(super) fn or_none<T>(
    text: &str,
    read: impl FnOnce(&str) -> Result<T, Wrong>,
) -> Result<Option<T>, Wrong> {
    if text == "none" { Ok(None) } else { read(text).map(Some) }
}

/// A time of which 0, as well as `none`, means that there is none.
pub(super) fn time_or_none(text: &str) -> Result<Option<Duration>, Wrong> {
    Ok(or_none(text, time)?.filter(|time| !time.is_zero()))
}

/// A time that is not shorter than `least`.
pub(super) fn time_from(text: &str, least: Duration) -> Result<Duration, Wrong> {
    match time(text)? {
        time if time < least => Err(format!("not at least {}", show_time(least))),
        time => Ok(time),
    }
}

/// `90s`, `1h30m`, `1.5` (seconds), `250ms`: numbers with units, the largest unit first.
pub(super) fn time(text: &str) -> Result<Duration, Wrong> {
    const UNITS: [(&str, f64); 7] = [
        ("d", 86400.0),
        ("h", 3600.0),
        ("min", 60.0),
        ("m", 60.0),
        ("s", 1.0),
        ("", 1.0),
        ("ms", 0.001),
    ];
    let wrong = || "not a time such as 90s, 2m or 1h30m".to_owned();
    let mut left = text;
    let mut seconds = 0.0;
    let mut smaller_than = f64::INFINITY;
    while !left.is_empty() || smaller_than.is_infinite() {
        let (number, unit, rest) = quantity(left).ok_or_else(wrong)?;
        let (_, scale) = UNITS.into_iter().find(|(name, _)| *name == unit).ok_or_else(wrong)?;
        // A number without unit stands alone.
        if scale >= smaller_than || unit.is_empty() && left.len() < text.len() {
            return Err(wrong());
        }
        smaller_than = scale;
        seconds += number * scale;
        left = rest;
    }
    match Duration::try_from_secs_f64(seconds) {
        Ok(time) if time <= TIME_MAX => Ok(time),
        _ => Err("longer than 36500d".into()),
    }
}

/// A number of bytes: `4096`, `64KiB`, `1MB`; K, M and G alone are powers of 1024.
pub(super) fn size(text: &str) -> Result<usize, Wrong> {
    const UNITS: [(&str, u64); 11] = [
        ("", 1),
        ("b", 1),
        ("kb", 1000),
        ("mb", 1_000_000),
        ("gb", 1_000_000_000),
        ("k", 1 << 10),
        ("kib", 1 << 10),
        ("m", 1 << 20),
        ("mib", 1 << 20),
        ("g", 1 << 30),
        ("gib", 1 << 30),
    ];
    let wrong = || "not a size such as 4096, 64KiB or 1MB".to_owned();
    let (number, unit, rest) = quantity(text).ok_or_else(wrong)?;
    let unit = unit.to_ascii_lowercase();
    let (_, scale) = UNITS.into_iter().find(|(name, _)| *name == unit).ok_or_else(wrong)?;
    let bytes = number * scale as f64;
    if !rest.is_empty() || bytes.fract() != 0.0 {
        return Err(wrong());
    }
    if bytes > SIZE_MAX as f64 {
        return Err("more than 1TiB".into());
    }
    usize::try_from(bytes as u64).map_err(|_| "more than this machine can address".into())
}

/// A size that is not 0.
pub(super) fn size_above_0(text: &str) -> Result<usize, Wrong> {
    match size(text)? {
        0 => Err("not at least 1".into()),
        size => Ok(size),
    }
}

/// The number at the front of `text`, its unit, and what follows.
fn quantity(text: &str) -> Option<(f64, &str, &str)> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, rest) = text.split_at(digits);
    if !number.starts_with(|c: char| c.is_ascii_digit()) || number.ends_with('.') {
        return None;
    }
    let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let (unit, rest) = rest.split_at(letters);
    Some((number.parse::<f64>().ok()?, unit, rest))
}

/// A whole number from `least` on.
pub(super) fn count<T>(text: &str, least: T, most: T) -> Result<T, Wrong>
where
    T: FromStr + PartialOrd + std::fmt::Display,
{
    let number = text.parse::<T>().ok().filter(|number| *number >= least && *number <= most);
    number.ok_or_else(|| format!("not in {least}..={most}"))
}

/// Times in a second.
pub(super) fn rate(text: &str) -> Result<NonZeroU32, Wrong> {
    let number = text.parse::<NonZeroU32>();
    number.map_err(|_| format!("not in 1..={} or none", u32::MAX))
}

/// Where to listen. What may be a path is checked once it is known whether `proto` makes it one.
pub(super) fn port(text: &str) -> Result<String, Wrong> {
    let unix = Settings { proto: "unix".into(), ..Settings::default() };
    let may_be_a_path = || text.contains(['/', '.']) && !text.contains(':');
    match Endpoint::parse(text, &Settings::default()) {
        Err(_) if may_be_a_path() && Endpoint::parse(text, &unix).is_ok() => Ok(text.into()),
        Err(error) => Err(error.why),
        Ok(_) => Ok(text.into()),
    }
}

/// Text that is not empty.
pub(super) fn text(text: &str) -> Result<String, Wrong> {
    match text {
        "" => Err("empty".into()),
        _ if text.contains('\0') => Err("has a zero byte".into()),
        _ => Ok(text.into()),
    }
}

/// A path of the file system.
pub(super) fn path(path: &str) -> Result<PathBuf, Wrong> {
    text(path).map(PathBuf::from)
}

/// One of several words.
pub(super) fn one_of<T: Copy>(text: &str, of: &[(&str, T)]) -> Result<T, Wrong> {
    let found = of.iter().find(|(name, _)| *name == text).map(|&(_, value)| value);
    found.ok_or_else(|| {
        let names = of.iter().map(|&(name, _)| name).collect::<Vec<_>>();
        format!("not one of {}", names.join(", "))
    })
}

pub(super) const SLOW_READERS: [(&str, SlowReader); 3] =
    [("close", SlowReader::Close), ("drop", SlowReader::Drop), ("pause", SlowReader::Pause)];

pub(super) const LOG_FORMATS: [(&str, LogFormat); 2] =
    [("text", LogFormat::Text), ("json", LogFormat::Json)];

/// The word for a value of one of the tables above.
pub(super) fn word<T: Copy + PartialEq>(value: T, of: &[(&str, T)]) -> String {
    of.iter().find(|&&(_, known)| known == value).map_or("", |&(name, _)| name).into()
}

/// The levels 0 to 4 are Net::Server's.
pub(super) fn log_level(text: &str) -> Result<u8, Wrong> {
    match text {
        "0" | "error" => Ok(0),
        "1" | "warn" => Ok(1),
        "2" | "info" => Ok(2),
        "3" | "debug" => Ok(3),
        "4" | "trace" => Ok(4),
        _ => Err("not one of 0 to 4, error, warn, info, debug, trace".into()),
    }
}

/// `stderr`, `syslog` (in Net::Server `Sys::Syslog`), or a file.
pub(super) fn log_target(text: &str) -> Result<LogTarget, Wrong> {
    Ok(match text {
        "stderr" => LogTarget::Stderr,
        "syslog" | "Sys::Syslog" => LogTarget::Syslog,
        _ => LogTarget::File(path(text)?),
    })
}

/// Permission bits, in octal.
pub(super) fn mode(text: &str) -> Result<u32, Wrong> {
    let digits = text.strip_prefix("0o").unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let mode = u32::from_str_radix(digits, 8).ok().filter(|mode| plain && *mode <= 0o7777);
    mode.ok_or_else(|| "not permission bits in octal such as 0660".into())
}

/// A network, an address or a range of addresses.
pub(super) fn network(text: &str) -> Result<String, Wrong> {
    Network::read(text).map(|_| text.into())
}

/// A time as [`time`] reads it.
pub(super) fn show_time(time: Duration) -> String {
    let seconds = time.as_secs();
    let parts = [
        (seconds / 86400, "d"),
        (seconds / 3600 % 24, "h"),
        (seconds / 60 % 60, "m"),
        (seconds % 60, "s"),
    ];
    let parts = parts.iter().filter(|(number, _)| *number > 0);
    let mut shown = parts.map(|(number, unit)| format!("{number}{unit}")).collect::<String>();
    let (millis, nanos) = (time.subsec_millis(), time.subsec_nanos() % 1_000_000);
    if nanos > 0 {
        let fraction = format!("{millis}.{nanos:06}");
        shown += &format!("{}ms", fraction.trim_end_matches('0'));
    } else if millis > 0 {
        shown += &format!("{millis}ms");
    }
    if shown.is_empty() { "0s".into() } else { shown }
}

/// A size as [`size`] reads it.
pub(super) fn show_size(bytes: usize) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match units.iter().find(|(unit, _)| bytes > 0 && bytes.is_multiple_of(*unit)) {
        Some((unit, name)) => format!("{}{name}", bytes / unit),
        None => bytes.to_string(),
    }
}

/// A value, or `none`.
pub(super) fn show_or_none<T>(value: Option<T>, show: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| "none".into(), show)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, milliseconds) in [
            ("90s", 90_000),
            ("2m", 120_000),
            ("2min", 120_000),
            ("1h30m", 5_400_000),
            ("1d", 86_400_000),
            ("90", 90_000),
            ("0.5", 500),
            ("1.5s", 1500),
            ("250ms", 250),
            ("1s250ms", 1250),
            ("0", 0),
        ] {
            assert_eq!(time(text), Ok(Duration::from_millis(milliseconds)), "{text}");
            assert_eq!(time(&show_time(time(text).unwrap())), time(text), "{text}");
        }
        for text in ["", "s", "-1", "1x", "1 s", "30m1h", "1m1m", "1h30", "1.", ".5", "1e3", "1..2"]
        {
            assert!(time(text).unwrap_err().starts_with("not a time"), "{text}");
        }
        for nanoseconds in [1, 1_000, 500_000, 1_000_001, 1_500_000_000] {
            let shorter = Duration::from_nanos(nanoseconds);
            assert_eq!(time(&show_time(shorter)), Ok(shorter), "{}", show_time(shorter));
        }
        for text in ["36501d", "99999999999d"] {
            assert_eq!(time(text).unwrap_err(), "longer than 36500d");
        }
        assert_eq!(time(&"9".repeat(400)).unwrap_err(), "longer than 36500d");
    }

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, bytes) in [
            ("0", 0),
            ("4096", 4096),
            ("64KiB", 65536),
            ("64K", 65536),
            ("64k", 65536),
            ("1MB", 1_000_000),
            ("1.5MiB", 1_572_864),
            ("2GiB", 2 << 30),
            ("7B", 7),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
            assert_eq!(size(&show_size(bytes)), Ok(bytes), "{text}");
        }
        for text in ["", "KiB", "-1", "1 KiB", "1KiB2", "0.3", "1XB", "1K1K"] {
            assert!(size(text).unwrap_err().starts_with("not a size"), "{text}");
        }
        for text in ["1025GiB", "99999999999999999999"] {
            assert_eq!(size(text).unwrap_err(), "more than 1TiB");
        }
    }
}
