//! Frames whose place is known and whose content is bytes: behind a length, before a delimiter, or
//! of a given length. Parsers and declared messages are tried in source order.

use proc_macro2::TokenStream;

use super::{attempt, fatal, take_whole, try_all};
use crate::{
    expand::{at, call, protocol, q},
    model::{Framing, Grammar, Handler, Model},
    types,
};

/// A mode of such frames.
pub(super) fn body(model: &Model, handlers: &[&Handler]) -> TokenStream {
    let Some(first) = handlers.first() else { return q!(__p::Step::Fatal) };
    let cut = cut(handlers, first);
    let fatal = fatal(model, &first.framing, &q!((__kind, __at)), &q!(__input));
    let (rest, parsed) =
        handlers.iter().partition::<Vec<&Handler>, _>(|handler| handler.is_catch_all());
    let parsed = parsed.into_iter().map(|handler| attempt(model, handler, &parse(handler)));
    let rest = rest.into_iter().map(|handler| {
        let (cfgs, take) = (&handler.called.cfgs, take_whole(model, handler));
        q!(#(#cfgs)* { #take })
    });
    let dispatch = try_all(model, handlers, &parsed.collect::<Vec<_>>(), &rest.collect::<Vec<_>>());
    q! {
        let (__message, __used) = match #cut {
            __p::Cut::Whole(__frame, __used) => (__frame, __used),
            __p::Cut::Wrong(__kind, __at) => #fatal,
            _ => return __p::Step::More,
        };
        #dispatch
    }
}

/// Cuts one frame.
fn cut(handlers: &[&Handler], first: &Handler) -> TokenStream {
    match &first.framing {
        Framing::Until(_) => {
            let found = each(handlers, |handler, delimiter| {
                call::seeing(
                    handler,
                    delimiter,
                    |delimiter| q!(__p::take_until(__input, __scan, #delimiter, __p::frame_max(__cx, __MAX_FRAME))),
                )
            });
            found.unwrap_or_else(|| q!(__p::Cut::Partial))
        }
        Framing::Bytes(_) => {
            let length = each(handlers, call::length).unwrap_or_else(|| q!(__p::None));
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
        (Grammar::Parser(parser), _) => {
            let run = at(call::parser_span(handler), q!(__p::parse_frame));
            q!(#run(#parser, __message))
        }
        (_, [message]) => {
            let ty = types::elided(&message.ty);
            let parse = at(call::parser_span(handler), q!(__p::parse_message));
            q!(#parse::<#ty>(__message))
        }
        _ => q!(__p::Err((__p::MalformedKind::Unknown, 0))),
    }
}

/// What `code` makes of the framing's expression, which is the same in all handlers of a mode: that
/// of the first that exists.
fn each(
    handlers: &[&Handler],
    code: impl Fn(&Handler, &syn::Expr) -> TokenStream,
) -> Option<TokenStream> {
    let of = |handler: &Handler| match &handler.framing {
        Framing::Until(expression) | Framing::Bytes(expression) => Some(code(handler, expression)),
        _ => None,
    };
    if let Some(certain) = handlers.iter().find(|handler| handler.called.cfgs.is_empty()) {
        return of(certain);
    }
    let each = handlers.iter().filter_map(|handler| {
        let (cfgs, code) = (&handler.called.cfgs, of(handler)?);
        Some(q!(#(#cfgs)* { break '__first #code; }))
    });
    let each = each.collect::<Vec<_>>();
    // If none exists, nothing is ever taken.
    Some(q!('__first: { #(#each)* return __p::Step::More; }))
}
