//! The attribute macros of mux-runtime; depend on that crate, which re-exports them.

mod diag;
mod message;

use proc_macro::TokenStream;

// Documented where mux-runtime re-exports it: the examples there can run, and rustdoc would append
// what is said here.
#[allow(missing_docs)]
#[proc_macro_derive(
    MuxMessage,
    attributes(message, tag, len, count, varint, rest, parse, encode, big_endian, little_endian)
)]
pub fn mux_message(item: TokenStream) -> TokenStream {
    message::derive(item.into()).into()
}
