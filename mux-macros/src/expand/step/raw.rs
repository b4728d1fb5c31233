//! Input that is not cut before its handler sees it: streaming parsers, pieces of a body, and
//! bytes as they come.

use proc_macro2::TokenStream;

use super::{attempt_stream, fatal};
use crate::{
    expand::{call, own_at, q},
    model::{Framing, Handler, Model},
};

/// Streaming parsers in ordered choice: the first that wants to see more is waited for, so that
/// the bounds of packets decide nothing.
pub(super) fn stream(model: &Model, handlers: &[&Handler]) -> TokenStream {
    let attempts = handlers.iter().map(|handler| attempt_stream(model, handler));
    let wrong = q!((__nearest.0, __nearest.1));
    let fatal = fatal(model, &Framing::Stream, &wrong, &q!(__input));
    q! {
        if __input.is_empty() {
            return __p::Step::More;
        }
        let mut __nearest = (__p::MalformedKind::Unknown, 0, __p::None);
        #(#attempts)*
        #fatal;
    }
}

/// So many bytes, given on as they come. The last of them counts as the call: in how many pieces
/// they come is the network's affair.
pub(super) fn chunk(model: &Model, handler: &Handler) -> TokenStream {
    let Framing::Chunk(length) = &handler.framing else { return TokenStream::new() };
    let length = call::length(handler, length);
    let read = call::read_whole(handler);
    let count = call::count(model, handler);
    let call = call::call_uncounted(handler);
    let fatal = |wrong| fatal(model, &handler.framing, &wrong, &q!(__input));
    let no_length = fatal(q!((__p::MalformedKind::Length, 0)));
    let unfinished = fatal(q!((__p::MalformedKind::Unfinished, 0)));
    q! {
        let __length = #length;
        let __p::Some(__length) = __length else { #no_length };
        if __input.is_empty() && __length > 0 {
            if __scan.eof { #unfinished; }
            // An event that changes the length has it looked at again.
            __scan.need = 1;
            return __p::Step::More;
        }
        let __used = __p::min(__length, __input.len());
        let __message = &__input[..__used];
        #read
        if __used == __length {
            #count
        }
        #call
    }
}

/// Bytes as they come; the handler says how many it took.
pub(super) fn input(model: &Model, handler: &Handler) -> TokenStream {
    let read = call::read_whole(handler);
    let name = &handler.called.name;
    let arguments = call::arguments(handler);
    let count = call::count(model, handler);
    let output = call::output(&handler.called);
    let taken = own_at("__taken", syn::spanned::Spanned::span(&output));
    let wrong = q!((__p::MalformedKind::TooLong { max: __max }, __max));
    let fatal = fatal(model, &handler.framing, &wrong, &q!(__input));
    q! {
        if __input.is_empty() {
            return __p::Step::More;
        }
        let __message = __input;
        #read
        #count
        let __took: __p::usize = {
            let #taken: #output = Self::#name(self, #(#arguments),*);
            #taken
        };
        if __took == 0 {
            let __max = __p::frame_max(__cx, __MAX_FRAME);
            if __input.len() > __max { #fatal; }
            return __p::Step::More;
        }
        return __p::Step::Took(__p::min(__took, __input.len()));
    }
}
