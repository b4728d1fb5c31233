//! The process, from its settings to its end, in Net::Server's order.

use std::{
    error::Error,
    io,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    process::{self, ExitCode},
    sync::{Arc, Condvar, Mutex},
};

use super::{
    LogTarget, Served, Settings,
    access::{self, AccessError},
    background::{self, Started},
    channel::{Channel, Stage},
    hooks::{Table, in_hook},
    log::Log,
    notify::Notifier,
    null::Null,
    pid_file::PidFile,
    privileges::Privileges,
    program::Program,
    restart::{Inheritance, Restart},
    signals::{First, Signals},
    sockets::Sockets,
    tell,
    unix_socket::SocketFile,
};
use crate::{driver::Server, engine::panics::contain};

/// Who started this process.
pub(super) enum Origin {
    /// A shell, or a service manager.
    Outside,
    /// Itself, to leave the terminal.
    Background(Channel),
    /// Itself, to take over from the process before it.
    Restart(Channel),
}

impl Origin {
    pub(super) fn find() -> Self {
        match Channel::found() {
            None => Origin::Outside,
            Some((channel, Stage::Background)) => Origin::Background(channel),
            Some((channel, Stage::Restart)) => Origin::Restart(channel),
        }
    }

    /// Says why there will be no server, to whoever waits for it; says whether that was another
    /// process.
    pub(super) fn fails(&self, line: &str) -> bool {
        let told = match self {
            Origin::Outside => false,
            Origin::Background(channel) | Origin::Restart(channel) => {
                channel.send("failed", line, None).is_ok()
            }
        };
        if !told {
            tell(line);
        }
        told
    }
}

/// Leaves the terminal: starts the program again in the background, and waits for it.
pub(super) fn leave_terminal(name: &str, settings: &Settings) -> ExitCode {
    let started = Program::own().and_then(|program| background::start(&program, settings.setsid));
    match started {
        Ok(Started::Ready) => return ExitCode::SUCCESS,
        Ok(Started::Failed(line)) => tell(&line),
        Ok(Started::Ended(status)) => tell(&format!("{name}: ended before it was ready: {status}")),
        Err(error) => tell(&format!("{name}: cannot leave the terminal: {error}")),
    }
    ExitCode::FAILURE
}

/// What the process leaves in the file system, and takes away when it ends.
#[derive(Default)]
struct Traces {
    pid_file: Option<Arc<PidFile>>,
    sockets: Vec<SocketFile>,
    root: Option<PathBuf>,
}

impl Traces {
    /// Another process needs them.
    fn are_needed(&mut self) {
        self.sockets.clear();
        self.pid_file = None;
    }

    /// Takes away what the process before this one has left.
    fn forget(&self, sockets: &[SocketFile], pid_file: Option<&PidFile>) {
        for socket in sockets {
            socket.remove(self.root.as_deref());
        }
        if let Some(file) = pid_file {
            file.remove(self.root.as_deref());
        }
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        self.forget(&self.sockets, self.pid_file.as_deref());
    }
}

/// The pid files of a process, and of the one before it.
#[derive(Default)]
struct PidFiles {
    own: Option<Arc<PidFile>>,
    /// It was that of the process before this one, and still is.
    taken: bool,
    /// That of the process before this one, if it is not needed any more.
    former: Option<PidFile>,
}

/// A server as a process.
pub(super) struct Process<'a, S: 'static> {
    pub(super) name: &'a str,
    pub(super) settings: &'a Settings,
    pub(super) hooks: Table<S>,
    /// The protocols; the main one is the first.
    pub(super) served: &'a [Served<S>],
    pub(super) origin: Origin,
    pub(super) log: &'a Log,
}

impl<S: 'static> Process<'_, S> {
    /// Serves until the end; what goes wrong is told. `signals` have been kept since the start.
    pub(super) fn run(&self, shared: S, signals: Signals) -> ExitCode {
        let mut server = match Server::new(shared) {
            Ok(server) => server,
            Err(error) => return self.fails(&error.to_string()),
        };
        match self.serve(&mut server, signals) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                let why = error.to_string();
                self.hooks.of(server.shared()).fatal(&why);
                self.fails(&why)
            }
        }
    }

    /// Says why it ends, and logs it, unless that would be the same twice.
    fn fails(&self, why: &str) -> ExitCode {
        let line = format!("{}: {why}", self.name);
        let log = || {
            if !self.log.needs_terminal() {
                tracing::error!(pid = process::id(), "ended: {why}");
                self.log.flush();
            }
        };
        if let Origin::Restart(_) = self.origin {
            // The process before this one logs it, if it is still there.
            if !self.origin.fails(&line) {
                log();
            }
        } else {
            log();
            self.origin.fails(&line);
        }
        ExitCode::FAILURE
    }

    fn serve(&self, server: &mut Server<S>, mut signals: Signals) -> Result<(), Box<dyn Error>> {
        let program = Program::own()?;
        let notifier = Notifier::from_environment();
        let null = self.leave_session()?;
        let inheritance = match &self.origin {
            Origin::Restart(channel) => Inheritance::receive(channel)?,
            _ => Inheritance::default(),
        };
        let mut traces = Traces::default();
        let pid_files = self.pid_files(inheritance.pid_file)?;
        traces.pid_file = pid_files.own.clone().filter(|_| !pid_files.taken);
        self.hooks
            .of(server.shared())
            .post_configure(self.settings)
            .map_err(in_hook("post_configure"))?;

        let mut sockets = Sockets::open(&self.endpoints(), self.settings, inheritance.sockets)?;
        traces.sockets.append(&mut sockets.files);
        let bound = self.are_bound(server, &sockets)?;
        let stays_root = self.drop_privileges(&mut traces)?;

        let restart = Arc::new(Restart {
            program,
            chroot: self.settings.chroot.clone(),
            pid_file: pid_files.own.clone(),
            notifier,
            handle: server.handle(),
            sockets: Mutex::new(sockets.share()?),
            has_close: self.hooks.has_restart_close(),
            progress: Mutex::default(),
            closed: Condvar::new(),
        });
        self.arm(server, &restart, signals.first())?;
        for opened in sockets.opened {
            (self.served[opened.protocol].attach)(server, opened.bound)?;
        }
        let handle = server.handle();
        self.may_load()?;
        signals.keep_all()?;
        self.hooks.of(server.shared()).pre_loop(&handle).map_err(in_hook("pre_loop"))?;

        let places = bound.join(", ");
        if !matches!(self.origin, Origin::Restart(_)) {
            self.tell_places(&places);
        }
        self.warn(stays_root);
        self.is_ready(&places, null.as_ref(), &restart)?;
        traces.pid_file = pid_files.own;
        traces.sockets.append(&mut sockets.taken);
        traces.forget(&sockets.left, pid_files.former.as_ref());
        let obeyed = signals.obey(handle.clone(), self.log.reopener(), Arc::clone(&restart))?;

        let served = server.serve();
        let handed_over = restart.is_done();
        if handed_over {
            traces.are_needed();
        }
        self.hooks.of(server.shared()).post_child_cleanup(&handle);
        obeyed.end();
        served?;
        tracing::info!(pid = process::id(), "ended");
        Ok(())
    }

    /// In the background: lets go of the terminal's session if that is asked for. Gives what
    /// replaces the output later.
    fn leave_session(&self) -> io::Result<Option<Null>> {
        let Origin::Background(_) = &self.origin else { return Ok(None) };
        if self.settings.setsid {
            rustix::process::setsid()?;
        }
        Null::open().map(Some)
    }

    /// The pid file, and the one of the process before this, `former`.
    fn pid_files(&self, former: Option<(PathBuf, OwnedFd)>) -> Result<PidFiles, Box<dyn Error>> {
        let former = former.map(|(path, file)| PidFile::inherited(path, file));
        let Some(path) = &self.settings.pid_file else {
            return Ok(PidFiles { own: None, taken: false, former });
        };
        let wanted = std::path::absolute(path)?;
        Ok(match former {
            Some(former) if former.path() == wanted => {
                PidFiles { own: Some(Arc::new(former)), taken: true, former: None }
            }
            former => {
                let own = Some(Arc::new(PidFile::acquire(path)?));
                PidFiles { own, taken: false, former }
            }
        })
    }

    /// Tells the hooks that the sockets are there, and gives the places where they listen.
    fn are_bound(
        &self,
        server: &mut Server<S>,
        sockets: &Sockets,
    ) -> Result<Vec<String>, Box<dyn Error>> {
        if matches!(self.origin, Origin::Restart(_)) {
            self.hooks.of(server.shared()).restart_open().map_err(in_hook("restart_open"))?;
        }
        let bound = sockets.opened.iter().map(|opened| opened.bound.to_string());
        let bound = bound.collect::<Vec<_>>();
        self.hooks.of(server.shared()).post_bind(&bound).map_err(in_hook("post_bind"))?;
        Ok(bound)
    }

    /// Gives root's rights up; says whether it was not told to.
    fn drop_privileges(&self, traces: &mut Traces) -> Result<bool, Box<dyn Error>> {
        let root = self.settings.chroot.as_deref().map(std::path::absolute).transpose()?;
        let privileges = Privileges::find(self.settings)?;
        let stays_root = privileges.stays_root();
        privileges.drop()?;
        traces.root = root;
        Ok(stays_root)
    }

    /// Warns of what the process still can do, and of what it cannot do any more.
    fn warn(&self, stays_root: bool) {
        if stays_root {
            tracing::warn!("running as root; the setting `user` names whom to become");
        }
        if matches!(self.origin, Origin::Background(_)) && self.log.needs_terminal() {
            tracing::warn!("no log is kept from here on; the setting `log_file` names where to");
        }
        let Some(root) = &self.settings.chroot else { return };
        tracing::warn!("chroot {root:?}: HUP starts no new program in there");
        if let LogTarget::File(path) = &self.settings.log_file
            && !Path::new("/").join(path).parent().is_some_and(Path::is_dir)
        {
            tracing::warn!(
                "chroot {root:?}: there is no folder for log_file {path:?}, so USR1 will not open it anew"
            );
        }
    }

    /// Where each protocol is served.
    fn endpoints(&self) -> Vec<(usize, &str)> {
        let main = self.settings.port.iter().map(|port| (0, port.as_str()));
        let others = self.served.iter().enumerate().skip(1);
        main.chain(others.map(|(at, served)| (at, served.endpoint.as_str()))).collect()
    }

    /// Has the loop call what is to be called from within it.
    fn arm(
        &self,
        server: &mut Server<S>,
        restart: &Arc<Restart>,
        signal: First,
    ) -> Result<(), AccessError> {
        let hooks = self.hooks;
        access::apply(self.settings, server)?;
        server.set_limits(self.settings.limits.clone());
        server.set_drain_timeout(self.settings.drain_timeout);
        if self.settings.measure {
            server.measure(self.settings.slow_handler);
        }
        if let Some(period) = self.settings.check_for_dequeue {
            let handle = server.handle();
            server.every(period, move |shared| hooks.of(shared).run_dequeue(&handle));
        }
        if let Some(period) = restart.notifier.watchdog() {
            let restart = Arc::clone(restart);
            server.every(period, move |_| {
                // From then on it is another process that is watched.
                if !restart.handle.has_handed_over() {
                    restart.notifier.is_alive();
                }
            });
        }
        let closing = Arc::clone(restart);
        server.while_held(move |shared| {
            closing.call_close(|| {
                let answer = contain("restart_close", || hooks.of(shared).restart_close());
                answer.unwrap_or_else(|| Err("panicked".into())).map_err(in_hook("restart_close"))
            });
        });
        let restart = Arc::clone(restart);
        server.on_ending(move |shared, sessions| {
            restart.is_over();
            let handed_over = restart.handle.has_handed_over();
            // Whoever has not been told by a signal was told by the program.
            let by = if handed_over { "HUP" } else { signal.name().unwrap_or("the program") };
            tracing::info!(pid = process::id(), sessions, "ending, told by {by}");
            if !handed_over {
                restart.notifier.stopping();
            }
            hooks.of(shared).pre_server_close(&restart.handle);
        });
        Ok(())
    }

    /// In a restart: waits until the process before this one has saved what it has to.
    fn may_load(&self) -> io::Result<()> {
        if let Origin::Restart(channel) = &self.origin {
            channel.send("started", "", None).map_err(|_| gone())?;
            channel.receive(None)?.ok_or_else(gone)?;
        }
        Ok(())
    }

    fn tell_places(&self, places: &str) {
        tell(&format!("{}: listening on {places}", self.name));
    }

    /// Tells whoever waits for it that the server serves; in a restart, waits until it may.
    fn is_ready(&self, places: &str, null: Option<&Null>, restart: &Restart) -> io::Result<()> {
        match &self.origin {
            Origin::Outside => restart.notifier.ready(),
            Origin::Background(channel) => {
                if let Some(null) = null {
                    // What the log has for the terminal is to reach it.
                    self.log.flush();
                    null.replaces_output()?;
                }
                // Before the manager sees that the process that it started has ended.
                restart.notifier.handed_over(process::id());
                channel.send("ready", "", None).map_err(|_| gone())?;
            }
            Origin::Restart(channel) => {
                channel.send("ready", "", None).map_err(|_| gone())?;
                channel.receive(None)?.ok_or_else(gone)?;
                self.tell_places(places);
            }
        }
        if !self.log.needs_terminal() {
            let (pid, program) = (process::id(), restart.program.path().display());
            tracing::info!(pid, %program, "listening on {places}");
        }
        Ok(())
    }
}

fn gone() -> io::Error {
    io::Error::other("the process that started this one is gone")
}
