//! Each reads what the other writes.

use mux_runtime::{Message, parse_message, to_bytes};

use crate::random::{Every, Open, Random};

#[test]
fn what_is_written_is_read_again() {
    for seed in 0..2_000 {
        let random = &mut Random::new(seed);
        let message = Every::any(random, 3);
        let bytes = to_bytes(&message);
        assert_eq!(parse_message::<Every<'_>>(&bytes), Ok(message), "seed {seed}");

        let message = Open::any(random);
        let bytes = to_bytes(&message);
        assert_eq!(parse_message::<Open<'_>>(&bytes), Ok(message), "seed {seed}");
    }
}

#[test]
fn what_follows_a_message_is_left() {
    for seed in 0..200 {
        let message = Every::any(&mut Random::new(seed), 2);
        let mut bytes = to_bytes(&message);
        bytes.extend_from_slice(b"more");
        assert_eq!(Every::parse(&bytes), Ok((&b"more"[..], message)), "seed {seed}");
    }
}

#[test]
fn a_value_takes_its_least_bytes_or_more() {
    for seed in 0..500 {
        let random = &mut Random::new(seed);
        assert!(to_bytes(&Every::any(random, 2)).len() >= Every::MIN_BYTES);
        assert!(to_bytes(&Open::any(random)).len() >= Open::MIN_BYTES);
    }
}
