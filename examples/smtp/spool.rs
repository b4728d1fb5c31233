//! Where messages are kept: a maildir, in which a message is either whole or not there.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write as _},
    path::PathBuf,
    process,
    time::{SystemTime, UNIX_EPOCH},
};

/// What all clients share: the maildir.
#[derive(Default)]
pub struct Spool {
    /// Without one, messages are thrown away.
    dir: Option<PathBuf>,
    drafts: u64,
}

/// A message on its way to disk. Unless it is kept its file is removed.
#[derive(Default)]
pub struct Draft {
    file: Option<BufWriter<File>>,
    tmp: PathBuf,
    new: PathBuf,
}

impl Spool {
    /// A maildir, which is made when the first message comes.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Spool { dir: Some(dir.into()), drafts: 0 }
    }

    /// Begins a message with `envelope`.
    pub fn draft(&mut self, envelope: &str) -> io::Result<Draft> {
        let Some(dir) = &self.dir else { return Ok(Draft::default()) };
        for part in ["tmp", "new", "cur"] {
            fs::create_dir_all(dir.join(part))?;
        }
        self.drafts += 1;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let (seconds, micros, process) = (now.as_secs(), now.subsec_micros(), process::id());
        let name = format!("{seconds}.M{micros}P{process}Q{}.mux", self.drafts);
        let (tmp, new) = (dir.join("tmp").join(&name), dir.join("new").join(&name));
        let file = Some(BufWriter::new(File::create_new(&tmp)?));
        let mut draft = Draft { file, tmp, new };
        draft.write(envelope.as_bytes())?;
        Ok(draft)
    }
}

impl Draft {
    /// Adds `bytes`.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), |file| file.write_all(bytes))
    }

    /// The message is whole: once this returns it outlives a crash. (The disk is waited for, and
    /// with it all clients: a server for many would do this on a thread of its own.)
    pub fn keep(&mut self) -> io::Result<()> {
        let Some(file) = self.file.take() else { return Ok(()) };
        file.into_inner()?.sync_all()?;
        fs::rename(&self.tmp, &self.new)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Where it was kept, or was never a file, there is nothing to remove.
        let _ = fs::remove_file(&self.tmp);
    }
}
