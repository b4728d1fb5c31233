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

use rustix::{fs::OFlags, io::Errno, process::geteuid};

/// The permission bits of a log file that is made: its group may read it.
const FILE_MODE: u32 = 0o640;
/// How long syslog may take for one line before that is lost.
const SYSLOG_TIMEOUT: Duration = Duration::from_secs(1);

/// What could not be opened, and why.
pub(super) type OpenError = (PathBuf, io::Error);

/// Lines that could not be written.
#[derive(Debug)]
pub(super) struct Loss {
    pub(super) lines: u64,
    /// Why the last of them could not.
    pub(super) why: io::Error,
}

pub(super) struct Sink {
    place: Place,
    /// The last line that went there was not written to its end.
    torn: bool,
}

enum Place {
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
    fn at(place: Place) -> Self {
        Sink { place, torn: false }
    }

    pub(super) fn stderr() -> Self {
        Sink::at(Place::Stderr)
    }

    /// A file, which is to belong to `owner`: the process that comes after a restart is no longer
    /// root, and must be able to open it.
    pub(super) fn file(path: &Path, owner: Option<(u32, Option<u32>)>) -> Result<Self, OpenError> {
        let file = match owner {
            Some((user, group)) => open_for(path, user, group),
            None => options().open(path),
        };
        let file = file.map_err(|error| (path.to_owned(), error))?;
        Ok(Sink::at(Place::File { path: path.to_owned(), file }))
    }

    pub(super) fn syslog(path: &Path) -> Result<Self, OpenError> {
        let socket = open_syslog(path).map_err(|error| (path.to_owned(), error))?;
        Ok(Sink::at(Place::Syslog { path: path.to_owned(), socket }))
    }

    pub(super) fn is_syslog(&self) -> bool {
        matches!(self.place, Place::Syslog { .. })
    }

    /// Writes whole lines.
    ///
    /// # Errors
    /// Some could not be written.
    pub(super) fn write(&mut self, lines: &[u8]) -> Result<(), Loss> {
        match &mut self.place {
            Place::Stderr => write_to(&mut io::stderr(), lines, &mut self.torn),
            Place::File { file, .. } => write_to(file, lines, &mut self.torn),
            Place::Syslog { path, socket } => send_to(path, socket, lines),
        }
    }

    /// Opens a file, or syslog's socket, by its path again.
    pub(super) fn reopen(&mut self) -> Result<(), OpenError> {
        let anew = match &self.place {
            Place::Stderr => return Ok(()),
            Place::File { path, .. } => Sink::file(path, None)?,
            Place::Syslog { path, .. } => Sink::syslog(path)?,
        };
        // It may be the file in which the torn line stands.
        self.place = anew.place;
        Ok(())
    }
}

/// Writes to what takes any number of bytes at a time. What comes behind a torn line begins a new
/// one.
pub(super) fn write_to(out: &mut impl Write, lines: &[u8], torn: &mut bool) -> Result<(), Loss> {
    let mut left = lines;
    while !left.is_empty() {
        let result = if *torn { out.write(b"\n") } else { out.write(left) };
        match result {
            Ok(0) => return Err(loss(left, io::ErrorKind::WriteZero.into())),
            Ok(_) if *torn => *torn = false,
            Ok(count) => left = &left[count..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                let written = &lines[..lines.len() - left.len()];
                *torn |= written.last().is_some_and(|&byte| byte != b'\n');
                return Err(loss(left, error));
            }
        }
    }
    Ok(())
}

fn loss(left: &[u8], why: io::Error) -> Loss {
    Loss { lines: left.iter().filter(|&&byte| byte == b'\n').count() as u64, why }
}

/// Sends a datagram a line.
fn send_to(path: &Path, socket: &mut UnixDatagram, lines: &[u8]) -> Result<(), Loss> {
    let mut lost = None::<Loss>;
    for line in lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        let sent = socket.send(line).or_else(|error| {
            // It is there and takes nothing, or takes no line that is so long.
            let is_there = error.kind() == io::ErrorKind::WouldBlock
                || error.raw_os_error() == Some(Errno::MSGSIZE.raw_os_error());
            if is_there {
                return Err(error);
            }
            // The one that was there may have been started anew.
            *socket = open_syslog(path)?;
            socket.send(line)
        });
        if let Err(why) = sent {
            lost = Some(Loss { lines: lost.map_or(0, |lost| lost.lines) + 1, why });
        }
    }
    lost.map_or(Ok(()), Err)
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.append(true).create(true).mode(FILE_MODE);
    options
}

/// Opens a file as root, for another user. That user may be able to put a link in its place, which
/// would make any file of root's theirs.
fn open_for(path: &Path, user: u32, group: Option<u32>) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW.bits().cast_signed();
    let file = match options().custom_flags(flags).open(path) {
        Err(error) if error.raw_os_error() == Some(Errno::LOOP.raw_os_error()) => {
            // A device can be meant, but not by that user: it might be a disk.
            let is_own = fs::symlink_metadata(path)?.uid() == geteuid().as_raw();
            let not_followed = || io::Error::other("is a symbolic link, which is not followed");
            if !is_own {
                return Err(not_followed());
            }
            let file = OpenOptions::new().append(true).open(path)?;
            if file.metadata()?.is_file() {
                return Err(not_followed());
            }
            file
        }
        file => file?,
    };
    let found = file.metadata()?;
    if found.is_file() {
        if found.nlink() > 1 {
            return Err(io::Error::other("has another name, and is not given to another user"));
        }
        fchown(&file, Some(user), group)?;
    }
    Ok(file)
}

fn open_syslog(path: &Path) -> io::Result<UnixDatagram> {
    let socket = UnixDatagram::unbound()?;
    socket.set_write_timeout(Some(SYSLOG_TIMEOUT))?;
    socket.connect(path)?;
    Ok(socket)
}
