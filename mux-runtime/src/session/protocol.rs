//! A protocol as data: what a `#[mux_server]` block says, to be read at run time.

use std::fmt;

use super::{LineEnd, Reply, Writer, shape::Shape};

/// What a `#[mux_server]` block declares: its modes, commands, limits and doc comments.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Protocol {
    /// The name of the session's type.
    pub name: &'static str,
    /// The block's doc comment.
    pub doc: &'static str,
    /// What ends its lines.
    pub line_end: LineEnd,
    /// The longest line in bytes, inclusive, its end not counted.
    pub max_line: usize,
    /// The longest frame in bytes, inclusive.
    pub max_frame: usize,
    /// The longest body behind a line in bytes, inclusive.
    pub max_body: usize,
    /// Whether command words match in any case.
    pub ignore_case: bool,
    /// Its modes; the first is the one in which a connection starts.
    pub modes: &'static [Mode],
    /// How many handlers the block has: each [`Command::index`] is below this.
    pub handlers: usize,
}

/// One mode of a protocol: what bytes mean until it is left.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Mode {
    /// Its name; empty in a protocol that has but one.
    pub name: &'static str,
    /// How its messages are cut: `lines`, `frames behind a be_u32 length`.
    pub framing: &'static str,
    /// Whether its handlers get bytes as they come, in pieces that the network makes.
    pub in_pieces: bool,
    /// What it takes, in the order in which it is tried.
    pub commands: &'static [&'static Command],
}

impl Mode {
    /// A mode; for generated code.
    #[must_use]
    pub const fn new(
        name: &'static str,
        framing: &'static str,
        in_pieces: bool,
        commands: &'static [&'static Command],
    ) -> Self {
        Mode { name, framing, in_pieces, commands }
    }
}

/// One handler of messages.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Command {
    /// Its number among the block's handlers.
    pub index: usize,
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
    /// What follows the line, if anything does: `length bytes and a line's end`.
    pub body: Option<&'static str>,
    /// The modes it may lead to, by name.
    pub leads_to: &'static [&'static str],
    /// What its declared message is made of, if it takes one.
    pub message: Option<&'static Shape>,
}

impl Command {
    /// The same, with what follows its line; for generated code.
    #[must_use]
    pub const fn with_body(self, body: &'static str) -> Self {
        Command { body: Some(body), ..self }
    }

    /// The same, with the shape of its message, if it has one; for generated code.
    #[must_use]
    pub const fn with_message(self, message: Option<&'static Shape>) -> Self {
        Command { message, ..self }
    }
}

/// One parameter of a command.
#[derive(Debug, Clone, Copy)]
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

/// The commands of a protocol with the first lines of their doc comments, as a [`Reply`]: what
/// [`Cx::help`](super::Cx::help) gives.
#[derive(Debug, Clone, Copy)]
pub struct Help(pub(crate) &'static Protocol);

impl fmt::Display for Help {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.0.line_end.as_str();
        let commands = self.0.modes.iter().flat_map(|mode| mode.commands);
        let commands = commands.filter(|command| command.word.is_some());
        let width = commands.clone().map(|command| command.usage.len()).max().unwrap_or(0);
        for command in commands {
            match command.doc.lines().next() {
                Some(doc) => write!(f, "{:width$}  {doc}{end}", command.usage)?,
                None => write!(f, "{}{end}", command.usage)?,
            }
        }
        Ok(())
    }
}

impl Reply for Help {
    fn write_to(&self, out: &mut Writer<'_>) {
        write!(out, "{self}");
    }
}
