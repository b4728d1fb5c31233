//! `#[derive(MuxMessage)]`: a type says what its bytes are; its parser and encoder are written.
//!
//! `attributes` reads what the user said, `types` what the fields' types are, `check` and `form`
//! put both together into the `model` or say what does not fit, and `expand` writes the code,
//! with `bounds` for what only the compiler can check. Which types
//! can be fields is decided by a trait of the runtime, not here: only what must be said beside a
//! type (a length, a count, an order) is looked up by the type's name.

mod attributes;
mod bounds;
mod check;
mod expand;
mod form;
mod model;
mod types;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::diag::Errors;

/// The impls for the type `item`, or what is wrong with it and impls that only fit the traits, so
/// that those who use the type see no errors of their own.
pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let options = attributes::Options::read(&input, &mut errors);
    let message = check::message(&input, &options, &mut errors);
    match message {
        Some(message) if errors.is_empty() => expand::message(&input, &options, &message),
        _ => {
            let stub = expand::stub(&input, &options);
            let errors = errors.into_tokens();
            quote::quote!(#stub #errors)
        }
    }
}

#[cfg(test)]
mod tests;
