//! Input that is not cut before its handler sees it: streaming parsers, pieces of a body, and
//! bytes as they come.

use proc_macro2::TokenStream;

use super::{attempt_stream, fatal};
use crate::{
    expand::{call, q},
    model::{Framing, Handler, Model},
};

/// Streaming parsers in ordered choice: the first that wants to see more is waited for, so that
/// the bounds of packets decide nothing.
pub(super) fn stream(model: &Model, handlers: &[&Handler]) -> TokenStream {
    let attempts = handlers.iter().map(|handler| attempt_stream(model, handler));
    let fatal = fatal(model, &Framing::Stream, &q!(__input));
    q! {
        if __input.is_empty() {
            return __p::Step::More;
        }
        let mut __nearest = (__p::MalformedKind::Unknown, 0, __p::None);
        #(#attempts)*
        let (__kind, __at) = (__nearest.0, __nearest.1);
        #fatal
    }
}

/// So many bytes, given on as they come. The last of them counts as the call: in how many pieces
/// they come is the network's affair.
pub(super) fn chunk(model: &Model, handler: &Handler) -> TokenStream {
    let length = call::length(model, handler);
    let read = call::read_piece(handler);
    let count = call::count(model, handler);
    let call = call::call_uncounted(handler);
    let fatal = fatal(model, &handler.framing, &q!(__input));
    q! {
        let (__kind, __at) = match #length {
            __p::Some(__length) if __input.is_empty() && __length > 0 && !__scan.eof => {
                return __p::Step::More;
            }
            __p::Some(__length) if __input.is_empty() && __length > 0 => {
                (__p::MalformedKind::Unfinished, 0)
            }
            __p::Some(__length) => {
                let __used = if __length < __input.len() { __length } else { __input.len() };
                let __message = &__input[..__used];
                #read
                if __used == __length {
                    #count
                }
                #call
            }
            __p::None => (__p::MalformedKind::Length, 0),
        };
        #fatal
    }
}

/// Bytes as they come; the handler says how many it took.
pub(super) fn input(model: &Model, handler: &Handler) -> TokenStream {
    let read = call::read_piece(handler);
    let name = &handler.called.name;
    let arguments = call::arguments(handler);
    let count = call::count(model, handler);
    let output = call::output(&handler.called);
    let taken = super::super::own_at("__taken", syn::spanned::Spanned::span(&output));
    let fatal = fatal(model, &handler.framing, &q!(__input));
    q! {
        if __input.is_empty() {
            return __p::Step::More;
        }
        let __message = __input;
        #read
        #count
        let __took: usize = {
            let #taken: #output = Self::#name(self, #(#arguments),*);
            #taken
        };
        let __max = __p::frame_max(__cx, __MAX_FRAME);
        match __took {
            0 if __input.len() > __max => {
                let (__kind, __at) = (__p::MalformedKind::TooLong { max: __max }, __max);
                #fatal
            }
            0 => __p::Step::More,
            __took if __took > __input.len() => __p::Step::Took(__input.len()),
            __took => __p::Step::Took(__took),
        }
    }
}
