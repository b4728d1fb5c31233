//! The service manager: readiness, restarts, the end, and a watchdog (`sd_notify(3)`).

use std::{
    env,
    os::{
        linux::net::SocketAddrExt,
        unix::{
            ffi::OsStrExt,
            net::{SocketAddr, UnixDatagram},
        },
    },
    process,
    time::Duration,
};

use rustix::net::SendFlags;

/// How long a manager that is busy is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// The way to the service manager, if one wants to know. It is opened at the start, so that it is
/// still there after a `chroot`.
#[derive(Debug)]
pub(super) struct Notifier {
    socket: Option<UnixDatagram>,
}

impl Notifier {
    pub(super) fn from_environment() -> Self {
        let open = || {
            let name = env::var_os("NOTIFY_SOCKET")?;
            let address = match name.as_bytes().strip_prefix(b"@") {
                Some(name) => SocketAddr::from_abstract_name(name),
                None => SocketAddr::from_pathname(&name),
            };
            let socket = UnixDatagram::unbound();
            let socket = address.and_then(|address| {
                let socket = socket?;
                socket.connect_addr(&address)?;
                socket.set_write_timeout(Some(PATIENCE))?;
                Ok(socket)
            });
            socket.inspect_err(|error| tracing::warn!("cannot reach NOTIFY_SOCKET: {error}")).ok()
        };
        Notifier { socket: open() }
    }

    pub(super) fn ready(&self) {
        self.tell("READY=1");
    }

    /// A new program was started, and may soon take over.
    pub(super) fn reloading(&self) {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        let microseconds = now.tv_sec * 1_000_000 + now.tv_nsec / 1000;
        self.tell(&format!("RELOADING=1\nMONOTONIC_USEC={microseconds}"));
    }

    /// The server is another process from now on.
    pub(super) fn handed_over(&self, pid: u32) {
        self.tell(&format!("MAINPID={pid}\nREADY=1"));
    }

    pub(super) fn stopping(&self) {
        self.tell("STOPPING=1");
    }

    /// The loop runs. It does not wait to say so.
    pub(super) fn is_alive(&self) {
        if let Some(socket) = &self.socket {
            let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
            let _ = rustix::net::send(socket, b"WATCHDOG=1", flags);
        }
    }

    /// How often the manager wants to hear that the loop is alive: twice in the time that it
    /// allows.
    pub(super) fn watchdog(&self) -> Option<Duration> {
        self.socket.as_ref()?;
        let number = |name| env::var(name).ok()?.parse::<u64>().ok();
        let for_another = number("WATCHDOG_PID").is_some_and(|pid| pid != process::id().into());
        let microseconds = number("WATCHDOG_USEC").filter(|_| !for_another)?;
        Some(Duration::from_micros(microseconds / 2))
    }

    fn tell(&self, what: &str) {
        if let Some(socket) = &self.socket
            && let Err(error) = socket.send(what.as_bytes())
        {
            tracing::debug!("cannot tell the service manager {what:?}: {error}");
        }
    }
}
