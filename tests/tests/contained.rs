//! What a panic leaves behind: nothing, whatever code of the user's it was in.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]
#![allow(clippy::write_with_newline, reason = "`writeln!` would hide what is sent")]

use std::{cell::Cell, fmt, io::IoSlice, net::Ipv4Addr, time::Duration};

use mux_runtime::{
    Address, Closing, Cut, Cx, Framing, Malformed, Peer, Prefix, Reply, Scan, SessionHandle, Time,
    Writer,
    engine::{Engine, Inbox, Limits, SlowReader, Stopwatch},
    mux_server,
};

const HOUR: Duration = Duration::from_secs(3600);

thread_local! {
    /// Where the next panic is to be.
    static NEXT: Cell<Option<&'static str>> = const { Cell::new(None) };
}

fn panics_at(place: &str) {
    if NEXT.get() == Some(place) {
        NEXT.set(None);
        panic!("told to, at {place}");
    }
}

/// Text that panics halfway.
struct Half;

impl fmt::Display for Half {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("half a secret")?;
        panic!("there is no other half");
    }
}

impl Reply for Half {
    fn write_to(&self, out: &mut Writer<'_>) {
        write!(out, "{self}");
    }
}

/// Words behind a byte that says how long they are.
struct Short;

impl Framing for Short {
    fn cut<'a>(input: &'a [u8], _scan: &mut Scan, _max: usize) -> Cut<'a> {
        panics_at("cut");
        let Some(&length) = input.first() else { return Cut::Partial };
        let end = 1 + usize::from(length);
        input.get(1..end).map_or(Cut::Partial, |frame| Cut::Whole(frame, end))
    }
}

/// The first mode; both may panic.
struct Talk;

impl Default for Talk {
    fn default() -> Self {
        panics_at("default");
        Talk
    }
}

struct Held;

impl Drop for Held {
    fn drop(&mut self) {
        panics_at("mode");
    }
}

/// A message that may panic when it is thrown away.
struct Letter;

impl Drop for Letter {
    fn drop(&mut self) {
        panics_at("letter");
    }
}

struct Guest;

impl Drop for Guest {
    fn drop(&mut self) {
        panics_at("session");
    }
}

#[mux_server(modes(Talk, Held), framing = Short, shared = Option<SessionHandle<Guest>>)]
impl Guest {
    #[on(connect)]
    fn arrive(cx: &mut Cx<'_, Self>) -> Self {
        panics_at("connect");
        *cx.shared = Some(cx.handle());
        Guest
    }

    #[frame("say")]
    fn say(&mut self, cx: &mut Cx<'_, Self>, way: &str) -> &'static str {
        let other = cx.peers.iter().next().map(|(id, _)| id);
        match (way, other) {
            ("own", _) => write!(cx.out, "{Half}"),
            ("framed", _) => cx.out.write(Prefix::U8.frame(Half)),
            ("to", Some(other)) => write!(cx.out.to(other), "{Half}"),
            ("others", _) => _ = cx.out.others(Half),
            ("all", _) => _ = cx.out.broadcast(Half),
            ("much", Some(other)) => cx.out.to(other).write([b'.'; 100]),
            ("late", _) => cx.set_timeout(HOUR),
            _ => {}
        }
        panics_at("say");
        "said."
    }

    #[frame("hold")]
    fn hold(&mut self) -> Held {
        Held
    }

    #[frame(mode = Held)]
    fn held(&mut self, _frame: &[u8]) {
        panics_at("held");
    }

    #[on(malformed)]
    fn malformed(&mut self, cx: &mut Cx<'_, Self>, what: &Malformed<'_>) {
        panics_at("malformed");
        write!(cx.out, "{what}");
    }

    #[on(timeout)]
    fn timeout(&mut self) {
        panics_at("timeout");
    }

    #[on(message)]
    fn message(&mut self, _message: Letter) {
        panics_at("message");
    }

    #[on(drained)]
    fn drained(&mut self) {
        panics_at("drained");
    }

    #[on(drain)]
    fn drain(&mut self) {
        panics_at("drain");
    }

    #[on(eof)]
    fn eof(&mut self, _rest: &[u8]) {
        panics_at("eof");
    }

    #[on(close)]
    fn close(self, cx: &mut Closing<'_, Self>) {
        if NEXT.get() == Some("farewell") {
            NEXT.set(None);
            cx.out.broadcast(Half);
        }
        panics_at("close");
    }
}

/// The engine, and a driver whose kernel takes everything at once, but for those in `blocked`.
struct Room {
    engine: Engine<Guest>,
    shared: Option<SessionHandle<Guest>>,
    inbox: Inbox,
    now: Time,
    blocked: Vec<u32>,
    handles: Vec<SessionHandle<Guest>>,
    /// What each slot was sent.
    heard: Vec<Vec<u8>>,
}

impl Room {
    fn new() -> Self {
        let limits = Limits {
            connections: 2,
            connections_per_ip: Some(2),
            output_high: 250,
            output_low: 0,
            slow_reader: SlowReader::Pause,
            ..Limits::default()
        };
        let mut engine = Engine::new(limits);
        engine.contain_panics();
        engine.set_stopwatch(Stopwatch { now: || Duration::ZERO, slow: None });
        let (inbox, now, heard) = (Inbox::default(), Time::START, vec![Vec::new(); 4]);
        let (blocked, handles) = (Vec::new(), Vec::new());
        Room { engine, shared: None, inbox, now, blocked, handles, heard }
    }

    fn connects(&mut self) -> Option<u32> {
        let address = Address::from((Ipv4Addr::LOCALHOST, 9));
        let slot = self.engine.accept(&mut self.shared, Peer::new(address), address);
        self.handles.extend(self.shared.clone());
        self.settle();
        slot
    }

    /// Sends frames, in one read.
    fn sends(&mut self, slot: u32, frames: &[&str]) {
        let frame = |frame: &&str| [&[frame.len() as u8], frame.as_bytes()].concat();
        let bytes = frames.iter().flat_map(frame).collect::<Vec<_>>();
        self.inbox.room()[..bytes.len()].copy_from_slice(&bytes);
        self.engine.receive(slot, &mut self.shared, &mut self.inbox, bytes.len());
        self.settle();
    }

    fn settle(&mut self) {
        loop {
            while let Some(slot) = self.engine.next_dirty() {
                let (mut sent, blocked) = (false, self.blocked.contains(&slot));
                while !blocked && self.engine.may_send(slot) {
                    let mut slices = [IoSlice::new(&[]); 8];
                    let used = self.engine.slices(slot, &mut slices);
                    let bytes =
                        slices[..used].iter().flat_map(|slice| slice.to_vec()).collect::<Vec<_>>();
                    self.engine.sent(slot, bytes.len());
                    self.heard[slot as usize].extend(bytes);
                    sent = true;
                }
                self.engine.flushed(slot, sent, blocked);
            }
            self.engine.end_turn();
            if let Some((slot, why)) = self.engine.next_over() {
                self.engine.remove(slot, &mut self.shared, why);
                continue;
            }
            let Some(slot) = self.engine.next_resumable() else { return };
            self.engine.resume(slot, &mut self.shared);
        }
    }

    fn passes(&mut self, time: Duration) {
        self.now = self.now + time;
        self.engine.set_time(self.now);
        self.engine.expire(&mut self.shared);
        self.settle();
    }

    fn hears(&mut self, slot: u32) -> String {
        String::from_utf8(std::mem::take(&mut self.heard[slot as usize])).unwrap()
    }

    fn panicked(&self) -> u64 {
        self.engine.hub().protocols()[0].counts.panicked
    }

    /// Demands that nothing is left of those who panicked, and that `bob` is served.
    #[track_caller]
    fn is_as_before(&mut self, bob: u32, after: &str) {
        assert_eq!(NEXT.get(), None, "it did not panic: {after}");
        assert_eq!(self.engine.connections(), 1, "{after}");
        self.passes(HOUR);
        assert_eq!(self.engine.next_timeout(), None, "{after}");
        assert!(!self.engine.has_work(), "{after}");
        assert_eq!(self.hears(bob), "", "{after}");
        self.sends(bob, &["say hi"]);
        assert_eq!(self.hears(bob), "said.", "{after}");
        let ann = self.connects().unwrap_or_else(|| panic!("no place is left: {after}"));
        self.sends(ann, &["say hi", "what"]);
        assert_eq!(self.hears(ann), "said.unknown command", "{after}");
        self.engine.finish(ann, &mut self.shared);
        self.settle();
        assert_eq!(self.engine.connections(), 1, "{after}");
    }
}

#[test]
fn a_reply_to_others_that_panics_is_heard_by_nobody() {
    let mut room = Room::new();
    let bob = room.connects().unwrap();
    for way in ["to", "others", "all"] {
        let ann = room.connects().unwrap();
        room.sends(ann, &["say first", &format!("say {way}"), "say more"]);
        assert_eq!(room.hears(ann), "said.", "{way}");
        room.is_as_before(bob, way);
    }
    assert_eq!(room.panicked(), 3);
}

#[test]
fn a_reply_that_panics_goes_as_far_as_it_came_and_is_no_whole_frame() {
    let mut room = Room::new();
    let bob = room.connects().unwrap();
    for (way, heard) in [("own", &b"half a secret"[..]), ("framed", b"\xffhalf a secret")] {
        let ann = room.connects().unwrap();
        room.sends(ann, &[&format!("say {way}"), "say more"]);
        assert_eq!(std::mem::take(&mut room.heard[ann as usize]), heard, "{way}");
        room.is_as_before(bob, way);
    }
}

#[test]
fn wherever_it_panics_nothing_is_left_behind() {
    let mut room = Room::new();
    let bob = room.connects().unwrap();
    let mut panicked = 0;
    let mut happens = |place: &'static str, closes: bool, what: &dyn Fn(&mut Room)| {
        NEXT.set(Some(place));
        what(&mut room);
        panicked += u64::from(closes);
        assert_eq!(room.panicked(), panicked, "{place}");
        room.is_as_before(bob, place);
    };
    let comes_and = |what: &'static dyn Fn(&mut Room, u32)| {
        move |room: &mut Room| {
            let ann = room.connects().unwrap();
            what(room, ann);
            room.engine.finish(ann, &mut room.shared);
            room.settle();
            room.heard[ann as usize].clear();
        }
    };
    happens("connect", true, &comes_and(&|_, _| {}));
    happens("say", true, &comes_and(&|room, ann| room.sends(ann, &["say late", "say x", "say x"])));
    happens("held", true, &comes_and(&|room, ann| room.sends(ann, &["hold", "x", "say x"])));
    happens("cut", true, &comes_and(&|room, ann| room.sends(ann, &["say x"])));
    happens("malformed", true, &comes_and(&|room, ann| room.sends(ann, &["say"])));
    happens("eof", true, &comes_and(&|_, _| {}));
    happens("drained", true, &comes_and(&|room, ann| room.sends(ann, &["say x"])));
    happens("close", false, &comes_and(&|_, _| {}));
    happens("farewell", false, &comes_and(&|_, _| {}));
    happens("session", false, &comes_and(&|_, _| {}));
    happens("mode", false, &comes_and(&|room, ann| room.sends(ann, &["hold"])));
    happens("default", false, &comes_and(&|room, ann| room.sends(ann, &["hold"])));
    happens(
        "message",
        true,
        &comes_and(&|room, _| {
            room.shared.as_ref().unwrap().send(Letter).ok().unwrap();
            room.engine.deliver(&mut room.shared);
            room.settle();
        }),
    );
    happens(
        "drain",
        true,
        &comes_and(&|room, ann| {
            room.engine.announce_end_to(ann, &mut room.shared);
            room.settle();
        }),
    );
    happens(
        "timeout",
        true,
        &comes_and(&|room, ann| {
            room.sends(ann, &["say late"]);
            room.passes(HOUR);
        }),
    );
}

#[test]
fn one_for_whom_there_is_no_first_mode_does_not_come_in() {
    let mut room = Room::new();
    NEXT.set(Some("default"));
    assert_eq!(room.connects(), None);
    let bob = room.connects().unwrap();
    room.is_as_before(bob, "default");
}

/// Those for one that is gone, and for one that is closing.
#[test]
fn a_message_that_nobody_takes_may_panic() {
    let (mut room, bob, ann) = one_waits();
    for closes in [true, false] {
        let handle = room.handles[if closes { bob } else { ann } as usize].clone();
        if closes {
            room.engine.kick(room.engine.id(bob));
        } else {
            room.engine.lose(ann);
            room.settle();
            assert_eq!(room.connects(), Some(ann));
        }
        handle.send(Letter).ok().unwrap();
        NEXT.set(Some("letter"));
        room.engine.deliver(&mut room.shared);
        assert_eq!(NEXT.get(), None, "it did not panic");
        room.settle();
    }
    assert_eq!(room.panicked(), 0);
}

/// Bob does not read, and Ann waits for him.
fn one_waits() -> (Room, u32, u32) {
    let mut room = Room::new();
    let [bob, ann] = [(); 2].map(|()| room.connects().unwrap());
    room.blocked.push(bob);
    room.sends(ann, &["say much", "say much", "say much", "say x"]);
    assert_eq!(room.hears(ann), "said.said.said.");
    assert!(!room.engine.wants_input(ann));
    (room, bob, ann)
}

#[test]
fn one_that_waits_for_a_reader_may_panic() {
    let (mut room, bob, ann) = one_waits();
    NEXT.set(Some("drain"));
    room.engine.announce_end_to(ann, &mut room.shared);
    room.settle();
    // Another takes her place before he reads.
    let eve = room.connects().unwrap();
    assert_eq!(eve, ann);
    room.blocked.clear();
    room.engine.writable(bob);
    room.settle();
    assert_eq!(room.hears(bob).len(), 300);
    room.sends(eve, &["say x"]);
    assert_eq!(room.hears(eve), "said.");
    room.engine.finish(eve, &mut room.shared);
    room.settle();
    room.is_as_before(bob, "a writer waited");
}

#[test]
fn one_that_others_wait_for_may_panic() {
    let (mut room, bob, ann) = one_waits();
    NEXT.set(Some("drain"));
    room.engine.announce_end_to(bob, &mut room.shared);
    room.settle();
    assert_eq!(room.hears(ann), "said.", "she goes on");
    // What was written to him before goes out.
    room.blocked.clear();
    room.engine.writable(bob);
    room.settle();
    assert_eq!(room.hears(bob).len(), 300);
    room.is_as_before(ann, "a reader was waited for");
}
