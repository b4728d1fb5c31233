//! What is written to a reader reaches it in the order in which it was written, to the byte: by
//! itself, by others, in the events of its own life, through windows of any size.
//!
//! Every handler here writes twice: to the connections, and into a model that knows nothing of
//! turns, segments or windows.

#![allow(clippy::unwrap_used, reason = "a test fails loudly")]

use std::{collections::BTreeMap, time::Duration};

use mux_runtime::{CloseReason, Closing, Cx, Id, engine::Limits, mux_server, testing};

/// What each connection is to hear.
#[derive(Default)]
struct Model {
    texts: u64,
    streams: BTreeMap<Id, Stream>,
}

#[derive(Default)]
struct Stream {
    bytes: Vec<u8>,
    /// Nothing more can be written to it.
    closed: bool,
}

impl Model {
    /// A text that is like no other, of about so many bytes.
    fn text(&mut self, length: usize) -> String {
        self.texts += 1;
        format!("<{}{:.<length$}>", self.texts, "")
    }

    fn writes(&mut self, text: &str, reaches: impl Fn(Id) -> bool) {
        let open = self.streams.iter_mut().filter(|(_, stream)| !stream.closed);
        for (_, stream) in open.filter(|(id, _)| reaches(**id)) {
            stream.bytes.extend_from_slice(text.as_bytes());
        }
    }
}

/// Writes to whomever it is told to.
#[derive(Default)]
struct Writer {
    portions: u32,
}

impl Writer {
    fn own(cx: &mut Cx<'_, Self>, length: usize) {
        let (id, text) = (cx.id(), cx.shared.text(length));
        cx.shared.writes(&text, |reader| reader == id);
        cx.out.write(text);
    }

    fn all(cx: &mut Cx<'_, Self>, length: usize) {
        let text = cx.shared.text(length);
        cx.shared.writes(&text, |_| true);
        cx.out.broadcast(text);
    }

    fn end(cx: &mut Cx<'_, Self>) {
        let id = cx.id();
        cx.close();
        cx.shared.streams.get_mut(&id).unwrap().closed = true;
    }
}

#[mux_server(shared = Model)]
impl Writer {
    #[on(connect)]
    fn arrive(&mut self, cx: &mut Cx<'_, Self>) {
        let id = cx.id();
        cx.shared.streams.insert(id, Stream::default());
        cx.set_timeout(Duration::from_secs(1));
        Self::all(cx, 3);
        Self::own(cx, 3);
    }

    #[line("own")]
    fn tell_itself(&mut self, cx: &mut Cx<'_, Self>, length: usize) {
        Self::own(cx, length);
    }

    #[line("all")]
    fn tell_all(&mut self, cx: &mut Cx<'_, Self>, length: usize) {
        Self::all(cx, length);
    }

    #[line("others")]
    fn tell_others(&mut self, cx: &mut Cx<'_, Self>, length: usize) {
        let (id, text) = (cx.id(), cx.shared.text(length));
        cx.shared.writes(&text, |reader| reader != id);
        cx.out.others(text);
    }

    #[line("to")]
    fn tell_one(&mut self, cx: &mut Cx<'_, Self>, to: Id, length: usize) {
        let text = cx.shared.text(length);
        cx.shared.writes(&text, |reader| reader == to);
        cx.out.to(to).write(text);
    }

    #[line("mixed")]
    fn mixed(&mut self, cx: &mut Cx<'_, Self>, to: Id, length: usize) {
        Self::own(cx, length);
        self.tell_others(cx, length);
        Self::all(cx, 0);
        self.tell_one(cx, to, length);
        Self::own(cx, 0);
    }

    #[line("portions")]
    fn start(&mut self, cx: &mut Cx<'_, Self>, portions: u32) {
        self.portions = portions;
        Self::own(cx, 50);
    }

    #[line("quit")]
    fn quit(&mut self, cx: &mut Cx<'_, Self>, length: usize) {
        Self::own(cx, length);
        Self::end(cx);
    }

    #[on(drained)]
    fn next_portion(&mut self, cx: &mut Cx<'_, Self>) {
        if let Some(left) = self.portions.checked_sub(1) {
            self.portions = left;
            Self::own(cx, 50);
        }
    }

    #[on(timeout)]
    fn tick(&mut self, cx: &mut Cx<'_, Self>) {
        cx.set_timeout(Duration::from_secs(1));
        Self::own(cx, 5);
        Self::all(cx, 5);
    }

    #[on(eof)]
    fn end_of_input(&mut self, cx: &mut Cx<'_, Self>) {
        Self::own(cx, 1);
        Self::end(cx);
    }

    #[on(close)]
    fn leave(self, cx: &mut Closing<'_, Self>, _why: CloseReason) {
        cx.shared.streams.get_mut(&cx.id()).unwrap().closed = true;
        let text = cx.shared.text(7);
        cx.shared.writes(&text, |_| true);
        cx.out.broadcast(text);
    }
}

/// A generator of numbers that are random enough (Knuth's MMIX).
struct Seed(u64);

impl Seed {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }
}

/// A client and the id of its connection.
struct Reader {
    client: testing::Client<Writer>,
    id: Id,
}

fn commands(random: &mut Seed, ids: &[Id]) -> String {
    let mut text = String::new();
    for _ in 0..=random.below(5) {
        let length = [0, 9, 200][random.below(3)];
        let to = ids[random.below(ids.len())];
        text += &match random.below(24) {
            0..5 => format!("own {length}\n"),
            5..10 => format!("all {length}\n"),
            10..14 => format!("others {length}\n"),
            14..18 => format!("to {to} {length}\n"),
            18..22 => format!("mixed {to} {length}\n"),
            22 => format!("portions {}\n", random.below(9)),
            _ if random.below(4) == 0 => format!("quit {length}\n"),
            _ => "own 1\n".into(),
        };
    }
    text
}

fn play(seed: u64) {
    let mut random = Seed(seed);
    let limits = Limits {
        output_high: [300, 5000, 1 << 20][random.below(3)],
        output_low: [0, 200][random.below(2)],
        turn_bytes: [100, 2000, 1 << 18][random.below(3)],
        drain_timeout: Duration::MAX,
        ..Limits::default()
    };
    let server = testing::Server::<Writer>::with_limits(Model::default(), limits);
    let mut all = Vec::<Reader>::new();
    let mut ids = Vec::new();
    for _ in 0..300 {
        if all.is_empty() || random.below(20) == 0 {
            let client = server.connect("127.0.0.1:9");
            let id = client.id().unwrap();
            ids.push(id);
            all.push(Reader { client, id });
        }
        let at = random.below(all.len());
        let client = &all[at].client;
        match random.below(32) {
            0..10 => client.sends(commands(&mut random, &ids)),
            10..16 => server.in_one_turn(|turn| {
                for _ in 0..random.below(8) {
                    turn.sends(&all[random.below(all.len())].client, commands(&mut random, &ids));
                }
            }),
            16..22 => {
                let most = [2, 40, 2000][random.below(3)];
                client.reads_only(random.below(most));
            }
            22..28 => client.reads_again(),
            28 => server.advance(Duration::from_millis(random.below(1500) as u64)),
            29 if random.below(3) == 0 => client.finishes(),
            30 if random.below(3) == 0 => client.vanishes(),
            _ => {}
        }
    }
    for _ in 0..2 {
        all.iter().for_each(|reader| reader.client.reads_again());
    }
    for Reader { client, id } in &all {
        let heard = client.hears_bytes();
        let expected = &server.shared().streams[id].bytes;
        let is_whole = match client.closed() {
            None | Some(CloseReason::Closed | CloseReason::Finished) => heard == *expected,
            _ => expected.starts_with(&heard),
        };
        assert!(
            is_whole,
            "seed {seed}: {id}, ended by {:?}, heard\n{}\ninstead of\n{}",
            client.closed(),
            heard.escape_ascii(),
            expected.escape_ascii()
        );
    }
}

#[test]
fn each_reader_hears_what_was_written_to_it_in_that_order() {
    (0..500).for_each(play);
}

#[test]
fn a_stream_is_the_same_whatever_windows_it_leaves_through() {
    let script = "own 3\nall 2\nmixed 1.2 4\nportions 2\nall 1\nquit 5\n";
    let run = |windows: &mut dyn Iterator<Item = usize>| {
        let server = testing::Server::<Writer>::new(Model::default());
        let ann = server.connect("127.0.0.1:9");
        let bob = server.connect("127.0.0.1:10");
        [&ann, &bob].iter().for_each(|client| client.reads_only(0));
        ann.sends(script);
        for window in windows {
            [&ann, &bob].iter().for_each(|client| client.reads_only(window));
        }
        [&ann, &bob].iter().for_each(|client| client.reads_again());
        [ann, bob].map(|client| client.hears())
    };
    let whole = run(&mut std::iter::empty());
    assert_eq!(run(&mut std::iter::repeat_n(1, 1000)), whole);
    for window in 0..200 {
        assert_eq!(run(&mut [window].into_iter()), whole, "{window}");
    }
}
