mod machine;
mod mistakes;
mod options;
mod shown;
mod sources;

use std::fs;

use super::*;
use crate::__private::{MAX_BODY_DEFAULT, MAX_FRAME_DEFAULT, MAX_LINE_DEFAULT, protocol};
use crate::session::LineEnd;

const PROTOCOL: Protocol = protocol(
    "Chat",
    "",
    LineEnd::Any,
    (MAX_LINE_DEFAULT, MAX_FRAME_DEFAULT, MAX_BODY_DEFAULT),
    false,
    &[],
    0,
);

/// What a test is configured with.
#[derive(Default)]
struct Given<'a> {
    arguments: &'a [&'a str],
    program: &'a [(&'a str, &'a str)],
    file: Option<&'a str>,
    base: Settings,
}

impl Given<'_> {
    /// Reads it; the file is called `mux.toml` in what is said of it.
    fn read<O: Args>(&self) -> Result<Configuration<O>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mux.toml");
        let mut words = vec![OsString::from("/usr/bin/chat")];
        if let Some(file) = self.file {
            fs::write(&path, file).unwrap();
            words.push("--conf-file".into());
            words.push(path.clone().into());
        }
        words.extend(self.arguments.iter().map(OsString::from));
        let said = self.program.iter().map(|&(key, value)| (key.to_owned(), value.to_owned()));
        let shorter = |text: String| text.replace(&path.display().to_string(), "mux.toml");
        match read::<O>(
            &words,
            &Identity::default(),
            &said.collect::<Vec<_>>(),
            &self.base,
            &[&PROTOCOL],
        ) {
            Ok(mut configuration) => {
                configuration.origins.file = shorter(configuration.origins.file);
                if let Task::Check(text) = configuration.task {
                    configuration.task = Task::Check(shorter(text));
                }
                Ok(configuration)
            }
            Err(Told::Help(text) | Told::Mistake(text)) => Err(shorter(text)),
        }
    }

    fn settings(&self) -> Settings {
        self.read::<()>().unwrap().settings
    }

    fn mistake(&self) -> String {
        self.read::<Theirs>().map(|_| ()).unwrap_err()
    }
}

fn arguments<'a>(arguments: &'a [&'a str]) -> Given<'a> {
    Given { arguments, ..Given::default() }
}

fn file(text: &str) -> Given<'_> {
    Given { file: Some(text), ..Given::default() }
}

fn program<'a>(program: &'a [(&'a str, &'a str)]) -> Given<'a> {
    Given { program, ..Given::default() }
}

fn show(settings: &Settings, key: &str) -> String {
    (keys::named(key).unwrap().show)(settings).join(" ")
}

/// The options of a program.
#[derive(Args, Debug)]
struct Theirs {
    /// What each guest is told first
    #[arg(long, default_value = "hello")]
    greeting: String,
    #[arg(long)]
    spool_size: Option<u32>,
    #[arg(long)]
    verbose: bool,
    #[arg(long)]
    words: Vec<String>,
}
