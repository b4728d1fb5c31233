//! The process, from its settings to its end, in Net::Server's order.

use std::{
    error::Error,
    io,
    process::ExitCode,
    sync::{Arc, Mutex, atomic::AtomicBool},
};

use super::{
    Served, Settings,
    access::{self, AccessError},
    background::{self, Null, Started},
    channel::{Channel, Stage},
    hooks::Table,
    log::Log,
    notify::Notifier,
    pid_file::PidFile,
    privileges::Privileges,
    program::Program,
    restart::{Inheritance, Restart},
    signals,
    sockets::Sockets,
    tell,
    unix_socket::SocketFile,
};
use crate::driver::Server;

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

    /// Says why there will be no server, to whoever waits for it.
    pub(super) fn fails(&self, line: &str) {
        let told = match self {
            Origin::Outside => false,
            Origin::Background(channel) | Origin::Restart(channel) => {
                channel.send("failed", line, None).is_ok()
            }
        };
        if !told {
            tell(line);
        }
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

/// What the process leaves in the file system, and takes away when it ends, unless another
/// process needs it.
struct Traces {
    pid_file: Option<Arc<PidFile>>,
    sockets: Vec<SocketFile>,
    root: Option<std::path::PathBuf>,
    needed: bool,
}

impl Drop for Traces {
    fn drop(&mut self) {
        if self.needed {
            return;
        }
        for socket in &self.sockets {
            socket.remove(self.root.as_deref());
        }
        if let Some(file) = &self.pid_file {
            file.remove(self.root.as_deref());
        }
    }
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
    /// Serves until the end; what goes wrong is told.
    pub(super) fn run(&self, shared: S) -> ExitCode {
        let mut server = match Server::new(shared) {
            Ok(server) => server,
            Err(error) => {
                self.origin.fails(&format!("{}: {error}", self.name));
                return ExitCode::FAILURE;
            }
        };
        match self.serve(&mut server) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                let why = error.to_string();
                tracing::debug!("fatal: {why}");
                self.hooks.of(server.shared()).fatal(&why);
                self.origin.fails(&format!("{}: {why}", self.name));
                ExitCode::FAILURE
            }
        }
    }

    fn serve(&self, server: &mut Server<S>) -> Result<(), Box<dyn Error>> {
        let program = Program::own()?;
        let notifier = Arc::new(Notifier::from_environment());
        let null = self.leave_session()?;
        let mut inheritance = match &self.origin {
            Origin::Restart(channel) => Inheritance::receive(channel)?,
            _ => Inheritance::default(),
        };
        let rooted = inheritance.rooted;
        let restarted = matches!(self.origin, Origin::Restart(_));
        let mut traces =
            Traces { pid_file: None, sockets: Vec::new(), root: None, needed: restarted };
        let former = inheritance.pid_file.take();
        let former = former.map(|(path, file)| PidFile::inherited(path, file));
        let (pid_file, former) = self.pid_file(former)?;
        let pid_file = pid_file.map(Arc::new);
        traces.pid_file.clone_from(&pid_file);
        self.hooks.of(server.shared()).post_configure(self.settings)?;

        let sockets = Sockets::open(&self.endpoints(), self.settings, inheritance.sockets)?;
        let shared_sockets = sockets.share()?;
        traces.sockets = sockets.files;
        if restarted {
            self.hooks.of(server.shared()).restart_open()?;
        }
        let bound = sockets.opened.iter().map(|opened| opened.bound.to_string());
        let bound = bound.collect::<Vec<_>>();
        self.hooks.of(server.shared()).post_bind(&bound)?;

        let root = self.settings.chroot.as_deref().map(std::path::absolute).transpose()?;
        let privileges = Privileges::find(self.settings, rooted)?;
        let stays_root = privileges.stays_root();
        privileges.drop()?;
        traces.root = root;

        self.arm(server, &notifier)?;
        for opened in sockets.opened {
            (self.served[opened.protocol].attach)(server, opened.bound)?;
        }
        let handle = server.handle();
        let restart = Arc::new(Restart {
            program,
            sockets: Mutex::new(shared_sockets),
            pid_file,
            rooted: self.settings.chroot.is_some(),
            notifier: Arc::clone(&notifier),
            handle: handle.clone(),
            underway: AtomicBool::new(false),
            deciding: Mutex::new(()),
        });
        signals::obey(handle.clone(), self.log.reopener(), Arc::clone(&restart))?;
        self.hooks.of(server.shared()).pre_loop(&handle)?;

        tell(&format!("{}: listening on {}", self.name, bound.join(", ")));
        if stays_root {
            tracing::warn!("running as root; the setting `user` names whom to become");
        }
        self.is_ready(null.as_ref(), &notifier)?;
        traces.needed = false;
        for left in &sockets.left {
            left.remove(traces.root.as_deref());
        }
        if let Some(former) = former {
            former.remove(traces.root.as_deref());
        }

        let served = server.serve();
        let handed_over = restart.is_done();
        traces.needed = handed_over;
        self.hooks.of(server.shared()).post_child_cleanup();
        if handed_over {
            self.hooks.of(server.shared()).restart_close();
        }
        Ok(served?)
    }

    /// In the background: lets go of the terminal's input, and of its session if that is asked
    /// for. Gives what replaces the output later.
    fn leave_session(&self) -> io::Result<Option<Null>> {
        let Origin::Background(_) = &self.origin else { return Ok(None) };
        if self.settings.setsid {
            rustix::process::setsid()?;
        }
        let null = Null::open()?;
        null.replaces_stdin()?;
        Ok(Some(null))
    }

    /// The pid file, and `former`, the one of the process before this, if it is another.
    fn pid_file(
        &self,
        former: Option<PidFile>,
    ) -> Result<(Option<PidFile>, Option<PidFile>), Box<dyn Error>> {
        let Some(path) = &self.settings.pid_file else { return Ok((None, former)) };
        let wanted = std::path::absolute(path)?;
        Ok(match former {
            Some(former) if former.path() == wanted => (Some(former), None),
            former => (Some(PidFile::acquire(path)?), former),
        })
    }

    /// Where each protocol is served.
    fn endpoints(&self) -> Vec<(usize, &str)> {
        let main = self.settings.port.iter().map(|port| (0, port.as_str()));
        let others = self.served.iter().enumerate().skip(1);
        main.chain(others.map(|(at, served)| (at, served.endpoint.as_str()))).collect()
    }

    /// Has the loop call what is to be called from within it.
    fn arm(&self, server: &mut Server<S>, notifier: &Arc<Notifier>) -> Result<(), AccessError> {
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
        if let Some(period) = notifier.watchdog() {
            let notifier = Arc::clone(notifier);
            server.every(period, move |_| notifier.is_alive());
        }
        let handle = server.handle();
        let notifier = Arc::clone(notifier);
        server.on_ending(move |shared| {
            if !handle.has_handed_over() {
                notifier.stopping();
            }
            hooks.of(shared).pre_server_close();
        });
        Ok(())
    }

    /// Tells whoever waits for it that the server serves; in a restart, waits until it may.
    fn is_ready(&self, null: Option<&Null>, notifier: &Notifier) -> io::Result<()> {
        let gone = || io::Error::other("the process that started this one is gone");
        match &self.origin {
            Origin::Outside => notifier.ready(),
            Origin::Background(channel) => {
                if let Some(null) = null {
                    // What the log has for the terminal is to reach it.
                    self.log.flush();
                    null.replaces_output()?;
                }
                channel.send("ready", "", None).map_err(|_| gone())?;
                notifier.handed_over(std::process::id());
            }
            Origin::Restart(channel) => {
                channel.send("ready", "", None).map_err(|_| gone())?;
                channel.receive(None)?.ok_or_else(gone)?;
            }
        }
        Ok(())
    }
}
