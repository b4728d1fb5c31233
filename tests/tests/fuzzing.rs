//! What the ready fuzz target finds, and what it must not take for a finding.

use std::sync::atomic::{AtomicU32, Ordering};

use mux_runtime::{Cx, mux_server, testing::fuzz};

static TOLD: AtomicU32 = AtomicU32::new(0);

/// Says something else every second time, so that two runs may agree by chance.
#[derive(Default)]
struct Oracle;

#[mux_server]
impl Oracle {
    #[line]
    fn ask(&mut self, cx: &mut Cx<'_, Self>, _question: &str) {
        write!(cx.out, "{}\r\n", TOLD.fetch_add(1, Ordering::Relaxed) / 2);
    }
}

/// Says how its input came in.
#[derive(Default)]
struct Tattler;

#[mux_server]
impl Tattler {
    #[input]
    fn any(&mut self, cx: &mut Cx<'_, Self>, input: &[u8]) -> usize {
        write!(cx.out, "{} ", input.len());
        input.len()
    }
}

/// It was taken for a finding when two runs of the whole agreed and that in pieces did not.
#[test]
fn what_is_said_by_chance_is_no_finding() {
    for seed in 0..100_u32 {
        fuzz::<Oracle>(&[&seed.to_le_bytes()[..], b"what?\n"].concat());
    }
}

#[test]
#[should_panic(expected = "change what happens")]
fn what_depends_on_the_pieces_is_one() {
    fuzz::<Tattler>(b"0000 these are enough bytes to be cut");
}
