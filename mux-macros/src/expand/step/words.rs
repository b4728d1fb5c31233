//! Lines, and frames that are made of words: words first, then parsers in source order, then the
//! handler without either, then `malformed`.

use proc_macro2::{Literal, TokenStream};
use syn::{Expr, LitStr};

use super::{answer, attempt, fatal, malformed, take_whole, try_all};
use crate::{
    expand::{at, call, own_at, protocol, q},
    model::{Body, Framing, Grammar, Handler, Model},
    types::Run,
};

/// A mode that reads lines.
pub(super) fn lines(model: &Model, handlers: &[&Handler]) -> TokenStream {
    let take = take_line(model, &Framing::Line);
    let dispatch = dispatch(model, handlers, &TokenStream::new());
    let bodies = handlers.iter().any(|handler| handler.body.is_some());
    let (used, body) = match bodies {
        true => (q!(__line_used), q!(let mut __used = __line_used;)),
        false => (q!(__used), TokenStream::new()),
    };
    let by_word =
        |handler: &&Handler| handler.word.is_some() || matches!(handler.grammar, Grammar::Words);
    let args =
        handlers.iter().any(by_word).then(|| q!(let mut __args = __p::Arguments::new(__message);));
    q! {
        let (__message, #used) = #take;
        #body
        #args
        #dispatch
    }
}

/// A line from the front of the input, and how many bytes it takes.
fn take_line(model: &Model, framing: &Framing) -> TokenStream {
    let end = protocol::line_end(model);
    let fatal = fatal(model, framing, &q!((__kind, __at)), &q!(__input));
    q! {
        match __p::take_line(__input, __scan, #end, __p::line_max(__cx, __MAX_LINE)) {
            __p::Cut::Whole(__line, __used) => (__line, __used),
            __p::Cut::Wrong(__kind, __at) => #fatal,
            _ => return __p::Step::More,
        }
    }
}

/// A mode that reads frames by the block's framing. One that is a line has the same words.
pub(super) fn frames(model: &Model, handlers: &[&Handler]) -> TokenStream {
    let Some(framing) = &model.framing else { return q!(__p::Step::Fatal) };
    let line = take_line(model, &Framing::Words);
    let fatal = fatal(model, &Framing::Words, &q!((__kind, __at)), &q!(__input));
    // One without words is nothing to answer.
    let catches_all = handlers.iter().any(|handler| handler.is_catch_all());
    let if_empty = (!catches_all).then(|| q!(return __p::Step::Took(__used);));
    let dispatch = dispatch(model, handlers, &if_empty.unwrap_or_default());
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
                __p::Cut::Wrong(__kind, __at) => #fatal,
            };
        #dispatch
    }
}

/// Finds the handler of `__message`, whose words are in `__args`; `if_empty` is done if there is
/// none.
fn dispatch(model: &Model, handlers: &[&Handler], if_empty: &TokenStream) -> TokenStream {
    let (words, others) =
        handlers.iter().partition::<Vec<&Handler>, _>(|handler| handler.word.is_some());
    let is_parser = |handler: &&Handler| matches!(handler.grammar, Grammar::Parser(_));
    let (parsers, rest) = others.into_iter().partition::<Vec<_>, _>(is_parser);
    let words = match_words(model, &words, if_empty);
    let parsers = parsers.into_iter().filter_map(|handler| {
        let Grammar::Parser(parser) = &handler.grammar else { return None };
        let run = run_parser(handler, parser, &q!(__message));
        Some(attempt(model, handler, &run))
    });
    let rest = rest.into_iter().map(|handler| catch_all(model, handler));
    let others = try_all(model, handlers, &parsers.collect::<Vec<_>>(), &rest.collect::<Vec<_>>());
    q!(#words #others)
}

/// All command words as one `match`.
fn match_words(model: &Model, handlers: &[&Handler], if_empty: &TokenStream) -> TokenStream {
    let or_empty = (!if_empty.is_empty()).then(|| q!(else { #if_empty }));
    if handlers.is_empty() {
        return or_empty.map_or_else(
            TokenStream::new,
            |_| q!(if __p::Arguments::is_empty(&__args) { #if_empty }),
        );
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
        {
            let mut __args = __args;
            if let __p::Some(__word) = __p::Arguments::word(&mut __args) {
                match #word {
                    #(#arms)*
                    _ => {}
                }
            } #or_empty
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

/// The rest of the message has the word's handler as its grammar, and goes nowhere else.
fn word_words(model: &Model, handler: &Handler) -> TokenStream {
    let read = match &handler.body {
        Some(body) => words_and_body(model, handler, body),
        None => call::read_words(handler),
    };
    let call = call::call(model, handler);
    let malformed = malformed(model, handler, &q!(__message));
    let wrong = match &handler.body {
        Some(_) => q!(let (__kind, __at) = '__handler: { #read #call };),
        None => q! {
            let __kind = '__handler: { #read #call };
            let __at = __p::Arguments::at(&__args);
        },
    };
    q!(#wrong #malformed)
}

/// Reads the words and takes the body from behind the line. Its length is the user's expression,
/// which sees the parameters.
///
/// Where the line is wrong but its body's length can be told, the body is taken with it: it must
/// not be read as commands. Where the length cannot be told, the connection closes.
fn words_and_body(model: &Model, handler: &Handler, body: &Body) -> TokenStream {
    let read = call::read_words_before_body(handler);
    let mentioned = call::mentioned(handler, &body.length);
    let length = call::length(handler, &body.length);
    let take = take_body(model, body);
    let answer = answer(model, &Framing::Line);
    let wrong_body = fatal(model, &Framing::Line, &q!((__kind, __at)), &q!(__input));
    let locals = call::locals(handler);
    let text = (body.run == Run::Text).then(|| {
        q! {
            let __body = match __p::line_text(__body) {
                __p::Ok(__text) => __text,
                __p::Err((__kind, _)) => break '__handler (__kind, __p::Arguments::at(&__args)),
            };
        }
    });
    let length = if mentioned.is_empty() {
        q!(let __length = #length;)
    } else {
        // They are put back, whether they were copied or moved.
        q! {
            let (__length, #(#mentioned),*) = match (#(#mentioned,)*) {
                (#(__p::Some(#mentioned),)*) => (#length, #(__p::Some(#mentioned)),*),
                (#(#mentioned,)*) => (__p::None, #(#mentioned),*),
            };
        }
    };
    q! {
        #read
        #length
        let __p::Some(__length) = __length else {
            let __at = __p::Arguments::at(&__args);
            let __wrong = __p::Option::unwrap_or(__wrong, (__p::MalformedKind::Argument, __at));
            return __p::fatal(self, __mode, __cx, __wrong, __p::None, __message, #answer);
        };
        let __body = match #take {
            __p::Cut::Whole(__body, __behind) => {
                __used = __behind;
                __body
            }
            __p::Cut::Wrong(__kind, __at) => #wrong_body,
            _ => return __p::Step::More,
        };
        let (__p::None, #(__p::Some(#locals)),*) = (__wrong, #(#locals),*) else {
            break '__handler __p::Option::unwrap_or(__wrong, (__p::MalformedKind::Argument, 0));
        };
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

/// As [`word_words`], with a parser for the rest of the message.
fn word_parser(model: &Model, handler: &Handler, parser: &Expr) -> TokenStream {
    let span = call::parser_span(handler);
    let output = own_at("__output", span);
    let take = call::take_output(handler, span);
    let call = call::call(model, handler);
    let malformed = malformed(model, handler, &q!(__message));
    let run = run_parser(handler, parser, &q!(__rest));
    q! {
        let __rest = __p::Arguments::rest_bytes(&mut __args);
        let (__kind, __at) = match #run {
            __p::Ok(#output) => { #take #call }
            __p::Err((__kind, __at)) => (__kind, __p::Arguments::at(&__args) + __at),
        };
        #malformed
    }
}

/// Runs a parser on all of `input`. The call is located at the parser: what the compiler says of
/// both it says once.
fn run_parser(handler: &Handler, parser: &Expr, input: &TokenStream) -> TokenStream {
    let run = match handler.framing {
        Framing::Line => q!(__p::parse_line),
        _ => q!(__p::parse_frame),
    };
    let run = at(call::parser_span(handler), run);
    q!(#run(#parser, #input))
}

/// The handler of every other message.
fn catch_all(model: &Model, handler: &Handler) -> TokenStream {
    let cfgs = &handler.called.cfgs;
    let body = match handler.grammar {
        Grammar::Whole => take_whole(model, handler),
        _ => word_words(model, handler),
    };
    q!(#(#cfgs)* { #body })
}
