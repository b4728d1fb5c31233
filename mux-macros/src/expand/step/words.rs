//! Lines, and frames that are made of words: words first, then parsers in source order, then the
//! handler without either, then `malformed`.

use proc_macro2::{Literal, TokenStream};
use syn::{Expr, LitStr};

use super::{attempt, fatal, malformed, unmatched};
use crate::{
    expand::{call, own_at, protocol, q},
    model::{Body, Framing, Grammar, Handler, Model},
    types::Run,
};

/// A mode that reads lines.
pub(super) fn lines(model: &Model, handlers: &[&Handler]) -> TokenStream {
    let take = take_line(model, &Framing::Line);
    let dispatch = dispatch(model, handlers);
    q! {
        let (__message, __line_used) = #take;
        let mut __used = __line_used;
        let mut __args = __p::Arguments::new(__message);
        #dispatch
    }
}

/// A line from the front of the input, and how many bytes it takes.
fn take_line(model: &Model, framing: &Framing) -> TokenStream {
    let end = protocol::line_end(model);
    let fatal = fatal(model, framing, &q!(__input));
    q! {
        match __p::take_line(__input, __scan, #end, __p::line_max(__cx, __MAX_LINE)) {
            __p::Cut::Whole(__line, __used) => (__line, __used),
            __p::Cut::Wrong(__kind, __at) => { #fatal }
            _ => return __p::Step::More,
        }
    }
}

/// A mode that reads frames by the block's framing. One that is a line has the same words.
pub(super) fn frames(model: &Model, handlers: &[&Handler]) -> TokenStream {
    let Some(framing) = &model.framing else { return q!(__p::Step::Fatal) };
    let line = take_line(model, &Framing::Words);
    let fatal = fatal(model, &Framing::Words, &q!(__input));
    let dispatch = dispatch(model, handlers);
    let catches_all = handlers.iter().any(|handler| handler.is_catch_all());
    let ignore_empty = (!catches_all).then(|| {
        q!(if __p::Arguments::is_empty(&__args) {
            return __p::Step::Took(__used);
        })
    });
    q! {
        let (__message, mut __used, mut __args) =
            match <#framing as __p::Framing>::cut(__input, __scan, __p::frame_max(__cx, __MAX_FRAME)) {
                __p::Cut::Whole(__frame, __used) => {
                    (__frame, __used, __p::Arguments::framed::<#framing>(__frame))
                }
                __p::Cut::Partial => return __p::Step::More,
                __p::Cut::Line => {
                    let (__line, __used) = #line;
                    (__line, __used, __p::Arguments::new(__line))
                }
                __p::Cut::Wrong(__kind, __at) => { #fatal }
            };
        #ignore_empty
        #dispatch
    }
}

/// Finds the handler of `__message`, whose words are in `__args`.
fn dispatch(model: &Model, handlers: &[&Handler]) -> TokenStream {
    let Some(first) = handlers.first() else { return TokenStream::new() };
    let (words, others) =
        handlers.iter().partition::<Vec<&Handler>, _>(|handler| handler.word.is_some());
    let is_parser = |handler: &&Handler| matches!(handler.grammar, Grammar::Parser(_));
    let (parsers, rest) = others.into_iter().partition::<Vec<_>, _>(is_parser);
    let words = match_words(model, &words);
    let parsers = parsers.into_iter().filter_map(|handler| {
        let Grammar::Parser(parser) = &handler.grammar else { return None };
        let run = if matches!(handler.framing, Framing::Line) {
            q!(__p::parse_line(#parser, __message))
        } else {
            q!(__p::parse_frame(#parser, __message))
        };
        Some(attempt(model, handler, &run))
    });
    let rest = rest.into_iter().map(|handler| catch_all(model, handler));
    let unmatched = unmatched(model, &first.framing, &q!(__message));
    q! {
        #words
        // What came nearest to fitting, for the case that nothing does.
        let mut __nearest = (__p::MalformedKind::Unknown, 0, __p::None);
        #(#parsers)*
        #(#rest)*
        #unmatched
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
        let last = handler.last.then(|| refuse_pipelined(model, handler));
        let body = match &handler.grammar {
            Grammar::Parser(parser) => word_parser(model, handler, parser),
            _ => word_words(model, handler),
        };
        Some(q!(#(#cfgs)* #pattern => { #last #body }))
    });
    q! {
        {
            let mut __args = __args;
            if let __p::Some(__word) = __p::Arguments::word(&mut __args) {
                match #word {
                    #(#arms)*
                    _ => {}
                }
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

/// Refuses what was sent behind a message after which the bytes mean something else: it could
/// have been put there by somebody else (RFC 3207 section 4.2, CVE-2011-0411).
fn refuse_pipelined(model: &Model, handler: &Handler) -> TokenStream {
    let fatal = fatal(model, &handler.framing, &q!(__input));
    q! {
        if __used < __input.len() {
            let (__kind, __at) = (__p::MalformedKind::Pipelined, __used);
            #fatal
        }
    }
}

/// The rest of the message has the word's handler as its grammar, and goes nowhere else.
fn word_words(model: &Model, handler: &Handler) -> TokenStream {
    let read = call::read_words(handler);
    let body = handler.body.as_ref().map(|body| body_behind(model, body));
    let call = call::call(model, handler);
    let recover = handler.body.as_ref().map(|body| recover(model, handler, body));
    let malformed = malformed(model, handler, &q!(__message));
    q! {
        let (__kind, __at) = '__handler: { #read #body #call };
        #recover
        #malformed
    }
}

/// Takes the body from behind the line; its length is the user's expression, which sees the
/// parameters before it.
fn body_behind(model: &Model, body: &Body) -> TokenStream {
    let length = &body.length;
    let take = take_body(model, body);
    let fatal = fatal(model, &Framing::Line, &q!(__input));
    let text = (body.run == Run::Text).then(|| {
        q! {
            let __body = match __p::line_text(__body) {
                __p::Ok(__text) => __text,
                __p::Err((__kind, _)) => break '__handler (__kind, __p::Arguments::at(&__args)),
            };
        }
    });
    q! {
        let __p::Some(__length) = __p::length(#length) else {
            break '__handler (__p::MalformedKind::Argument, __p::Arguments::at(&__args))
        };
        let (__body, __behind) = match #take {
            __p::Cut::Whole(__body, __behind) => (__body, __behind),
            __p::Cut::Wrong(__kind, __at) => { #fatal }
            _ => return __p::Step::More,
        };
        __used = __behind;
        #text
    }
}

fn take_body(model: &Model, body: &Body) -> TokenStream {
    let end = if body.bare {
        q!(__p::None)
    } else {
        let end = protocol::line_end(model);
        q!(__p::Some(#end))
    };
    q!(__p::take_body(__input, __scan, __line_used, __length, #end, __MAX_BODY))
}

/// Where the line was wrong but its body's length can be read, takes the body with it: it must
/// not be read as commands. Where the length cannot be read either, the connection closes.
fn recover(model: &Model, handler: &Handler, body: &Body) -> TokenStream {
    let length = &body.length;
    let reads = call::read_mentioned(handler, length);
    let take = take_body(model, body);
    let fatal = fatal(model, &Framing::Line, &q!(__message));
    let skip_word = handler.word.is_some().then(|| q!(__p::Arguments::word(&mut __args);));
    q! {
        let __length = '__recover: {
            let mut __args = __p::Arguments::new(__message);
            #skip_word
            #reads
            __p::length(#length)
        };
        let __cut = match __length {
            __p::Some(__length) => #take,
            __p::None => __p::Cut::Line,
        };
        match __cut {
            __p::Cut::Whole(_, __behind) => __used = __behind,
            __p::Cut::Partial => return __p::Step::More,
            _ => { #fatal }
        }
    }
}

/// As [`word_words`], with a parser for the rest of the message.
fn word_parser(model: &Model, handler: &Handler, parser: &Expr) -> TokenStream {
    let span = call::parser_span(handler);
    let output = own_at("__output", span);
    let take = call::take_output(handler, span);
    let call = call::call(model, handler);
    let malformed = malformed(model, handler, &q!(__message));
    let parse = if matches!(handler.framing, Framing::Line) {
        q!(__p::parse_line)
    } else {
        q!(__p::parse_frame)
    };
    q! {
        let __rest = __p::Arguments::rest_bytes(&mut __args);
        let (__kind, __at) = match #parse(#parser, __rest) {
            __p::Ok(#output) => { #take #call }
            __p::Err((__kind, __at)) => (__kind, __p::Arguments::at(&__args) + __at),
        };
        #malformed
    }
}

/// The handler of every other message.
fn catch_all(model: &Model, handler: &Handler) -> TokenStream {
    let cfgs = &handler.called.cfgs;
    let last = handler.last.then(|| refuse_pipelined(model, handler));
    let body = match handler.grammar {
        Grammar::Whole => {
            let read = call::read_whole(handler);
            let call = call::call(model, handler);
            let malformed = malformed(model, handler, &q!(__message));
            q! {
                let (__kind, __at) = '__handler: { #read #call };
                #malformed
            }
        }
        _ => word_words(model, handler),
    };
    q!(#(#cfgs)* { #last #body })
}
