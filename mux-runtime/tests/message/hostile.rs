//! Input that was cut, changed, made up, or made to hurt.

use mux_runtime::{Depth, MalformedKind, Message, MuxMessage, parse_message, to_bytes};
use nom::{Err, IResult, error::ErrorKind};

use crate::random::{Every, Open, Random};

#[test]
fn a_message_that_was_cut_is_waited_for_and_a_frame_is_wrong_at_its_end() {
    for seed in 0..300 {
        let bytes = to_bytes(&Every::any(&mut Random::new(seed), 2));
        for end in 0..bytes.len() {
            let cut = &bytes[..end];
            let parsed = Every::parse(cut);
            assert!(matches!(parsed, Err(Err::Incomplete(_))), "seed {seed}, {end}: {parsed:?}");
            let eof = MalformedKind::Parser(ErrorKind::Eof);
            assert_eq!(parse_message::<Every<'_>>(cut), Err((eof, end)), "seed {seed}");
        }
    }
}

#[test]
fn a_changed_byte_gives_a_message_or_an_error() {
    for seed in 0..60 {
        let bytes = to_bytes(&Every::any(&mut Random::new(seed), 1));
        let mut changed = bytes.clone();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                changed[at] = bytes[at] ^ 1 << bit;
                let _ = holds::<Every<'_>>(&changed);
            }
            changed[at] = bytes[at];
        }
    }
}

#[test]
fn made_up_bytes_give_a_message_or_an_error() {
    for seed in 0..20_000 {
        let random = &mut Random::new(seed);
        let mut bytes = random.bytes(60);
        // Mostly with a tag that there is: else nothing but the tag is looked at.
        if let [low, high, ..] = bytes.as_mut_slice() {
            [*low, *high] = [[0, 0], [1, 0], [2, 0], [0, 3], [0xff, 0xff], [6, 0]][random.below(6)];
        }
        let _ = holds::<Every<'_>>(&bytes);
        if let [tag, ..] = bytes.as_mut_slice() {
            *tag = random.below(7) as u8;
        }
        let _ = holds::<Open<'_>>(&bytes);
    }
}

/// What `frame` gives; an error must be inside of the frame, and little memory asked for.
fn holds<'a, T: Message<'a>>(frame: &'a [u8]) -> Result<T, (MalformedKind, usize)> {
    let (result, bytes) = allocated(|| parse_message::<T>(frame));
    if let Err((_, at)) = &result {
        assert!(*at <= frame.len());
    }
    let per_byte = size_of::<T>();
    assert!(bytes <= frame.len() * per_byte * 4, "{bytes} bytes for {} of input", frame.len());
    result
}

#[derive(MuxMessage, Debug, PartialEq)]
struct Huge {
    #[count(u32)]
    numbers: Vec<u64>,
}

#[derive(MuxMessage, Debug, PartialEq)]
struct HugeMessages {
    #[count(u64)]
    large: Vec<Large>,
}

/// One byte on the wire, 8 KiB in memory.
#[allow(clippy::large_enum_variant)]
#[derive(MuxMessage, Debug, PartialEq)]
enum Large {
    #[tag(0)]
    Small,
    #[tag(1)]
    Large([u64; 1024]),
}

#[test]
fn a_huge_count_reserves_nothing() {
    let (result, bytes) = allocated(|| Huge::parse(b"\xff\xff\xff\xff\0\0\0"));
    assert!(matches!(result, Err(Err::Incomplete(_))));
    assert_eq!(bytes, 0);

    let (result, bytes) = allocated(|| HugeMessages::parse(&[0xff; 16]));
    assert!(matches!(result, Err(Err::Incomplete(_))));
    assert_eq!(bytes, 0);
}

#[test]
fn a_list_reserves_no_more_than_its_input_has_until_its_elements_are_there() {
    // 4,000 elements are claimed, and there are bytes for them; the second is wrong.
    let mut input = 4_000_u64.to_be_bytes().to_vec();
    input.extend([0; 1]);
    input.extend([9; 3_999]);
    let (result, bytes) = allocated(|| HugeMessages::parse(&input));
    assert!(matches!(result, Err(Err::Error(_))));
    assert!(bytes <= size_of::<Large>() * 4, "{bytes}");
}

#[test]
fn a_huge_length_is_waited_for_without_wrapping_around() {
    #[derive(MuxMessage, Debug, PartialEq)]
    struct Long<'a>(#[len(u64)] &'a [u8], u8);

    let parsed = Long::parse(&[0xff; 12]);
    assert!(matches!(parsed, Err(Err::Incomplete(_))), "{parsed:?}");
}

#[test]
fn a_message_without_lists_and_strings_allocates_nothing() {
    #[derive(MuxMessage, Debug, PartialEq)]
    struct Flat<'a> {
        id: u32,
        #[len(u8)]
        name: &'a str,
        points: [Option<u16>; 4],
        #[rest]
        body: &'a [u8],
    }

    let bytes =
        to_bytes(&Flat { id: 1, name: "n", points: [None, Some(1), None, None], body: b"b" });
    let (result, allocated) = allocated(|| parse_message::<Flat<'_>>(&bytes));
    assert!(result.is_ok());
    assert_eq!(allocated, 0);
}

#[derive(MuxMessage, Debug, PartialEq)]
enum Chain {
    #[tag(0)]
    End,
    #[tag(1)]
    Next(Box<Chain>),
    #[tag(2)]
    Many(#[count(u8)] Vec<Chain>),
    #[tag(3)]
    Optional(Option<Box<Chain>>),
}

#[test]
fn messages_are_nested_so_deep_and_no_deeper() {
    let max = usize::from(Depth::MAX);
    for (step, name) in [(&b"\x01"[..], "box"), (b"\x02\x01", "list"), (b"\x03\x01", "option")] {
        let nested = |levels: usize| [step.repeat(levels), vec![0]].concat();
        assert!(parse_message::<Chain>(&nested(max)).is_ok(), "{name}");
        let error = parse_message::<Chain>(&nested(max + 1));
        let at = step.len() * (max + 1);
        assert_eq!(error, Err((MalformedKind::Parser(ErrorKind::TooLarge), at)), "{name}");
        assert!(parse_message::<Chain>(&step.repeat(1_000_000)).is_err(), "{name}");
    }
}

/// A parser written by hand that takes nothing, though it says that it does.
#[derive(Debug, PartialEq)]
struct Lazy;

impl<'a> Message<'a> for Lazy {
    const SHAPE: &'static mux_runtime::shape::Shape =
        &mux_runtime::shape::Shape::new("Lazy", "", mux_runtime::shape::Kind::Opaque);

    fn parse(input: &'a [u8]) -> IResult<&'a [u8], Self> {
        Ok((input, Lazy))
    }

    fn encode(&self, _out: &mut mux_runtime::Writer<'_>) {}
}

#[test]
fn elements_without_bytes_end_nevertheless() {
    #[derive(MuxMessage, Debug, PartialEq)]
    struct Counted(#[count(u32)] Vec<Lazy>);
    #[derive(MuxMessage, Debug, PartialEq)]
    struct Open(#[rest] Vec<Lazy>);

    assert!(matches!(Counted::parse(&[0xff; 9]), Err(Err::Incomplete(_))));
    let error = Err((MalformedKind::Parser(ErrorKind::Many0), 0));
    assert_eq!(parse_message::<Open>(b"abc"), error);
}

/// What `work` gives, and how many bytes it allocated, freed or not.
fn allocated<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let mut result = None;
    let info = allocation_counter::measure(|| result = Some(work()));
    let Some(result) = result else { unreachable!("the work was done") };
    (result, info.bytes_total as usize)
}
