//! Where messages are kept: a maildir, in which a message is either whole or not there.

use std::io::{self, BufWriter, Write as _};
use std::{fs, path::PathBuf, time::SystemTime};

use tempfile::{Builder, NamedTempFile};

/// The largest message, in bytes.
pub const SIZE_MAX: usize = 32 << 20;
pub const TOO_LARGE: &str = "552 The message is too large\r\n";
const NO_ROOM: &str = "451 The message cannot be stored\r\n";

/// The maildir. Without a folder, messages are thrown away.
#[derive(Default)]
pub struct Spool(pub Option<PathBuf>);

/// The mode of a message's lines: a file, or why the message is refused once its end has come.
pub struct Data {
    file: Result<Option<BufWriter<NamedTempFile>>, &'static str>,
    size: usize,
}

impl Spool {
    /// Begins a message with `envelope`. Its file is removed unless it is kept.
    pub fn begin(&self, envelope: &str) -> Result<Data, &'static str> {
        let open = |dir: &PathBuf| {
            ["tmp", "new", "cur"].iter().try_for_each(|part| fs::create_dir_all(dir.join(part)))?;
            let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
            let file = Builder::new().prefix(&format!("{now}.")).tempfile_in(dir.join("tmp"))?;
            let mut file = BufWriter::new(file);
            file.write_all(envelope.as_bytes()).map(|()| file)
        };
        let file = self.0.as_ref().map(open).transpose().map_err(|_: io::Error| NO_ROOM)?;
        Ok(Data { file: Ok(file), size: 0 })
    }
}

impl Data {
    /// Adds a line.
    pub fn add(&mut self, line: &[u8]) {
        self.size += line.len() + 2;
        let Ok(Some(file)) = &mut self.file else { return };
        if self.size > SIZE_MAX {
            self.file = Err(TOO_LARGE);
        } else if file.write_all(line).and_then(|()| file.write_all(b"\r\n")).is_err() {
            self.file = Err(NO_ROOM);
        }
    }

    /// The message is whole: once this returns it outlives a crash.
    pub fn keep(&mut self) -> Result<&'static str, &'static str> {
        let keep = |file: BufWriter<NamedTempFile>| {
            let file = file.into_inner()?;
            file.as_file().sync_all()?;
            let name = file.path().file_name().unwrap_or_default();
            let new = file.path().with_file_name("../new").join(name);
            file.persist(new).map_err(io::Error::from)
        };
        let kept = std::mem::replace(&mut self.file, Ok(None))?.map(keep).transpose();
        kept.map(|_| "250 Kept\r\n").map_err(|_| NO_ROOM)
    }
}
