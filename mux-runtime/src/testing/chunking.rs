//! Chunking cannot matter: the proof for a protocol of one's own.

use std::fmt::Write as _;

use super::{CloseReason, Server};
use crate::session::Session;

/// Where two runs of the same script are to be equal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// What the client heard, and what another client that said nothing did.
    pub(super) heard: Vec<u8>,
    bystander: Vec<u8>,
    pub(super) closed: Option<CloseReason>,
    pub(super) calls: Vec<u64>,
}

/// Sends `script` in pieces that end at `cuts`, and then the end of the stream.
pub(super) fn run<P: Session>(shared: P::Shared, script: &[u8], cuts: &[usize]) -> Run {
    let server = Server::<P>::new(shared);
    let bystander = server.connect("127.0.0.1:1");
    let client = server.connect("127.0.0.1:2");
    let mut start = 0;
    for &cut in cuts.iter().chain([&script.len()]) {
        client.sends(&script[start..cut]);
        start = cut;
    }
    client.finishes();
    Run {
        heard: client.hears_bytes(),
        bystander: bystander.hears_bytes(),
        closed: client.closed(),
        calls: server.whole_calls(),
    }
}

/// Random cuts by seed; the same seed gives the same cuts.
pub(super) fn random_cuts(length: usize, seed: u64) -> Vec<usize> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    };
    let longest = 1 + random(32);
    let mut cuts = Vec::new();
    let mut at = 0;
    loop {
        at += 1 + random(longest);
        if at >= length {
            return cuts;
        }
        cuts.push(at);
    }
}

/// Proves for one script that it does not matter how the network cuts it into pieces: every split
/// in two, byte by byte, and random splits by seed must give the same output as the whole.
///
/// ```
/// # use mux_runtime::{Cx, mux_server, testing};
/// # #[derive(Default)] struct Echo;
/// # #[mux_server]
/// # impl Echo {
/// #     #[line]
/// #     fn echo(&mut self, cx: &mut Cx<'_, Self>, line: &str) { write!(cx.out, "{line}\r\n"); }
/// # }
/// testing::check_chunking::<Echo>("one\r\ntwo\nthree");
/// ```
///
/// # Panics
/// Some split gives another output; the message says which, and both outputs.
pub fn check_chunking<P: Session>(script: impl AsRef<[u8]>)
where
    P::Shared: Default,
{
    check_chunking_with::<P>(P::Shared::default, script);
}

/// As [`check_chunking`], with a shared value of one's own for each run.
///
/// # Panics
/// Some split gives another output; the message says which, and both outputs.
pub fn check_chunking_with<P: Session>(shared: impl Fn() -> P::Shared, script: impl AsRef<[u8]>) {
    let script = script.as_ref();
    let whole = run::<P>(shared(), script, &[]);
    let halves = (1..script.len()).map(|cut| vec![cut]);
    let bytes = std::iter::once((1..script.len()).collect());
    let random = (0..64).map(|seed| random_cuts(script.len(), seed));
    for cuts in halves.chain(bytes).chain(random) {
        let pieces = run::<P>(shared(), script, &cuts);
        assert!(pieces == whole, "{}", report(script, &cuts, &whole, &pieces));
    }
}

/// What a split changes.
pub(super) fn report(script: &[u8], cuts: &[usize], whole: &Run, pieces: &Run) -> String {
    let mut text = match cuts {
        [cut] => {
            let before = script[cut.saturating_sub(24)..*cut].escape_ascii();
            let after = script[*cut..(*cut + 24).min(script.len())].escape_ascii();
            format!("a cut after byte {cut} (\"{before}\" | \"{after}\") changes what happens:")
        }
        cuts => format!("cuts after the bytes {cuts:?} change what happens:"),
    };
    for (name, run) in [("whole", whole), ("cut", pieces)] {
        let heard = run.heard.escape_ascii();
        // Writing to a string cannot fail.
        let _ = write!(text, "\n{name:>6}: \"{heard}\", ended by {:?}", run.closed);
        if whole.bystander != pieces.bystander {
            let _ = write!(text, ", another heard \"{}\"", run.bystander.escape_ascii());
        }
        if whole.heard == pieces.heard && whole.calls != pieces.calls {
            let _ = write!(text, ", calls by handler {:?}", run.calls);
        }
    }
    text
}
