//! What generated code names. It may change in any release: the two crates are always used in the
//! same version.

pub use std::{
    default::Default,
    mem::take,
    option::Option::{self, None, Some},
    result::Result::{Err, Ok},
};

pub use crate::session::{
    Arguments, CloseReason, Closing, Command, Cx, FromArg, Line, LineEnd, Malformed, MalformedKind,
    Mode, Opened, Outcome, Parameter, Peer, Protocol, Reply, Scan, Session, Step, Writer,
    in_upper_case, line_text, parse_line, read_value, take_line,
};

/// The longest line, in bytes, of a block without `max_line`.
pub const MAX_LINE_DEFAULT: usize = 8 * 1024;
