//! What generated code names. It is no part of the interface: it changes with the macros, whose
//! version is tied to this crate's.

// What the standard library calls by names that a user may have taken.
pub use core::{
    assert,
    option::Option,
    primitive::{bool, u8, u16, u32, u64, u128, usize},
    result::Result::{self, Ok},
};

// `#[derive(MuxMessage)]`
pub use crate::session::{
    Depth, Message, Reply, Writer,
    message::{
        Big, Count, Known, Len, Little, Of, Rest, RestOf, Unknown, Varint, Wire, least,
        shape::{self, Field, Form, Kind, Number, Order, Shape, Variant},
        wrong_tag,
    },
};
pub use nom::IResult;
