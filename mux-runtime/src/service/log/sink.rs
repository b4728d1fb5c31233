//! Where the lines go.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::{
        fs::{MetadataExt, OpenOptionsExt, fchown},
        net::UnixDatagram,
    },
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::{fs::OFlags, io::Errno};

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
        Sink::open(path, || open_file(path, OFlags::empty()))
    }

    /// The same, opened by root for the user that it will be: the process that comes after a
    /// restart must be able to open the file, so it is given to that user. Since they may be able
    /// to write to its folder, no link of another's than root's is followed, nothing behind a link
    /// is given away, and nothing that has two names.
    pub(super) fn file_of(
        path: &Path,
        (user, group): (u32, Option<u32>),
    ) -> Result<Self, OpenError> {
        Sink::open(path, || {
            let file = match open_file(path, OFlags::NOFOLLOW) {
                Err(error) if error.raw_os_error() == Some(Errno::LOOP.raw_os_error()) => {
                    return if fs::symlink_metadata(path)?.uid() == 0 {
                        open_file(path, OFlags::empty())
                    } else {
                        Err(io::Error::other("is a symbolic link of another user than root"))
                    };
                }
                file => file?,
            };
            let found = file.metadata()?;
            if found.is_file() {
                if found.nlink() > 1 {
                    let why = "has another name, too (a hard link): it may be any file";
                    return Err(io::Error::other(why));
                }
                fchown(&file, Some(user), group)?;
            }
            Ok(file)
        })
    }

    fn open(path: &Path, open: impl FnOnce() -> io::Result<File>) -> Result<Self, OpenError> {
        match open() {
            Ok(file) => Ok(Sink::File { path: path.to_owned(), file }),
            Err(error) => Err((path.to_owned(), error)),
        }
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

fn open_file(path: &Path, flags: OFlags) -> io::Result<File> {
    // A terminal is not to become the one of a daemon that has none.
    let flags = (flags | OFlags::NOCTTY).bits() as i32;
    OpenOptions::new().append(true).create(true).mode(FILE_MODE).custom_flags(flags).open(path)
}

fn open_syslog(path: &Path) -> io::Result<UnixDatagram> {
    let socket = UnixDatagram::unbound()?;
    socket.set_write_timeout(Some(SYSLOG_TIMEOUT))?;
    socket.connect(path)?;
    Ok(socket)
}
