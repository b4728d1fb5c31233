//! The names of peers, looked up on threads of their own while the connection waits and nobody
//! else does (Net::Server's `reverse_lookups`).

use std::{
    collections::{HashMap, HashSet, VecDeque},
    fmt, io, mem,
    net::IpAddr,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use super::{handle::Orders, transport::Transport};
use crate::{
    engine::panics::contain,
    session::{Address, Peer, Time},
};

/// Connections that may wait for their peers' names. One more, and one of the address for which
/// most wait goes on without: who comes again and again is in nobody's way but their own. While as
/// many wait for a protocol to have room, none is accepted.
const WAITING_MAX: usize = 1024;
/// Addresses that are looked up at the same time.
const THREADS_MAX: usize = 16;

/// What knows the names of addresses. It may take its time: it is called on a thread of its own.
pub trait Resolver: Send + Sync + 'static {
    /// The name of an address, if it has one.
    fn name(&self, address: IpAddr) -> Option<String>;

    /// The addresses of a name.
    fn addresses(&self, name: &str) -> Vec<IpAddr>;
}

/// How peers' names are looked up: [`Server::look_up_names`](super::Server::look_up_names).
#[derive(Clone)]
pub struct NameLookup {
    /// What knows them.
    pub resolver: Arc<dyn Resolver>,
    /// A name counts only if it leads back to the address (Net::Server's
    /// `double_reverse_lookups`).
    pub verify: bool,
    /// A connection that has waited for so long goes on without a name.
    pub timeout: Duration,
}

impl fmt::Debug for NameLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NameLookup { resolver: _, verify, timeout } = self;
        f.debug_struct("NameLookup")
            .field("verify", verify)
            .field("timeout", timeout)
            .finish_non_exhaustive()
    }
}

impl NameLookup {
    /// What counts as the name of `address`, in lower case (RFC 4343: case means nothing).
    fn ask(&self, address: IpAddr) -> Option<String> {
        let mut name = self.resolver.name(address)?;
        name.make_ascii_lowercase();
        let is_proven = !self.verify
            || self.resolver.addresses(&name).iter().any(|found| found.to_canonical() == address);
        is_proven.then_some(name)
    }
}

/// A connection whose peer's name is being looked up: accepted, but neither open nor read.
pub(super) struct Waiting {
    pub(super) stream: Transport,
    pub(super) peer: Peer,
    pub(super) local: Address,
    /// The place of its protocol among the hosts.
    pub(super) host: usize,
    deadline: Time,
}

/// What the loop and the threads share.
#[derive(Default)]
struct Desk {
    questions: VecDeque<IpAddr>,
    /// Those that were asked and not answered, with a thread or among the questions.
    asked: HashSet<IpAddr>,
    answers: Vec<(IpAddr, Option<String>)>,
    threads: usize,
    idle: usize,
    closed: bool,
}

impl Desk {
    /// Takes a question back, unless a thread has it.
    fn withdraw(&mut self, ip: IpAddr) {
        if let Some(at) = self.questions.iter().position(|question| *question == ip) {
            self.questions.remove(at);
            self.asked.remove(&ip);
        }
    }
}

struct Pool {
    desk: Mutex<Desk>,
    asked: Condvar,
    lookup: NameLookup,
    orders: Arc<Orders>,
}

impl Pool {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What each thread does, until the server is gone.
    fn work(&self) {
        let mut desk = self.desk();
        loop {
            if desk.closed {
                desk.threads -= 1;
                return;
            }
            let Some(address) = desk.questions.pop_front() else {
                desk.idle += 1;
                desk = self.asked.wait(desk).unwrap_or_else(PoisonError::into_inner);
                desk.idle -= 1;
                continue;
            };
            drop(desk);
            // Whoever waits for it, and who asks next, must not pay for that.
            let name = contain("the resolver", || self.lookup.ask(address)).flatten();
            desk = self.desk();
            desk.asked.remove(&address);
            desk.answers.push((address, name));
            self.orders.wake();
        }
    }
}

/// The connections that wait, and the threads that they wait for.
pub(super) struct Lookups {
    pool: Arc<Pool>,
    /// In the order in which they came, which is that of their deadlines.
    waiting: VecDeque<Waiting>,
    /// Those that need not wait any more, but for the protocol to have room.
    ready: VecDeque<Waiting>,
    /// The addresses that are being looked up, and how many wait for each. Each is looked up once,
    /// so that one peer whose name cannot be found holds up one thread, however often it connects.
    asked: HashMap<IpAddr, usize>,
    /// How many are here, by their protocol.
    by_host: Vec<usize>,
}

impl Lookups {
    pub(super) fn new(lookup: NameLookup, orders: &Arc<Orders>) -> Self {
        let (desk, asked) = (Mutex::default(), Condvar::new());
        let pool = Arc::new(Pool { desk, asked, lookup, orders: Arc::clone(orders) });
        let (waiting, ready) = (VecDeque::new(), VecDeque::new());
        Lookups { pool, waiting, ready, asked: HashMap::new(), by_host: Vec::new() }
    }

    /// Has a connection wait for the name of `ip`, its peer's address.
    pub(super) fn add(
        &mut self,
        ip: IpAddr,
        (stream, peer, local): (Transport, Peer, Address),
        host: usize,
        now: Time,
    ) {
        let deadline = now + self.pool.lookup.timeout;
        self.waiting.push_back(Waiting { stream, peer, local, host, deadline });
        if host >= self.by_host.len() {
            self.by_host.resize(host + 1, 0);
        }
        self.by_host[host] += 1;
        let waiters = self.asked.entry(ip).or_default();
        *waiters += 1;
        if *waiters == 1 {
            self.ask(ip);
        }
        if self.waiting.len() > WAITING_MAX {
            self.give_one_up();
        }
    }

    /// Has a thread look `ip` up.
    fn ask(&self, ip: IpAddr) {
        let mut desk = self.pool.desk();
        // It may be with a thread since others waited for it.
        if !desk.asked.insert(ip) {
            return;
        }
        desk.questions.push_back(ip);
        if desk.idle < desk.questions.len() && desk.threads < THREADS_MAX {
            match self.spawn() {
                Ok(()) => desk.threads += 1,
                // The others will come to it, or the connection goes on without a name.
                Err(error) => tracing::warn!("cannot start a thread for look-ups: {error}"),
            }
        }
        drop(desk);
        self.pool.asked.notify_one();
    }

    fn spawn(&self) -> io::Result<()> {
        let pool = Arc::clone(&self.pool);
        thread::Builder::new().name("look-up".into()).spawn(move || pool.work())?;
        Ok(())
    }

    /// Lets one go on without a name: the oldest of the address for which most wait.
    fn give_one_up(&mut self) {
        let crowd = self.asked.iter().max_by_key(|&(_, waiters)| *waiters);
        let crowd = crowd.filter(|&(_, waiters)| *waiters > 1).map(|(&ip, _)| ip);
        let at = crowd.and_then(|ip| self.waiting.iter().position(|one| one.peer.ip() == Some(ip)));
        if let Some(waiting) = self.waiting.remove(at.unwrap_or(0)) {
            tracing::debug!(peer = %waiting.peer, "too many wait for names: it goes on without");
            self.let_go(waiting.peer.ip());
            self.ready.push_back(waiting);
        }
    }

    /// One does not wait for this address any more, without an answer. If nobody does, it is not
    /// asked about, unless that is being done.
    fn let_go(&mut self, ip: Option<IpAddr>) {
        let Some(ip) = ip else { return };
        let Some(waiters) = self.asked.get_mut(&ip) else { return };
        *waiters -= 1;
        if *waiters == 0 {
            self.asked.remove(&ip);
            self.pool.desk().withdraw(ip);
        }
    }

    /// Looks who need not wait any more.
    pub(super) fn turn(&mut self, now: Time) {
        let answers = mem::take(&mut self.pool.desk().answers);
        if answers.is_empty() && self.next_timeout().is_none_or(|next| next > now) {
            return;
        }
        let names = answers.into_iter().collect::<HashMap<_, _>>();
        for address in names.keys() {
            self.asked.remove(address);
        }
        for mut waiting in mem::take(&mut self.waiting) {
            match waiting.peer.ip().and_then(|ip| names.get(&ip)) {
                Some(Some(name)) => waiting.peer = waiting.peer.named(name),
                Some(None) => {}
                None if waiting.deadline <= now => {
                    tracing::debug!(peer = %waiting.peer, "no answer about its name");
                    self.let_go(waiting.peer.ip());
                }
                None => {
                    self.waiting.push_back(waiting);
                    continue;
                }
            }
            self.ready.push_back(waiting);
        }
    }

    /// The protocols, by their places among the hosts, for which some are ready.
    pub(super) fn ready_hosts(&self) -> impl Iterator<Item = usize> {
        self.ready.iter().map(|ready| ready.host)
    }

    /// The next one that is ready for a protocol that has room.
    pub(super) fn next_ready(&mut self, has_room: impl Fn(usize) -> bool) -> Option<Waiting> {
        let at = self.ready.iter().position(|ready| has_room(ready.host))?;
        let ready = self.ready.remove(at)?;
        self.by_host[ready.host] -= 1;
        Some(ready)
    }

    pub(super) fn next_timeout(&self) -> Option<Time> {
        self.waiting.front().map(|first| first.deadline)
    }

    /// How many connections wait.
    pub(super) fn len(&self) -> usize {
        self.waiting.len() + self.ready.len()
    }

    /// How many wait to come to one protocol.
    pub(super) fn len_for(&self, host: usize) -> usize {
        self.by_host.get(host).copied().unwrap_or(0)
    }

    pub(super) fn is_full(&self) -> bool {
        self.ready.len() >= WAITING_MAX
    }

    /// Drops all that wait.
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
        self.ready.clear();
        self.by_host.clear();
        for (ip, _) in self.asked.drain() {
            self.pool.desk().withdraw(ip);
        }
    }
}

impl Drop for Lookups {
    fn drop(&mut self) {
        self.pool.desk().closed = true;
        self.pool.asked.notify_all();
    }
}
