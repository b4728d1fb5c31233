//! One protocol's engine and its sockets.

use std::{
    any::Any,
    collections::VecDeque,
    io::{self, IoSlice, Read, Write},
    rc::Rc,
    sync::Arc,
};

use mio::Interest;

use super::{Turn, handle::Orders, token, transport::Transport};
use crate::{
    engine::{Access, Engine, Hub, Limits, Stopwatch},
    session::{Address, CloseReason, Id, Peer, Session, Time},
};

/// Up to so many bytes the pieces of one write are laid together.
const GATHERED_BYTES_MAX: usize = 64 * 1024;
/// Pieces that one write may gather.
const SLICES_MAX: usize = 64;
/// Most writes have but one: making room for the most would cost more than all else in the engine.
const SLICES_FEW: usize = 2;

/// What is asked of the kernel to tell of a connection. Urgent data is told of on Linux alone; see
/// [`Transport::is_emptied_by_a_short_read`].
#[cfg(any(target_os = "linux", target_os = "android"))]
const INTEREST: Interest = Interest::READABLE.add(Interest::WRITABLE).add(Interest::PRIORITY);
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const INTEREST: Interest = Interest::READABLE.add(Interest::WRITABLE);

/// What an event said of a connection.
pub(super) struct Ready {
    pub(super) readable: bool,
    /// A read may end before all was read: at the mark of urgent data, or in front of the end.
    pub(super) marked: bool,
    pub(super) writable: bool,
}

/// One protocol as the loop sees it: one indirect call a wake-up, none a message.
pub(super) trait Hosting<S>: Any {
    /// Tells the engine what time it is.
    fn set_time(&mut self, now: Time);
    /// Takes in a connection.
    fn accept(&mut self, turn: &mut Turn<'_, S>, stream: Transport, peer: Peer, local: Address);
    /// Notes what an event said.
    fn ready(&mut self, slot: u32, ready: Ready);
    /// Reads, handles and sends; says whether a connection ended.
    fn turn(&mut self, turn: &mut Turn<'_, S>) -> bool;
    /// Whether the next turn has something to do without any event.
    fn has_work(&self) -> bool;
    /// When the next timer is due.
    fn next_timeout(&self) -> Option<Time>;
    /// Whether it takes no more connections for now, beside so many that wait to come in.
    fn is_full(&self, waiting: usize) -> bool;
    /// When it takes more again, if that is a matter of time and not of those that it has or that
    /// wait to come in.
    fn next_accept(&self, waiting: usize) -> Option<Time>;
    /// How many connections it has.
    fn connections(&self) -> usize;
    /// Tells the sessions that the server is ending, which they are told but once; those that leave
    /// it to the server are closed when their output is out, if `close` says so.
    fn drain(&mut self, turn: &mut Turn<'_, S>, close: bool);
    /// Has `access` asked about each peer.
    fn set_access(&mut self, access: Access);
    /// Measures how long handlers take.
    fn set_stopwatch(&mut self, stopwatch: Stopwatch);
    /// Closes this connection when its output is out, if it is one of this protocol's.
    fn kick(&mut self, id: Id);
    /// Closes all connections when their output is out.
    fn shut_down(&mut self);
    /// Closes all connections at once.
    fn cut(&mut self);
}

/// A connection's socket, and what is known of it.
struct Socket {
    stream: Transport,
    /// There may be something to read.
    readable: bool,
    /// What stands behind a short read is to be read, too: the end of the stream, or what follows
    /// urgent data.
    marked: bool,
    /// It stands in the queue of those to be read.
    queued: bool,
}

/// The engine of the protocol `P`, and a socket for each of its slots.
pub(super) struct Host<P: Session> {
    kind: usize,
    engine: Engine<P>,
    sockets: Vec<Option<Socket>>,
    /// The connections to be read, each once, in the order in which they became ready.
    queue: VecDeque<u32>,
    /// Where the pieces of one write are laid together.
    gathered: Vec<u8>,
    /// The sessions know that the server is ending.
    told: bool,
}

impl<P: Session> Host<P> {
    pub(super) fn new(kind: usize, limits: Limits, hub: &Rc<Hub>, orders: &Arc<Orders>) -> Self {
        let mut engine = Engine::in_hub(limits, hub);
        engine.contain_panics();
        let orders = Arc::clone(orders);
        engine.set_wake(move || orders.wake());
        Host {
            kind,
            engine,
            sockets: Vec::new(),
            queue: VecDeque::new(),
            gathered: Vec::new(),
            told: false,
        }
    }

    fn enqueue(&mut self, slot: u32) {
        if let Some(Some(socket)) = self.sockets.get_mut(slot as usize)
            && socket.readable
            && !socket.queued
        {
            socket.queued = true;
            self.queue.push_back(slot);
        }
    }

    /// Reads once from a connection, and has what came handled.
    fn read(&mut self, slot: u32, turn: &mut Turn<'_, P::Shared>) {
        let Some(Some(socket)) = self.sockets.get_mut(slot as usize) else { return };
        // One that holds back messages is read again when it is resumed.
        if !socket.readable || !self.engine.wants_input(slot) {
            return;
        }
        let room = turn.inbox.room();
        let room_bytes = room.len();
        match socket.stream.read(room) {
            Ok(0) => {
                socket.readable = false;
                self.engine.finish(slot, turn.shared);
            }
            Ok(count) => {
                let emptied = count < room_bytes && socket.stream.is_emptied_by_a_short_read();
                socket.readable = !emptied || socket.marked;
                tracing::trace!(connection = %self.engine.id(slot), bytes = count, "input");
                self.engine.receive(slot, turn.shared, turn.inbox, count);
                self.enqueue(slot);
            }
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock => (socket.readable, socket.marked) = (false, false),
                io::ErrorKind::Interrupted => self.enqueue(slot),
                _ => {
                    socket.readable = false;
                    self.engine.lose(slot);
                }
            },
        }
    }

    /// Sends what there is to send, and drops the connections that are over; says whether there
    /// was one. If the turn `goes_on`, those that were full are tried again: no event tells before
    /// its end that they no longer are.
    fn flush(&mut self, turn: &mut Turn<'_, P::Shared>, mut goes_on: bool) -> bool {
        let mut ended = false;
        loop {
            while let Some(slot) = self.engine.next_dirty() {
                if goes_on {
                    self.engine.retry(slot);
                }
                if let Some(Some(socket)) = self.sockets.get_mut(slot as usize) {
                    write(&mut self.engine, &mut socket.stream, &mut self.gathered, slot);
                }
            }
            self.engine.end_turn();
            let connections = self.engine.connections();
            while let Some((slot, why)) = self.engine.next_over() {
                self.end(slot, why, turn);
            }
            if self.engine.connections() == connections {
                return ended;
            }
            // What their sessions said at the end is sent, too.
            (ended, goes_on) = (true, true);
        }
    }

    /// The same in mid-turn, if so much was written that it should be sent before the turn goes on.
    fn flush_if_full(&mut self, turn: &mut Turn<'_, P::Shared>) -> bool {
        self.engine.is_turn_full() && self.flush(turn, true)
    }

    fn end(&mut self, slot: u32, why: CloseReason, turn: &mut Turn<'_, P::Shared>) {
        self.log_access(slot, why);
        let socket = self.sockets.get_mut(slot as usize).and_then(Option::take);
        self.engine.remove(slot, turn.shared, why);
        if let Some(socket) = socket
            && !matches!(why, CloseReason::Finished | CloseReason::Lost | CloseReason::SlowReader)
        {
            turn.lingering.add(socket.stream, turn.registry, turn.now);
        }
    }

    /// The line that sums a connection up.
    fn log_access(&self, slot: u32, why: CloseReason) {
        if !tracing::enabled!(target: "mux_runtime::access", tracing::Level::INFO) {
            return;
        }
        let connection = self.engine.connection(slot);
        tracing::info!(
            target: "mux_runtime::access",
            protocol = connection.protocol,
            id = %connection.id,
            peer = %connection.peer.address(),
            name = connection.peer.name(),
            listener = %connection.local,
            bytes_in = connection.bytes_in,
            bytes_out = connection.bytes_out,
            messages = connection.messages,
            ms = connection.age.as_millis() as u64,
            reason = %why,
            "closed"
        );
    }
}

/// Writes what is waiting for a connection, until there is no more or the kernel takes no more.
fn write<P: Session>(
    engine: &mut Engine<P>,
    stream: &mut Transport,
    gathered: &mut Vec<u8>,
    slot: u32,
) {
    let (mut sent, mut blocked) = (false, false);
    while !blocked && engine.may_send(slot) {
        let mut few = [IoSlice::new(&[]); SLICES_FEW];
        let result = match engine.slices(slot, &mut few) {
            SLICES_FEW => offer_many(engine, stream, gathered, slot),
            used => offer(stream, &few[..used]),
        };
        match result {
            Ok((count, all)) => {
                engine.sent(slot, count);
                sent = true;
                // A short write has filled the socket; its next edge comes when there is room.
                blocked = !all;
            }
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock => blocked = true,
                io::ErrorKind::Interrupted => {}
                _ => return engine.lose(slot),
            },
        }
    }
    engine.flushed(slot, sent, blocked);
}

/// Writes once where many pieces are waiting. Small ones are faster copied than handed over one by
/// one, and of those that one call can hand over there may be little in many.
fn offer_many<P: Session>(
    engine: &Engine<P>,
    stream: &mut Transport,
    gathered: &mut Vec<u8>,
    slot: u32,
) -> io::Result<(usize, bool)> {
    if engine.unsent(slot) > GATHERED_BYTES_MAX {
        let mut many = [IoSlice::new(&[]); SLICES_MAX];
        let used = engine.slices(slot, &mut many);
        if used < SLICES_MAX || bytes(&many) >= GATHERED_BYTES_MAX {
            return offer(stream, &many[..used]);
        }
    }
    gathered.clear();
    engine.gather(slot, gathered, GATHERED_BYTES_MAX);
    offer(stream, &[IoSlice::new(gathered)])
}

/// Writes once; says how many bytes the kernel took, and whether these were all.
fn offer(stream: &mut Transport, slices: &[IoSlice<'_>]) -> io::Result<(usize, bool)> {
    let count = match slices {
        [one] => stream.write(one)?,
        slices => stream.write_vectored(slices)?,
    };
    Ok((count, count == bytes(slices)))
}

fn bytes(slices: &[IoSlice<'_>]) -> usize {
    slices.iter().map(|slice| slice.len()).sum()
}

impl<P: Session> Hosting<P::Shared> for Host<P> {
    fn set_time(&mut self, now: Time) {
        self.engine.set_time(now);
    }

    fn accept(
        &mut self,
        turn: &mut Turn<'_, P::Shared>,
        mut stream: Transport,
        peer: Peer,
        local: Address,
    ) {
        let address = *peer.address();
        let Some(slot) = self.engine.accept(turn.shared, peer, local) else {
            tracing::debug!(peer = %address, "turned away");
            return;
        };
        let id = self.engine.id(slot);
        tracing::debug!(connection = %id, peer = %address, listener = %local, "accepted");
        let token = token(self.kind, slot as usize);
        if let Err(error) = turn.registry.register(&mut stream, token, INTEREST) {
            tracing::warn!(connection = %id, "cannot watch the connection: {error}");
            self.engine.lose(slot);
        }
        let socket = Socket { stream, readable: false, marked: false, queued: false };
        let at = slot as usize;
        if at >= self.sockets.len() {
            self.sockets.resize_with(at + 1, || None);
        }
        self.sockets[at] = Some(socket);
        // It may have waited for its peer's name while the others were told.
        if self.told {
            self.engine.announce_end_to(slot, turn.shared);
        }
        self.flush_if_full(turn);
    }

    fn ready(&mut self, slot: u32, ready: Ready) {
        let Some(Some(socket)) = self.sockets.get_mut(slot as usize) else { return };
        socket.readable |= ready.readable || ready.marked;
        socket.marked |= ready.marked;
        if ready.writable {
            self.engine.writable(slot);
        }
        self.enqueue(slot);
    }

    fn turn(&mut self, turn: &mut Turn<'_, P::Shared>) -> bool {
        self.engine.expire(turn.shared);
        let mut ended = self.flush_if_full(turn);
        self.engine.deliver(turn.shared);
        ended |= self.flush_if_full(turn);
        // Those that held back messages, then one read each of those that are ready now; whoever
        // has more stands behind the others, in the next turn.
        for _ in 0..self.engine.resumable() {
            let Some(slot) = self.engine.next_resumable() else { break };
            self.engine.resume(slot, turn.shared);
            self.enqueue(slot);
            ended |= self.flush_if_full(turn);
        }
        for _ in 0..self.queue.len() {
            let Some(slot) = self.queue.pop_front() else { break };
            if let Some(Some(socket)) = self.sockets.get_mut(slot as usize) {
                socket.queued = false;
            }
            self.read(slot, turn);
            ended |= self.flush_if_full(turn);
        }
        ended | self.flush(turn, false)
    }

    fn has_work(&self) -> bool {
        !self.queue.is_empty() || self.engine.has_work()
    }

    fn next_timeout(&self) -> Option<Time> {
        self.engine.next_timeout()
    }

    fn is_full(&self, waiting: usize) -> bool {
        let connections = self.engine.connections() + waiting;
        !self.engine.may_accept() || connections >= self.engine.limits().connections
    }

    fn next_accept(&self, waiting: usize) -> Option<Time> {
        let connections = self.engine.connections() + waiting;
        let has_place = connections < self.engine.limits().connections;
        self.engine.next_accept().filter(|_| has_place)
    }

    fn connections(&self) -> usize {
        self.engine.connections()
    }

    fn drain(&mut self, turn: &mut Turn<'_, P::Shared>, close: bool) {
        let tells = !P::HANDLES_DRAIN || !self.told;
        let mut next = tells.then_some(0);
        while let Some(slot) = next {
            next = self.engine.announce_end(turn.shared, close, slot);
            self.flush_if_full(turn);
        }
        self.told = true;
    }

    fn set_access(&mut self, access: Access) {
        self.engine.set_access(access);
    }

    fn set_stopwatch(&mut self, stopwatch: Stopwatch) {
        self.engine.set_stopwatch(stopwatch);
    }

    fn kick(&mut self, id: Id) {
        self.engine.kick(id);
    }

    fn shut_down(&mut self) {
        self.engine.shut_down();
    }

    fn cut(&mut self) {
        self.engine.cut();
    }
}
