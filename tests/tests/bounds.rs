//! What the clients make the server hold and do stays within its bounds.

#![allow(clippy::unwrap_used, reason = "a test fails loudly")]
#![allow(clippy::write_with_newline, reason = "`writeln!` would hide what is sent")]

use std::{
    io::IoSlice,
    net::Ipv4Addr,
    num::ParseIntError,
    str::FromStr,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use mux_runtime::{
    Address, CloseReason, Closing, Cut, Cx, Framing, Id, Peer, Scan, Session, SessionHandle, Time,
    Words,
    engine::{Engine, Inbox, Limits},
    mux_server, testing,
};

const SECOND: Duration = Duration::from_secs(1);

/// Says the time every second, and what it is sent from elsewhere.
#[derive(Default)]
struct Clock;

#[mux_server(shared = Option<SessionHandle<Clock>>)]
impl Clock {
    #[line("start")]
    fn start(&mut self, cx: &mut Cx<'_, Self>) {
        *cx.shared = Some(cx.handle());
        self.tick(cx);
    }

    #[line("big")]
    fn big(&mut self) -> String {
        "big\n".repeat(100)
    }

    #[line("nothing")]
    fn nothing(&mut self, cx: &mut Cx<'_, Self>) {
        cx.out.broadcast("");
        cx.out.others(b"");
    }

    #[on(timeout)]
    fn tick(&mut self, cx: &mut Cx<'_, Self>) {
        cx.set_timeout(SECOND);
        cx.out.write("tick\n");
    }

    #[on(message)]
    fn message(&mut self, message: String) -> String {
        message
    }
}

fn clock() -> testing::Server<Clock> {
    let limits = Limits { output_high: 100, output_low: 50, ..Limits::default() };
    testing::Server::with_limits(None, limits)
}

#[test]
fn what_timeouts_write_to_one_that_does_not_read_is_bounded() {
    let server = clock();
    let ann = server.connect("127.0.0.1:9");
    ann.reads_only(0);
    ann.sends("start\n");
    server.advance(19 * SECOND);
    assert_eq!(ann.closed(), None, "100 bytes are waiting");
    server.advance(SECOND);
    assert_eq!(ann.closed(), Some(CloseReason::SlowReader));
}

#[test]
fn what_messages_write_to_one_that_does_not_read_is_bounded() {
    let server = clock();
    let ann = server.connect("127.0.0.1:9");
    ann.reads_only(0);
    ann.sends("start\n");
    let handle = server.shared().clone().unwrap();
    for _ in 0..1000 {
        handle.send("news\n".into()).unwrap();
        server.deliver();
    }
    assert_eq!(ann.closed(), Some(CloseReason::SlowReader));
}

#[test]
fn one_that_reads_is_never_closed_for_what_its_events_write() {
    let server = clock();
    let ann = server.connect("127.0.0.1:9");
    ann.sends("start\n");
    server.shared().clone().unwrap().send("news\n".repeat(1000)).unwrap();
    server.deliver();
    server.advance(1000 * SECOND);
    assert_eq!((ann.hears_bytes().len(), ann.closed()), (1001 * 5 + 5000, None));
}

#[test]
fn nothing_at_all_written_to_one_that_is_behind_does_not_close_it() {
    let server = clock();
    let ann = server.connect("127.0.0.1:9");
    let bob = server.connect("127.0.0.1:10");
    ann.reads_only(0);
    ann.sends("big\n");
    bob.sends("nothing\n");
    ann.reads_again();
    assert_eq!((ann.hears(), ann.closed()), ("big\n".repeat(100), None));
}

/// Tells all, and says so.
#[derive(Default)]
struct Talker;

#[mux_server]
impl Talker {
    #[line("go")]
    fn go(&mut self, cx: &mut Cx<'_, Self>) {
        cx.close();
    }

    #[line]
    fn say(&mut self, cx: &mut Cx<'_, Self>, text: &str) -> &'static str {
        cx.out.others(text);
        "-"
    }

    #[on(close)]
    fn leave(self, cx: &mut Closing<'_, Self>, _why: CloseReason) {
        cx.out.broadcast("+");
    }
}

#[test]
fn short_lines_to_many_readers_do_not_take_memory_without_end() {
    const READERS: usize = 1000;
    const LINES: usize = 16_000;
    let server = testing::Server::<Talker>::new(());
    let all = (0..READERS).map(|_| server.connect("127.0.0.1:9")).collect::<Vec<_>>();
    all[0].sends("x\n");
    all.iter().for_each(testing::Client::ignores);
    let lines = "x\n".repeat(LINES);
    let heard = LINES * READERS;
    let used = allocation_counter::measure(|| all[0].sends(lines));
    // What the clients in memory hear is kept there: up to twice as much, as vectors grow.
    let bound = 2 * heard as u64 + (80 << 20);
    assert!(used.bytes_max < bound, "{} of {bound}", used.bytes_max);
    assert!(all.iter().all(|client| client.hears_bytes().len() == LINES));
}

#[test]
fn many_that_leave_at_once_cost_each_that_stays_two_writes() {
    const HALF: usize = 100;
    let server = testing::Server::<Talker>::new(());
    let all = (0..2 * HALF).map(|_| server.connect("127.0.0.1:9")).collect::<Vec<_>>();
    let before = server.writes();
    server.in_one_turn(|turn| all[..HALF].iter().for_each(|client| turn.sends(client, "go\n")));
    let writes = server.writes() - before;
    assert!(writes <= 2 * HALF as u64, "{writes} writes to {HALF} clients");
    assert!(all[HALF..].iter().all(|client| client.hears() == "+".repeat(HALF)));
}

/// Tells the first one when it leaves, and then all.
struct Leaver;

#[mux_server(shared = Option<Id>)]
impl Leaver {
    #[on(connect)]
    fn enter(cx: &mut Cx<'_, Self>) -> Self {
        let id = cx.id();
        cx.shared.get_or_insert(id);
        Leaver
    }

    #[line]
    fn say(&mut self, _line: &str) {}

    #[on(drain)]
    fn drain(&mut self, cx: &mut Cx<'_, Self>) {
        cx.out.others("!");
        cx.out.write("bye");
    }

    #[on(close)]
    fn leave(self, cx: &mut Closing<'_, Self>, _why: CloseReason) {
        if let Some(first) = *cx.shared {
            cx.out.to(first).write("one left");
        }
        cx.out.broadcast("+");
    }
}

/// A turn has no more than 24 MiB of pieces, or three times that while a vector grows.
const TURN_BYTES_MAX: u64 = 80 << 20;

#[test]
fn those_that_leave_together_do_not_take_memory_without_end() {
    const HALF: u32 = 2000;
    let (mut engine, mut shared) = (Engine::<Leaver>::new(Limits::default()), None);
    for _ in 0..2 * HALF {
        accept(&mut engine, &mut shared);
    }
    flush(&mut engine, &mut shared);
    (HALF..2 * HALF).for_each(|slot| engine.lose(slot));
    let mut heard = 0;
    let used = allocation_counter::measure(|| heard = flush(&mut engine, &mut shared));
    assert!(used.bytes_max < TURN_BYTES_MAX, "{} bytes", used.bytes_max);
    let half = HALF as usize;
    assert_eq!((engine.connections(), heard), (half, half * (half + "one left".len())));
}

#[test]
fn telling_all_of_the_end_does_not_take_memory_without_end() {
    const ALL: usize = 2000;
    let (mut engine, mut shared) = (Engine::<Leaver>::new(Limits::default()), None);
    for _ in 0..ALL {
        accept(&mut engine, &mut shared);
    }
    flush(&mut engine, &mut shared);
    let mut heard = 0;
    let used = allocation_counter::measure(|| {
        let mut next = Some(0);
        while let Some(slot) = next {
            next = engine.announce_end(&mut shared, true, slot);
            heard += flush(&mut engine, &mut shared);
        }
    });
    assert!(used.bytes_max < TURN_BYTES_MAX, "{} bytes", used.bytes_max);
    assert_eq!(heard, ALL * (ALL - 1 + "bye".len()));
}

/// Answers with so many bytes.
#[derive(Default)]
struct Long;

#[mux_server]
impl Long {
    #[line("long")]
    fn long(&mut self, count: usize) -> Vec<u8> {
        vec![b'x'; count]
    }
}

#[test]
fn of_a_long_reply_no_more_is_kept_than_is_unsent() {
    const BYTES: usize = 8 << 20;
    const PIECE: usize = 64 << 10;
    let server = testing::Server::<Long>::new(());
    let ann = server.connect("127.0.0.1:9");
    ann.reads_only(0);
    let used = allocation_counter::measure(|| {
        ann.sends(format!("long {BYTES}\n"));
        for _ in 0..BYTES / PIECE {
            ann.reads_only(PIECE - 1);
            ann.ignores();
        }
        drop(ann.hears_bytes());
    });
    // Of the log, 1 MiB is kept for the next turn.
    assert!(used.bytes_current < 3 << 19, "{} bytes for {}", used.bytes_current, BYTES / PIECE);
    // The reply is made, written and kept, and what is left of it is moved as it gets half as much.
    assert!(used.bytes_total < 5 * BYTES as u64, "{} bytes in all", used.bytes_total);
}

/// A driver whose kernel takes everything at once: sends what there is, and says how much it was.
fn flush<P: Session>(engine: &mut Engine<P>, shared: &mut P::Shared) -> usize {
    let mut all = 0;
    loop {
        while let Some(slot) = engine.next_dirty() {
            let mut bytes = 0;
            while engine.may_send(slot) {
                let mut slices = [IoSlice::new(&[]); 8];
                let used = engine.slices(slot, &mut slices);
                let count = slices[..used].iter().map(|slice| slice.len()).sum();
                engine.sent(slot, count);
                bytes += count;
            }
            engine.flushed(slot, bytes > 0, false);
            all += bytes;
        }
        engine.end_turn();
        let connections = engine.connections();
        while let Some((slot, why)) = engine.next_over() {
            engine.remove(slot, shared, why);
        }
        if engine.connections() == connections {
            return all;
        }
    }
}

fn accept<P: Session>(engine: &mut Engine<P>, shared: &mut P::Shared) -> u32 {
    let address = Address::from((Ipv4Addr::LOCALHOST, 9));
    engine.accept(shared, Peer::new(address), address).unwrap()
}

#[test]
fn one_that_may_go_on_waits_for_that_in_one_place() {
    let mut engine = Engine::<Talker>::new(Limits { turn_bytes: 20, ..Limits::default() });
    let mut inbox = Inbox::default();
    let slots = [(); 5].map(|()| accept(&mut engine, &mut ()));
    for slot in slots {
        let input = b"x\n".repeat(1000);
        inbox.room()[..input.len()].copy_from_slice(&input);
        engine.receive(slot, &mut (), &mut inbox, input.len());
    }
    // Each that goes on fills the turn, and has the others looked at, who wait for theirs.
    let mut heard = flush(&mut engine, &mut ());
    while let Some(slot) = engine.next_resumable() {
        engine.resume(slot, &mut ());
        heard += flush(&mut engine, &mut ());
        assert!(engine.resumable() <= slots.len(), "{} of {}", engine.resumable(), slots.len());
    }
    assert_eq!(heard, 5 * 1000 * 5);
}

#[test]
fn timeouts_and_messages_that_fill_a_turn_leave_the_others_to_the_next() {
    let mut engine = Engine::<Clock>::new(Limits { turn_bytes: 20, ..Limits::default() });
    let (mut shared, mut inbox) = (None, Inbox::default());
    for _ in 0..10 {
        let slot = accept(&mut engine, &mut shared);
        inbox.room()[..6].copy_from_slice(b"start\n");
        engine.receive(slot, &mut shared, &mut inbox, 6);
        flush(&mut engine, &mut shared);
    }
    engine.set_time(Time::START + SECOND);
    for ticks in [5, 5, 0] {
        engine.expire(&mut shared);
        assert_eq!(flush(&mut engine, &mut shared), ticks * "tick\n".len());
    }
    let handle = shared.clone().unwrap();
    (0..10).for_each(|_| handle.send("news\n".into()).unwrap());
    for (news, more) in [(5, true), (5, false), (0, false)] {
        engine.deliver(&mut shared);
        assert_eq!(flush(&mut engine, &mut shared), news * "news\n".len());
        assert_eq!(engine.has_work(), more);
    }
}

#[test]
fn one_that_does_not_read_is_not_read_until_the_low_mark() {
    let server = clock();
    let ann = server.connect("127.0.0.1:9");
    ann.reads_only(0);
    ann.sends("big\n");
    ann.sends("big\nbi");
    ann.sends("g\n");
    ann.finishes();
    ann.reads_only(349);
    assert_eq!(server.calls("big"), 1, "51 bytes are waiting");
    ann.reads_only(1);
    assert_eq!(server.calls("big"), 2);
    ann.reads_again();
    assert_eq!((server.calls("big"), ann.closed()), (3, Some(CloseReason::Finished)));
    assert_eq!(ann.hears(), "big\n".repeat(300));
}

/// A length that counts how often it is read.
struct Length(usize);

static READ: AtomicUsize = AtomicUsize::new(0);

impl FromStr for Length {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        READ.fetch_add(1, Ordering::Relaxed);
        text.parse().map(Length)
    }
}

/// A framing that counts how often it is asked: a length of four digits, and so many bytes.
struct Counted;

static CUT: AtomicUsize = AtomicUsize::new(0);

impl Framing for Counted {
    fn cut<'a>(input: &'a [u8], scan: &mut Scan, _max: usize) -> Cut<'a> {
        CUT.fetch_add(1, Ordering::Relaxed);
        let Some((digits, rest)) = input.split_first_chunk::<4>() else { return Cut::Partial };
        let length = std::str::from_utf8(digits).unwrap().parse::<usize>().unwrap();
        scan.need = 4 + length;
        rest.get(..length).map_or(Cut::Partial, |frame| Cut::Whole(frame, 4 + length))
    }
}

#[derive(Default)]
struct Frames;

#[derive(Default)]
struct Bodies;

#[mux_server(modes(Bodies, Frames), framing = Counted)]
impl Put {
    #[line("put")]
    fn put(&mut self, length: Length, #[body(length.0)] body: &[u8]) -> Frames {
        assert_eq!((length.0, body.len()), (9000, 9000));
        Frames
    }

    #[frame("xxx", mode = Frames)]
    fn frame(&mut self, words: Words<'_>) -> String {
        format!("{}\n", words.count())
    }
}

#[derive(Default)]
struct Put;

#[test]
fn what_waits_for_a_length_is_not_looked_at_for_each_byte() {
    let server = testing::Server::<Put>::new(());
    let ann = server.connect("127.0.0.1:9");
    let script = format!("put 9000\r\n{:9000}\r\n9000{}", "", "xxx ".repeat(9000 / 4));
    script.as_bytes().iter().for_each(|byte| ann.sends([*byte]));
    assert_eq!(ann.hears(), "2249\n");
    let looks = [&READ, &CUT].map(|count| count.load(Ordering::Relaxed));
    assert!(looks[0] <= 4 && looks[1] <= 6, "{looks:?}");
}
