//! Messages of every form with values from a seed.

use mux_runtime::MuxMessage;

/// A generator of numbers: xorshift, the same on every machine.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        // Numbers of all lengths, not of nearly always 64 bits.
        let short_by = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 58;
        self.0.rotate_left(29) >> short_by
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.number() % end as u64) as usize
    }

    fn bool(&mut self) -> bool {
        self.below(2) == 1
    }

    pub(crate) fn bytes(&mut self, max: usize) -> Vec<u8> {
        let len = self.below(max + 1);
        (0..len).map(|_| self.number() as u8).collect()
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let len = self.below(5);
        (0..len).map(|_| item(self)).collect()
    }

    fn option<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.bool() { Some(value(self)) } else { None }
    }

    fn text(&mut self) -> &'static str {
        const TEXT: &str = "Grüße, 日本! ein Text 🦀 mit Zeichen jeder Länge";
        let ends = (0..=TEXT.len()).filter(|&at| TEXT.is_char_boundary(at)).collect::<Vec<_>>();
        let (one, other) = (ends[self.below(ends.len())], ends[self.below(ends.len())]);
        &TEXT[one.min(other)..one.max(other)]
    }

    fn run(&mut self) -> &'static [u8] {
        self.text().as_bytes()
    }
}

#[derive(MuxMessage, Debug, PartialEq)]
pub(crate) struct Inner<'a> {
    id: u16,
    #[len(u8)]
    name: &'a str,
}

impl Inner<'static> {
    fn any(random: &mut Random) -> Self {
        Inner { id: random.number() as u16, name: random.text() }
    }
}

/// Every form that has an end of its own.
#[derive(MuxMessage, Debug, PartialEq)]
#[message(tag = u16, little_endian)]
pub(crate) enum Every<'a> {
    #[tag(0)]
    Unit,
    #[tag(1)]
    Numbers {
        a: u8,
        b: u16,
        #[big_endian]
        c: u32,
        d: u64,
        #[big_endian]
        e: u128,
        f: i8,
        g: i16,
        #[big_endian]
        h: i32,
        i: i64,
        j: i128,
        k: f32,
        #[big_endian]
        l: f64,
        m: bool,
    },
    #[tag(2)]
    Varints(#[varint] u8, #[varint] u16, #[varint] u32, #[varint] u64, #[varint] u128),
    #[tag(0x0300)]
    Runs {
        #[len(u8)]
        text: &'a str,
        #[len(varint)]
        bytes: &'a [u8],
        #[len(u16)]
        owned_text: String,
        #[len(u64)]
        #[big_endian]
        owned_bytes: Vec<u8>,
        fixed: [u8; 3],
        #[len(u32)]
        optional: Option<&'a [u8]>,
    },
    #[tag(0xffff)]
    Lists {
        #[count(u8)]
        floats: Vec<f32>,
        #[count(varint)]
        inner: Vec<Inner<'a>>,
        #[count(u16)]
        #[varint]
        varints: Vec<u64>,
        #[count(u32)]
        #[big_endian]
        flags: Vec<Option<bool>>,
        #[count(u8)]
        optional: Option<Vec<u16>>,
        #[count(u8)]
        arrays: Vec<[i16; 2]>,
        two: [Inner<'a>; 2],
        grid: [[u16; 2]; 2],
    },
    #[tag(6)]
    Nested {
        inner: Inner<'a>,
        optional: Option<Inner<'a>>,
        boxed: Option<Box<Every<'a>>>,
        #[count(u8)]
        children: Vec<Every<'a>>,
        twice: Option<Option<u16>>,
    },
}

impl Every<'static> {
    pub(crate) fn any(random: &mut Random, depth: usize) -> Self {
        let r = random;
        match r.below(if depth == 0 { 5 } else { 7 }) {
            0 => Every::Unit,
            1 => Every::Numbers {
                a: r.number() as u8,
                b: r.number() as u16,
                c: r.number() as u32,
                d: r.number(),
                e: u128::from(r.number()) << 64 | u128::from(r.number()),
                f: r.number() as i8,
                g: r.number() as i16,
                h: r.number() as i32,
                i: r.number() as i64,
                j: (i128::from(r.number()) << 64) ^ -1,
                k: r.number() as f32,
                l: -(r.number() as f64),
                m: r.bool(),
            },
            2 => Every::Varints(
                r.number() as u8,
                r.number() as u16,
                r.number() as u32,
                r.number(),
                u128::from(r.number()) << r.below(65),
            ),
            3 => Every::Runs {
                text: r.text(),
                bytes: r.run(),
                owned_text: r.text().into(),
                owned_bytes: r.bytes(40),
                fixed: [r.number() as u8; 3],
                optional: r.option(Random::run),
            },
            4 => Every::Lists {
                floats: r.list(|r| r.number() as f32),
                inner: r.list(Inner::any),
                varints: r.list(Random::number),
                flags: r.list(|r| r.option(Random::bool)),
                optional: r.option(|r| r.list(|r| r.number() as u16)),
                arrays: r.list(|r| [r.number() as i16, -1]),
                two: [Inner::any(r), Inner::any(r)],
                grid: [[r.number() as u16, 1], [2, 3]],
            },
            _ => Every::Nested {
                inner: Inner::any(r),
                optional: r.option(Inner::any),
                boxed: r.option(|r| Box::new(Every::any(r, depth - 1))),
                children: r.list(|r| Every::any(r, depth - 1)),
                twice: r.option(|r| r.option(|r| r.number() as u16)),
            },
        }
    }
}

/// Every form that takes all of the frame.
#[derive(MuxMessage, Debug, PartialEq)]
pub(crate) enum Open<'a> {
    #[tag(0)]
    Bytes(u16, #[rest] &'a [u8]),
    #[tag(1)]
    Text(#[rest] &'a str),
    #[tag(2)]
    OwnedBytes(#[rest] Vec<u8>),
    #[tag(3)]
    OwnedText(#[rest] String),
    #[tag(4)]
    Numbers(#[rest] Vec<u32>),
    #[tag(5)]
    Messages(#[rest] Vec<Inner<'a>>),
    #[tag(6)]
    Optional(#[rest] Option<&'a str>),
}

impl Open<'static> {
    pub(crate) fn any(r: &mut Random) -> Self {
        match r.below(7) {
            0 => Open::Bytes(r.number() as u16, r.run()),
            1 => Open::Text(r.text()),
            2 => Open::OwnedBytes(r.bytes(40)),
            3 => Open::OwnedText(r.text().into()),
            4 => Open::Numbers(r.list(|r| r.number() as u32)),
            5 => Open::Messages(r.list(Inner::any)),
            _ => Open::Optional(r.option(Random::text)),
        }
    }
}
