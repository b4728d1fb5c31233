//! Who is let in, over real sockets: the lists between the hooks, and names that are looked up
//! while nobody else waits.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]

mod common;

use std::{
    net::{IpAddr, SocketAddr, TcpStream},
    num::NonZeroU32,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use common::{Client, PATIENCE, wait_until};
use mux_runtime::{
    Cx, Handle, Peer, Server,
    driver::{NameLookup, Resolver},
    engine::Limits,
    mux_server,
};
use rustix::process::{Resource, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use socket2::{Domain, Socket, Type};

/// What the hooks saw, in order.
#[derive(Default)]
struct Door {
    seen: Vec<String>,
}

#[derive(Default)]
struct Guest;

#[mux_server(shared = Door)]
impl Guest {
    #[hook(post_accept)]
    fn knock(door: &mut Door, peer: &Peer) {
        door.seen.push(format!("post_accept {peer} {}", peer.name().unwrap_or("-")));
    }

    #[hook(allow_deny)]
    fn ask(door: &mut Door, peer: &Peer) -> bool {
        door.seen.push(format!("allow_deny {peer}"));
        true
    }

    #[hook(request_denied)]
    fn turn_away(_door: &mut Door, peer: &Peer) -> String {
        format!("{} may not come in\r\n", peer.name().unwrap_or("nobody"))
    }

    #[line("name")]
    fn name(&mut self, cx: &mut Cx<'_, Self>) -> String {
        format!("{}\r\n", cx.peer().name().unwrap_or("-"))
    }
}

/// Answers when the test says so: what it is asked waits at the gate.
struct Gate {
    asked: AtomicUsize,
    /// Held by the test as long as nothing is to be answered.
    shut: Mutex<()>,
    name: Option<&'static str>,
    leads_to: Vec<IpAddr>,
}

impl Resolver for Gate {
    fn name(&self, address: IpAddr) -> Option<String> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if address != IpAddr::from([127, 0, 0, 1]) {
            drop(self.shut.lock().unwrap());
        }
        self.name.map(Into::into)
    }

    fn addresses(&self, _name: &str) -> Vec<IpAddr> {
        self.leads_to.clone()
    }
}

/// A resolver that answers at once.
fn knows(name: Option<&'static str>, leads_to: &[[u8; 4]]) -> Arc<Gate> {
    let leads_to = leads_to.iter().map(|&ip| IpAddr::from(ip)).collect();
    Arc::new(Gate { asked: AtomicUsize::new(0), shut: Mutex::new(()), name, leads_to })
}

/// Knows one address, and panics about all others.
struct Panicking;

impl Resolver for Panicking {
    fn name(&self, address: IpAddr) -> Option<String> {
        assert_eq!(address, IpAddr::from([127, 0, 0, 1]), "nobody knows this one");
        Some("host".into())
    }

    fn addresses(&self, _name: &str) -> Vec<IpAddr> {
        Vec::new()
    }
}

/// They would wait for `lookup_timeout`, and with the threads that panicked nobody would be left to
/// answer about others.
#[test]
fn one_about_whom_the_resolver_panics_has_no_name_and_others_have() {
    let lookup =
        NameLookup { resolver: Arc::new(Panicking), verify: false, timeout: 10 * PATIENCE };
    let server = Running::start(|server| server.look_up_names(lookup));
    // More than there are threads, and one of them again.
    for last in (2..=20).chain([2]) {
        let mut guest = server.connect_from(last);
        guest.sends("name\n");
        guest.hears("-\r\n");
    }
    let mut guest = server.connect_from(1);
    guest.sends("name\n");
    guest.hears("host\r\n");
    drop(guest);
    server.stop();
}

struct Running {
    address: SocketAddr,
    handle: Handle,
    thread: JoinHandle<Door>,
}

impl Running {
    fn start(set_up: impl FnOnce(&mut Server<Door>) + Send + 'static) -> Self {
        let (started, addresses) = mpsc::channel();
        let thread = thread::spawn(move || {
            let mut server = Server::new(Door::default()).unwrap();
            let address = server.listen::<Guest>(([0, 0, 0, 0], 0).into()).unwrap();
            set_up(&mut server);
            started.send((address, server.handle())).unwrap();
            server.run().unwrap()
        });
        let (address, handle) = addresses.recv_timeout(PATIENCE).expect("the server starts");
        let address = SocketAddr::from(([127, 0, 0, 1], address.port()));
        Running { address, handle, thread }
    }

    /// A client whose address ends with `last`: all of 127.0.0.0/8 is this machine.
    fn connect_from(&self, last: u8) -> Client {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.bind(&SocketAddr::from(([127, 0, 0, last], 0)).into()).unwrap();
        socket.connect_timeout(&self.address.into(), PATIENCE).unwrap();
        Client::over(TcpStream::from(socket))
    }

    fn stop(self) -> Vec<String> {
        self.handle.stop();
        wait_until("the server ends", || self.thread.is_finished());
        self.thread.join().unwrap().seen
    }
}

fn look_up(resolver: &Arc<Gate>, verify: bool, timeout: Duration) -> NameLookup {
    let resolver = Arc::clone(resolver) as Arc<dyn Resolver>;
    NameLookup { resolver, verify, timeout }
}

#[test]
fn the_lists_are_asked_between_post_accept_and_allow_deny() {
    let server = Running::start(|server| {
        server.set_access(|peer| peer.to_string() != "127.0.0.2");
    });
    let mut denied = server.connect_from(2);
    assert_eq!(denied.hears_to_the_end(), b"nobody may not come in\r\n");
    let mut guest = server.connect_from(1);
    guest.sends("name\n");
    guest.hears("-\r\n");
    assert_eq!(
        server.stop(),
        ["post_accept 127.0.0.2 -", "post_accept 127.0.0.1 -", "allow_deny 127.0.0.1"]
    );
}

#[test]
fn the_name_is_known_to_the_hooks_and_the_session() {
    let resolver = knows(Some("Mail.Example.ORG"), &[]);
    let lookup = look_up(&resolver, false, PATIENCE);
    let server = Running::start(|server| {
        server.look_up_names(lookup);
        server.set_access(|peer| peer.to_string() == "127.0.0.1");
    });
    let mut guest = server.connect_from(1);
    // What comes in before the name is known is kept.
    guest.sends("name\nname\n");
    guest.hears("mail.example.org\r\nmail.example.org\r\n");
    let mut denied = server.connect_from(2);
    assert_eq!(denied.hears_to_the_end(), b"mail.example.org may not come in\r\n");
    assert_eq!(server.stop()[0], "post_accept 127.0.0.1 mail.example.org");
}

#[test]
fn a_name_that_leads_elsewhere_does_not_count_when_it_is_verified() {
    for (leads_to, verify, name) in [
        (&[[127, 0, 0, 1]][..], true, "host"),
        (&[[192, 0, 2, 1], [127, 0, 0, 1]], true, "host"),
        (&[[192, 0, 2, 1]], true, "-"),
        (&[], true, "-"),
        (&[], false, "host"),
    ] {
        let lookup = look_up(&knows(Some("host"), leads_to), verify, PATIENCE);
        let server = Running::start(|server| server.look_up_names(lookup));
        let mut guest = server.connect_from(1);
        guest.sends("name\n");
        guest.hears(format!("{name}\r\n"));
        drop(guest);
        server.stop();
    }
}

/// The resolver answers about 127.0.0.1 and never about anyone else.
#[test]
fn with_a_resolver_that_never_answers_all_others_are_served_within_50_ms() {
    let resolver = knows(Some("host"), &[]);
    let shut = resolver.shut.lock().unwrap();
    let lookup = look_up(&resolver, false, PATIENCE);
    let server = Running::start(|server| server.look_up_names(lookup));
    let mut guest = server.connect_from(1);
    guest.sends("name\n");
    guest.hears("host\r\n");
    let before = resolver.asked.load(Ordering::SeqCst);

    let mut slowest = [Duration::ZERO; 2];
    let mut waiting = Vec::new();
    for round in 0..200 {
        // Ten peers without an answer, each again and again.
        let mut stuck = server.connect_from(100 + round % 10);
        stuck.sends("name\n");
        waiting.push(stuck);

        let asked = Instant::now();
        guest.sends("name\n");
        guest.hears("host\r\n");
        slowest[0] = slowest[0].max(asked.elapsed());

        // One whose name can be found comes in, too.
        let asked = Instant::now();
        let mut newcomer = server.connect_from(1);
        newcomer.sends("name\n");
        newcomer.hears("host\r\n");
        slowest[1] = slowest[1].max(asked.elapsed());
    }
    println!("slowest answer: {:?}; slowest arrival: {:?}", slowest[0], slowest[1]);
    assert!(slowest.iter().all(|&time| time < Duration::from_millis(50)), "{slowest:?}");
    let asked = resolver.asked.load(Ordering::SeqCst) - before - 200;
    assert_eq!(asked, 10, "each address is asked about once, however many wait for it");

    // None of those who waited got anything meanwhile, and all are served once it answers.
    drop(shut);
    for stuck in &mut waiting {
        stuck.hears("host\r\n");
    }
    let seen = server.stop();
    assert_eq!(seen.iter().filter(|seen| seen.starts_with("post_accept")).count(), 401);
}

#[test]
fn a_connection_goes_on_without_a_name_when_its_time_is_over() {
    let resolver = knows(Some("host"), &[]);
    let shut = resolver.shut.lock().unwrap();
    let time = Duration::from_millis(80);
    let lookup = look_up(&resolver, false, time);
    let server = Running::start(|server| server.look_up_names(lookup));
    let began = Instant::now();
    let mut guest = server.connect_from(7);
    guest.sends("name\n");
    guest.hears("-\r\n");
    assert!(began.elapsed() >= time);
    drop(shut);
    server.stop();
}

/// A protocol whose sessions are told that the server ends.
#[derive(Default)]
struct Told;

#[mux_server(shared = Door)]
impl Told {
    #[line("name")]
    fn name(&mut self, cx: &mut Cx<'_, Self>) -> String {
        format!("{}\r\n", cx.peer().name().unwrap_or("-"))
    }

    #[on(drain)]
    fn leave(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
        cx.close();
        "the server is ending\r\n"
    }
}

/// Else it would go on with a value that belongs to another process by now.
#[test]
fn who_waited_for_a_name_while_the_server_handed_over_is_told_of_it() {
    let resolver = knows(Some("host"), &[]);
    let shut = resolver.shut.lock().unwrap();
    let lookup = look_up(&resolver, false, PATIENCE);
    let (told, tolds) = mpsc::channel();
    let server = Running::start(move |server| {
        server.look_up_names(lookup);
        told.send(server.listen::<Told>(([0, 0, 0, 0], 0).into()).unwrap()).unwrap();
    });
    let server =
        Running { address: ([127, 0, 0, 1], tolds.recv().unwrap().port()).into(), ..server };
    let mut before = server.connect_from(1);
    before.sends("name\n");
    before.hears("host\r\n");
    let mut waits = server.connect_from(2);
    waits.sends("name\n");
    wait_until("it is asked for", || resolver.asked.load(Ordering::SeqCst) == 2);
    server.handle.hand_over();
    before.hears("the server is ending\r\n");
    drop(shut);
    assert_eq!(waits.hears_to_the_end(), b"the server is ending\r\n");
    drop((before, waits));
    server.stop();
}

/// Another protocol of the same server.
#[derive(Default)]
struct Other;

#[mux_server(shared = Door)]
impl Other {
    /// The milliseconds for which the loop has used a processor.
    #[line("time")]
    fn time(&mut self) -> String {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        format!("{}\r\n", time.tv_sec * 1000 + time.tv_nsec / 1_000_000)
    }

    #[line]
    fn echo(&mut self, line: &str) -> String {
        format!("{line}\r\n")
    }
}

/// Room for so many descriptors, as far as the system allows.
fn more_descriptors() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
}

#[test]
fn one_whose_name_is_never_found_keeps_nobody_out_however_often_it_comes() {
    more_descriptors();
    let resolver = knows(Some("host"), &[]);
    let shut = resolver.shut.lock().unwrap();
    let lookup = look_up(&resolver, false, PATIENCE);
    let server = Running::start(|server| server.look_up_names(lookup));
    // One other waits in vain, too, but once.
    let mut quiet = server.connect_from(9);
    quiet.sends("name\n");
    wait_until("it is asked", || resolver.asked.load(Ordering::SeqCst) == 1);
    let mut crowd = (0..1100).map(|_| server.connect_from(8)).collect::<Vec<_>>();
    let asked = Instant::now();
    let mut guest = server.connect_from(1);
    guest.sends("name\n");
    guest.hears("host\r\n");
    assert!(asked.elapsed() < PATIENCE / 4, "{:?}", asked.elapsed());
    // The crowd's own first ones go on without a name, and only so many as must.
    crowd[0].sends("name\n");
    crowd[0].hears("-\r\n");
    drop(shut);
    crowd[1099].sends("name\n");
    crowd[1099].hears("host\r\n");
    quiet.hears("host\r\n");
    server.stop();
}

#[test]
fn nobody_is_asked_about_who_does_not_wait_any_more() {
    let resolver = knows(Some("host"), &[]);
    let shut = resolver.shut.lock().unwrap();
    let lookup = look_up(&resolver, false, Duration::from_millis(50));
    let server = Running::start(|server| server.look_up_names(lookup));
    // More than are asked about at the same time; the others' turns come too late.
    for last in 100..150 {
        let mut guest = server.connect_from(last);
        guest.sends("name\n");
        if last == 149 {
            guest.hears("-\r\n");
        }
    }
    drop(shut);
    let mut guest = server.connect_from(1);
    guest.sends("name\n");
    guest.hears("host\r\n");
    server.stop();
    assert!(resolver.asked.load(Ordering::SeqCst) <= 16 + 1, "{:?}", resolver.asked);
}

#[test]
fn while_those_who_wait_fill_a_protocol_the_loop_sleeps() {
    let resolver = knows(Some("host"), &[]);
    let shut = resolver.shut.lock().unwrap();
    let wait = Duration::from_secs(1);
    let lookup = look_up(&resolver, false, wait);
    let (told, other) = mpsc::channel();
    let server = Running::start(move |server| {
        server.look_up_names(lookup);
        let accept_rate = NonZeroU32::new(1000);
        server.set_limits(Limits { connections: 2, accept_rate, ..Limits::default() });
        told.send(server.listen::<Other>(([0, 0, 0, 0], 0).into()).unwrap()).unwrap();
    });
    let other = other.recv_timeout(PATIENCE).unwrap();
    let others = Running { address: SocketAddr::from(([127, 0, 0, 1], other.port())), ..server };
    let mut guests = [7, 8, 9].map(|last| others.connect_from(last));
    guests[0].sends("time\n");
    let used = guests[0].hears_line().trim_end().parse().map(Duration::from_millis).unwrap();
    assert!(used < wait / 5, "{used:?}");
    drop((guests, shut));
    others.stop();
}

#[test]
fn a_protocol_that_is_full_keeps_no_other_s_clients_waiting() {
    let lookup = look_up(&knows(Some("host"), &[]), false, PATIENCE);
    let (told, other) = mpsc::channel();
    let server = Running::start(move |server| {
        server.look_up_names(lookup);
        let local = SocketAddr::from(([127, 0, 0, 1], 0));
        server.set_limits(Limits { accept_rate: NonZeroU32::new(1), ..Limits::default() });
        told.send(server.listen::<Other>(local).unwrap()).unwrap();
    });
    let other = other.recv_timeout(PATIENCE).unwrap();
    let mut slow = (0..4).map(|_| Client::connect(other)).collect::<Vec<_>>();
    slow[0].sends("in\n");
    slow[0].hears("in\r\n");
    // The next of those is let in a second from now.
    let began = Instant::now();
    let mut guest = server.connect_from(1);
    guest.sends("name\n");
    guest.hears("host\r\n");
    assert!(began.elapsed() < Duration::from_millis(500), "{:?}", began.elapsed());
    drop(slow);
    server.stop();
}

#[test]
fn the_server_ends_while_a_name_is_looked_up() {
    let resolver = knows(None, &[]);
    let shut = resolver.shut.lock().unwrap();
    let lookup = look_up(&resolver, false, PATIENCE);
    let server = Running::start(|server| server.look_up_names(lookup));
    let mut guest = server.connect_from(7);
    wait_until("it is asked", || resolver.asked.load(Ordering::SeqCst) == 1);
    assert_eq!(server.stop(), [""; 0]);
    guest.hears_the_end();
    drop(shut);
}
