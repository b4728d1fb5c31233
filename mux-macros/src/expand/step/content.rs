//! Frames whose place is known and whose content is bytes: behind a length, before a delimiter, or
//! of a given length. Parsers and declared messages are tried in source order.

use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::{attempt, fatal, malformed, unmatched};
use crate::{
    expand::{call, protocol, q},
    model::{Framing, Grammar, Handler, Model},
    types,
};

/// A mode of such frames.
pub(super) fn body(model: &Model, handlers: &[&Handler]) -> TokenStream {
    let Some(first) = handlers.first() else { return q!(__p::Step::Fatal) };
    let cut = cut(model, first);
    let fatal = fatal(model, &first.framing, &q!(__input));
    let (rest, parsed) =
        handlers.iter().partition::<Vec<&Handler>, _>(|handler| handler.is_catch_all());
    let parsed = parsed.into_iter().map(|handler| attempt(model, handler, &parse(handler)));
    let rest = rest.into_iter().map(|handler| whole(model, handler));
    let unmatched = unmatched(model, &first.framing, &q!(__message));
    q! {
        let (__message, __used) = match #cut {
            __p::Cut::Whole(__frame, __used) => (__frame, __used),
            __p::Cut::Wrong(__kind, __at) => { #fatal }
            _ => return __p::Step::More,
        };
        let mut __nearest = (__p::MalformedKind::Unknown, 0, __p::None);
        #(#parsed)*
        #(#rest)*
        #unmatched
    }
}

/// Cuts one frame.
fn cut(model: &Model, handler: &Handler) -> TokenStream {
    match &handler.framing {
        Framing::Until(delimiter) => {
            q!(__p::take_until(__input, __scan, #delimiter, __p::frame_max(__cx, __MAX_FRAME)))
        }
        Framing::Bytes(_) => {
            let length = call::length(model, handler);
            q! {
                match #length {
                    __p::Some(__length) => {
                        __p::take_exact(__input, __scan, __length, __p::frame_max(__cx, __MAX_FRAME))
                    }
                    __p::None => __p::Cut::Wrong(__p::MalformedKind::Length, 0),
                }
            }
        }
        Framing::Prefix(prefix) => {
            let prefix = protocol::prefix(prefix);
            q!(__p::take_prefixed(__input, __scan, #prefix, __p::frame_max(__cx, __MAX_FRAME)))
        }
        _ => q!(__p::Cut::Partial),
    }
}

/// Runs the handler's parser, or that of its message, on the frame.
fn parse(handler: &Handler) -> TokenStream {
    match (&handler.grammar, handler.parameters.as_slice()) {
        (Grammar::Parser(parser), _) => q!(__p::parse_frame(#parser, __message)),
        (_, [message]) => {
            let ty = types::elided(&message.ty);
            let span = syn::spanned::Spanned::span(&message.ty);
            let parse = quote_spanned! {
                proc_macro2::Span::mixed_site().located_at(span)=> __p::parse_message
            };
            q!(#parse::<#ty>(__message))
        }
        _ => q!(__p::Err((__p::MalformedKind::Unknown, 0))),
    }
}

/// The handler of every other frame.
fn whole(model: &Model, handler: &Handler) -> TokenStream {
    let cfgs = &handler.called.cfgs;
    let read = call::read_whole(handler);
    let call = call::call(model, handler);
    let malformed = malformed(model, handler, &q!(__message));
    q! {
        #(#cfgs)*
        {
            let (__kind, __at) = '__handler: { #read #call };
            #malformed
        }
    }
}
