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

    /// The server is another process from now on. It has all the time that is allowed until it says
    /// for the first time that it is alive.
    pub(super) fn handed_over(&self, pid: u32) {
        self.tell(&format!("MAINPID={pid}\nREADY=1\nWATCHDOG=1"));
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
        let variable = |name| env::var(name).ok();
        let (allowed, whose) = (variable("WATCHDOG_USEC"), variable("WATCHDOG_PID"));
        watchdog(allowed.as_deref(), whose.as_deref(), process::id())
    }

    fn tell(&self, what: &str) {
        if let Some(socket) = &self.socket
            && let Err(error) = socket.send(what.as_bytes())
        {
            tracing::debug!("cannot tell the service manager {what:?}: {error}");
        }
    }
}

/// Half of the microseconds that are `allowed`, if they are allowed to the process `own`
/// (`sd_watchdog_enabled(3)`).
fn watchdog(allowed: Option<&str>, whose: Option<&str>, own: u32) -> Option<Duration> {
    let for_another = whose.is_some_and(|pid| pid.parse() != Ok(own));
    let allowed = allowed.filter(|_| !for_another)?.parse::<u64>().ok()?;
    let is_time = allowed != 0 && allowed != u64::MAX;
    is_time.then(|| Duration::from_micros(allowed / 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_watchdog_is_fed_twice_in_its_time_by_the_process_that_it_watches() {
        let half = Some(Duration::from_secs(5));
        for (allowed, whose, expected) in [
            (None, None, None),
            (Some("10000000"), None, half),
            (Some("10000000"), Some("7"), half),
            (Some("10000000"), Some("8"), None),
            (Some("10000000"), Some(""), None),
            (Some("0"), None, None),
            (Some("18446744073709551615"), None, None),
            (Some("soon"), None, None),
        ] {
            assert_eq!(watchdog(allowed, whose, 7), expected, "{allowed:?} {whose:?}");
        }
    }
}
