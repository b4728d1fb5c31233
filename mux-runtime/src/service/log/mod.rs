//! The log: events of `tracing`, to standard error, a file or syslog, as text or JSON lines.
//!
//! | `log_level` | Net::Server | what is told |
//! |---|---|---|
//! | 0 | err | what failed for good |
//! | 1 | warning | trouble that passes, handlers that hold up the loop |
//! | 2 | notice | the server's own steps, and a line for each connection that is over |
//! | 3 | info | each arrival; what a handler logs names its connection |
//! | 4 | debug | each input |
//!
//! The loop never waits for whoever takes the log: lines go into a bounded queue, and a thread
//! writes them ([`queue`]). What does not fit, or cannot be written, is counted, and the count is
//! told once that can be done. What peers sent is escaped ([`escape`]): a line of the log is one
//! event, and no terminal obeys it.

mod escape;
mod hook;
mod line;
mod panics;
mod queue;
mod sink;

use std::{io, path::PathBuf, sync::Arc, thread};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use self::{hook::ToHook, line::Form, queue::Queue, sink::Sink};
use super::{LogFormat, LogTarget, Settings, hooks::LogHook, privileges};

/// Where the system takes its log (RFC 3164 and its kin name no place; this one is usual).
const SYSLOG_PATH: &str = "/dev/log";

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub(super) enum LogError {
    /// Its file or socket cannot be opened.
    #[error("log_file {path:?}: {source}")]
    Open {
        /// The file or socket.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Its thread cannot be started.
    #[error("cannot start the log's thread: {0}")]
    Thread(#[source] io::Error),
}

/// The log, as long as this value lives; all that was logged is written when it is dropped.
pub(super) struct Log {
    queue: Arc<Queue>,
    needs_terminal: bool,
}

/// Has the log's file opened anew: for USR1, from any thread.
#[derive(Clone)]
pub(super) struct Reopener(Arc<Queue>);

impl Log {
    /// Opens the log that `settings` name, for all of the process, and starts its thread: so not
    /// before the process has become the one that serves.
    ///
    /// With a `hook`, that gets the lines instead, in the thread that logs.
    ///
    /// A program that has a subscriber of its own keeps it; then nothing comes here.
    pub(super) fn open(
        settings: &Settings,
        program: &str,
        hook: Option<LogHook>,
    ) -> Result<Self, LogError> {
        if let Some(hook) = hook {
            let form = Form::new(settings.log_format, None);
            let log = Log::start(Sink::stderr(), form.clone())?;
            let subscriber = subscriber(ToHook::new(hook), form, settings.log_level);
            let _ = tracing::subscriber::set_global_default(subscriber);
            panics::log(Arc::clone(&log.queue));
            return Ok(log);
        }
        let sink = match &settings.log_file {
            LogTarget::Stderr => Ok(Sink::stderr()),
            LogTarget::File(path) => Sink::file(path, privileges::future_owner(settings)),
            LogTarget::Syslog => Sink::syslog(SYSLOG_PATH.as_ref()),
        };
        let sink = sink.map_err(|(path, source)| LogError::Open { path, source })?;
        let form = Form::new(settings.log_format, sink.is_syslog().then_some(program));
        let mut log = Log::start(sink, form.clone())?;
        let subscriber = subscriber(Arc::clone(&log.queue), form, settings.log_level);
        // Fails if the program has its own.
        let is_ours = tracing::subscriber::set_global_default(subscriber).is_ok();
        log.needs_terminal = is_ours && settings.log_file == LogTarget::Stderr;
        // As text on standard error they stand there anyway.
        if !log.needs_terminal || settings.log_format == LogFormat::Json {
            panics::log(Arc::clone(&log.queue));
        }
        Ok(log)
    }

    fn start(mut sink: Sink, form: Form) -> Result<Self, LogError> {
        let queue = Arc::new(Queue::default());
        let taken = Arc::clone(&queue);
        let write = move || taken.write_out(&mut sink, &form);
        thread::Builder::new().name("log".into()).spawn(write).map_err(LogError::Thread)?;
        Ok(Log { queue, needs_terminal: false })
    }

    /// Whether standard error is all that it goes to.
    pub(super) fn needs_terminal(&self) -> bool {
        self.needs_terminal
    }

    /// Returns once all that was logged is written, or that took too long.
    pub(super) fn flush(&self) {
        self.queue.flush();
    }

    /// The means to have its file opened anew.
    pub(super) fn reopener(&self) -> Reopener {
        Reopener(Arc::clone(&self.queue))
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl Reopener {
    /// What is logged from now on goes into a file that is opened anew by its path. If it cannot
    /// be, the old one stays, and says why.
    pub(super) fn reopen(&self) {
        self.0.reopen();
    }
}

/// What formats events and hands them to `writer`.
fn subscriber<W>(writer: W, form: Form, level: u8) -> impl tracing::Subscriber
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        // They would be told on standard error, with a panic if nobody reads that any more.
        .log_internal_errors(false)
        .with_max_level(filter(level))
        .with_writer(writer)
        .fmt_fields(form.clone())
        .event_format(form)
        .finish()
}

/// The levels 0 to 4 are Net::Server's.
fn filter(level: u8) -> LevelFilter {
    match level {
        0 => LevelFilter::ERROR,
        1 => LevelFilter::WARN,
        2 => LevelFilter::INFO,
        3 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    }
}

#[cfg(test)]
mod tests;
