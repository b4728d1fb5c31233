//! The mio loop: listeners, connections, wake-ups from other threads.
//!
//! It decides nothing: it moves bytes between sockets and the engines, tells them the time, and
//! drops the connections that they say are over. One wake-up of one connection costs one read and
//! one write:
//!
//! - Readiness is edge-triggered and registered once. A read that did not fill the buffer has
//!   taken all there was, so it is not followed by another; what comes later is a new edge. An end
//!   of stream that came together with the data is told by the event itself (`is_read_closed`), and
//!   so is urgent data, at whose mark the kernel ends a read (`is_priority`); only then is read
//!   again.
//! - Each connection is read once in a turn; one that has more waits for the next turn behind all
//!   others.
//! - Everything that a turn has for a connection leaves in one write at the turn's end.

mod ending;
mod error;
mod handle;
mod host;
mod linger;
mod listener;
mod lookup;
#[cfg(feature = "metrics")]
mod publish;
mod report;
mod sockets;
mod transport;

use std::{
    any::Any,
    io,
    net::SocketAddr,
    rc::Rc,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use mio::{Events, Poll, Registry, Token, Waker};

#[cfg(feature = "service")]
pub(crate) use self::listener::Place;
use self::{
    ending::Ending,
    handle::Orders,
    host::{Host, Hosting, Ready},
    linger::Lingering,
    listener::Listener,
    lookup::Lookups,
};
pub use self::{
    error::ServerError,
    handle::Handle,
    listener::Bound,
    lookup::{NameLookup, Resolver},
    sockets::SocketOptions,
};
use crate::{
    engine::{Access, Hub, Inbox, Limits, Order, Stopwatch, panics::contain},
    session::{Peer, Session, Time},
};

/// The highest byte of a token says what it is for; the rest is a number among its kind.
const KIND_SHIFT: u32 = usize::BITS - 8;
const KIND_LISTENER: usize = 0;
/// Kinds from this one on are the protocols.
const KIND_HOST: usize = 1;
const KIND_LINGERING: usize = 0xff;
const WAKER: Token = Token((KIND_LINGERING << KIND_SHIFT) | ((1 << KIND_SHIFT) - 1));
/// So many protocols fit beside the other kinds.
const HOSTS_MAX: usize = KIND_LINGERING - KIND_HOST;

/// Events that one poll may bring.
const EVENTS_MAX: usize = 1024;
/// After the descriptors ran out, accepting is tried again after this time, or when a connection
/// has ended.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long connections may take to end when the server does, unless it is told otherwise.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);
/// What is called again and again is not called more often than this.
const PERIOD_MIN: Duration = Duration::from_millis(1);

fn token(kind: usize, number: usize) -> Token {
    Token((kind << KIND_SHIFT) | number)
}

/// What a turn of the loop works with.
struct Turn<'a, S> {
    shared: &'a mut S,
    now: Time,
    inbox: &'a mut Inbox,
    registry: &'a Registry,
    lingering: &'a mut Lingering,
    lookups: Option<&'a mut Lookups>,
}

/// What the protocols of a server have in common.
struct Common<S> {
    shared: S,
    poll: Poll,
    inbox: Inbox,
    lingering: Lingering,
}

impl<S> Common<S> {
    fn turn(&mut self, now: Time) -> Turn<'_, S> {
        let Common { shared, poll, inbox, lingering } = self;
        Turn { shared, now, inbox, registry: poll.registry(), lingering, lookups: None }
    }
}

/// What is called again and again.
struct Repeated<S> {
    period: Duration,
    next: Time,
    call: Each<S>,
}

/// What is called once, with the number of connections.
type Once<S> = Box<dyn FnOnce(&mut S, usize)>;
/// What is called in each turn.
type Each<S> = Box<dyn FnMut(&mut S)>;

/// A server: one shared value, any number of listeners, each with its protocol.
///
/// ```
/// use mux_runtime::{Cx, Server, mux_server};
///
/// #[derive(Default)]
/// struct Echo;
///
/// #[mux_server]
/// impl Echo {
///     #[line]
///     fn echo(&mut self, cx: &mut Cx<'_, Self>, line: &str) {
///         write!(cx.out, "{line}\r\n");
///     }
/// }
///
/// let mut server = Server::new(())?;
/// let address = server.listen::<Echo>(([127, 0, 0, 1], 0).into())?;
/// println!("listening on {address}");
/// let handle = server.handle();
/// // In a program this is a signal, or another thread.
/// handle.stop();
/// server.run()?;
/// # Ok::<(), mux_runtime::ServerError>(())
/// ```
pub struct Server<S: 'static> {
    common: Common<S>,
    orders: Arc<Orders>,
    hosts: Vec<Box<dyn Hosting<S>>>,
    listeners: Vec<Listener>,
    hub: Rc<Hub>,
    access: Option<Access>,
    lookups: Option<Lookups>,
    stopwatch: Option<Stopwatch>,
    #[cfg(feature = "metrics")]
    publisher: publish::Publisher,
    started: Instant,
    /// Until when accepting pauses, since the descriptors ran out.
    accept_paused: Option<Time>,
    repeated: Vec<Repeated<S>>,
    /// What is called when the server starts to end.
    on_ending: Option<Once<S>>,
    /// What is called while nothing is handled.
    while_held: Option<Each<S>>,
    limits: Limits,
    sockets: SocketOptions,
    drain_timeout: Duration,
    ending: Option<Ending>,
}

impl<S: 'static> Server<S> {
    /// A server without listeners.
    ///
    /// # Errors
    /// The system gives no readiness queue.
    pub fn new(shared: S) -> Result<Self, ServerError> {
        let poll = Poll::new().map_err(ServerError::Poll)?;
        let waker = Waker::new(poll.registry(), WAKER).map_err(ServerError::Poll)?;
        let (inbox, lingering) = (Inbox::default(), Lingering::default());
        Ok(Server {
            common: Common { shared, poll, inbox, lingering },
            orders: Arc::new(Orders::new(waker)),
            hosts: Vec::new(),
            listeners: Vec::new(),
            hub: Rc::default(),
            access: None,
            lookups: None,
            stopwatch: None,
            #[cfg(feature = "metrics")]
            publisher: publish::Publisher::default(),
            started: Instant::now(),
            accept_paused: None,
            repeated: Vec::new(),
            on_ending: None,
            while_held: None,
            limits: Limits::default(),
            sockets: SocketOptions::default(),
            drain_timeout: DRAIN_TIMEOUT,
            ending: None,
        })
    }

    /// Sets the bounds of the protocols that are listened for from now on; a protocol that has a
    /// listener already keeps what it has.
    ///
    /// ```
    /// use std::time::Duration;
    /// use mux_runtime::{Server, engine::Limits, mux_server};
    ///
    /// #[derive(Default)]
    /// struct Echo;
    ///
    /// #[mux_server]
    /// impl Echo {
    ///     #[line]
    ///     fn echo(&mut self, line: &str) -> String {
    ///         format!("{line}\r\n")
    ///     }
    /// }
    ///
    /// let mut server = Server::new(())?;
    /// server.set_limits(Limits {
    ///     connections: 100,
    ///     idle_timeout: Some(Duration::from_secs(600)),
    ///     ..Limits::default()
    /// });
    /// server.listen::<Echo>(([127, 0, 0, 1], 0).into())?;
    /// # Ok::<(), mux_runtime::ServerError>(())
    /// ```
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// Sets the options of the listeners that are made from now on, and of their connections.
    pub fn set_sockets(&mut self, options: SocketOptions) {
        self.sockets = options;
    }

    /// Sets how long all connections together may take to end, and to read their last output, when
    /// the server ends; 5 seconds unless told.
    pub fn set_drain_timeout(&mut self, timeout: Duration) {
        self.drain_timeout = timeout;
    }

    /// Serves the protocol `P` on a TCP address, and says which one it became: port 0 has the
    /// system choose. A protocol may have several addresses; its connections are each other's
    /// peers. An IPv6 address takes IPv6 alone, so that `0.0.0.0` and `[::]` can be had together.
    ///
    /// # Errors
    /// The address is taken, not this machine's, or not allowed; or as with
    /// [`listen_on`](Server::listen_on).
    pub fn listen<P: Session<Shared = S>>(
        &mut self,
        address: SocketAddr,
    ) -> Result<SocketAddr, ServerError> {
        let bound = Bound::tcp(address, self.sockets.clone())
            .map_err(|source| ServerError::Listen { address: address.to_string(), source })?;
        let address = bound.address().unwrap_or(address);
        self.listen_on::<P>(bound)?;
        Ok(address)
    }

    /// Serves the protocol `P` on a socket that listens already: one with options of its own, a
    /// unix socket, or one that was inherited.
    ///
    /// # Errors
    /// The system does not watch it, there are too many protocols, or the limits contradict each
    /// other ([`Limits::check`]).
    pub fn listen_on<P: Session<Shared = S>>(&mut self, bound: Bound) -> Result<(), ServerError> {
        let host = self.host::<P>()?;
        let token = token(KIND_LISTENER, self.listeners.len());
        let address = bound.to_string();
        let listener = Listener::new(bound, host, token, self.common.poll.registry())
            .map_err(|source| ServerError::Listen { address, source })?;
        self.listeners.push(listener);
        Ok(())
    }

    /// Calls `call` in the loop's thread every `period`, a millisecond at least, from now on and
    /// until the server has ended. Timeouts of connections are not affected.
    pub fn every(&mut self, period: Duration, call: impl FnMut(&mut S) + 'static) {
        let period = period.max(PERIOD_MIN);
        let next = self.now() + period;
        self.repeated.push(Repeated { period, next, call: Box::new(call) });
    }

    /// The place of the protocol `P` among the hosts; the first listener for it makes one.
    fn host<P: Session<Shared = S>>(&mut self) -> Result<usize, ServerError> {
        let known = self.hosts.iter().position(|host| {
            let host: &dyn Any = &**host;
            host.is::<Host<P>>()
        });
        if let Some(known) = known {
            return Ok(known);
        }
        if self.hosts.len() == HOSTS_MAX {
            return Err(ServerError::TooManyProtocols);
        }
        let protocol = P::PROTOCOL.name;
        self.limits.check().map_err(|source| ServerError::Limits { protocol, source })?;
        let kind = KIND_HOST + self.hosts.len();
        let mut host = Host::<P>::new(kind, self.limits.clone(), &self.hub, &self.orders);
        if let Some(access) = &self.access {
            host.set_access(Rc::clone(access));
        }
        if let Some(stopwatch) = self.stopwatch {
            host.set_stopwatch(stopwatch);
        }
        self.hosts.push(Box::new(host));
        Ok(self.hosts.len() - 1)
    }

    /// Has `access` asked about each peer, of whichever protocol, between the hooks `post_accept`
    /// and `allow_deny`; one that it turns down is told what `request_denied` says.
    pub fn set_access(&mut self, access: impl Fn(&Peer) -> bool + 'static) {
        let access: Access = Rc::new(access);
        self.hosts.iter_mut().for_each(|host| host.set_access(Rc::clone(&access)));
        self.access = Some(access);
    }

    /// Looks up the name of each peer that has an IP address before the hooks are called; until
    /// then its connection is not read, and nobody else waits. [`Peer::name`] gives it.
    pub fn look_up_names(&mut self, lookup: NameLookup) {
        self.lookups = Some(Lookups::new(lookup, &self.orders));
    }

    /// Measures from now on how long each handler takes
    /// ([`ProtocolStats::calls`](crate::ProtocolStats::calls)), and names in the log one that holds
    /// up the loop for longer than `slow`. It costs two looks at the clock a message.
    pub fn measure(&mut self, slow: Option<Duration>) {
        static EPOCH: OnceLock<Instant> = OnceLock::new();
        let now = || EPOCH.get_or_init(Instant::now).elapsed();
        let stopwatch = Stopwatch { now, slow };
        self.hosts.iter_mut().for_each(|host| host.set_stopwatch(stopwatch));
        self.stopwatch = Some(stopwatch);
    }

    /// A handle with which any thread can end this server.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::new(Arc::clone(&self.orders))
    }

    /// Serves until [`Handle::stop`], and gives the shared value back.
    ///
    /// # Errors
    /// The system's readiness queue failed.
    pub fn run(mut self) -> Result<S, ServerError> {
        self.serve()?;
        Ok(self.common.shared)
    }

    /// Serves until it was told to end and has. The shared value is still there afterwards.
    pub(crate) fn serve(&mut self) -> Result<(), ServerError> {
        let mut events = Events::with_capacity(EVENTS_MAX);
        while !self.is_done() {
            let timeout = self.timeout();
            match self.common.poll.poll(&mut events, timeout) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => events.clear(),
                result => result.map_err(ServerError::Poll)?,
            }
            let woken = self.stopwatch.map_or(Duration::ZERO, |stopwatch| (stopwatch.now)());
            self.turn(&events);
            if let Some(stopwatch) = self.stopwatch {
                self.hub.add_turn((stopwatch.now)().saturating_sub(woken));
            }
            #[cfg(feature = "metrics")]
            self.publisher.turn(&self.hub, Time::START + self.started.elapsed(), events.is_empty());
        }
        #[cfg(feature = "metrics")]
        self.publisher.publish(&self.hub);
        Ok(())
    }

    /// What all connections share.
    #[cfg(feature = "service")]
    pub(crate) fn shared(&mut self) -> &mut S {
        &mut self.common.shared
    }

    fn now(&self) -> Time {
        Time::START + self.started.elapsed()
    }

    fn is_done(&self) -> bool {
        self.ending.is_some()
            && self.common.lingering.is_empty()
            && self.lookups.as_ref().is_none_or(|lookups| lookups.len() == 0)
            && self.hosts.iter().all(|host| host.connections() == 0)
    }

    /// How long the next poll may sleep.
    fn timeout(&self) -> Option<Duration> {
        if self.orders.is_held() {
            return None;
        }
        if self.hub.has_orders() || self.common.lingering.has_work() {
            return Some(Duration::ZERO);
        }
        let mut due = self.accept_paused;
        let mut note = |when: Option<Time>| {
            if let Some(when) = when {
                due = Some(due.map_or(when, |due| due.min(when)));
            }
        };
        for host in &self.hosts {
            if host.has_work() {
                return Some(Duration::ZERO);
            }
            note(host.next_timeout());
        }
        let may_accept = self.accept_paused.is_none() && !self.is_crowded();
        let ready = self.listeners.iter().filter(|listener| may_accept && listener.is_ready());
        for host in ready.map(Listener::host) {
            if self.has_room(host) {
                return Some(Duration::ZERO);
            }
            note(self.hosts[host].next_accept(self.waiting_for(host)));
        }
        if let Some(lookups) = &self.lookups {
            for host in lookups.ready_hosts() {
                if !self.hosts[host].is_full(0) {
                    return Some(Duration::ZERO);
                }
                note(self.hosts[host].next_accept(0));
            }
            note(lookups.next_timeout());
        }
        note(self.common.lingering.next_timeout());
        note(self.ending.and_then(Ending::deadline));
        self.repeated.iter().for_each(|repeated| note(Some(repeated.next)));
        #[cfg(feature = "metrics")]
        note(self.publisher.next_timeout());
        Some(due?.since(self.now()))
    }

    /// Whether one more connection of this protocol may be accepted.
    fn has_room(&self, host: usize) -> bool {
        !self.is_crowded() && !self.hosts[host].is_full(self.waiting_for(host))
    }

    /// Whether so many wait for protocols to have room that none is accepted.
    fn is_crowded(&self) -> bool {
        self.lookups.as_ref().is_some_and(Lookups::is_full)
    }

    /// How many connections of this protocol wait for their peers' names.
    fn waiting_for(&self, host: usize) -> usize {
        self.lookups.as_ref().map_or(0, |lookups| lookups.len_for(host))
    }

    /// One turn: what came in is read and handled, and what became of it is sent.
    fn turn(&mut self, events: &Events) {
        let now = self.now();
        self.hosts.iter_mut().for_each(|host| host.set_time(now));
        for event in events {
            let kind = event.token().0 >> KIND_SHIFT;
            let number = event.token().0 & ((1 << KIND_SHIFT) - 1);
            match kind {
                _ if event.token() == WAKER => {}
                KIND_LISTENER => {
                    if let Some(listener) = self.listeners.get_mut(number) {
                        listener.set_ready();
                    }
                }
                KIND_LINGERING => self.common.lingering.ready(number),
                host => self.hosts[host - KIND_HOST].ready(
                    number as u32,
                    Ready {
                        readable: event.is_readable(),
                        marked: event.is_read_closed() || event.is_priority() || event.is_error(),
                        writable: event.is_writable(),
                    },
                ),
            }
        }
        // One to end comes before a restart, which would go on without it.
        self.obey();
        if self.orders.is_held() {
            return self.while_held.iter_mut().for_each(|call| call(&mut self.common.shared));
        }
        for repeated in self.repeated.iter_mut().filter(|repeated| repeated.next <= now) {
            repeated.next = now + repeated.period;
            contain("a repeated call", || (repeated.call)(&mut self.common.shared));
        }
        if self.orders.takes_report() {
            report::report(&self.hub, now, self.lookups.as_ref().map_or(0, Lookups::len));
        }
        self.end_if_told(now);
        self.admit(now);
        self.accept(now);
        for host in &mut self.hosts {
            if host.turn(&mut self.common.turn(now)) {
                self.accept_paused = None;
            }
        }
        self.common.lingering.turn();
        self.common.lingering.expire(now);
    }

    /// Does what handlers told the server to do.
    fn obey(&mut self) {
        if !self.hub.has_orders() {
            return;
        }
        for order in self.hub.take_orders() {
            match order {
                Order::Close(id) => self.hosts.iter_mut().for_each(|host| host.kick(id)),
                // A second one is no reason to cut.
                Order::Drain if self.orders.ends() == 0 => self.handle().stop(),
                Order::Drain => {}
            }
        }
    }

    /// Takes those in whose peers' names are known by now, or will not be.
    fn admit(&mut self, now: Time) {
        let Some(lookups) = &mut self.lookups else { return };
        lookups.turn(now);
        while let Some(waiting) = lookups.next_ready(|host| !self.hosts[host].is_full(0)) {
            let turn = &mut self.common.turn(now);
            let host = &mut self.hosts[waiting.host];
            host.accept(turn, waiting.stream, waiting.peer, waiting.local);
        }
    }

    /// Accepts what waits at the listeners, a bounded number a turn.
    fn accept(&mut self, now: Time) {
        if self.accept_paused.is_some_and(|until| now < until) {
            return;
        }
        self.accept_paused = None;
        for listener in self.listeners.iter_mut().filter(|listener| listener.is_ready()) {
            let host = &mut self.hosts[listener.host()];
            let lookups = self.lookups.as_mut();
            let turn = &mut Turn { lookups, ..self.common.turn(now) };
            if let Err(error) = listener.accept(&mut **host, turn) {
                tracing::warn!(
                    "cannot accept on {}: {error}; trying again in {ACCEPT_PAUSE:?}, or when a connection ends",
                    listener.place()
                );
                self.accept_paused = Some(now + ACCEPT_PAUSE);
            }
        }
    }
}
