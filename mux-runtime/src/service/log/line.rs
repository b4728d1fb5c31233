//! How an event is written.

use std::{
    fmt::{self, Write as _},
    process,
    sync::Arc,
};

use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    field::RecordFields,
    fmt::{
        FmtContext, FormatEvent, FormatFields, FormattedFields,
        format::Writer,
        time::{FormatTime, SystemTime},
    },
    registry::LookupSpan,
};

use super::escape::{Escaping, Style, write_value};
use crate::service::LogFormat;

/// `LOG_DAEMON` of RFC 3164 section 4.1.1, times eight.
const FACILITY: u8 = 3 << 3;

/// The form of a line.
#[derive(Debug, Clone)]
pub(super) struct Form {
    json: bool,
    /// For syslog: `chat[17]: ` behind the priority. It puts its own time in front, and level.
    tag: Option<Arc<str>>,
}

impl Form {
    /// The form `format`, with syslog's head if there is a program to name there.
    pub(super) fn new(format: LogFormat, syslog_program: Option<&str>) -> Self {
        let tag = syslog_program.map(|program| {
            // RFC 3164 section 4.1.3: what is not alphanumeric ends the tag.
            let name = |character: char| {
                if character.is_ascii_alphanumeric() || "-_.".contains(character) {
                    character
                } else {
                    '_'
                }
            };
            let program = program.chars().map(name).collect::<String>();
            format!("{program}[{}]: ", process::id()).into()
        });
        Form { json: format == LogFormat::Json, tag }
    }

    /// What the log says of itself.
    pub(super) fn notice(&self, message: &str) -> String {
        let mut line = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(
            &mut Writer::new(&mut line),
            Level::WARN,
            "log",
            |writer, style| Escaping::new(writer, style).write_str(message),
            |_, _| Ok(()),
            |_| Ok(()),
        );
        line
    }

    fn write(
        &self,
        writer: &mut Writer<'_>,
        level: Level,
        target: &str,
        message: impl FnOnce(&mut dyn fmt::Write, Style) -> fmt::Result,
        fields: impl FnOnce(&mut dyn fmt::Write, bool) -> fmt::Result,
        spans: impl FnOnce(&mut dyn fmt::Write) -> fmt::Result,
    ) -> fmt::Result {
        if let Some(tag) = &self.tag {
            write!(writer, "<{}>{tag}", FACILITY + severity(level))?;
        }
        if self.json {
            writer.write_str("{\"time\":\"")?;
            SystemTime.format_time(writer)?;
            write!(writer, "\",\"level\":\"{level}\",\"target\":\"{target}\",\"message\":\"")?;
            message(writer, Style::Json)?;
            writer.write_str("\"")?;
            fields(writer, true)?;
            spans(writer)?;
            return writer.write_str("}\n");
        }
        if self.tag.is_none() {
            SystemTime.format_time(writer)?;
            write!(writer, " {level:>5} ")?;
        }
        write!(writer, "{target}: ")?;
        message(writer, Style::Bare)?;
        fields(writer, false)?;
        spans(writer)?;
        writer.write_str("\n")
    }
}

/// RFC 3164 section 4.1.1.
fn severity(level: Level) -> u8 {
    match level {
        Level::ERROR => 3,
        Level::WARN => 4,
        Level::INFO => 6,
        _ => 7,
    }
}

impl<S, N> FormatEvent<S, N> for Form
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(
        &self,
        ctx: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let spans = |out: &mut dyn fmt::Write| {
            let mut open = ctx.event_scope().into_iter().flat_map(|scope| scope.from_root());
            let mut is_first = true;
            open.try_for_each(|span| {
                let extensions = span.extensions();
                let fields = extensions.get::<FormattedFields<N>>();
                let fields = fields.map_or("", |fields| fields.fields.as_str());
                if !self.json {
                    return write!(out, " {}{{{fields}}}", span.name());
                }
                let start = if is_first { ",\"spans\":[" } else { "," };
                is_first = false;
                let comma = if fields.is_empty() { "" } else { "," };
                write!(out, "{start}{{\"name\":\"{}\"{comma}{fields}}}", span.name())
            })?;
            if self.json && !is_first { out.write_str("]") } else { Ok(()) }
        };
        let metadata = event.metadata();
        self.write(
            &mut writer,
            *metadata.level(),
            metadata.target(),
            |out, style| {
                let mut message = Message { out, style, result: Ok(()) };
                event.record(&mut message);
                message.result
            },
            |out, json| {
                let before = if json { ",\"fields\":{" } else { " " };
                let mut fields = Fields::new(out, json, before);
                event.record(&mut fields);
                let has_any = !fields.is_first;
                fields.result?;
                if json && has_any { out.write_str("}") } else { Ok(()) }
            },
            spans,
        )
    }
}

/// The fields of a span.
impl<'w> FormatFields<'w> for Form {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut visitor = Fields::new(&mut writer, self.json, "");
        fields.record(&mut visitor);
        visitor.result
    }

    fn add_fields(
        &self,
        current: &'w mut FormattedFields<Self>,
        fields: &tracing::span::Record<'_>,
    ) -> fmt::Result {
        let before = match (current.fields.is_empty(), self.json) {
            (true, _) => "",
            (false, true) => ",",
            (false, false) => " ",
        };
        let mut visitor = Fields::new(&mut current.fields, self.json, before);
        fields.record(&mut visitor);
        visitor.result
    }
}

/// Writes an event's message alone.
struct Message<'a> {
    out: &'a mut dyn fmt::Write,
    style: Style,
    result: fmt::Result,
}

impl Visit for Message<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.result = write!(Escaping::new(self.out, self.style), "{value:?}");
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}

/// Writes all fields but the message.
struct Fields<'a> {
    out: &'a mut dyn fmt::Write,
    json: bool,
    /// What is written before the first field.
    before: &'static str,
    is_first: bool,
    value: String,
    result: fmt::Result,
}

impl<'a> Fields<'a> {
    fn new(out: &'a mut dyn fmt::Write, json: bool, before: &'static str) -> Self {
        Fields { out, json, before, is_first: true, value: String::new(), result: Ok(()) }
    }

    fn key(&mut self, field: &Field) -> fmt::Result {
        let separator = match (self.is_first, self.json) {
            (true, _) => self.before,
            (false, true) => ",",
            (false, false) => " ",
        };
        self.is_first = false;
        // A raw identifier is an identifier to programs, not to people.
        let name = field.name().trim_start_matches("r#");
        if self.json {
            write!(self.out, "{separator}\"{name}\":")
        } else {
            write!(self.out, "{separator}{name}=")
        }
    }

    fn write(&mut self, field: &Field, write: impl FnOnce(&mut Self) -> fmt::Result) {
        if self.result.is_ok() && field.name() != "message" {
            self.result = self.key(field).and_then(|()| write(self));
        }
    }

    fn text(&mut self, value: &str) -> fmt::Result {
        if !self.json {
            return write_value(self.out, value);
        }
        self.out.write_str("\"")?;
        Escaping::new(self.out, Style::Json).write_str(value)?;
        self.out.write_str("\"")
    }
}

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.write(field, |fields| {
            let mut text = std::mem::take(&mut fields.value);
            text.clear();
            write!(text, "{value:?}")?;
            let result = fields.text(&text);
            fields.value = text;
            result
        });
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.write(field, |fields| fields.text(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.write(field, |fields| write!(fields.out, "{value}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.write(field, |fields| write!(fields.out, "{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.write(field, |fields| write!(fields.out, "{value}"));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.write(field, |fields| match (fields.json, value.is_finite()) {
            // RFC 8259 section 6 has no infinity.
            (true, false) => fields.text(&value.to_string()),
            _ => write!(fields.out, "{value}"),
        });
    }
}
