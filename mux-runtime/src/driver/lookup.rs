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
use crate::session::{Address, Peer, Time};

/// Connections that may wait for their peers' names; while there are so many, none is accepted.
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
    answers: Vec<(IpAddr, Option<String>)>,
    threads: usize,
    idle: usize,
    closed: bool,
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
            let name = self.lookup.ask(address);
            desk = self.desk();
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
    /// The addresses that are being looked up: each once, whoever waits for it, so that one peer
    /// whose name cannot be found holds up one thread, however often it connects.
    asked: HashSet<IpAddr>,
}

impl Lookups {
    pub(super) fn new(lookup: NameLookup, orders: &Arc<Orders>) -> Self {
        let (desk, asked) = (Mutex::default(), Condvar::new());
        let pool = Arc::new(Pool { desk, asked, lookup, orders: Arc::clone(orders) });
        Lookups { pool, waiting: VecDeque::new(), ready: VecDeque::new(), asked: HashSet::new() }
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
        if !self.asked.insert(ip) {
            return;
        }
        let mut desk = self.pool.desk();
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

    /// Looks who need not wait any more.
    pub(super) fn turn(&mut self, now: Time) {
        let answers = mem::take(&mut self.pool.desk().answers);
        let names = answers.into_iter().collect::<HashMap<_, _>>();
        self.asked.retain(|address| !names.contains_key(address));
        if names.is_empty() && self.next_timeout().is_none_or(|next| next > now) {
            return;
        }
        for mut waiting in mem::take(&mut self.waiting) {
            match waiting.peer.ip().and_then(|ip| names.get(&ip)) {
                Some(Some(name)) => waiting.peer = waiting.peer.named(name),
                Some(None) => {}
                None if waiting.deadline <= now => {
                    tracing::debug!(peer = %waiting.peer, "no answer about its name");
                }
                None => {
                    self.waiting.push_back(waiting);
                    continue;
                }
            }
            self.ready.push_back(waiting);
        }
    }

    /// The protocol, by its place among the hosts, for which the next one is ready.
    pub(super) fn first_ready(&self) -> Option<usize> {
        self.ready.front().map(|first| first.host)
    }

    /// The next one that is ready.
    pub(super) fn next_ready(&mut self) -> Option<Waiting> {
        self.ready.pop_front()
    }

    pub(super) fn next_timeout(&self) -> Option<Time> {
        self.waiting.front().map(|first| first.deadline)
    }

    /// How many connections wait.
    pub(super) fn len(&self) -> usize {
        self.waiting.len() + self.ready.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.len() >= WAITING_MAX
    }

    /// Drops all that wait.
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
        self.ready.clear();
    }
}

impl Drop for Lookups {
    fn drop(&mut self) {
        self.pool.desk().closed = true;
        self.pool.asked.notify_all();
    }
}
