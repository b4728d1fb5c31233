//! The configuration file: TOML, `key = value`, with the same keys as the command line.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use toml::de::{DeTable, DeValue};

use super::{Entry, Origin, harmless};

/// The longest file.
const BYTES_MAX: u64 = 1 << 20;

/// What a file says, from top to bottom.
///
/// # Errors
/// What is wrong, as it stands behind the program's name.
pub(super) fn read(path: &Path, path_from: Origin) -> Result<Vec<Entry>, String> {
    let shown = path.display().to_string();
    let cannot = |error: io::Error| {
        // Who named the file on the command line knows it, and no help would say more.
        let note = match path_from {
            Origin::Argument => String::new(),
            other => format!(" ({})", other.note(&shown)),
        };
        format!("conf_file {shown:?}: cannot be read: {error}{note}")
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(cannot)?;
    file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(cannot(io::Error::new(io::ErrorKind::FileTooLarge, "longer than 1MiB")));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = 1 + error.as_bytes()[..valid].iter().filter(|&&byte| byte == b'\n').count();
        format!("not UTF-8 ({})", Origin::File { line }.note(&shown))
    })?;
    entries(&text, &shown)
}

/// What the text of a file says.
pub(super) fn entries(text: &str, shown: &str) -> Result<Vec<Entry>, String> {
    let line_of = |at: usize| {
        let before = text.as_bytes().get(..at).unwrap_or_default();
        1 + before.iter().filter(|&&byte| byte == b'\n').count()
    };
    let table = DeTable::parse(text).map_err(|error| {
        let line = line_of(error.span().map_or(0, |span| span.start));
        let message = error.message().replace('\n', ", ");
        format!("not TOML: {message} ({})", Origin::File { line }.note(shown))
    })?;
    let mut entries = Vec::new();
    for (name, value) in table.get_ref() {
        let line = line_of(name.span().start);
        let wrong = |what: &str| {
            let name = harmless(name.get_ref());
            format!("{name}: {what} ({})", Origin::File { line }.note(shown))
        };
        let values = match value.get_ref() {
            DeValue::Array(items) => {
                let items = items.iter().map(|item| {
                    let line = line_of(item.span().start);
                    Some((scalar(item.get_ref())?, Origin::File { line }))
                });
                let items = items.collect::<Option<Vec<_>>>();
                items.ok_or_else(|| wrong("a list of lists or tables; not a list of values"))?
            }
            value => {
                let value = scalar(value);
                let value = value.ok_or_else(|| wrong("a table; all keys stand at the top"))?;
                vec![(value, Origin::File { line })]
            }
        };
        let is_list = matches!(value.get_ref(), DeValue::Array(_));
        let name = name.get_ref().to_string();
        let (values, origins) = values.into_iter().unzip();
        let origin = Origin::File { line };
        entries.push(Entry { name, values, origins, is_list, origin });
    }
    entries.sort_by_key(|entry| entry.origin.line());
    Ok(entries)
}

/// A value as it would be written as an argument.
fn scalar(value: &DeValue<'_>) -> Option<String> {
    Some(match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => match number.radix() {
            // Numbers are read as decimal, and modes as octal whatever they begin with.
            16 | 2 => i128::from_str_radix(number.as_str(), number.radix()).ok()?.to_string(),
            _ => number.to_string(),
        },
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(moment) => moment.to_string(),
        DeValue::Array(_) | DeValue::Table(_) => return None,
    })
}
