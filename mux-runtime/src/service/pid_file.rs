//! The file that names the process as long as it lives.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read},
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::fs::{FileExt, MetadataExt, OpenOptionsExt},
    },
    path::{Path, PathBuf},
    process,
};

use rustix::fs::{FlockOperation, OFlags, flock};

use super::unix_socket::below;

/// So often the file may have been replaced under our hands.
const TRIES_MAX: u32 = 16;
/// The longest pid file that is looked at, in bytes.
const LENGTH_MAX: u64 = 32;

/// Why the pid file is not ours.
#[derive(Debug, thiserror::Error)]
pub(super) enum PidFileError {
    #[error("already running{}, says pid_file {:?}", pid.as_ref().map_or(String::new(), |pid| format!(" as process {pid}")), path.display())]
    Running { path: PathBuf, pid: Option<u32> },
    #[error("pid_file {:?}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
}

/// A pid file, which is locked (flock) as long as a process holds it: a name that is left in it
/// afterwards says nothing.
#[derive(Debug)]
pub(super) struct PidFile {
    path: PathBuf,
    file: File,
}

impl PidFile {
    /// Makes the file, or takes over one that nobody holds, and writes this process into it.
    pub(super) fn acquire(path: &Path) -> Result<Self, PidFileError> {
        let io = |source| PidFileError::Io { path: path.to_owned(), source };
        for _ in 0..TRIES_MAX {
            let mut file = open(path).map_err(io)?;
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {}
                Err(rustix::io::Errno::WOULDBLOCK) => {
                    let pid = read(&mut file);
                    return Err(PidFileError::Running { path: path.to_owned(), pid });
                }
                Err(error) => return Err(io(error.into())),
            }
            // Its holder may have removed it between the two calls.
            if is_at(&file, path) {
                let path = std::path::absolute(path).map_err(io)?;
                let own = PidFile { path, file };
                own.name(process::id()).map_err(io)?;
                return Ok(own);
            }
        }
        Err(io(io::Error::other("it is replaced again and again")))
    }

    /// The file that the process before this one holds, and its lock with it.
    pub(super) fn inherited(path: PathBuf, file: OwnedFd) -> Self {
        PidFile { path, file: file.into() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes `pid` into the file. Whoever reads it meanwhile finds the one or the other.
    pub(super) fn name(&self, pid: u32) -> io::Result<()> {
        let mut text = format!("{pid}\n");
        let length = text.len();
        let before = self.file.metadata()?.len().min(LENGTH_MAX);
        while (text.len() as u64) < before {
            text.push('\n');
        }
        self.file.write_all_at(text.as_bytes(), 0)?;
        self.file.set_len(length as u64)
    }

    /// Removes the file. `root` is the folder that has become the root of the file system. Where
    /// that is not allowed any more the file is emptied.
    pub(super) fn remove(&self, root: Option<&Path>) {
        let path = below(&self.path, root).filter(|path| is_at(&self.file, path));
        if path.is_some_and(|path| fs::remove_file(path).is_ok()) {
            return;
        }
        if let Err(error) = self.file.set_len(0) {
            tracing::warn!("cannot empty pid_file {:?}: {error}", self.path.display());
        }
    }
}

impl AsFd for PidFile {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

/// Opens the file itself, never what a link leads to, and nothing but a file: who may write to its
/// folder is not to have root write elsewhere.
fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o644)
        .custom_flags(flags.bits() as i32)
        .open(path);
    let file = file.map_err(|error| match error.raw_os_error() {
        Some(code) if code == rustix::io::Errno::LOOP.raw_os_error() => {
            io::Error::other("is a symbolic link, which is not followed")
        }
        _ => error,
    })?;
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(io::Error::other("is not a file"));
    }
    if found.nlink() > 1 {
        return Err(io::Error::other("has another name, too (a hard link): it may be any file"));
    }
    Ok(file)
}

/// The process that the file names.
fn read(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(LENGTH_MAX).read_to_string(&mut text).ok()?;
    text.lines().next()?.trim().parse().ok()
}

/// Whether the file that is open is the one at `path`.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(open), Ok(found)) => (open.dev(), open.ino()) == (found.dev(), found.ino()),
        _ => false,
    }
}
