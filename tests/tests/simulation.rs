//! Many clients that talk, stall, read on, finish and vanish at random: nobody hears a line twice,
//! too early or not at all.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]
#![allow(clippy::write_with_newline, reason = "`writeln!` would hide what is sent")]

use std::collections::HashMap;

use mux_runtime::{CloseReason, Closing, Cx, engine::Limits, mux_server, testing};

#[derive(Default)]
struct Talker;

#[mux_server(shared = u64)]
impl Talker {
    #[line("me")]
    fn me(&mut self, cx: &mut Cx<'_, Self>, text: &str, pad: usize) {
        write!(cx.out, "{text} {:pad$}\n", "");
    }

    #[line("all")]
    fn all(&mut self, cx: &mut Cx<'_, Self>, text: &str, pad: usize) {
        cx.out.broadcast(format_args!("{text} {:pad$}\n", ""));
    }

    #[line("others")]
    fn others(&mut self, cx: &mut Cx<'_, Self>, text: &str, pad: usize) {
        cx.out.others(format_args!("{text} {:pad$}\n", ""));
    }

    #[on(close)]
    fn leave(self, cx: &mut Closing<'_, Self>, _why: CloseReason) {
        *cx.shared += 1;
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

/// A client, and what is known of it.
struct Known {
    client: testing::Client<Talker>,
    heard: Vec<u8>,
    /// What it sent that was not cut off at its end.
    script: String,
    sent: usize,
    /// Lines of each kind that its script has so far.
    said: HashMap<&'static str, usize>,
    over: bool,
}

const KINDS: [&str; 3] = ["me", "all", "others"];

/// What `number` heard of each other one and kind, in order and without a gap.
fn check(
    number: usize,
    heard: &[u8],
    seed: u64,
) -> HashMap<(usize, String), std::ops::Range<usize>> {
    let mut runs = HashMap::<(usize, String), std::ops::Range<usize>>::new();
    let whole = heard.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    for line in std::str::from_utf8(&heard[..whole]).unwrap().lines() {
        // "3:all:17", and what fills it up.
        let mut parts = line.split(' ').next().unwrap().split(':');
        let from = parts.next().unwrap().parse::<usize>().unwrap();
        let kind = parts.next().unwrap().to_owned();
        let at = parts.next().unwrap().parse::<usize>().unwrap();
        assert!(kind != "me" || from == number, "seed {seed}: {number} heard {line:?}");
        assert!(kind != "others" || from != number, "seed {seed}: {number} heard {line:?}");
        let run = runs.entry((from, kind)).or_insert(at..at);
        assert_eq!(run.end, at, "seed {seed}: {number} heard {line:?} out of turn");
        run.end = at + 1;
    }
    runs
}

fn play(seed: u64) {
    let mut random = Seed(seed);
    let limits = Limits {
        output_high: [2000, 20_000, 1 << 20][random.below(3)],
        output_low: 500,
        turn_bytes: [300, 5000, 1 << 18][random.below(3)],
        ..Limits::default()
    };
    let server = testing::Server::<Talker>::with_limits(0, limits);
    let mut all = Vec::<Known>::new();
    for _ in 0..600 {
        let at = random.below(all.len() + 1).min(random.below(12));
        if at >= all.len() {
            let client = server.connect("127.0.0.1:9");
            let said = KINDS.map(|kind| (kind, 0)).into();
            let (heard, script) = (Vec::new(), String::new());
            all.push(Known { client, heard, script, sent: 0, said, over: false });
            continue;
        }
        let known = &mut all[at];
        match random.below(16) {
            0..8 => {
                for _ in 0..=random.below(6) {
                    let kind = KINDS[random.below(3)];
                    let said = known.said.get_mut(kind).unwrap();
                    let pad = random.below(200);
                    if !known.over {
                        known.script += &format!("{kind} {at}:{kind}:{said} {pad}\n");
                        *said += 1;
                    }
                }
                // Not always up to the end of a line.
                let end = known.script.len() - random.below(9).min(known.script.len() - known.sent);
                let piece = &known.script[known.sent..end];
                known.sent = end;
                match random.below(2) {
                    0 => known.client.sends(piece),
                    _ => server.in_one_turn(|turn| turn.sends(&known.client, piece)),
                }
            }
            8..10 => known.client.reads_only(random.below(600)),
            10..14 => known.client.reads_again(),
            14 if random.below(4) == 0 => {
                // Its last line is heard with its end or without: let it be whole.
                known.client.sends(&known.script[known.sent..]);
                known.sent = known.script.len();
                known.client.finishes();
                known.over = true;
            }
            15 if random.below(6) == 0 => {
                known.client.vanishes();
                known.over = true;
            }
            _ => {}
        }
        for known in &mut all {
            known.heard.append(&mut known.client.hears_bytes());
            known.over |= known.client.is_closed();
        }
    }
    for known in &mut all {
        if !known.over {
            known.client.sends(&known.script[known.sent..]);
        }
        known.client.reads_again();
    }
    for known in &mut all {
        known.client.reads_again();
        known.heard.append(&mut known.client.hears_bytes());
    }
    let closed = all.iter().filter(|known| known.client.is_closed()).count();
    assert_eq!((server.connections(), *server.shared()), (all.len() - closed, closed as u64));
    for (number, known) in all.iter().enumerate() {
        let runs = check(number, &known.heard, seed);
        // Those that are still there have heard all that the others, still there, have said since.
        if known.client.is_closed() {
            continue;
        }
        assert_eq!(known.heard.last().unwrap_or(&b'\n'), &b'\n', "seed {seed}: half a line");
        for (from, other) in all.iter().enumerate().filter(|(_, other)| !other.client.is_closed()) {
            for (kind, said) in &other.said {
                if let Some(run) = runs.get(&(from, (*kind).into())) {
                    assert_eq!(run.end, *said, "seed {seed}: {number} of {from}, {kind}");
                    assert!(from != number || run.start == 0, "seed {seed}: {number} lost {kind}");
                }
            }
        }
    }
}

#[test]
fn whatever_happens_each_line_is_heard_once_and_in_order() {
    for seed in 0..400 {
        play(seed);
    }
}
