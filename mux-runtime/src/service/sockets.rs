//! The listening sockets: bound, passed by a service manager, or taken over in a restart.

use std::{
    io,
    net::SocketAddr,
    os::fd::{AsFd, OwnedFd},
    path::Path,
};

use listenfd::ListenFd;

use super::{
    Settings,
    endpoint::{self, Endpoint, EndpointError},
    privileges::{self, PrivilegesError},
    unix_socket::{self, SocketFile},
};
use crate::driver::{Bound, Place, ServerError, SocketOptions};

/// What a socket was opened for that a service manager passed.
const ACTIVATED: &str = "activated";

/// So often the system may choose a port for several addresses that is taken at one of them.
const CHOICES_MAX: u32 = 32;

/// Why there is nothing to listen on.
#[derive(Debug, thiserror::Error)]
pub(super) enum SocketsError {
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    #[error("unix_owner: {0}")]
    Owner(PrivilegesError),
    #[error(transparent)]
    Listen(#[from] ServerError),
    #[error("LISTEN_FDS: descriptor {number}: {source}")]
    Activated { number: usize, source: io::Error },
}

/// A socket, and what it is for.
pub(super) struct Opened {
    /// The number of its protocol.
    pub(super) protocol: usize,
    /// What it was opened for, by which the next process finds it.
    key: String,
    pub(super) bound: Bound,
}

/// All sockets of a server.
#[derive(Default)]
pub(super) struct Sockets {
    pub(super) opened: Vec<Opened>,
    /// The files of the unix sockets that were bound.
    pub(super) files: Vec<SocketFile>,
    /// Those of the unix sockets that the process before this one had bound.
    pub(super) taken: Vec<SocketFile>,
    /// Those of its unix sockets that nobody needs any more.
    pub(super) left: Vec<SocketFile>,
}

/// One socket that is wanted.
struct Request {
    key: String,
    place: Place,
    /// It may be missing where the machine lacks its version of IP, since another is there.
    optional: bool,
}

impl Sockets {
    /// Opens the sockets of each protocol, the one with the number 0 being the main one. What is
    /// in `inherited`, or was passed by a service manager (`LISTEN_FDS`), is not bound anew.
    /// Sockets of a service manager that are not asked for by their address serve the main
    /// protocol, and its own endpoints are not bound then.
    pub(super) fn open(
        endpoints: &[(usize, &str)],
        settings: &Settings,
        inherited: Vec<(String, OwnedFd)>,
    ) -> Result<Self, SocketsError> {
        let wanted = endpoints.iter().map(|&(protocol, text)| {
            Ok((protocol, requests(protocol, Endpoint::parse(text, settings)?)?))
        });
        let wanted = wanted.collect::<Result<Vec<_>, SocketsError>>()?;
        let mut opening = Opening::new(settings, inherited)?;
        let others = wanted.iter().filter(|(protocol, _)| *protocol != 0);
        let others = others.flat_map(|(_, requests)| requests).map(|request| &request.place);
        opening.activated = opening.has_activated_beside(&others.collect::<Vec<_>>());
        for (protocol, requests) in wanted {
            opening.open(protocol, &requests)?;
        }
        Ok(opening.finish())
    }

    /// The same sockets once more, for the next process, by what they were opened for.
    pub(super) fn share(&self) -> io::Result<Vec<(String, OwnedFd)>> {
        let shared = self
            .opened
            .iter()
            .map(|opened| Ok((opened.key.clone(), opened.bound.as_fd().try_clone_to_owned()?)));
        shared.collect()
    }
}

struct Opening<'s> {
    settings: &'s Settings,
    options: SocketOptions,
    owner: Option<(u32, Option<u32>)>,
    inherited: Vec<(String, Bound)>,
    /// A service manager has passed sockets for the main protocol, which stand among `inherited`.
    activated: bool,
    sockets: Sockets,
}

impl<'s> Opening<'s> {
    fn new(
        settings: &'s Settings,
        inherited: Vec<(String, OwnedFd)>,
    ) -> Result<Self, SocketsError> {
        let options = SocketOptions {
            backlog: settings.backlog,
            reuse_port: settings.reuse_port,
            nodelay: settings.nodelay,
            keepalive: settings.keepalive,
        };
        let owner = settings.unix_owner.as_deref().map(privileges::find_owner).transpose();
        let mut found = Vec::new();
        for (key, socket) in inherited.into_iter().chain(activated()?) {
            let bound = Bound::inherited(socket, options.clone())
                .map_err(|source| SocketsError::Activated { number: found.len(), source })?;
            found.push((key, bound));
        }
        Ok(Opening {
            settings,
            options,
            owner: owner.map_err(SocketsError::Owner)?,
            activated: false,
            inherited: found,
            sockets: Sockets::default(),
        })
    }

    /// Whether a service manager has passed a socket that is not in `places`.
    fn has_activated_beside(&self, places: &[&Place]) -> bool {
        let mut activated = self.inherited.iter().filter(|(key, _)| key == ACTIVATED);
        activated.any(|(_, bound)| !places.contains(&bound.place()))
    }

    /// Opens the sockets of one endpoint.
    fn open(&mut self, protocol: usize, requests: &[Request]) -> Result<(), ServerError> {
        let before = self.sockets.opened.len();
        let mut tries = 1;
        loop {
            let mut chosen = None;
            match self.open_all(protocol, requests, &mut chosen) {
                // The port that the system chose for one address is taken at another.
                Err(error) if chosen.is_some() && is_taken(&error) && tries < CHOICES_MAX => {
                    self.sockets.opened.truncate(before);
                    tries += 1;
                }
                done => return done,
            }
        }
    }

    /// Tries to open them. `chosen` is the port that the system chose, once it has.
    fn open_all(
        &mut self,
        protocol: usize,
        requests: &[Request],
        chosen: &mut Option<u16>,
    ) -> Result<(), ServerError> {
        let mut missing = None;
        let before = self.sockets.opened.len();
        for request in requests {
            let place = with_port(&request.place, *chosen);
            match self.open_one(protocol, request, &place) {
                Ok(port) => *chosen = port.filter(|_| is_to_choose(&request.place)),
                Err(source) => {
                    let passes = request.optional && is_missing(&source);
                    let error = ServerError::Listen { address: place.to_string(), source };
                    if !passes {
                        return Err(error);
                    }
                    tracing::debug!("{error}");
                    missing = Some(error);
                }
            }
        }
        match missing {
            Some(error) if self.sockets.opened.len() == before => Err(error),
            _ => Ok(()),
        }
    }

    /// Opens one socket, at `place` unless it is there already, and says which port it got.
    fn open_one(
        &mut self,
        protocol: usize,
        request: &Request,
        place: &Place,
    ) -> io::Result<Option<u16>> {
        let mut inherited = self.inherited.iter();
        let known = inherited.position(|(key, _)| *key == request.key).or_else(|| {
            let fits = |bound: &Bound| *bound.place() == request.place;
            self.inherited.iter().position(|(key, bound)| key == ACTIVATED && fits(bound))
        });
        if let Some(known) = known {
            let (key, bound) = self.inherited.remove(known);
            if let (Place::Unix(Some(path)), true) = (bound.place(), key != ACTIVATED) {
                self.sockets.taken.extend(SocketFile::find(path).ok());
            }
            let port = bound.address().map(|address| address.port());
            self.sockets.opened.push(Opened { protocol, key, bound });
            return Ok(port);
        }
        if self.activated && protocol == 0 {
            return Ok(None);
        }
        let bound = match place {
            Place::Inet(address) => Bound::tcp(*address, self.options.clone())?,
            Place::Unix(path) => {
                let path = path.as_deref().unwrap_or(Path::new(""));
                let (socket, file) = unix_socket::bind(path, self.settings.unix_mode, self.owner)?;
                self.sockets.files.push(file);
                Bound::unix(socket, self.options.clone())?
            }
        };
        let port = bound.address().map(|address| address.port());
        self.sockets.opened.push(Opened { protocol, key: request.key.clone(), bound });
        Ok(port)
    }

    fn finish(mut self) -> Sockets {
        for (key, bound) in self.inherited {
            if key == ACTIVATED {
                self.sockets.opened.push(Opened { protocol: 0, key, bound });
            } else if let Place::Unix(Some(path)) = bound.place() {
                self.sockets.left.extend(SocketFile::find(path).ok());
            }
        }
        self.sockets
    }
}

/// Whether the system is to choose the port.
fn is_to_choose(place: &Place) -> bool {
    matches!(place, Place::Inet(address) if address.port() == 0)
}

/// The place, at the port that the system chose for another address, if it is to choose.
fn with_port(place: &Place, chosen: Option<u16>) -> Place {
    match (place, chosen) {
        (Place::Inet(address), Some(port)) if address.port() == 0 => {
            Place::Inet(SocketAddr::new(address.ip(), port))
        }
        _ => place.clone(),
    }
}

/// Whether somebody else has the address.
fn is_taken(error: &ServerError) -> bool {
    matches!(error, ServerError::Listen { source, .. } if source.kind() == io::ErrorKind::AddrInUse)
}

/// Whether the machine lacks a version of IP.
fn is_missing(error: &io::Error) -> bool {
    let code = error.raw_os_error();
    let missing = [rustix::io::Errno::AFNOSUPPORT, rustix::io::Errno::ADDRNOTAVAIL];
    missing.iter().any(|missing| code == Some(missing.raw_os_error()))
}

/// The sockets that an endpoint stands for.
fn requests(protocol: usize, endpoint: Endpoint) -> Result<Vec<Request>, EndpointError> {
    let request = |place: Place, optional| {
        let key = format!("{protocol} {place}");
        Request { key, place, optional }
    };
    Ok(match endpoint {
        Endpoint::Unix(path) => vec![request(Place::Unix(Some(path)), false)],
        Endpoint::Tcp { host, port, ipv } => {
            let mut addresses = endpoint::addresses(&host, port, ipv)?;
            if port == 0 {
                // The one for which the system chooses: of IPv4's ports more are in use.
                addresses.reverse();
            }
            let both = addresses.iter().any(SocketAddr::is_ipv4);
            let optional = |address: &SocketAddr| both && address.is_ipv6();
            let requests =
                addresses.iter().map(|address| request(Place::Inet(*address), optional(address)));
            requests.collect()
        }
    })
}

/// What a service manager has passed.
fn activated() -> Result<Vec<(String, OwnedFd)>, SocketsError> {
    let mut passed = ListenFd::from_env();
    let mut found = Vec::new();
    for number in 0..passed.len() {
        let tcp = passed.take_tcp_listener(number).map(|socket| socket.map(OwnedFd::from));
        let socket = tcp
            .or_else(|_| passed.take_unix_listener(number).map(|socket| socket.map(OwnedFd::from)));
        let socket = socket.map_err(|source| SocketsError::Activated { number, source })?;
        found.extend(socket.map(|socket| (ACTIVATED.to_owned(), socket)));
    }
    Ok(found)
}
