//! A restart: the program is started anew on the same sockets, and takes over once it is ready.
//!
//! | the old process | the new one |
//! |---|---|
//! | starts it; sends `stdin`, each `socket`, the `pid_file` and `begin` | |
//! | serves | starts, on those sockets; sends `started`, or `failed` and why |
//! | calls `restart_close`, if there is one, and handles nothing from then on; sends `load` | |
//! | | calls `pre_loop`; sends `ready`, or `failed` and why |
//! | names it in the pid file, sends `go`, accepts no more, drains | serves |
//!
//! Both have the same listening sockets, so whoever connects meanwhile is accepted by the one or
//! the other, or waits in the kernel. If either is gone before `go`, the other goes on, or ends.
//! What the hook saves is what `pre_loop` reads, since nothing is handled between the two.

use std::{
    io,
    os::fd::{AsFd, OwnedFd},
    path::PathBuf,
    process::{self, Child, ExitStatus},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open},
};

use super::{
    channel::{Channel, Message, Stage},
    hooks::HookResult,
    notify::Notifier,
    pid_file::PidFile,
    program::Program,
};
use crate::driver::Handle;

/// How long the new program may take until it is ready, from each message to the next.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// How long `restart_close` may take, and the new program then: nobody is served meanwhile.
const HOLD_TIMEOUT: Duration = Duration::from_secs(10);
/// The old process sends what it has to at once.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a new program that has closed the channel may take to end.
const END_TIMEOUT: Timespec = Timespec { tv_sec: 5, tv_nsec: 0 };

/// What a restart needs.
pub(super) struct Restart {
    pub(super) program: Program,
    /// The folder that has become the root.
    pub(super) chroot: Option<PathBuf>,
    pub(super) pid_file: Option<Arc<PidFile>>,
    pub(super) notifier: Notifier,
    pub(super) handle: Handle,
    /// The listening sockets, by what they were opened for.
    pub(super) sockets: Mutex<Vec<(String, OwnedFd)>>,
    /// The program has a hook `restart_close`.
    pub(super) has_close: bool,
    /// Held while it is decided which process goes on.
    pub(super) progress: Mutex<Progress>,
    /// That hook has answered, or the server is ending.
    pub(super) closed: Condvar,
}

/// How far a restart has come.
#[derive(Debug, Default)]
pub(super) struct Progress {
    phase: Phase,
    /// The new process, which is not waited for: so nobody else gets its number.
    child: Option<Child>,
    /// It was asked for once more meanwhile.
    again: bool,
    /// What `restart_close` has answered.
    closed: Option<Result<(), String>>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// None is under way.
    #[default]
    Idle,
    /// The new program starts, and the old process serves.
    Starting,
    /// The new process serves.
    Done,
    /// The server is ending: nobody is to go on with it.
    Over,
}

/// Why the old process goes on.
#[derive(Debug, thiserror::Error)]
enum RestartError {
    #[error(
        "chroot {0:?} hides the program and its files from this process; end the server and start it again"
    )]
    Rooted(PathBuf),
    #[error("this is process 1, with which all others would end; end it and start it again")]
    First,
    #[error("{path:?}: {source}")]
    Spawn { path: PathBuf, source: io::Error },
    #[error("the new program said «{0}»")]
    Told(String),
    #[error("it closed its standard input before it was ready")]
    Gone,
    #[error("it ended before it was ready: {0}")]
    Ended(ExitStatus),
    #[error("it was not ready within {0:?}")]
    Late(Duration),
    #[error("{0}")]
    Close(String),
    #[error("it was not called, or has not returned, within {HOLD_TIMEOUT:?} (hook restart_close)")]
    CloseLate,
    #[error("the server is ending")]
    Ending,
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl Restart {
    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The server is ending, or has handed over: this process lets go of the sockets. A new one
    /// that is not ready yet is not to be.
    pub(super) fn is_over(&self) {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let mut progress = self.progress();
        if progress.phase != Phase::Done {
            progress.phase = Phase::Over;
            // The thread that started it sees its end.
            progress.child.iter_mut().for_each(|child| drop(child.kill()));
            self.closed.notify_all();
        }
    }

    /// Whether another process has taken over; if not, none will.
    pub(super) fn is_done(&self) -> bool {
        self.is_over();
        self.progress().phase == Phase::Done
    }

    /// Starts a restart in a thread of its own. While one is under way, another is to follow; once
    /// another process serves, that one is told.
    pub(super) fn start(self: &Arc<Self>) {
        let mut progress = self.progress();
        match progress.phase {
            Phase::Idle if !self.handle.is_ending() => {}
            Phase::Idle | Phase::Over => return tracing::info!("no restart: the server is ending"),
            Phase::Starting => {
                progress.again = true;
                return tracing::info!("a restart is under way; another one follows");
            }
            Phase::Done => {
                tracing::info!("another process serves, and is told to restart");
                return progress.tells(Signal::HUP);
            }
        }
        progress.phase = Phase::Starting;
        drop(progress);
        let this = Arc::clone(self);
        let started = thread::Builder::new().name("restart".into()).spawn(move || this.run());
        if let Err(error) = started {
            self.progress().phase = Phase::Idle;
            tracing::error!("cannot restart: {error}; going on");
        }
    }

    fn run(&self) {
        loop {
            tracing::info!("restarting");
            self.notifier.reloading();
            let Err(error) = self.hand_over() else { return };
            let mut progress = self.progress();
            if progress.phase != Phase::Starting {
                return tracing::info!("no restart: the server is ending");
            }
            self.notifier.ready();
            let again = std::mem::take(&mut progress.again);
            if !again {
                // Whoever reads why may try again at once.
                progress.phase = Phase::Idle;
            }
            drop(progress);
            tracing::error!("cannot restart: {error}; going on");
            if !again {
                return;
            }
        }
    }

    /// Starts the program, waits until it is ready, and has it go on.
    fn hand_over(&self) -> Result<(), RestartError> {
        if let Some(root) = &self.chroot {
            return Err(RestartError::Rooted(root.clone()));
        }
        if process::id() == 1 {
            return Err(RestartError::First);
        }
        let channel = self.spawn()?;
        let Err(error) = self.talk(&channel) else { return Ok(()) };
        self.handle.release();
        // From this the new process knows that it is not to be, if it looks.
        drop(channel);
        let ends_itself =
            matches!(error, RestartError::Gone | RestartError::Told(_) | RestartError::Close(_));
        let ended = self.reap(ends_itself);
        Err(match (error, ended) {
            (RestartError::Gone, Some(status)) => RestartError::Ended(status),
            (error, _) => error,
        })
    }

    /// Starts the program.
    fn spawn(&self) -> Result<Channel, RestartError> {
        let mut command = self.program.command();
        let channel = Channel::to(&mut command, Stage::Restart)?;
        channel.set_send_timeout(START_TIMEOUT)?;
        let child = command.spawn().map_err(|source| RestartError::Spawn {
            path: self.program.path().to_owned(),
            source,
        })?;
        self.progress().child = Some(child);
        // With `command` goes the other end of the channel, which must be the new process's alone.
        Ok(channel)
    }

    fn talk(&self, channel: &Channel) -> Result<(), RestartError> {
        if self.progress().phase != Phase::Starting {
            return Err(RestartError::Ending);
        }
        self.send(channel).map_err(unsent)?;
        wait_for("started", channel, START_TIMEOUT)?;
        let patience = if self.has_close {
            self.close()?;
            HOLD_TIMEOUT
        } else {
            START_TIMEOUT
        };
        channel.send("load", "", None).map_err(unsent)?;
        wait_for("ready", channel, patience)?;
        self.let_go(channel)
    }

    /// Has the loop call `restart_close`, and handle nothing from then on.
    fn close(&self) -> Result<(), RestartError> {
        let mut progress = self.progress();
        progress.closed = None;
        self.handle.hold();
        let waits = |it: &mut Progress| it.phase == Phase::Starting && it.closed.is_none();
        let waited = self.closed.wait_timeout_while(progress, HOLD_TIMEOUT, waits);
        let (progress, _) = waited.unwrap_or_else(PoisonError::into_inner);
        match &progress.closed {
            _ if progress.phase != Phase::Starting => Err(RestartError::Ending),
            Some(answer) => answer.clone().map_err(RestartError::Close),
            None => Err(RestartError::CloseLate),
        }
    }

    /// In the loop, while it is held: calls the hook once, and notes what it answers.
    pub(super) fn call_close(&self, hook: impl FnOnce() -> HookResult) {
        if self.progress().closed.is_some() {
            return;
        }
        // Without the lock, since it may take long.
        let answer = hook().map_err(|error| error.to_string());
        self.progress().closed = Some(answer);
        self.closed.notify_all();
    }

    fn send(&self, channel: &Channel) -> io::Result<()> {
        channel.send("stdin", "", Some(rustix::stdio::stdin()))?;
        // Copies, since whoever ends the server must not have to wait for a program that hangs.
        let sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        let copies = sockets.iter().map(|(key, socket)| Ok((key.clone(), socket.try_clone()?)));
        let copies = copies.collect::<io::Result<Vec<_>>>();
        drop(sockets);
        for (key, socket) in copies? {
            channel.send("socket", &key, Some(socket.as_fd()))?;
        }
        if let Some(file) = &self.pid_file {
            channel.send("pid_file", &file.path().to_string_lossy(), Some(file.as_fd()))?;
        }
        channel.send("begin", "", None)
    }

    /// Names the new process as the server, and lets it be one.
    fn let_go(&self, channel: &Channel) -> Result<(), RestartError> {
        let mut progress = self.progress();
        let (Phase::Starting, Some(child), false) =
            (progress.phase, &progress.child, self.handle.is_ending())
        else {
            return Err(RestartError::Ending);
        };
        let pid = child.id();
        if let Err(error) = self.name(pid).and_then(|()| channel.send("go", "", None)) {
            self.name(process::id())?;
            return Err(unsent(error));
        }
        self.notifier.handed_over(pid);
        progress.phase = Phase::Done;
        tracing::info!("process {pid} serves from now on");
        // From here on this process may end, once `progress` is free.
        self.handle.hand_over();
        if self.handle.is_told_to_end() {
            // Whoever told this process meanwhile meant the server.
            progress.tells(Signal::TERM);
        } else if progress.again {
            progress.tells(Signal::HUP);
        }
        Ok(())
    }

    /// Names a process as the server.
    fn name(&self, pid: u32) -> io::Result<()> {
        self.pid_file.as_ref().map_or(Ok(()), |file| file.name(pid))
    }

    /// Sees to the end of the new process. One that ends by itself has time to write its log and
    /// take away what it has made, and how it ended is what this gives.
    fn reap(&self, ends_itself: bool) -> Option<ExitStatus> {
        let mut child = self.progress().child.take()?;
        let process = pidfd_open(Pid::from_child(&child), PidfdFlags::empty()).ok();
        let ended = process.filter(|_| ends_itself).is_some_and(|process| {
            let mut waiting = [PollFd::new(&process, PollFlags::IN)];
            poll(&mut waiting, Some(&END_TIMEOUT)).is_ok_and(|ready| ready > 0)
        });
        if !ended {
            let _ = child.kill();
        }
        child.wait().ok().filter(|_| ended)
    }
}

impl Progress {
    /// Sends a signal to the new process.
    fn tells(&self, signal: Signal) {
        let Some(child) = &self.child else { return };
        if let Err(error) = kill_process(Pid::from_child(child), signal) {
            tracing::warn!("cannot tell process {}: {error}", child.id());
        }
    }
}

/// Why a message did not reach the new process.
fn unsent(error: io::Error) -> RestartError {
    match error.kind() {
        io::ErrorKind::WouldBlock => RestartError::Late(START_TIMEOUT),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => RestartError::Gone,
        _ => error.into(),
    }
}

/// Waits until the new process says `expected`.
fn wait_for(expected: &str, channel: &Channel, patience: Duration) -> Result<(), RestartError> {
    let message = match channel.receive(Some(patience)) {
        Err(error) if error.kind() == io::ErrorKind::TimedOut => {
            return Err(RestartError::Late(patience));
        }
        message => message?,
    };
    match message.as_ref().map(Message::parts) {
        None => Err(RestartError::Gone),
        Some((word, _)) if word == expected => Ok(()),
        Some((_, why)) => Err(RestartError::Told(why.to_owned())),
    }
}

/// What the old process has sent.
#[derive(Debug, Default)]
pub(super) struct Inheritance {
    /// The listening sockets, by what they were opened for.
    pub(super) sockets: Vec<(String, OwnedFd)>,
    pub(super) pid_file: Option<(PathBuf, OwnedFd)>,
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
                ("begin", None) => return Ok(inheritance),
                _ => return Err(io::Error::other(format!("not understood: {word:?}"))),
            }
        }
    }
}
