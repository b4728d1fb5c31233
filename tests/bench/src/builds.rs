//! What is built, and where it stands.

use std::{
    env, io,
    path::{Path, PathBuf},
    process::Command,
};

/// The programs of the bench, built by cargo in the release profile.
#[derive(Debug)]
pub struct Builds {
    /// The root of the project.
    root: PathBuf,
    /// The project's target folder, which this program was built in.
    target: PathBuf,
}

impl Builds {
    /// Finds the project; builds nothing yet.
    ///
    /// # Errors
    /// This program was moved away from where cargo had put it.
    pub fn find() -> io::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
        let program = env::current_exe()?;
        let target = program.ancestors().nth(2);
        match (root, target) {
            (Some(root), Some(target)) => Ok(Builds { root: root.into(), target: target.into() }),
            _ => Err(io::Error::other("the bench must be run by cargo")),
        }
    }

    /// Builds mux's servers and all peers.
    ///
    /// # Errors
    /// cargo or the C compiler fails.
    pub fn make(&self) -> io::Result<()> {
        let mut words = vec!["build", "--release", "-p", "mux-bench", "--bins"];
        self.cargo(&self.root, &words, &self.target)?;
        words = vec!["build", "--release", "-p", "mux-examples", "--example", "chat"];
        if self.has_kv() {
            words.extend(["--example", "kv"]);
        }
        self.cargo(&self.root, &words, &self.target)?;
        self.cargo(&self.peers(), &["build", "--release", "--locked"], &self.peers_target())?;
        self.compile("c-lines")?;
        self.compile("c-sends")
    }

    /// Builds a peer that is one file of C.
    fn compile(&self, name: &str) -> io::Result<()> {
        let source = self.peers().join("c").join(name).with_extension("c");
        let mut cc = Command::new("cc");
        cc.args(["-std=c11", "-O3", "-Wall", "-Wextra", "-o"]).arg(self.peer(name)).arg(source);
        let status = cc.status().map_err(|error| io::Error::other(format!("cc: {error}")))?;
        if status.success() { Ok(()) } else { Err(io::Error::other(format!("cc {name}.c failed"))) }
    }

    fn cargo(&self, folder: &Path, words: &[&str], target: &Path) -> io::Result<()> {
        let status = cargo(folder, target).args(words).status()?;
        if status.success() {
            Ok(())
        } else {
            Err(io::Error::other(format!("cargo {} failed", words.join(" "))))
        }
    }

    /// The root of the project.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The project's target folder.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Where results go.
    pub fn results(&self) -> PathBuf {
        self.target.join("bench")
    }

    /// The folder of the peers' sources.
    pub fn peers(&self) -> PathBuf {
        self.root.join("tests/bench/peers")
    }

    fn peers_target(&self) -> PathBuf {
        self.results().join("peers")
    }

    /// A program of this package.
    pub fn own(&self, name: &str) -> PathBuf {
        self.target.join("release").join(name)
    }

    /// An example of mux.
    pub fn example(&self, name: &str) -> PathBuf {
        self.target.join("release/examples").join(name)
    }

    /// A program of the peers.
    pub fn peer(&self, name: &str) -> PathBuf {
        self.peers_target().join("release").join(name)
    }

    /// Whether there is an example `kv`.
    pub fn has_kv(&self) -> bool {
        self.root.join("examples/kv/main.rs").is_file()
    }
}

/// cargo in a folder, with a target folder; what `cargo run` told this process does not reach it.
pub fn cargo(folder: &Path, target: &Path) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(folder).env("CARGO_TARGET_DIR", target);
    for (name, _) in env::vars().filter(|(name, _)| name.starts_with("CARGO_PKG_")) {
        command.env_remove(name);
    }
    command
}
