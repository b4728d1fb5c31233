//! The program that this process runs, so that it can be started again.

use std::{
    env,
    ffi::OsString,
    io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::Command,
};

/// The program and the arguments with which it was started.
#[derive(Debug)]
pub(super) struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
}

impl Program {
    /// This process's own. It is to be called before anything changes the folder.
    pub(super) fn own() -> io::Result<Self> {
        let arguments = env::args_os().collect::<Vec<_>>();
        // The path as it was written leads to the new program where it is a symbolic link to one
        // of several versions.
        let written = arguments.first().map(Path::new);
        let written = written.filter(|path| path.components().count() > 1 && path.is_file());
        let path = match written {
            Some(path) => std::path::absolute(path)?,
            None => env::current_exe()?,
        };
        Ok(Program { path, arguments })
    }

    /// What starts it again, with the same arguments. What was said to this process alone is left
    /// out of the environment.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        let mut arguments = self.arguments.iter();
        if let Some(name) = arguments.next() {
            command.arg0(name);
        }
        command.args(arguments);
        for variable in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "WATCHDOG_PID"] {
            command.env_remove(variable);
        }
        command
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}
