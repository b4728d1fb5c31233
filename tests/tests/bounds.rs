//! What the clients make the server hold and do stays within its bounds.

#![allow(clippy::unwrap_used, reason = "a test fails loudly")]
#![allow(clippy::write_with_newline, reason = "`writeln!` would hide what is sent")]

use std::{
    io::IoSlice,
    net::Ipv4Addr,
    num::ParseIntError,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use mux_runtime::{
    Address, CloseReason, Closing, Cut, Cx, Framing, Peer, Scan, Session, SessionHandle, Time,
    Words,
    engine::{Engine, Inbox, Limits, SlowReader},
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

/// A driver whose kernel takes everything at once: sends what there is, and says how much it was.
fn flush<P: Session>(engine: &mut Engine<P>, shared: &mut P::Shared) -> usize {
    let mut all = 0;
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
        if let Some(why) = engine.is_over(slot) {
            engine.remove(slot, shared, why);
        }
    }
    engine.end_turn();
    all
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
fn messages_that_come_in_between_two_turns_of_a_batch_are_work() {
    let mut engine = Engine::<Clock>::new(Limits { turn_bytes: 20, ..Limits::default() });
    let (mut shared, mut inbox) = (None, Inbox::default());
    let slot = accept(&mut engine, &mut shared);
    let wakes = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&wakes);
    engine.set_wake(move || {
        counted.fetch_add(1, Ordering::Relaxed);
    });
    inbox.room()[..6].copy_from_slice(b"start\n");
    engine.receive(slot, &mut shared, &mut inbox, 6);
    flush(&mut engine, &mut shared);
    let handle = shared.clone().unwrap();
    let mut heard = 0;
    let mut turn = |engine: &mut Engine<Clock>| {
        engine.deliver(&mut shared);
        heard += flush(engine, &mut shared) / "news\n".len();
        heard
    };
    (0..10).for_each(|_| handle.send("news\n".into()).unwrap());
    assert_eq!(turn(&mut engine), 5);
    // The loop is woken for one more, and the rest of the first ten stands before it.
    handle.send("late\n".into()).unwrap();
    assert_eq!((turn(&mut engine), wakes.load(Ordering::Relaxed)), (10, 2));
    // Nobody wakes it for these: it must not sleep.
    (0..4).for_each(|_| handle.send("late\n".into()).unwrap());
    assert_eq!((engine.has_work(), wakes.load(Ordering::Relaxed)), (true, 2));
    assert_eq!((turn(&mut engine), engine.has_work()), (15, false));
    handle.send("news\n".into()).unwrap();
    assert_eq!(wakes.load(Ordering::Relaxed), 3);
}

/// Once it was rung it rings again and again.
#[derive(Default)]
struct Bell;

#[mux_server(shared = usize)]
impl Bell {
    #[line("ring")]
    fn ring(&mut self, cx: &mut Cx<'_, Self>) {
        *cx.shared += 1;
        cx.set_timeout(Duration::ZERO);
    }

    #[on(timeout)]
    fn again(&mut self, cx: &mut Cx<'_, Self>) {
        self.ring(cx);
    }
}

#[test]
fn a_timer_that_sets_itself_to_zero_gets_one_call_a_turn() {
    let mut engine = Engine::<Bell>::new(Limits::default());
    let (mut rings, mut inbox) = (0, Inbox::default());
    let slots = [(); 100].map(|()| accept(&mut engine, &mut rings));
    for slot in &slots[..3] {
        inbox.room()[..5].copy_from_slice(b"ring\n");
        engine.receive(*slot, &mut rings, &mut inbox, 5);
    }
    for turn in 1..4 {
        assert_eq!(rings, 3 * turn);
        engine.set_time(Time::START + turn as u32 * SECOND);
        engine.expire(&mut rings);
        flush(&mut engine, &mut rings);
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

/// Takes frames of some megabytes.
#[derive(Default)]
struct Long;

#[mux_server(max_frame = 4194304)]
impl Long {
    #[frame(prefix = be_u32)]
    fn frame(&mut self, _frame: &[u8]) {}
}

fn frame(length: u32) -> Vec<u8> {
    let mut frame = length.to_be_bytes().to_vec();
    frame.resize(4 + length as usize, b'x');
    frame
}

#[test]
fn one_byte_behind_a_long_frame_keeps_no_long_buffer() {
    let server = testing::Server::<Long>::new(());
    let ann = server.connect("127.0.0.1:9");
    let long = [frame(2 << 20), vec![0]].concat();
    // Whether the byte comes in a read of its own, or the end of the frame does.
    for last in [1, 2, 1000, 50_000] {
        let (front, back) = long.split_at(long.len() - last);
        let used = allocation_counter::measure(|| {
            ann.sends(front);
            ann.sends(back);
        });
        assert!(used.bytes_current <= 16 * 1024, "{} bytes are kept", used.bytes_current);
        let used = allocation_counter::measure(|| ann.sends(&frame(0)[1..]));
        assert!(used.bytes_current <= 0, "{} bytes are kept for none", used.bytes_current);
    }
    assert_eq!(server.calls("frame"), 8);
}

#[test]
fn connections_at_a_few_addresses_share_them() {
    let locals = [9, 10, 11].map(|port| Address::from((Ipv4Addr::LOCALHOST, port)));
    let counts = [1, 3].map(|addresses| {
        let mut engine = Engine::<Long>::new(Limits::default());
        let used = allocation_counter::measure(|| {
            for local in locals.into_iter().take(addresses).cycle().take(300) {
                engine.accept(&mut (), Peer::new(locals[0]), local).unwrap();
            }
        });
        used.count_current
    });
    assert_eq!(counts[1], counts[0] + 2, "one more for each address");
}

#[test]
fn each_of_many_addresses_is_that_of_its_connection() {
    let mut engine = Engine::<Long>::new(Limits::default());
    let locals = (1..=100).map(|port| Address::from((Ipv4Addr::LOCALHOST, port))).cycle();
    for local in locals.take(300) {
        let slot = engine.accept(&mut (), Peer::new(local), local).unwrap();
        assert_eq!(engine.connection(slot).local, local);
    }
}

/// Writes one byte to the first one when it is told to.
struct Teller;

#[mux_server(shared = Vec<SessionHandle<Teller>>)]
impl Teller {
    #[on(connect)]
    fn enter(cx: &mut Cx<'_, Self>) -> Self {
        let handle = cx.handle();
        cx.shared.push(handle);
        Teller
    }

    #[line("big")]
    fn big(&mut self) -> Vec<u8> {
        vec![b'x'; 100_000]
    }

    #[on(message)]
    fn message(&mut self, cx: &mut Cx<'_, Self>, _message: ()) {
        let first = cx.shared[0].id();
        cx.out.to(first).write("x");
    }
}

#[test]
fn who_waits_for_a_reader_is_noted_once() {
    let limits = Limits {
        slow_reader: SlowReader::Pause,
        output_high: 100_000,
        output_low: 0,
        ..Limits::default()
    };
    let server = testing::Server::<Teller>::with_limits(Vec::new(), limits);
    let reader = server.connect("127.0.0.1:9");
    let writers = [(); 2].map(|()| server.connect("127.0.0.1:9"));
    reader.reads_only(0);
    reader.sends("big\n");
    let tell = |messages| {
        for _ in 0..messages {
            for writer in &server.shared().clone()[1..] {
                writer.send(()).unwrap();
            }
            server.deliver();
        }
    };
    // The vector in which this waits for the reader has doubled by then.
    tell(100);
    let used = allocation_counter::measure(|| tell(20_000));
    assert!(used.bytes_current <= 0, "{} bytes for writers that waited", used.bytes_current);
    assert!(writers.iter().all(|writer| !writer.is_closed()));
    reader.reads_again();
    assert_eq!(reader.hears_bytes().len(), 100_000 + 2 * 20_100);
}
