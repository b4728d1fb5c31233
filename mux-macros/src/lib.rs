//! The attribute macros of mux-runtime; depend on that crate, which re-exports them.

mod diag;
mod message;

use proc_macro::TokenStream;

/// Gives a struct or an enum its nom parser, its encoder and its description.
#[proc_macro_derive(
    MuxMessage,
    attributes(message, tag, len, count, varint, rest, parse, encode, big_endian, little_endian)
)]
pub fn mux_message(item: TokenStream) -> TokenStream {
    message::derive(item.into()).into()
}
