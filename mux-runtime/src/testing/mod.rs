//! A server in memory: scripted clients, bytes in any pieces, a clock that is moved by hand.
//!
//! It is the engine of the real server without its sockets, so what holds here holds there, and
//! nothing waits for anything.
//!
//! ```
//! use mux_runtime::{Cx, mux_server, testing};
//!
//! #[derive(Default)]
//! struct Echo;
//!
//! #[mux_server]
//! impl Echo {
//!     #[line]
//!     fn echo(&mut self, cx: &mut Cx<'_, Self>, line: &str) {
//!         write!(cx.out, "{line}\r\n");
//!     }
//! }
//!
//! let server = testing::Server::<Echo>::new(());
//! let ann = server.connect("127.0.0.1:9");
//! ann.sends("hel");
//! assert_eq!(ann.hears(), "");
//! ann.sends("lo\r\n");
//! assert_eq!(ann.hears(), "hello\r\n");
//! ann.finishes();
//! assert!(ann.is_closed());
//! ```

mod chunking;
mod dialogue;
mod fuzz;

use std::{
    cell::{Ref, RefCell, RefMut},
    io::IoSlice,
    net::SocketAddr,
    rc::Rc,
    time::Duration,
};

pub use self::{
    chunking::{check_chunking, check_chunking_with},
    dialogue::{dialogue, play},
    fuzz::fuzz,
};
use crate::{
    engine::{Engine, Inbox, Limits, Order},
    session::{Address, CloseReason, Id, Peer, Session, Time},
};

/// What is at the other end of a connection.
#[derive(Debug, Default)]
struct Far {
    id: Option<Id>,
    slot: u32,
    heard: Vec<u8>,
    /// What it sent while the server would not read from it, as the kernel would keep it.
    unread: Vec<u8>,
    /// It is done writing, behind what is unread.
    finished: bool,
    /// How many bytes it takes before its window is full.
    window_bytes: Option<usize>,
    closed: Option<CloseReason>,
}

struct State<P: Session> {
    engine: Engine<P>,
    shared: P::Shared,
    now: Time,
    inbox: Inbox,
    /// By client, in the order in which they connected.
    far: Vec<Far>,
    /// Which client has a slot.
    clients: Vec<usize>,
    writes: u64,
}

/// A server in memory; clones are the same server.
pub struct Server<P: Session> {
    state: Rc<RefCell<State<P>>>,
}

impl<P: Session> Clone for Server<P> {
    fn clone(&self) -> Self {
        Server { state: Rc::clone(&self.state) }
    }
}

impl<P: Session> Server<P> {
    /// A server without clients.
    pub fn new(shared: P::Shared) -> Self {
        Server::with_limits(shared, Limits::default())
    }

    /// A server without clients, and with bounds of one's own.
    ///
    /// # Panics
    /// They contradict each other.
    #[allow(clippy::panic, reason = "a test that is written wrong should fail at once")]
    pub fn with_limits(shared: P::Shared, limits: Limits) -> Self {
        if let Err(error) = limits.check() {
            panic!("{error}");
        }
        let state = State {
            engine: Engine::new(limits),
            shared,
            now: Time::START,
            inbox: Inbox::default(),
            far: Vec::new(),
            clients: Vec::new(),
            writes: 0,
        };
        Server { state: Rc::new(RefCell::new(state)) }
    }

    /// A client connects from `address` (`127.0.0.1:9`, `[::1]:9`).
    ///
    /// # Panics
    /// The text is no address, or the server has as many connections as it may.
    #[allow(clippy::panic, reason = "a test that is written wrong should fail at once")]
    pub fn connect(&self, address: &str) -> Client<P> {
        let Some(client) = self.try_connect(address) else {
            panic!("the server takes no more connections")
        };
        client
    }

    /// A client tries to connect from `address`; `None` if the server has as many connections as
    /// it may, or as many from there, or accepts no more for now.
    ///
    /// # Panics
    /// The text is no address.
    #[allow(clippy::panic, reason = "a test that is written wrong should fail at once")]
    pub fn try_connect(&self, address: &str) -> Option<Client<P>> {
        let Ok(peer) = address.parse::<SocketAddr>() else {
            panic!("not an address with a port: {address:?}")
        };
        let state = &mut *self.state.borrow_mut();
        let peer = Peer::new(Address::from(peer));
        let local = Address::from(SocketAddr::from(([127, 0, 0, 1], 2000)));
        let slot = state.engine.accept(&mut state.shared, peer, local)?;
        let number = state.far.len();
        let id = state.engine.id(slot);
        state.far.push(Far { id: Some(id), slot, ..Far::default() });
        if slot as usize == state.clients.len() {
            state.clients.push(number);
        }
        state.clients[slot as usize] = number;
        state.settle();
        Some(Client { server: self.clone(), number })
    }

    /// Lets time pass: timeouts that are over are called, in order of time.
    pub fn advance(&self, by: Duration) {
        let state = &mut *self.state.borrow_mut();
        let end = state.now + by;
        loop {
            let due = state.engine.next_timeout().filter(|&due| due <= end);
            state.now = due.unwrap_or(end).max(state.now);
            state.engine.set_time(state.now);
            state.engine.expire(&mut state.shared);
            state.settle();
            if due.is_none() {
                return;
            }
        }
    }

    /// What all connections share.
    #[must_use]
    pub fn shared(&self) -> Ref<'_, P::Shared> {
        Ref::map(self.state.borrow(), |state| &state.shared)
    }

    /// What all connections share, to be changed.
    #[must_use]
    pub fn shared_mut(&self) -> RefMut<'_, P::Shared> {
        RefMut::map(self.state.borrow_mut(), |state| &mut state.shared)
    }

    /// How many connections there are.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.state.borrow().engine.connections()
    }

    /// How many writes (system calls, were these sockets) there were so far.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.state.borrow().writes
    }

    /// Messages that other threads sent to sessions arrive.
    pub fn deliver(&self) {
        let state = &mut *self.state.borrow_mut();
        loop {
            state.engine.deliver(&mut state.shared);
            state.settle();
            if !state.engine.has_work() {
                return;
            }
        }
    }

    /// How often the handler (the method of this name) was called.
    #[must_use]
    pub fn calls(&self, handler: &str) -> u64 {
        let state = self.state.borrow();
        state.engine.calls().filter(|(command, _)| command.name == handler).map(|(_, n)| n).sum()
    }

    /// How often each handler was called, but for those that get whatever pieces the network
    /// makes.
    fn whole_calls(&self) -> Vec<u64> {
        let state = self.state.borrow();
        let modes = P::PROTOCOL.modes.iter().filter(|mode| !mode.in_pieces);
        let whole = modes.flat_map(|mode| mode.commands).map(|command| command.index);
        let whole = whole.collect::<Vec<_>>();
        let calls = state.engine.calls().filter(|(command, _)| whole.contains(&command.index));
        calls.map(|(_, calls)| calls).collect()
    }

    /// The server ends: connections are closed when their output is out.
    pub fn shut_down(&self) {
        let state = &mut *self.state.borrow_mut();
        state.engine.hub().set_ending();
        let mut next = Some(0);
        while let Some(slot) = next {
            next = state.engine.announce_end(&mut state.shared, true, slot);
            state.settle();
        }
    }

    /// Several things that happen in one turn of the loop: output leaves when `what` returns.
    pub fn in_one_turn(&self, what: impl FnOnce(&OneTurn<'_, P>)) {
        what(&OneTurn { server: self });
        self.state.borrow_mut().settle();
    }
}

/// A turn of the loop, from [`Server::in_one_turn`].
pub struct OneTurn<'a, P: Session> {
    server: &'a Server<P>,
}

impl<P: Session> OneTurn<'_, P> {
    /// A client's bytes come in.
    pub fn sends(&self, client: &Client<P>, bytes: impl AsRef<[u8]>) {
        self.server.state.borrow_mut().receive(client.number, bytes.as_ref(), false);
    }
}

impl<P: Session> State<P> {
    /// The slot of a client whose connection is still there.
    fn slot(&self, client: usize) -> Option<u32> {
        self.far[client].id.map(|_| self.far[client].slot)
    }

    /// Hands `bytes` to the engine, in reads of at most the inbox's size, `settling` between them;
    /// once it does not want them they stay unread.
    fn receive(&mut self, client: usize, mut bytes: &[u8], settling: bool) {
        while let Some(slot) = self.slot(client)
            && !bytes.is_empty()
        {
            let far = &mut self.far[client];
            if !self.engine.wants_input(slot) || !far.unread.is_empty() {
                return far.unread.extend_from_slice(bytes);
            }
            let room = self.inbox.room();
            let (piece, rest) = bytes.split_at(bytes.len().min(room.len()));
            room[..piece.len()].copy_from_slice(piece);
            self.engine.receive(slot, &mut self.shared, &mut self.inbox, piece.len());
            bytes = rest;
            if settling {
                self.settle();
            }
        }
    }

    /// Goes on reading from a client whose input was held back.
    fn read_on(&mut self, client: usize) {
        let unread = std::mem::take(&mut self.far[client].unread);
        self.receive(client, &unread, false);
        if let Some(slot) = self.slot(client)
            && self.far[client].finished
            && self.far[client].unread.is_empty()
            && self.engine.wants_input(slot)
        {
            self.engine.finish(slot, &mut self.shared);
        }
    }

    /// Sends what there is to send, until nothing is left to do.
    fn settle(&mut self) {
        loop {
            for order in self.engine.hub().take_orders() {
                match order {
                    Order::Close(id) => self.engine.kick(id),
                    Order::Drain => self.engine.shut_down(),
                }
            }
            self.flush();
            match self.engine.next_resumable() {
                Some(slot) => {
                    self.engine.resume(slot, &mut self.shared);
                    self.read_on(self.clients[slot as usize]);
                }
                // A session that was told of its end may have given orders.
                None if self.engine.hub().has_orders() => {}
                None => return,
            }
        }
    }

    /// Sends what there is to send, and drops the connections that are over.
    fn flush(&mut self) {
        loop {
            while let Some(slot) = self.engine.next_dirty() {
                self.send(slot);
            }
            self.engine.end_turn();
            let connections = self.engine.connections();
            while let Some((slot, why)) = self.engine.next_over() {
                let far = &mut self.far[self.clients[slot as usize]];
                far.id = None;
                far.closed = Some(why);
                self.engine.remove(slot, &mut self.shared, why);
            }
            if self.engine.connections() == connections {
                return;
            }
        }
    }

    fn send(&mut self, slot: u32) {
        let far = &mut self.far[self.clients[slot as usize]];
        let (mut sent, mut blocked) = (false, false);
        while !blocked && self.engine.may_send(slot) {
            let mut slices = [IoSlice::new(&[]); 64];
            let used = self.engine.slices(slot, &mut slices);
            let mut count = 0;
            self.writes += 1;
            for slice in &slices[..used] {
                let part = far.window_bytes.map_or(slice.len(), |window| window.min(slice.len()));
                far.heard.extend_from_slice(&slice[..part]);
                far.window_bytes = far.window_bytes.map(|window| window - part);
                count += part;
                blocked |= part < slice.len();
            }
            self.engine.sent(slot, count);
            sent = true;
        }
        self.engine.flushed(slot, sent, blocked);
    }
}

/// A scripted client.
pub struct Client<P: Session> {
    server: Server<P>,
    number: usize,
}

impl<P: Session> Client<P> {
    /// Its bytes come in, in one read if they fit (64 KiB).
    pub fn sends(&self, bytes: impl AsRef<[u8]>) {
        self.server.state.borrow_mut().receive(self.number, bytes.as_ref(), true);
    }

    /// What it was sent since it was last asked, as text; what is not UTF-8 is replaced.
    #[must_use]
    pub fn hears(&self) -> String {
        String::from_utf8_lossy(&self.hears_bytes()).into_owned()
    }

    /// What it was sent since it was last asked.
    #[must_use]
    pub fn hears_bytes(&self) -> Vec<u8> {
        std::mem::take(&mut self.server.state.borrow_mut().far[self.number].heard)
    }

    /// Throws away what it was sent, without giving the memory back.
    pub fn ignores(&self) {
        self.server.state.borrow_mut().far[self.number].heard.clear();
    }

    /// It is done writing, and still reads.
    pub fn finishes(&self) {
        let state = &mut *self.server.state.borrow_mut();
        state.far[self.number].finished = true;
        state.read_on(self.number);
        state.settle();
    }

    /// Its connection breaks.
    pub fn vanishes(&self) {
        let state = &mut *self.server.state.borrow_mut();
        if let Some(slot) = state.slot(self.number) {
            state.engine.lose(slot);
            state.settle();
        }
    }

    /// It reads `bytes` more and then nothing, until it [`reads_again`](Client::reads_again).
    pub fn reads_only(&self, bytes: usize) {
        self.opens(Some(bytes));
    }

    /// It reads all that was and is sent to it.
    pub fn reads_again(&self) {
        self.opens(None);
    }

    fn opens(&self, window_bytes: Option<usize>) {
        let state = &mut *self.server.state.borrow_mut();
        state.far[self.number].window_bytes = window_bytes;
        if let Some(slot) = state.slot(self.number)
            && window_bytes != Some(0)
        {
            state.engine.writable(slot);
            state.settle();
        }
    }

    /// Whether its connection is over.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed().is_some()
    }

    /// Why its connection is over, if it is.
    #[must_use]
    pub fn closed(&self) -> Option<CloseReason> {
        self.server.state.borrow().far[self.number].closed
    }

    /// The id of its connection, as long as that is there.
    #[must_use]
    pub fn id(&self) -> Option<Id> {
        self.server.state.borrow().far[self.number].id
    }
}
