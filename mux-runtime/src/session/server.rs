//! The server as a whole, as a handler sees it: the connections of every protocol, what was
//! counted, and the means to close one or to end them all.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use super::{Address, Command, Id, Peer, Protocol, Tally, Time, Times};

/// What happened to the connections of one protocol since the server started.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Connections that came in, those that were not let in among them.
    pub accepted: u64,
    /// Connections that are over.
    pub closed: u64,
    /// Those that the lists or the `allow_deny` hook did not let in.
    pub denied: u64,
    /// Those that were closed at once, since their address had as many as
    /// [`connections_per_ip`](crate::engine::Limits::connections_per_ip) allows; they are not among
    /// those accepted.
    pub turned_away: u64,
    /// Those that were closed because their input could never become a message.
    pub malformed: u64,
    /// Those that were closed because they did not read.
    pub slow_readers: u64,
    /// Those that were closed because one of their handlers panicked.
    pub panicked: u64,
    /// Bytes that came in.
    pub bytes_in: u64,
    /// Bytes that went out.
    pub bytes_out: u64,
    /// Messages that were taken, malformed ones among them.
    pub messages: u64,
}

/// One connection, as [`ServerCx::connections`] lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Connection {
    /// Its id; no two connections of a server have the same.
    pub id: Id,
    /// The name of its protocol.
    pub protocol: &'static str,
    /// Where it comes from.
    pub peer: Peer,
    /// The address at which it arrived.
    pub local: Address,
    /// How long it has been there.
    pub age: Duration,
    /// Bytes that came in.
    pub bytes_in: u64,
    /// Bytes that went out.
    pub bytes_out: u64,
    /// Messages that were taken; it stops at `u32::MAX`.
    pub messages: u32,
}

/// One protocol, as [`ServerCx::protocols`] lists it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ProtocolStats {
    /// The protocol.
    pub protocol: &'static Protocol,
    /// Its connections now, those that are closing among them.
    pub connections: usize,
    /// What happened since the server started.
    pub counts: Counts,
    calls: Vec<u64>,
    times: Vec<Times>,
}

impl ProtocolStats {
    /// How often each handler was called, and how long it took, if that is measured.
    pub fn calls(&self) -> impl Iterator<Item = (&'static Command, u64, Option<&Times>)> {
        let commands = self.protocol.modes.iter().flat_map(|mode| mode.commands);
        commands.map(|&command| {
            let calls = self.calls.get(command.index).copied().unwrap_or(0);
            (command, calls, self.times.get(command.index))
        })
    }
}

/// So many addresses at which connections arrived are known, to be shared by the next ones.
const LOCALS_MAX: usize = 16;

/// What is known of a connection beside its session and its buffers.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) peer: Peer,
    /// Most connections arrived at one of a few addresses, which they share.
    pub(crate) local: Rc<Address>,
    /// When it came.
    pub(crate) since: Time,
    bytes_in: u64,
    bytes_out: u64,
    messages: u32,
    /// Zero once it is gone.
    serial: u32,
}

/// The connections of one protocol, by slot, and what was counted.
#[derive(Debug)]
pub(crate) struct Roster {
    protocol: &'static Protocol,
    pub(crate) entries: Vec<Entry>,
    pub(crate) counts: Counts,
    tally: Tally,
    /// The addresses at which connections arrived, the newest last.
    locals: Vec<Rc<Address>>,
}

impl Roster {
    /// What is kept of each connection.
    #[cfg(test)]
    pub(crate) const ENTRY_BYTES: usize = size_of::<Entry>();

    pub(crate) fn new(protocol: &'static Protocol, tally: &Tally) -> Self {
        let (entries, counts, locals) = (Vec::new(), Counts::default(), Vec::new());
        Roster { protocol, entries, counts, tally: tally.clone(), locals }
    }

    /// A connection came into a slot, at most one behind the last.
    pub(crate) fn add(&mut self, id: Id, peer: Peer, local: Address, now: Time) {
        self.counts.accepted += 1;
        let entry = Entry {
            peer,
            local: self.share(local),
            since: now,
            bytes_in: 0,
            bytes_out: 0,
            messages: 0,
            serial: id.serial,
        };
        match self.entries.get_mut(id.slot as usize) {
            Some(place) => *place = entry,
            None => self.entries.push(entry),
        }
    }

    /// An address at which a connection arrived, as the others have it that arrived there.
    fn share(&mut self, local: Address) -> Rc<Address> {
        if let Some(known) = self.locals.iter().find(|known| ***known == local) {
            return Rc::clone(known);
        }
        let local = Rc::new(local);
        if self.locals.len() == LOCALS_MAX {
            self.locals.remove(0);
        }
        self.locals.push(Rc::clone(&local));
        local
    }

    pub(crate) fn remove(&mut self, slot: u32) {
        self.entries[slot as usize].serial = 0;
        self.counts.closed += 1;
    }

    #[inline]
    pub(crate) fn received(&mut self, slot: u32, bytes: usize) {
        self.entries[slot as usize].bytes_in += bytes as u64;
        self.counts.bytes_in += bytes as u64;
    }

    #[inline]
    pub(crate) fn sent(&mut self, slot: u32, bytes: usize) {
        self.entries[slot as usize].bytes_out += bytes as u64;
        self.counts.bytes_out += bytes as u64;
    }

    #[inline]
    pub(crate) fn took(&mut self, slot: u32, messages: u32) {
        let entry = &mut self.entries[slot as usize];
        entry.messages = entry.messages.saturating_add(messages);
        self.counts.messages += u64::from(messages);
    }

    fn stats(&self) -> ProtocolStats {
        ProtocolStats {
            protocol: self.protocol,
            connections: (self.counts.accepted - self.counts.closed) as usize,
            counts: self.counts,
            calls: self.tally.counts(),
            times: self.tally.times(),
        }
    }

    fn connections(&self, now: Time) -> impl Iterator<Item = Connection> {
        let here = self.entries.iter().zip(0..).filter(|(entry, _)| entry.serial != 0);
        here.map(move |(entry, slot)| self.connection(Id { slot, serial: entry.serial }, now))
    }

    pub(crate) fn connection(&self, id: Id, now: Time) -> Connection {
        let entry = &self.entries[id.slot as usize];
        Connection {
            id,
            protocol: self.protocol.name,
            peer: entry.peer.clone(),
            local: *entry.local,
            age: now.since(entry.since),
            bytes_in: entry.bytes_in,
            bytes_out: entry.bytes_out,
            messages: entry.messages,
        }
    }
}

/// What a handler told the server to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Close this connection when its output is out.
    Close(Id),
    /// End the server, as a first call of [`Handle::stop`](crate::Handle::stop) does.
    Drain,
}

/// What the engines of one server have in common. Each has one; a driver of several gives them the
/// same ([`Engine::in_hub`](crate::engine::Engine::in_hub)).
#[derive(Debug, Default)]
pub struct Hub {
    serial: Cell<u32>,
    rosters: RefCell<Vec<Rc<RefCell<Roster>>>>,
    orders: RefCell<Vec<Order>>,
    ending: Cell<bool>,
    turns: Cell<Option<Times>>,
}

impl Hub {
    /// The serial number of the next connection.
    pub(crate) fn next_serial(&self) -> u32 {
        // Zero is nobody's.
        self.serial.set(self.serial.get().wrapping_add(1).max(1));
        self.serial.get()
    }

    pub(crate) fn enlist(&self, roster: &Rc<RefCell<Roster>>) {
        self.rosters.borrow_mut().push(Rc::clone(roster));
    }

    /// Whether handlers gave orders that were not taken yet.
    #[inline]
    #[must_use]
    pub fn has_orders(&self) -> bool {
        !self.orders.borrow().is_empty()
    }

    /// Takes the orders that handlers gave.
    #[must_use]
    pub fn take_orders(&self) -> Vec<Order> {
        self.orders.take()
    }

    /// The server was told to end, or to hand over.
    pub fn set_ending(&self) {
        self.ending.set(true);
    }

    /// A turn of the loop took so long.
    pub fn add_turn(&self, took: Duration) {
        let mut turns = self.turns.get().unwrap_or_default();
        turns.add(took);
        self.turns.set(Some(turns));
    }

    /// How long the turns of the loop took, if that is measured.
    #[must_use]
    pub fn turns(&self) -> Option<Times> {
        self.turns.get()
    }

    /// The connections of all protocols, in the order in which they came.
    #[must_use]
    pub fn connections(&self, now: Time) -> Vec<Connection> {
        let mut all = Vec::new();
        for roster in self.rosters.borrow().iter() {
            all.extend(roster.borrow().connections(now));
        }
        all.sort_by_key(|connection| connection.id.serial);
        all
    }

    /// What was counted, protocol by protocol.
    #[must_use]
    pub fn protocols(&self) -> Vec<ProtocolStats> {
        self.rosters.borrow().iter().map(|roster| roster.borrow().stats()).collect()
    }
}

/// The server as a whole: what [`Cx::server`](super::Cx::server) gives.
///
/// It is meant for a protocol that administrators speak, over the same shared value as the one that
/// is served, on a socket that only they can reach.
///
/// ```
/// use mux_runtime::{Cx, Id, mux_server, testing};
///
/// #[derive(Default)]
/// struct Admin;
///
/// #[mux_server]
/// impl Admin {
///     #[line("sessions")]
///     fn sessions(&mut self, cx: &mut Cx<'_, Self>) {
///         for connection in cx.server().connections() {
///             let (id, peer) = (connection.id, connection.peer);
///             write!(cx.out, "{id} {} {peer} {}\r\n", connection.protocol, connection.messages);
///         }
///     }
///
///     #[line("kick")]
///     fn kick(&mut self, cx: &mut Cx<'_, Self>, id: Id) -> &'static str {
///         if cx.server().close(id) { "done\r\n" } else { "no such connection\r\n" }
///     }
/// }
///
/// let server = testing::Server::<Admin>::new(());
/// let ann = server.connect("127.0.0.1:9");
/// let bob = server.connect("192.0.2.1:9");
/// ann.sends("sessions\n");
/// assert_eq!(ann.hears(), "0.1 Admin 127.0.0.1 0\r\n1.2 Admin 192.0.2.1 0\r\n");
/// ann.sends("kick 1.2\nkick 1.3\n");
/// assert_eq!(ann.hears(), "done\r\nno such connection\r\n");
/// assert!(bob.is_closed());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ServerCx<'a> {
    pub(crate) hub: &'a Hub,
    pub(crate) now: Time,
}

impl ServerCx<'_> {
    /// How long the server has been running.
    #[must_use]
    pub fn uptime(&self) -> Duration {
        self.now.since(Time::START)
    }

    /// The connections of all protocols, this one too, in the order in which they came. The list is
    /// made anew for each call: it costs what it is long.
    #[must_use]
    pub fn connections(&self) -> Vec<Connection> {
        self.hub.connections(self.now)
    }

    /// What was counted, protocol by protocol.
    #[must_use]
    pub fn protocols(&self) -> Vec<ProtocolStats> {
        self.hub.protocols()
    }

    /// How long the turns of the loop took, each a time in which nobody else was served, if that is
    /// measured.
    #[must_use]
    pub fn turns(&self) -> Option<Times> {
        self.hub.turns()
    }

    /// Closes a connection, of whichever protocol, when its output is out
    /// ([`CloseReason::Kicked`](super::CloseReason::Kicked)); says whether it is there.
    pub fn close(&self, id: Id) -> bool {
        let rosters = self.hub.rosters.borrow();
        let known = rosters.iter().any(|roster| {
            let roster = roster.borrow();
            let entry = roster.entries.get(id.slot as usize);
            id.serial != 0 && entry.is_some_and(|entry| entry.serial == id.serial)
        });
        if known {
            self.hub.orders.borrow_mut().push(Order::Close(id));
        }
        known
    }

    /// Whether the server was told to end, or another process has taken its place: from when
    /// `#[on(drain)]` is called, or [`drain`](ServerCx::drain) was.
    #[must_use]
    pub fn is_ending(&self) -> bool {
        self.hub.ending.get()
    }

    /// Ends the server as a first TERM does: no more connections are accepted, and those that are
    /// there are closed when their output is out.
    pub fn drain(&self) {
        self.hub.set_ending();
        self.hub.orders.borrow_mut().push(Order::Drain);
    }
}
