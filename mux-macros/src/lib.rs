//! The attribute macros of mux-runtime; depend on that crate, which re-exports them and explains
//! them.
//!
//! A macro is a pipeline of plain functions: `syntax` reads what the user wrote, `model` what it
//! means, `check` refuses what cannot be right, `expand` writes. Errors are collected, not thrown
//! at the first, and the user's own block is always emitted.

mod check;
mod diag;
mod expand;
#[cfg(test)]
mod expansions;
mod hooks;
#[cfg(test)]
mod hostile;
mod message;
mod model;
mod options;
mod syntax;
mod types;

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::TokenStream;

use crate::{diag::Errors, syntax::Block};

/// It is defined in mux-macros and used as `mux_runtime::mux_server`, whose page explains it.
#[proc_macro_attribute]
pub fn mux_server(
    options: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    let original = TokenStream::from(item.clone());
    let expanded = catch_unwind(AssertUnwindSafe(|| server(options.into(), item.into())));
    let expanded = expanded.unwrap_or_else(|_| {
        let mut errors = Errors::default();
        errors.at(&original, "`#[mux_server]` failed on this block; please report it as a bug");
        let errors = errors.into_tokens();
        quote::quote!(#original #errors)
    });
    expanded.into()
}

/// The whole pipeline, from the user's tokens to what replaces them.
fn server(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut block = match Block::parse(&syntax::SERVER, item, &mut errors) {
        Ok(block) => block,
        Err(left) => {
            let errors = errors.into_tokens();
            return quote::quote!(#left #errors);
        }
    };
    let model = model::read(options, &mut block, &mut errors);
    if errors.is_empty() {
        check::protocol(&model, &mut errors);
    }
    expand::block(&block, &model, errors)
}

/// It is defined in mux-macros and used as `mux_runtime::mux_hooks`, whose page explains it.
#[proc_macro_attribute]
pub fn mux_hooks(
    options: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    let original = TokenStream::from(item.clone());
    let expanded = catch_unwind(AssertUnwindSafe(|| hooks::block(options.into(), item.into())));
    let expanded = expanded.unwrap_or_else(|_| {
        let mut errors = Errors::default();
        errors.at(&original, "`#[mux_hooks]` failed on this block; please report it as a bug");
        let errors = errors.into_tokens();
        quote::quote!(#original #errors)
    });
    expanded.into()
}

/// The attributes of a block's methods, as attributes of their own: `#[mux_server]` takes them out
/// before they are looked up, so what is called here stands outside of a block.
macro_rules! strays {
    ($($(#[doc = $doc:literal])* $name:ident)*) => {$(
        $(#[doc = $doc])*
        #[proc_macro_attribute]
        pub fn $name(
            _: proc_macro::TokenStream,
            item: proc_macro::TokenStream,
        ) -> proc_macro::TokenStream {
            stray(stringify!($name), item.into()).into()
        }
    )*};
}

strays! {
    /// Marks a method that takes lines, in a `#[mux_server]` block: `#[line("WORD")]` those that
    /// start with the word, `#[line]` every other.
    line
    /// Marks a method that takes frames, in a `#[mux_server]` block: behind a length, as a nom
    /// parser reads them, or by the block's framing.
    frame
    /// Marks a method that takes what stands before a delimiter, in a `#[mux_server]` block.
    until
    /// Marks a method that takes a given number of bytes, in a `#[mux_server]` block.
    bytes
    /// Marks a method that takes a given number of bytes as they come, in a `#[mux_server]` block.
    chunk
    /// Marks a method that says how much of the input it took, in a `#[mux_server]` block.
    input
    /// Marks a method that handles an event of the connection, in a `#[mux_server]` block.
    on
    /// Marks a method that is asked who may come in, in a `#[mux_server]` block.
    hook
}

/// What is said of an attribute outside of a block; the item stays.
fn stray(name: &str, item: TokenStream) -> TokenStream {
    let message = diag::help(
        format!(
            "`#[{name}]` only works on methods inside an `impl` block annotated with `#[mux_server]`"
        ),
        "annotate the block, or import the attribute that was meant",
    );
    // The call site of an attribute macro is the attribute.
    let error = syn::Error::new(proc_macro2::Span::call_site(), message).into_compile_error();
    quote::quote!(#item #error)
}

#[allow(
    missing_docs,
    reason = "it is documented where mux-runtime re-exports it: the examples there can run, and rustdoc would append what is said here"
)]
#[proc_macro_derive(
    MuxMessage,
    attributes(message, tag, len, count, varint, rest, parse, encode, big_endian, little_endian)
)]
pub fn mux_message(item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    message::derive(item.into()).into()
}
