//! A restart: the program is started anew on the same sockets, and takes over once it is ready.
//!
//! | the old process | the new one |
//! |---|---|
//! | starts it; sends `stdin`, each `socket`, the `pid_file`, `rooted` and `begin` | |
//! | serves | starts, on those sockets; sends `ready`, or `failed` and why |
//! | names it in the pid file, sends `go`, accepts no more, drains | serves |
//!
//! Both have the same listening sockets, so whoever connects meanwhile is accepted by the one or
//! the other, or waits in the kernel. If either is gone before `go`, the other goes on, or ends.

use std::{
    io,
    os::fd::{AsFd, OwnedFd},
    path::PathBuf,
    process::Child,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

use super::{
    channel::{Channel, Stage},
    notify::Notifier,
    pid_file::PidFile,
    program::Program,
};
use crate::driver::Handle;

/// How long the new program may take until it is ready.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// The old process sends what it has to at once.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);

/// What a restart needs.
pub(super) struct Restart {
    pub(super) program: Program,
    /// The listening sockets, by what they were opened for.
    pub(super) sockets: Mutex<Vec<(String, OwnedFd)>>,
    pub(super) pid_file: Option<Arc<PidFile>>,
    pub(super) rooted: bool,
    pub(super) notifier: Arc<Notifier>,
    pub(super) handle: Handle,
    pub(super) underway: AtomicBool,
    /// Held while it is decided which process goes on.
    pub(super) deciding: Mutex<()>,
}

/// Why the old process goes on.
#[derive(Debug, thiserror::Error)]
enum RestartError {
    #[error("{path:?}: {source}")]
    Spawn { path: PathBuf, source: io::Error },
    #[error("the new program said «{0}»")]
    Told(String),
    #[error("it ended before it was ready: {0}")]
    Ended(String),
    #[error("it was not ready within {START_TIMEOUT:?}")]
    Late,
    #[error("the server is ending")]
    Ending,
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl Restart {
    /// The server is ending: nobody is to take over its sockets.
    pub(super) fn is_over(&self) {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Whether another process has taken over; if one is about to, this waits for it.
    pub(super) fn is_done(&self) -> bool {
        let _decided = self.deciding.lock().unwrap_or_else(PoisonError::into_inner);
        self.handle.has_handed_over()
    }

    /// Starts a restart in a thread of its own, unless one is under way.
    pub(super) fn start(self: &Arc<Self>) {
        if self.handle.is_ending() || self.underway.swap(true, Ordering::AcqRel) {
            return tracing::info!("no restart: the server is ending, or restarting already");
        }
        let this = Arc::clone(self);
        let started = thread::Builder::new().name("restart".into()).spawn(move || this.run());
        if let Err(error) = started {
            self.underway.store(false, Ordering::Release);
            tracing::error!("cannot restart: {error}; going on");
        }
    }

    fn run(&self) {
        tracing::info!("restarting");
        self.notifier.reloading();
        match self.hand_over() {
            Ok(()) => self.is_over(),
            Err(error) => {
                self.notifier.ready();
                // Whoever reads why may try again at once.
                self.underway.store(false, Ordering::Release);
                tracing::error!("cannot restart: {error}; going on");
            }
        }
    }

    /// Starts the program, waits until it is ready, and has it go on.
    fn hand_over(&self) -> Result<(), RestartError> {
        let mut command = self.program.command();
        let channel = Channel::to(&mut command, Stage::Restart)?;
        let spawned = command.spawn();
        // It holds the other end of the channel, which must be the new process's alone.
        drop(command);
        let mut child = spawned.map_err(|source| RestartError::Spawn {
            path: self.program.path().to_owned(),
            source,
        })?;
        let pid = child.id();
        let done = self.send(&channel).map_err(RestartError::Io);
        let done = done.and_then(|()| wait_until_ready(&channel, &mut child));
        let done = done.and_then(|()| self.let_go(&channel, pid));
        if done.is_err() {
            let _ = child.kill();
            let _ = child.wait();
        }
        done
    }

    fn send(&self, channel: &Channel) -> io::Result<()> {
        channel.send("stdin", "", Some(rustix::stdio::stdin()))?;
        for (key, socket) in &*self.sockets.lock().unwrap_or_else(PoisonError::into_inner) {
            channel.send("socket", key, Some(socket.as_fd()))?;
        }
        if let Some(file) = &self.pid_file {
            channel.send("pid_file", &file.path().to_string_lossy(), Some(file.as_fd()))?;
        }
        if self.rooted {
            channel.send("rooted", "", None)?;
        }
        channel.send("begin", "", None)
    }

    /// Names the new process as the server, and lets it be one.
    fn let_go(&self, channel: &Channel, pid: u32) -> Result<(), RestartError> {
        let _deciding = self.deciding.lock().unwrap_or_else(PoisonError::into_inner);
        if self.handle.is_ending() {
            return Err(RestartError::Ending);
        }
        if let Some(file) = &self.pid_file {
            file.name(pid)?;
        }
        let told = channel.send("go", "", None);
        if told.is_err()
            && let Some(file) = &self.pid_file
        {
            file.name(std::process::id())?;
        }
        told?;
        self.notifier.handed_over(pid);
        // Behind the next line but one, this process may end at any time.
        tracing::info!("process {pid} serves from now on");
        let is_ending = self.handle.is_ending();
        self.handle.hand_over();
        if is_ending && let Some(new) = Pid::from_raw(pid.cast_signed()) {
            // Whoever told this process to end meanwhile meant the server.
            kill_process(new, Signal::TERM).map_err(io::Error::from)?;
        }
        Ok(())
    }
}

fn wait_until_ready(channel: &Channel, child: &mut Child) -> Result<(), RestartError> {
    let message = match channel.receive(Some(START_TIMEOUT)) {
        Err(error) if error.kind() == io::ErrorKind::TimedOut => return Err(RestartError::Late),
        message => message?,
    };
    match message {
        None => Err(RestartError::Ended(child.wait()?.to_string())),
        Some(message) => match message.parts() {
            ("ready", _) => Ok(()),
            (_, why) => Err(RestartError::Told(why.to_owned())),
        },
    }
}

/// What the old process has sent.
#[derive(Debug, Default)]
pub(super) struct Inheritance {
    /// The listening sockets, by what they were opened for.
    pub(super) sockets: Vec<(String, OwnedFd)>,
    pub(super) pid_file: Option<(PathBuf, OwnedFd)>,
    /// `chroot` has been done.
    pub(super) rooted: bool,
}

impl Inheritance {
    /// Takes what the old process sends, up to `begin`.
    pub(super) fn receive(channel: &Channel) -> io::Result<Self> {
        let mut inheritance = Inheritance::default();
        loop {
            let gone = || io::Error::other("the process before this one is gone");
            let message = channel.receive(Some(SEND_TIMEOUT))?.ok_or_else(gone)?;
            let (word, about) = message.parts();
            let (word, about) = (word.to_owned(), about.to_owned());
            match (word.as_str(), message.descriptor) {
                ("stdin", Some(stdin)) => rustix::stdio::dup2_stdin(stdin)?,
                ("socket", Some(socket)) => inheritance.sockets.push((about, socket)),
                ("pid_file", Some(file)) => inheritance.pid_file = Some((about.into(), file)),
                ("rooted", None) => inheritance.rooted = true,
                ("begin", None) => return Ok(inheritance),
                _ => return Err(io::Error::other(format!("not understood: {word:?}"))),
            }
        }
    }
}
