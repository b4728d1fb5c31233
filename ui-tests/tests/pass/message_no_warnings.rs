//! No lint finds anything in what is generated.
#![forbid(
    warnings,
    unused,
    deprecated,
    future_incompatible,
    nonstandard_style,
    rust_2018_idioms,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    unused_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    variant_size_differences
)]

use mux_runtime::MuxMessage;

/// Of the past.
#[deprecated]
pub struct Old;

/// Every kind of field.
#[derive(MuxMessage)]
pub struct All<'a, T> {
    /// A number.
    pub id: u32,
    /// Text.
    #[len(u8)]
    pub name: &'a str,
    /// Whatever.
    pub body: T,
    /// A field of the past.
    #[deprecated]
    pub old: u8,
    /// Messages.
    #[count(u8)]
    pub units: Vec<One>,
    /// A message.
    pub unit: Unit,
}

/// A byte.
#[derive(MuxMessage)]
pub struct One(u8);

/// Nothing.
#[derive(MuxMessage)]
pub struct Unit;

/// Either.
#[derive(MuxMessage)]
pub enum Either {
    /// Nothing.
    #[tag(0)]
    #[deprecated]
    Unit,
    /// Something.
    #[tag(1)]
    One(One),
}

fn main() {
    let _ = mux_runtime::to_bytes(&Unit);
}
