//! The file of a unix socket.

use std::{
    fs, io,
    os::{
        fd::{AsRawFd, OwnedFd},
        unix::{
            fs::{FileTypeExt, MetadataExt, PermissionsExt},
            net::UnixListener,
        },
    },
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use rustix::{
    fs::{AtFlags, FlockOperation, Gid, Mode, OFlags, Uid, chownat, flock, open},
    io::Errno,
    net::{self, AddressFamily, SocketAddrUnix, SocketFlags, SocketType},
    process::umask,
};

/// So long, looking after each pause, another process that is about to listen in the same folder is
/// waited for.
const LOCK_TIMEOUT: Duration = Duration::from_secs(1);
const LOCK_PAUSE: Duration = Duration::from_millis(10);
/// For a moment: whoever serves the socket sets its own.
const BACKLOG: i32 = 128;

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
    let _lock = lock_folder(path)?;
    remove_stale(path)?;
    let socket = new_socket(SocketFlags::empty())?;
    let before = mode.map(|mode| umask(Mode::from_bits_truncate(!mode & 0o777)));
    let bound = net::bind(&socket, &SocketAddrUnix::new(path)?);
    before.map(umask);
    bound?;
    let file = SocketFile::find(path)?;
    // Nobody can connect before the mode and the owner are right.
    let finished = finish(path, mode, owner).and_then(|()| Ok(net::listen(&socket, BACKLOG)?));
    match finished {
        Ok(()) => Ok((socket.into(), file)),
        Err(error) => {
            file.remove(None);
            Err(error)
        }
    }
}

/// Locks the folder of `path` against others who are about to listen in it: without that, two that
/// start at the same time would replace each other's socket. Whoever holds the lock for longer is
/// not about to do so, and is no reason to wait on. This is done before the loop runs.
fn lock_folder(path: &Path) -> io::Result<fs::File> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = fs::File::open(folder.unwrap_or(Path::new(".")))?;
    let deadline = Instant::now() + LOCK_TIMEOUT;
    while flock(&folder, FlockOperation::NonBlockingLockExclusive) == Err(Errno::WOULDBLOCK)
        && Instant::now() < deadline
    {
        thread::sleep(LOCK_PAUSE);
    }
    Ok(folder)
}

fn new_socket(flags: SocketFlags) -> io::Result<OwnedFd> {
    let flags = flags | SocketFlags::CLOEXEC;
    Ok(net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?)
}

/// Sets the owner, and the mode if a default of the folder's has overruled it. This may be done by
/// root where others can write to the folder: so not by the path, which may lead elsewhere by now.
fn finish(path: &Path, mode: Option<u32>, owner: Option<(u32, Option<u32>)>) -> io::Result<()> {
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = fs::File::from(open(path, flags, Mode::empty())?);
    let found = file.metadata()?;
    if !found.file_type().is_socket() {
        return Err(io::Error::other("it was replaced by what is no socket"));
    }
    if found.nlink() > 1 {
        return Err(io::Error::other("it has another name: it may be another's socket"));
    }
    if let Some((user, group)) = owner {
        let (user, group) = (Uid::from_raw(user), group.map(Gid::from_raw));
        chownat(&file, "", Some(user), group, AtFlags::EMPTY_PATH)?;
    }
    match mode {
        Some(mode) if found.mode() & 0o777 != mode & 0o777 => {
            let path = format!("/proc/self/fd/{}", file.as_raw_fd());
            fs::set_permissions(path, fs::Permissions::from_mode(mode))
        }
        _ => Ok(()),
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
    // A server whose backlog is full would have this wait for as long as it is.
    let socket = new_socket(SocketFlags::NONBLOCK)?;
    match net::connect(&socket, &SocketAddrUnix::new(path)?) {
        Err(Errno::CONNREFUSED) => fs::remove_file(path),
        // A full backlog is an answer, too.
        Ok(()) | Err(Errno::WOULDBLOCK) => {
            Err(io::Error::new(io::ErrorKind::AddrInUse, "another server answers there"))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_s_socket_that_was_put_in_its_place_is_not_given_away() {
        let folder = tempfile::tempdir().unwrap();
        let [theirs, ours] = ["theirs", "ours"].map(|name| folder.path().join(name));
        let _listener = UnixListener::bind(&theirs).unwrap();
        let mode = fs::metadata(&theirs).unwrap().mode();
        finish(&theirs, Some(0o600), None).unwrap();
        fs::hard_link(&theirs, &ours).unwrap();
        let error = finish(&ours, Some(0o666), None).unwrap_err();
        assert_eq!(error.to_string(), "it has another name: it may be another's socket");
        let now = fs::metadata(&theirs).unwrap().mode();
        assert_eq!((now & 0o777, now & !0o777), (0o600, mode & !0o777));
    }
}
