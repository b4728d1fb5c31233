//! Takes files of any size: a line `put NAME SIZE`, then so many bytes; the answer is `stored SIZE
//! SHA256`. They are kept in `./uploads`, or where the environment variable `UPLOAD_DIR` says.

use std::{env, fmt::Display, fs, io, io::Write as _, path::PathBuf, process::ExitCode};

use mux_runtime::{Cx, Malformed, mux_server};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

/// What all clients share: where files are kept; without such a place they are thrown away.
#[derive(Default)]
pub struct Store(pub Option<PathBuf>);
/// One client.
#[derive(Default)]
pub struct Upload;
/// The mode of commands.
#[derive(Default)]
pub struct Command;
/// The mode of a file's bytes. A temporary file is removed unless it was kept.
pub struct Body {
    left: u64,
    size: u64,
    digest: Sha256,
    file: Option<(NamedTempFile, PathBuf)>,
}

/// Takes files of any size.
#[mux_server(shared = Store, modes(Command, Body))]
impl Upload {
    /// Store the `size` bytes that follow the line; a file of that name is replaced.
    #[line("put")]
    fn put(&mut self, cx: &mut Cx<'_, Self>, name: &str, size: u64) -> Option<Body> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if name.starts_with('.') || !name.chars().all(plain) {
            refuse(cx, "a name is of letters, digits and - _ . within");
            return None;
        }
        let file = cx.shared.0.as_ref().map(|dir| begin(dir.join(name))).transpose();
        let file = file.map_err(|error| refuse(cx, error)).ok()?;
        Some(Body { left: size, size, digest: Sha256::new(), file })
    }

    #[chunk(body.left, mode = Body)]
    fn piece(&mut self, cx: &mut Cx<'_, Self>, body: &mut Body, bytes: &[u8]) -> Option<Command> {
        body.left -= bytes.len() as u64;
        body.digest.update(bytes);
        let written = body.file.as_mut().map_or(Ok(()), |(file, _)| file.write_all(bytes));
        written.map_err(|error| refuse(cx, error)).ok().filter(|()| body.left == 0)?;
        let kept = body.file.take().map(|(file, name)| file.persist(name)).transpose();
        kept.map_err(|error| refuse(cx, error)).ok()?;
        let hex =
            body.digest.finalize_reset().map(|byte| format!("{byte:02x}")).as_slice().concat();
        write!(cx.out, "stored {} {hex}\r\n", body.size);
        Some(Command)
    }

    #[on(malformed)]
    fn wrong(&mut self, cx: &mut Cx<'_, Self>, malformed: &Malformed<'_>) {
        refuse(cx, malformed);
    }
}

/// Closes, too: what follows may be a file's bytes, which must not be read as commands.
fn refuse(cx: &mut Cx<'_, Upload>, why: impl Display) {
    write!(cx.out, "error: {why}\r\n");
    cx.close();
}

/// A file that will be called `whole` once it is.
fn begin(whole: PathBuf) -> io::Result<(NamedTempFile, PathBuf)> {
    fs::create_dir_all(whole.with_file_name(""))?;
    Ok((NamedTempFile::new_in(whole.with_file_name(""))?, whole))
}

fn main() -> ExitCode {
    let dir = env::var_os("UPLOAD_DIR").unwrap_or_else(|| "uploads".into());
    mux_runtime::run::<Upload>(Store(Some(dir.into())))
}
