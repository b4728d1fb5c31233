//! The protocol as data, written out: `--describe markdown | mermaid | json`.

use std::fmt::Write as _;

use crate::session::{Command, LineEnd, Mode, Protocol};

/// What a protocol can be written out as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// A reference for those who write clients.
    Markdown,
    /// A diagram of the modes, <https://mermaid.js.org/syntax/stateDiagram.html>.
    Mermaid,
    /// All that is known, for programs.
    Json,
}

impl Format {
    /// The format of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "markdown" => Format::Markdown,
            "mermaid" => Format::Mermaid,
            "json" => Format::Json,
            _ => return None,
        })
    }
}

/// `protocol`, written out; it ends with a line feed.
pub(super) fn describe(protocol: &Protocol, format: Format) -> String {
    match format {
        Format::Markdown => markdown(protocol),
        Format::Mermaid => mermaid(protocol),
        Format::Json => json(protocol),
    }
}

/// Written by hand: serde_json's impls of `PartialEq` would leave the compiler in doubt about
/// `assert_eq!(numbers, [])` in the tests of every program that is built with mux.
fn json(protocol: &Protocol) -> String {
    let end = match protocol.line_end {
        LineEnd::Lf => "lf",
        LineEnd::Crlf => "crlf",
        LineEnd::Any => "any",
    };
    let object = json_object([
        ("name", json_string(protocol.name)),
        ("doc", json_string(protocol.doc)),
        ("line_end", json_string(end)),
        ("max_line", protocol.max_line.to_string()),
        ("max_frame", protocol.max_frame.to_string()),
        ("max_body", protocol.max_body.to_string()),
        ("ignore_case", protocol.ignore_case.to_string()),
        ("modes", json_array(protocol.modes.iter().map(json_mode))),
    ]);
    object + "\n"
}

fn json_mode(mode: &Mode) -> String {
    json_object([
        ("name", json_string(mode.name)),
        ("framing", json_string(mode.framing)),
        ("commands", json_array(mode.commands.iter().copied().map(json_command))),
    ])
}

fn json_command(command: &Command) -> String {
    let or_null = |text: Option<&str>| text.map_or_else(|| "null".to_owned(), json_string);
    let parameters = command.parameters.iter().map(|parameter| {
        let of_type = json_string(parameter.of_type);
        json_object([("name", json_string(parameter.name)), ("type", of_type)])
    });
    json_object([
        ("name", json_string(command.name)),
        ("word", or_null(command.word)),
        ("usage", json_string(command.usage)),
        ("doc", json_string(command.doc)),
        ("parameters", json_array(parameters)),
        ("body", or_null(command.body)),
        ("leads_to", json_array(command.leads_to.iter().copied().map(json_string))),
    ])
}

fn json_object<const N: usize>(fields: [(&str, String); N]) -> String {
    format!("{{{}}}", fields.map(|(name, value)| format!("\"{name}\":{value}")).join(","))
}

fn json_array(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

fn json_string(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\0'..'\x20' => {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\u{:04x}", u32::from(character));
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// The modes are the states. An arrow says which commands may lead where; those that change nothing
/// are one arrow from the mode to itself. A connection may end in every mode.
fn mermaid(protocol: &Protocol) -> String {
    let mut text = "stateDiagram-v2\n".to_owned();
    let name = |mode: &Mode| if mode.name.is_empty() { protocol.name } else { mode.name };
    for mode in protocol.modes {
        let (name, id) = (name(mode), state(name(mode)));
        line(&mut text, format_args!("    state \"{}\" as {id}", mermaid_text(name)));
    }
    if let Some(first) = protocol.modes.first() {
        line(&mut text, format_args!("    [*] --> {}", state(name(first))));
    }
    for mode in protocol.modes {
        let from = state(name(mode));
        let stays = mode.commands.iter().filter(|command| command.leads_to.is_empty());
        let mut arrows = vec![(name(mode), stays.collect::<Vec<_>>())];
        for to in protocol.modes {
            let leads = mode.commands.iter().filter(|command| command.leads_to.contains(&to.name));
            arrows.push((name(to), leads.collect()));
        }
        for (to, commands) in arrows.into_iter().filter(|(_, commands)| !commands.is_empty()) {
            let labels = commands.iter().map(|command| mermaid_text(label(command)));
            let labels = labels.collect::<Vec<_>>().join(", ");
            line(&mut text, format_args!("    {from} --> {}: {labels}", state(to)));
        }
        line(&mut text, format_args!("    {from} --> [*]"));
    }
    text
}

/// What a command is called: its word, or its method's name.
fn label(command: &Command) -> &'static str {
    command.word.unwrap_or(command.name)
}

/// A mode's name as Mermaid has it, which takes some names for words of its own.
fn state(name: &str) -> String {
    const KEYWORDS: [&str; 11] = [
        "state",
        "note",
        "end",
        "class",
        "classdef",
        "style",
        "click",
        "direction",
        "default",
        "hide",
        "scale",
    ];
    let taken = KEYWORDS.iter().any(|keyword| name.eq_ignore_ascii_case(keyword));
    if taken { format!("{name}_") } else { name.to_owned() }
}

/// `text` as Mermaid shows it: what could be syntax as the number of its character.
fn mermaid_text(text: &str) -> String {
    let mut shown = String::new();
    for character in text.chars() {
        if character.is_alphanumeric() || " _-./!?+*=()".contains(character) {
            shown.push(character);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(shown, "#{};", u32::from(character));
        }
    }
    shown
}

fn markdown(protocol: &Protocol) -> String {
    let mut text = format!("# {}\n", protocol.name);
    doc(&mut text, protocol.doc);
    text.push('\n');
    let several = protocol.modes.len() > 1;
    if let Some(first) = protocol.modes.first().filter(|_| several) {
        line(&mut text, format_args!("- A connection starts in mode {}.", code(first.name)));
    }
    if protocol.modes.iter().flat_map(|mode| mode.commands).any(|command| command.word.is_some()) {
        let how = if protocol.ignore_case { "in any case" } else { "as they are written" };
        line(&mut text, format_args!("- Command words match {how}."));
    }
    let lines = ("lines", "line", protocol.max_line, ", its end not counted");
    let frames = ("frames", "frame", protocol.max_frame, "");
    for (framing, what, max, note) in [lines, frames] {
        if protocol.modes.iter().any(|mode| mode.framing.starts_with(framing)) {
            line(&mut text, format_args!("- A {what} has at most {max} bytes{note}."));
        }
    }
    if protocol.modes.iter().flat_map(|mode| mode.commands).any(|command| command.body.is_some()) {
        let max = protocol.max_body;
        line(&mut text, format_args!("- What follows a line has at most {max} bytes."));
    }
    if several {
        line(&mut text, format_args!("\n```mermaid\n{}```", mermaid(protocol)));
    }
    for mode in protocol.modes {
        if several {
            line(&mut text, format_args!("\n## Mode {}", code(mode.name)));
        } else {
            line(&mut text, format_args!("\n## Messages"));
        }
        line(&mut text, format_args!("\nThe input is {}.", inline(mode.framing)));
        for command in mode.commands {
            markdown_command(&mut text, command);
        }
    }
    text
}

fn markdown_command(text: &mut String, command: &Command) {
    match command.word {
        Some(word) => line(text, format_args!("\n### {}", code(word))),
        None => line(text, format_args!("\n### Other input: {}", code(command.name))),
    }
    doc(text, command.doc);
    if !command.usage.is_empty() {
        line(text, format_args!("\nUsage: {}", code(command.usage)));
    }
    if !command.parameters.is_empty() {
        line(text, format_args!("\n| parameter | type |\n|---|---|"));
        for parameter in command.parameters {
            let (name, of_type) = (cell(parameter.name), cell(parameter.of_type));
            line(text, format_args!("| {name} | {of_type} |"));
        }
    }
    if let Some(body) = command.body {
        line(text, format_args!("\nBehind the line: {}.", inline(body)));
    }
    let modes = command.leads_to.iter().map(|mode| code(mode)).collect::<Vec<_>>();
    if !modes.is_empty() {
        line(text, format_args!("\nLeads to mode {}.", modes.join(" or ")));
    }
}

/// A doc comment, which is Markdown; its headings go below those of the reference.
fn doc(text: &mut String, doc: &str) {
    if doc.trim().is_empty() {
        return;
    }
    text.push('\n');
    let mut fenced = false;
    for row in doc.trim_end().lines() {
        fenced ^= row.trim_start().starts_with("```");
        let below = if row.starts_with('#') && !fenced { "###" } else { "" };
        line(text, format_args!("{below}{row}"));
    }
}

/// `text` as code, whatever it holds: it stands between more backticks than it has in a row.
fn code(text: &str) -> String {
    let longest = text.split(|mark| mark != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 || text.is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// As [`code`], in a table, whose columns a `|` would end.
fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// `text` among other words: what Markdown would take for its own is shown.
fn inline(text: &str) -> String {
    let mut shown = String::new();
    for character in text.chars() {
        if "\\`*_[]<>#|~&".contains(character) {
            shown.push('\\');
        }
        shown.push(character);
    }
    shown
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        __private::{command, protocol},
        session::Parameter,
    };

    const SET: Command = command(
        0,
        "set",
        Some("a|b`"),
        "a|b` <key> [a|b]",
        "Keeps a value.\n\n# Examples\n\n```text\n# no heading\n```",
        &[Parameter::new("key", "Either<A|B>")],
        &["State", "First"],
    )
    .with_body("length bytes and a line's end");
    const OTHER: Command = command(1, "other", None, "<text...>", "", &[], &[]);
    const AWAY: Command = command(2, "x", Some("\"go:1\";%%"), "", "", &[], &["First"]);
    const ODD: Protocol = protocol(
        "Odd",
        "All that\nis odd.",
        LineEnd::Lf,
        (10, 20, 30),
        true,
        &[
            Mode::new("First", "lines that end with LF", false, &[&SET, &OTHER]),
            Mode::new("State", "frames that end with b\"*\"", false, &[&AWAY]),
        ],
        3,
    );

    #[test]
    fn a_diagram_has_every_mode_and_every_way_and_shows_what_mermaid_would_take_for_syntax() {
        assert_eq!(
            describe(&ODD, Format::Mermaid),
            "stateDiagram-v2
    state \"First\" as First
    state \"State\" as State_
    [*] --> First
    First --> First: other
    First --> First: a#124;b#96;
    First --> State_: a#124;b#96;
    First --> [*]
    State_ --> First: #34;go#58;1#34;#59;#37;#37;
    State_ --> [*]
"
        );
    }

    #[test]
    fn a_reference_says_all_that_a_client_must_know() {
        let text = describe(&ODD, Format::Markdown);
        let diagram = format!("```mermaid\n{}```\n", mermaid(&ODD));
        assert_eq!(
            text.replace(&diagram, "(diagram)\n"),
            "# Odd

All that
is odd.

- A connection starts in mode `First`.
- Command words match in any case.
- A line has at most 10 bytes, its end not counted.
- A frame has at most 20 bytes.
- What follows a line has at most 30 bytes.

(diagram)

## Mode `First`

The input is lines that end with LF.

### `` a|b` ``

Keeps a value.

#### Examples

```text
# no heading
```

Usage: `` a|b` <key> [a|b] ``

| parameter | type |
|---|---|
| `key` | `Either<A\\|B>` |

Behind the line: length bytes and a line's end.

Leads to mode `State` or `First`.

### Other input: `other`

Usage: `<text...>`

## Mode `State`

The input is frames that end with b\"\\*\".

### `\"go:1\";%%`

Leads to mode `First`.
"
        );
    }

    #[test]
    fn json_has_it_all() {
        let text = describe(&ODD, Format::Json);
        for piece in [
            r#"{"name":"Odd","doc":"All that\u000ais odd.","line_end":"lf","max_line":10,"#,
            r#""ignore_case":true,"modes":[{"name":"First","framing":"lines that end with LF","#,
            r#""parameters":[{"name":"key","type":"Either<A|B>"}],"#,
            r#""body":"length bytes and a line's end","leads_to":["State","First"]},"#,
            r#"{"name":"other","word":null,"#,
            r#""word":"\"go:1\";%%""#,
        ] {
            assert!(text.contains(piece), "{piece} in {text}");
        }
    }
}
