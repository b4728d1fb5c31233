//! The file of a unix socket.

use std::{
    fs, io,
    os::unix::{
        fs::{FileTypeExt, MetadataExt, PermissionsExt},
        net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use rustix::fs::{FlockOperation, Mode, flock};

/// So often, and after such a pause, another process that is about to listen in the same folder
/// is waited for.
const LOCK_TRIES: u32 = 100;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// A unix socket's file that is ours, as long as it is the same one.
#[derive(Debug)]
pub(super) struct SocketFile {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl SocketFile {
    /// The file at `path`, which belongs to a socket that listens already.
    pub(super) fn find(path: &Path) -> io::Result<Self> {
        let path = std::path::absolute(path)?;
        let found = fs::symlink_metadata(&path)?;
        Ok(SocketFile { path, device: found.dev(), inode: found.ino() })
    }

    /// Removes the file, unless it is another's by now. `root` is the folder that has become the
    /// root of the file system.
    pub(super) fn remove(&self, root: Option<&Path>) {
        let Some(path) = below(&self.path, root) else { return };
        let ours = fs::symlink_metadata(&path)
            .is_ok_and(|found| (found.dev(), found.ino()) == (self.device, self.inode));
        if ours && let Err(error) = fs::remove_file(&path) {
            tracing::info!("cannot remove {}, which is left behind: {error}", path.display());
        }
    }
}

/// Where `path` is found after a `chroot` to `root`; nowhere, if it is not below it.
pub(super) fn below(path: &Path, root: Option<&Path>) -> Option<PathBuf> {
    match root {
        None => Some(path.to_owned()),
        Some(root) => path.strip_prefix(root).ok().map(|path| Path::new("/").join(path)),
    }
}

/// Listens on `path`. A file that is there already is replaced if it is a socket on which nobody
/// answers.
pub(super) fn bind(
    path: &Path,
    mode: Option<u32>,
    owner: Option<(u32, Option<u32>)>,
) -> io::Result<(UnixListener, SocketFile)> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = fs::File::open(folder.unwrap_or(Path::new(".")))?;
    // Without it, two that start at the same time would replace each other's socket.
    let mut tries = 0;
    while flock(&folder, FlockOperation::NonBlockingLockExclusive).is_err() && tries < LOCK_TRIES {
        tries += 1;
        thread::sleep(LOCK_PAUSE);
    }
    remove_stale(path)?;
    // Nobody may connect before the mode and the owner are right.
    let before = rustix::process::umask(Mode::RWXO | Mode::RWXG | Mode::XUSR);
    let bound = UnixListener::bind(path);
    rustix::process::umask(before);
    let bound = bound?;
    let file = SocketFile::find(path)?;
    let finish = || {
        if let Some((user, group)) = owner {
            std::os::unix::fs::chown(path, Some(user), group)?;
        }
        let mode = mode.unwrap_or(0o777 & !before.bits());
        fs::set_permissions(path, fs::Permissions::from_mode(mode))
    };
    match finish() {
        Ok(()) => Ok((bound, file)),
        Err(error) => {
            file.remove(None);
            Err(error)
        }
    }
}

/// Removes a socket's file that was left behind.
fn remove_stale(path: &Path) -> io::Result<()> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if !found.file_type().is_socket() {
        return Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "there is a file that is no socket",
        ));
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path),
        Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
        // A full backlog (`EAGAIN`) is an answer, too.
        _ => Err(io::Error::new(io::ErrorKind::AddrInUse, "another server answers there")),
    }
}
