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
    let never = modes::never(model);
    let takes_empty = model
        .handlers
        .iter()
        .any(|handler| matches!(handler.framing, Framing::Bytes(_) | Framing::Chunk(_)));
    let takes_empty = takes_empty.then(|| {
        q!(
            const TAKES_EMPTY: __p::bool = true;
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
            __input: &[__p::u8],
            __scan: &mut __p::Scan,
        ) -> __p::Step {
            match __mode { #(#arms)* #never }
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
        Framing::Chunk(_) => one_of(handlers, |handler| raw::chunk(model, handler)),
        Framing::Input => one_of(handlers, |handler| raw::input(model, handler)),
    }
}

/// The code of the one handler that exists; there are several only under conditions.
fn one_of(handlers: &[&Handler], code: impl Fn(&Handler) -> TokenStream) -> TokenStream {
    let each = handlers.iter().map(|handler| {
        let (cfgs, code) = (&handler.called.cfgs, code(handler));
        q!(#(#cfgs)* { #code })
    });
    let none = handlers.iter().all(|handler| !handler.called.cfgs.is_empty());
    let none = none.then(|| q!(return __p::Step::Fatal;));
    q!(#(#each)* #none)
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

/// Hands on `wrong`, a kind and an offset in `input`, after which the next message cannot be
/// found.
fn fatal(
    model: &Model,
    framing: &Framing,
    wrong: &TokenStream,
    input: &TokenStream,
) -> TokenStream {
    let answer = answer(model, framing);
    q!(return __p::fatal(self, __mode, __cx, #wrong, __p::None, #input, #answer))
}

/// Hands on `__kind` at `__at` of the message that `handler` would have taken.
fn malformed(model: &Model, handler: &Handler, input: &TokenStream) -> TokenStream {
    let command = protocol::command(model, handler);
    let answer = answer(model, &handler.framing);
    q! {
        return __p::malformed(
            self, __mode, __cx, (__kind, __at), __p::Some(&#command), #input, #answer, __used,
        );
    }
}

/// Parsers in source order, and what to do with a message that they did not take.
fn try_all(
    model: &Model,
    handlers: &[&Handler],
    attempts: &[TokenStream],
    rest: &[TokenStream],
) -> TokenStream {
    let Some(first) = handlers.first() else { return TokenStream::new() };
    let caught = handlers.iter().any(|handler| {
        handler.is_catch_all()
            && matches!(handler.grammar, Grammar::Whole)
            && handler.called.cfgs.is_empty()
    });
    let answer = answer(model, &first.framing);
    // What came nearest to fitting is told where nothing does.
    let (nearest, wrong, command) = if attempts.is_empty() {
        (TokenStream::new(), q!((__p::MalformedKind::Unknown, 0)), q!(__p::None))
    } else {
        (
            q!(let mut __nearest = (__p::MalformedKind::Unknown, 0, __p::None);),
            q!((__nearest.0, __nearest.1)),
            q!(__nearest.2),
        )
    };
    let unmatched = (!caught).then(|| {
        q! {
            return __p::malformed(
                self, __mode, __cx, #wrong, #command, __message, #answer, __used,
            );
        }
    });
    q!(#nearest #(#attempts)* #(#rest)* #unmatched)
}

/// Calls the handler that takes each message whole.
fn take_whole(model: &Model, handler: &Handler) -> TokenStream {
    let read = call::read_whole(handler);
    let call = call::call(model, handler);
    if !call::may_refuse_whole(handler) {
        return q!(#read #call);
    }
    let malformed = malformed(model, handler, &q!(__message));
    q! {
        let (__kind, __at) = '__handler: { #read #call };
        #malformed
    }
}

/// Refuses what was sent behind a message after which the bytes mean something else: it could
/// have been put there by somebody else (RFC 3207 section 4.2, CVE-2011-0411).
pub(super) fn refuse_pipelined(model: &Model, handler: &Handler) -> TokenStream {
    let wrong = q!((__p::MalformedKind::Pipelined, __used));
    let fatal = fatal(model, &handler.framing, &wrong, &q!(__input));
    q!(if __used < __input.len() { #fatal })
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
                __p::nearer(&mut __nearest, __kind, __at, &#command);
            }
        }
    }
}

/// Tries a streaming parser on the front of the input.
fn attempt_stream(model: &Model, handler: &Handler) -> TokenStream {
    let Grammar::Parser(parser) = &handler.grammar else { return TokenStream::new() };
    let span = call::parser_span(handler);
    let output = super::own_at("__output", span);
    let run = super::at(span, q!(__p::parse_stream));
    let take = call::take_output(handler, span);
    let call = call::call(model, handler);
    let command = protocol::command(model, handler);
    let answer = answer(model, &handler.framing);
    let cfgs = &handler.called.cfgs;
    q! {
        #(#cfgs)*
        match #run(#parser, __input, __scan, __p::frame_max(__cx, __MAX_FRAME)) {
            __p::Parsed::Whole(#output, __used) => { #take #call }
            __p::Parsed::Partial => return __p::Step::More,
            __p::Parsed::Error(__kind, __at) => {
                __p::nearer(&mut __nearest, __kind, __at, &#command);
            }
            __p::Parsed::Failure(__kind, __at) => {
                return __p::fatal(
                    self, __mode, __cx, (__kind, __at), __p::Some(&#command), __input, #answer,
                );
            }
        }
    }
}
