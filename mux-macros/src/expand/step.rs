//! `Session::step`: one message taken from the front of the input. This is the hot path.

use proc_macro2::{Literal, TokenStream};
use syn::{Expr, LitStr};

use super::{call, modes, own_at, protocol, q};
use crate::model::{Grammar, Handler, Model};

/// The function.
pub(super) fn function(model: &Model) -> TokenStream {
    let arms = (0..model.modes.len()).map(|mode| {
        let pattern = modes::pattern(model, mode);
        let body = lines(model, mode);
        q!(#pattern => { #body })
    });
    q! {
        #[allow(unreachable_code, unused_assignments, unused_labels, unused_mut, unused_variables)]
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

/// A mode that reads lines: words first, then parsers in source order, then the handler without
/// either, then `malformed`.
fn lines(model: &Model, mode: usize) -> TokenStream {
    let handlers = model.handlers.iter().filter(|handler| handler.mode == mode);
    let (words, others) = handlers.partition::<Vec<_>, _>(|handler| handler.word.is_some());
    let is_parser = |handler: &&Handler| matches!(handler.grammar, Grammar::Parser(_));
    let (parsers, rest) = others.into_iter().partition::<Vec<_>, _>(is_parser);
    let end = protocol::line_end(model);
    let words = match_words(model, &words);
    let parsers = parsers.into_iter().map(|handler| try_parser(model, handler));
    let rest = rest.into_iter().map(|handler| catch_all(model, handler));
    q! {
        let (__line, __used) = match __p::take_line(__input, __scan, #end, __MAX_LINE) {
            __p::Line::Whole(__line, __used) => (__line, __used),
            __p::Line::Partial => return __p::Step::More,
            __p::Line::Wrong(__kind, __at) => {
                // What follows the byte at fault may or may not have come in yet.
                let __line = __input.get(..=__at).unwrap_or(__input);
                let __malformed = __p::Malformed::new(__kind, __line, __at, __p::None);
                <Self as __p::Session>::malformed(self, __mode, __cx, &__malformed);
                return __p::Step::Fatal;
            }
        };
        #words
        // What came nearest to fitting, for the case that nothing does.
        let mut __nearest = (__p::MalformedKind::Unknown, 0, __p::None);
        #(#parsers)*
        #(#rest)*
        let __malformed = __p::Malformed::new(__nearest.0, __line, __nearest.1, __nearest.2);
        <Self as __p::Session>::malformed(self, __mode, __cx, &__malformed);
        __p::Step::Took(__used)
    }
}

/// All command words as one `match`.
fn match_words(model: &Model, handlers: &[&Handler]) -> TokenStream {
    if handlers.is_empty() {
        return TokenStream::new();
    }
    let longest = handlers.iter().filter_map(|handler| handler.word.as_ref());
    let longest = longest.map(|word| word.value().len()).max().unwrap_or_default();
    let word = if model.ignore_case {
        q!(__p::in_upper_case(__word, &mut [0; #longest]))
    } else {
        q!(__word)
    };
    let arms = handlers.iter().filter_map(|handler| {
        let pattern = pattern(handler.word.as_ref()?, model.ignore_case);
        let cfgs = &handler.called.cfgs;
        let body = match &handler.grammar {
            Grammar::Parser(parser) => word_parser(model, handler, parser),
            _ => word_words(model, handler),
        };
        Some(q!(#(#cfgs)* #pattern => { #body }))
    });
    q! {
        let mut __args = __p::Arguments::new(__line);
        if let __p::Some(__word) = __p::Arguments::word(&mut __args) {
            match #word {
                #(#arms)*
                _ => {}
            }
        }
    }
}

fn pattern(word: &LitStr, ignore_case: bool) -> Literal {
    let text = word.value();
    let text = if ignore_case { text.to_ascii_uppercase() } else { text };
    let mut literal = Literal::byte_string(text.as_bytes());
    literal.set_span(proc_macro2::Span::mixed_site());
    literal
}

/// The rest of the line has the word's handler as its grammar, and goes nowhere else.
fn word_words(model: &Model, handler: &Handler) -> TokenStream {
    let read = call::read_words(handler);
    let call = call::call(handler);
    let malformed = malformed(model, handler);
    q! {
        let (__kind, __at) = '__handler: { #read #call };
        #malformed
    }
}

fn word_parser(model: &Model, handler: &Handler, parser: &Expr) -> TokenStream {
    let span = call::parser_span(parser);
    let output = own_at("__output", span);
    let take = call::take_output(handler, span);
    let call = call::call(handler);
    let malformed = malformed(model, handler);
    q! {
        let __rest = __p::Arguments::rest_bytes(&mut __args);
        let (__kind, __at) = match __p::parse_line(#parser, __rest) {
            __p::Ok(#output) => { #take #call }
            __p::Err((__kind, __at)) => (__kind, __p::Arguments::at(&__args) + __at),
        };
        #malformed
    }
}

/// Tells that the line has the handler's word, but is wrong at `__at`.
fn malformed(model: &Model, handler: &Handler) -> TokenStream {
    let command = protocol::command(model, handler);
    q! {
        let __malformed = __p::Malformed::new(__kind, __line, __at, __p::Some(&#command));
        <Self as __p::Session>::malformed(self, __mode, __cx, &__malformed);
        return __p::Step::Took(__used);
    }
}

/// A parser of whole lines: if it does not take the line, the next one may.
fn try_parser(model: &Model, handler: &Handler) -> TokenStream {
    let Grammar::Parser(parser) = &handler.grammar else { return TokenStream::new() };
    let span = call::parser_span(parser);
    let output = own_at("__output", span);
    let take = call::take_output(handler, span);
    let call = call::call(handler);
    let command = protocol::command(model, handler);
    let cfgs = &handler.called.cfgs;
    q! {
        #(#cfgs)*
        match __p::parse_line(#parser, __line) {
            __p::Ok(#output) => { #take #call }
            __p::Err((__kind, __at)) => {
                if __nearest.2.is_none() || __at > __nearest.1 {
                    __nearest = (__kind, __at, __p::Some(&#command));
                }
            }
        }
    }
}

/// The handler of every other line.
fn catch_all(model: &Model, handler: &Handler) -> TokenStream {
    let cfgs = &handler.called.cfgs;
    let body = match handler.grammar {
        Grammar::Whole => {
            let read = call::read_whole(handler);
            let call = call::call(handler);
            let malformed = malformed(model, handler);
            q! {
                let (__kind, __at) = '__handler: { #read #call };
                #malformed
            }
        }
        _ => {
            let words = word_words(model, handler);
            q! {
                let mut __args = __p::Arguments::new(__line);
                #words
            }
        }
    };
    q!(#(#cfgs)* { #body })
}
