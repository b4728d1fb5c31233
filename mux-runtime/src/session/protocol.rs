//! A protocol as data: what a `#[mux_server]` block says, to be read at run time.

use super::LineEnd;

/// What a `#[mux_server]` block declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Protocol {
    /// The name of the session's type.
    pub name: &'static str,
    /// What ends its lines.
    pub line_end: LineEnd,
    /// The longest line in bytes, inclusive, its end not counted.
    pub max_line: usize,
    /// Whether command words match in any case.
    pub ignore_case: bool,
    /// Its modes; the first is the one in which a connection starts.
    pub modes: &'static [Mode],
}

impl Protocol {
    /// A protocol; for generated code.
    #[must_use]
    pub const fn new(
        name: &'static str,
        line_end: LineEnd,
        max_line: usize,
        ignore_case: bool,
        modes: &'static [Mode],
    ) -> Self {
        Protocol { name, line_end, max_line, ignore_case, modes }
    }
}

/// One mode of a protocol: what bytes mean until it is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mode {
    /// Its name; empty in a protocol that has but one.
    pub name: &'static str,
    /// What it takes, in the order in which it is tried.
    pub commands: &'static [&'static Command],
}

impl Mode {
    /// A mode; for generated code.
    #[must_use]
    pub const fn new(name: &'static str, commands: &'static [&'static Command]) -> Self {
        Mode { name, commands }
    }
}

/// One handler of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Command {
    /// The method's name.
    pub name: &'static str,
    /// The word that picks it, if it has one.
    pub word: Option<&'static str>,
    /// How it is called, `/msg <to> <text...>`.
    pub usage: &'static str,
    /// The method's doc comment.
    pub doc: &'static str,
    /// What follows the word.
    pub parameters: &'static [Parameter],
}

impl Command {
    /// A command; for generated code.
    #[must_use]
    pub const fn new(
        name: &'static str,
        word: Option<&'static str>,
        usage: &'static str,
        doc: &'static str,
        parameters: &'static [Parameter],
    ) -> Self {
        Command { name, word, usage, doc, parameters }
    }
}

/// One parameter of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its type, as it is written.
    pub of_type: &'static str,
}

impl Parameter {
    /// A parameter; for generated code.
    #[must_use]
    pub const fn new(name: &'static str, of_type: &'static str) -> Self {
        Parameter { name, of_type }
    }
}
