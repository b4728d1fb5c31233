//! `Session::step`: one message taken from the front of the input. This is the hot path.

mod content;
mod raw;
mod words;

use proc_macro2::TokenStream;

use super::{call, modes, protocol, q};
use crate::model::{Framing, Grammar, Handler, Model};

/// The function.
pub(super) fn function(model: &Model) -> TokenStream {
    let arms = (0..model.modes.len()).map(|mode| {
        let pattern = modes::pattern(model, mode);
        let handlers = model.handlers.iter().filter(|handler| handler.mode == mode);
        let body = mode_body(model, &handlers.collect::<Vec<_>>());
        q!(#pattern => { #body })
    });
    let takes_empty = model
        .handlers
        .iter()
        .any(|handler| matches!(handler.framing, Framing::Bytes(_) | Framing::Chunk(_)));
    let takes_empty = takes_empty.then(|| {
        q!(
            const TAKES_EMPTY: bool = true;
        )
    });
    q! {
        #takes_empty
        #[allow(
            irrefutable_let_patterns,
            unreachable_code,
            unreachable_patterns,
            unused_assignments,
            unused_labels,
            unused_mut,
            unused_variables,
        )]
        fn step(
            &mut self,
            __mode: &mut Self::Mode,
            __cx: &mut __p::Cx<'_, Self>,
            __input: &[u8],
            __scan: &mut __p::Scan,
        ) -> __p::Step {
            match __mode { #(#arms)* }
        }
    }
}

/// What happens in one mode, by the framing that its handlers agree on.
fn mode_body(model: &Model, handlers: &[&Handler]) -> TokenStream {
    let Some(first) = handlers.first() else { return q!(__p::Step::Fatal) };
    match &first.framing {
        Framing::Line => words::lines(model, handlers),
        Framing::Words => words::frames(model, handlers),
        Framing::Prefix(_) | Framing::Until(_) | Framing::Bytes(_) => {
            content::body(model, handlers)
        }
        Framing::Stream => raw::stream(model, handlers),
        Framing::Chunk(_) => raw::chunk(model, first),
        Framing::Input => raw::input(model, first),
    }
}

/// How the default reply to malformed input is written in a mode of this framing.
fn answer(model: &Model, framing: &Framing) -> TokenStream {
    match (framing, &model.framing) {
        (Framing::Line, _) => {
            let end = protocol::line_end(model);
            q!(__p::Answer::Line(#end))
        }
        (Framing::Words, Some(framing)) => {
            q!(__p::Answer::Framed(<#framing as __p::Framing>::error))
        }
        _ => q!(__p::Answer::Close),
    }
}

/// Hands on `__kind` at `__at` of `input`, after which the next message cannot be found.
fn fatal(model: &Model, framing: &Framing, input: &TokenStream) -> TokenStream {
    let answer = answer(model, framing);
    q! {
        // What follows the byte at fault may or may not have come in yet.
        let __front = #input.get(..=__at).unwrap_or(#input);
        let __malformed = __p::Malformed::new(__kind, __front, __at, __p::None, #answer);
        let __malformed = __p::Malformed::fatal(__malformed);
        <Self as __p::Session>::malformed(self, __mode, __cx, &__malformed);
        return __p::Step::Fatal;
    }
}

/// Hands on `__kind` at `__at` of the message that `handler` would have taken.
fn malformed(model: &Model, handler: &Handler, input: &TokenStream) -> TokenStream {
    let command = protocol::command(model, handler);
    let answer = answer(model, &handler.framing);
    q! {
        let __malformed =
            __p::Malformed::new(__kind, #input, __at, __p::Some(&#command), #answer);
        <Self as __p::Session>::malformed(self, __mode, __cx, &__malformed);
        return __p::Step::Took(__used);
    }
}

/// What to do with the message that no handler took, of which `__nearest` tells most.
fn unmatched(model: &Model, framing: &Framing, input: &TokenStream) -> TokenStream {
    let answer = answer(model, framing);
    q! {
        let __malformed =
            __p::Malformed::new(__nearest.0, #input, __nearest.1, __nearest.2, #answer);
        <Self as __p::Session>::malformed(self, __mode, __cx, &__malformed);
        return __p::Step::Took(__used);
    }
}

/// Tries a parser, as `parse` runs it, on a message: what it gives goes to its handler, and what
/// it says is wrong is noted if it came further than the others.
fn attempt(model: &Model, handler: &Handler, parse: &TokenStream) -> TokenStream {
    let span = call::parser_span(handler);
    let output = super::own_at("__output", span);
    let take = call::take_output(handler, span);
    let call = call::call(model, handler);
    let command = protocol::command(model, handler);
    let cfgs = &handler.called.cfgs;
    q! {
        #(#cfgs)*
        match #parse {
            __p::Ok(#output) => { #take #call }
            __p::Err((__kind, __at)) => {
                if __nearest.2.is_none() || __at > __nearest.1 {
                    __nearest = (__kind, __at, __p::Some(&#command));
                }
            }
        }
    }
}

/// Tries a streaming parser on the front of the input.
fn attempt_stream(model: &Model, handler: &Handler) -> TokenStream {
    let Grammar::Parser(parser) = &handler.grammar else { return TokenStream::new() };
    let span = call::parser_span(handler);
    let output = super::own_at("__output", span);
    let take = call::take_output(handler, span);
    let call = call::call(model, handler);
    let command = protocol::command(model, handler);
    let answer = answer(model, &handler.framing);
    let cfgs = &handler.called.cfgs;
    q! {
        #(#cfgs)*
        match __p::parse_stream(#parser, __input, __scan, __p::frame_max(__cx, __MAX_FRAME)) {
            __p::Parsed::Whole(#output, __used) => { #take #call }
            __p::Parsed::Partial => return __p::Step::More,
            __p::Parsed::Error(__kind, __at) => {
                if __nearest.2.is_none() || __at > __nearest.1 {
                    __nearest = (__kind, __at, __p::Some(&#command));
                }
            }
            __p::Parsed::Failure(__kind, __at) => {
                let __front = __input.get(..=__at).unwrap_or(__input);
                let __malformed =
                    __p::Malformed::new(__kind, __front, __at, __p::Some(&#command), #answer);
                let __malformed = __p::Malformed::fatal(__malformed);
                <Self as __p::Session>::malformed(self, __mode, __cx, &__malformed);
                return __p::Step::Fatal;
            }
        }
    }
}
