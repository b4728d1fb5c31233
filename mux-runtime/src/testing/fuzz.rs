//! A whole fuzz target in one call.

use super::chunking::{random_cuts, report, run};
use crate::session::Session;

/// Bytes of the fuzzer's input that choose the cuts.
const SEED_BYTES: usize = 4;
/// So many times the same is said by chance before it counts as no chance.
const RUNS: usize = 64;

/// Throws `input` at the protocol: whole, and cut into random pieces (the first four bytes are the
/// seed of the cuts). Nothing may panic, the same handlers must be called as often, and, where the
/// protocol says the same twice to the same input, what is heard must be the same.
///
/// A target of cargo-fuzz is then `fuzz_target!(|input: &[u8]| fuzz::<Guest>(input));`.
///
/// # Panics
/// Something of this did not hold.
pub fn fuzz<P: Session>(input: &[u8])
where
    P::Shared: Default,
{
    let Some((seed, script)) = input.split_first_chunk::<SEED_BYTES>() else { return };
    let whole = run::<P>(P::Shared::default(), script, &[]);
    let cuts = random_cuts(script.len(), u32::from_le_bytes(*seed).into());
    let pieces = run::<P>(P::Shared::default(), script, &cuts);
    if whole == pieces {
        return;
    }
    let counted = (&whole.closed, &whole.calls) == (&pieces.closed, &pieces.calls);
    let by_chance = || (0..RUNS).any(|_| run::<P>(P::Shared::default(), script, &[]) != whole);
    assert!(counted && by_chance(), "{}", report(script, &cuts, &whole, &pieces));
}
