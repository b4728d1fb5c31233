//! What names one connection.

use std::{fmt, str::FromStr};

/// Names one connection of a protocol, also after it is gone: an id is not given twice.
///
/// Written `slot.serial`, as in `3.17`: the place in the table and the count of connections
/// accepted so far. (The serial number wraps after 2³² connections.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    pub(crate) slot: u32,
    pub(crate) serial: u32,
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.slot, self.serial)
    }
}

/// The text was not of the form `slot.serial`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a connection's id: two numbers with a dot between them, `3.17` say")]
pub struct ParseIdError;

impl FromStr for Id {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let (slot, serial) = text.split_once('.').ok_or(ParseIdError)?;
        Ok(Id {
            slot: slot.parse().map_err(|_| ParseIdError)?,
            serial: serial.parse().map_err(|_| ParseIdError)?,
        })
    }
}
