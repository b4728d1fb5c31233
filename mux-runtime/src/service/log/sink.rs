//! Where the lines go.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::{
        fs::{OpenOptionsExt, fchown},
        net::UnixDatagram,
    },
    path::{Path, PathBuf},
    time::Duration,
};

/// The permission bits of a log file that is made: its group may read it.
const FILE_MODE: u32 = 0o640;
/// How long syslog may take for one line before that is lost.
const SYSLOG_TIMEOUT: Duration = Duration::from_secs(1);

/// What could not be opened, and why.
pub(super) type OpenError = (PathBuf, io::Error);

pub(super) enum Sink {
    Stderr,
    File {
        path: PathBuf,
        file: File,
    },
    /// One datagram a line.
    Syslog {
        path: PathBuf,
        socket: UnixDatagram,
    },
}

impl Sink {
    #[allow(clippy::unnecessary_wraps, reason = "it stands beside the others")]
    pub(super) fn stderr() -> Result<Self, OpenError> {
        Ok(Sink::Stderr)
    }

    pub(super) fn file(path: &Path) -> Result<Self, OpenError> {
        let file = open_file(path).map_err(|error| (path.to_owned(), error))?;
        Ok(Sink::File { path: path.to_owned(), file })
    }

    /// Has a file belong to another: the process that comes after a restart is no longer root, and
    /// must be able to open it.
    pub(super) fn given_to(self, owner: Option<(u32, Option<u32>)>) -> Result<Self, OpenError> {
        if let (Sink::File { path, file }, Some((user, group))) = (&self, owner)
            && file.metadata().is_ok_and(|found| found.is_file())
        {
            fchown(file, Some(user), group).map_err(|error| (path.clone(), error))?;
        }
        Ok(self)
    }

    pub(super) fn syslog(path: &Path) -> Result<Self, OpenError> {
        let socket = open_syslog(path).map_err(|error| (path.to_owned(), error))?;
        Ok(Sink::Syslog { path: path.to_owned(), socket })
    }

    pub(super) fn is_syslog(&self) -> bool {
        matches!(self, Sink::Syslog { .. })
    }

    /// Writes whole lines. What cannot be written is lost: there is nobody to tell.
    pub(super) fn write(&mut self, lines: &[u8]) {
        match self {
            Sink::Stderr => {
                let _ = io::stderr().write_all(lines);
            }
            Sink::File { file, .. } => {
                let _ = file.write_all(lines);
            }
            Sink::Syslog { path, socket } => {
                for line in lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
                    if socket.send(line).is_err()
                        && let Ok(anew) = open_syslog(path)
                    {
                        // The one that was there may have been started anew.
                        let _ = anew.send(line);
                        *socket = anew;
                    }
                }
            }
        }
    }

    /// Opens a file, or syslog's socket, by its path again.
    pub(super) fn reopen(&mut self) -> Result<(), OpenError> {
        *self = match self {
            Sink::Stderr => return Ok(()),
            Sink::File { path, .. } => Sink::file(path)?,
            Sink::Syslog { path, .. } => Sink::syslog(path)?,
        };
        Ok(())
    }
}

fn open_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(FILE_MODE).open(path)
}

fn open_syslog(path: &Path) -> io::Result<UnixDatagram> {
    let socket = UnixDatagram::unbound()?;
    socket.set_write_timeout(Some(SYSLOG_TIMEOUT))?;
    socket.connect(path)?;
    Ok(socket)
}
