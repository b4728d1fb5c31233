//! The call of one handler: its parameters read, its outcome carried out.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use syn::{Expr, Type, ext::IdentExt, spanned::Spanned};

use super::{own_at, q};
use crate::{
    model::{Argument, Called, Grammar, Handler, Model, Parameter, Read},
    types::{self, Run},
};

/// What a method returns, as a type that can be written in an expression.
pub(super) fn output(called: &Called) -> Type {
    called.output.as_ref().map_or_else(|| syn::parse_quote!(()), types::elided)
}

/// Carries out `__outcome`, what a method returned.
pub(super) fn apply(called: &Called) -> TokenStream {
    called.output.as_ref().map_or_else(|| q!(let () = __outcome;), outcome)
}

/// Carries out `__outcome`, which is of type `ty`.
///
/// `Option`, `Result` and `Either` are taken apart here and not by the trait, and the trait is
/// named with the user's own type: so the compiler underlines what does not fit, and nothing else.
fn outcome(ty: &Type) -> TokenStream {
    match (types::ungroup(ty), types::type_arguments(ty).as_slice()) {
        (Type::Tuple(unit), _) if unit.elems.is_empty() => q!(let () = __outcome;),
        (Type::ImplTrait(_), _) => q!(__p::Outcome::<Self>::apply(__outcome, __mode, __cx);),
        (_, [some]) if types::is_named(ty, "Option") => {
            let some = outcome(some);
            q!(if let __p::Some(__outcome) = __outcome { #some })
        }
        (_, [ok, error]) if types::is_named(ty, "Result") => {
            let ok = outcome(ok);
            let refuse = match types::ungroup(error) {
                Type::ImplTrait(_) => q!(__p::refuse(__error, __cx)),
                error if is_one_word(error) => {
                    let value = own_at("__error", error.span());
                    q!(__p::refuse(#value, __cx))
                }
                error => {
                    let error = types::elided(error);
                    q!(__p::refuse::<#error, Self>(__error, __cx))
                }
            };
            q! {
                match __outcome {
                    __p::Ok(__outcome) => { #ok }
                    __p::Err(__error) => #refuse,
                }
            }
        }
        (_, [left, right]) if types::is_named(ty, "Either") => {
            let (left, right) = (outcome(left), outcome(right));
            q! {
                match __outcome {
                    __p::Either::Left(__outcome) => { #left }
                    __p::Either::Right(__outcome) => { #right }
                }
            }
        }
        (ty, _) if is_one_word(ty) => {
            let outcome = own_at("__outcome", ty.span());
            q!(__p::Outcome::<Self>::apply(#outcome, __mode, __cx);)
        }
        _ => {
            let ty = types::elided(ty);
            q!(<#ty as __p::Outcome<Self>>::apply(__outcome, __mode, __cx);)
        }
    }
}

/// Whether the type is one word, which a span can underline: it need not be named once more, where
/// a misspelt one would be told twice.
fn is_one_word(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.get_ident().is_some())
}

/// The local variable of a parameter. Where an expression of the user's gives the length of a
/// body it sees the parameters, so they have the user's names.
fn local(handler: &Handler, at: usize) -> Ident {
    let named = handler.body.is_some();
    match handler.parameters.get(at).and_then(|parameter| parameter.ident.clone()) {
        Some(ident) if named => ident,
        _ => format_ident!("__a{}", at, span = Span::mixed_site()),
    }
}

/// What the method is called with, after `self`.
pub(super) fn arguments(handler: &Handler) -> Vec<TokenStream> {
    let arguments = handler.arguments.iter().map(|argument| match argument {
        Argument::Cx => q!(__cx),
        Argument::Mode { taken: false, .. } => q!(__data),
        Argument::Mode { taken: true, ty, .. } => {
            q!(__p::replace(__data, <#ty as __p::Default>::default()))
        }
        Argument::Parameter(at) => local(handler, *at).into_token_stream(),
        Argument::Body => q!(__body),
    });
    arguments.collect()
}

/// Counts the call.
pub(super) fn count(model: &Model, handler: &Handler) -> TokenStream {
    let index = super::protocol::index(model, handler);
    q!(__p::count(__cx, #index);)
}

/// Calls the handler with what was read, and takes the message.
pub(super) fn call(model: &Model, handler: &Handler) -> TokenStream {
    let last = handler.last.then(|| super::step::refuse_pipelined(model, handler));
    let count = count(model, handler);
    let call = call_uncounted(handler);
    q!(#last #count #call)
}

/// As [`call`], where the call is counted elsewhere.
pub(super) fn call_uncounted(handler: &Handler) -> TokenStream {
    let name = &handler.called.name;
    let arguments = arguments(handler);
    let called = q!(Self::#name(self, #(#arguments),*));
    let outcome = match handler.called.output {
        None => q!(#called;),
        Some(_) => {
            let apply = apply(&handler.called);
            q!(let __outcome = #called; #apply)
        }
    };
    q! {
        #outcome
        return __p::Step::Took(__used);
    }
}

/// `code` with an expression of an attribute in it, which sees the session as `self` and the
/// mode's value under the name that it has in the method, and can change neither.
pub(super) fn seeing(
    handler: &Handler,
    expression: &Expr,
    code: impl FnOnce(TokenStream) -> TokenStream,
) -> TokenStream {
    let (expression, sees_self) = without_self(expression.to_token_stream());
    let session = sees_self.then(|| q!(let __this: &Self = &*self;));
    let data = handler.arguments.iter().find_map(|argument| match argument {
        Argument::Mode { name: Some(name), .. } => Some(q!(let #name = &*__data;)),
        _ => None,
    });
    let code = code(expression);
    q!({ #session #data #code })
}

/// The tokens with `__this` for each `self` that is a value, and whether there was one: the `self`
/// of generated code is not that of the user's.
fn without_self(tokens: TokenStream) -> (TokenStream, bool) {
    let mut found = false;
    let mut left = tokens.into_iter().peekable();
    let mut tokens = Vec::new();
    while let Some(token) = left.next() {
        let path = matches!(left.peek(), Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
        tokens.push(match token {
            TokenTree::Ident(word) if word == "self" && !path => {
                found = true;
                TokenTree::Ident(own_at("__this", word.span()))
            }
            TokenTree::Group(group) => {
                let (stream, found_inside) = without_self(group.stream());
                found |= found_inside;
                let mut inner = Group::new(group.delimiter(), stream);
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            token => token,
        });
    }
    (tokens.into_iter().collect(), found)
}

/// The length that an attribute's expression gives.
pub(super) fn length(handler: &Handler, length: &Expr) -> TokenStream {
    seeing(handler, length, |length| q!(__p::length(#length)))
}

/// Reads each parameter from `__args`, or leaves the block `'__handler` with what was wrong of the
/// word that was taken last.
pub(super) fn read_words(handler: &Handler) -> TokenStream {
    let reads = handler.parameters.iter().enumerate().map(|(at, parameter)| {
        let local = local(handler, at);
        let value = read_present(parameter, |read| {
            q! {
                match #read {
                    __p::Ok(__value) => __value,
                    __p::Err(__kind) => break '__handler __kind,
                }
            }
        });
        let value = if may_be_missing(parameter) {
            q! {
                if __p::Arguments::is_empty(&__args) { __p::None } else { __p::Some(#value) }
            }
        } else {
            value
        };
        q!(let #local = #value;)
    });
    let end = (!takes_all(handler)).then(|| {
        q! {
            if let __p::Err(__kind) = __p::Arguments::end(&mut __args) {
                break '__handler __kind;
            }
        }
    });
    q!(#(#reads)* #end)
}

/// As [`read_words`], where a body follows: all that can be read is read into an `Option`, and
/// `__wrong` becomes the first mistake, so that the body can be taken with a wrong line.
pub(super) fn read_words_before_body(handler: &Handler) -> TokenStream {
    let reads = handler.parameters.iter().enumerate().map(|(at, parameter)| {
        let local = local(handler, at);
        let noted = |read| q!(__p::noted(#read, &__args, &mut __wrong));
        let value = match parameter.read {
            Read::Rest(Run::Bytes) | Read::Words(Run::Bytes) => {
                let read = read_present(parameter, noted);
                q!(__p::Some(#read))
            }
            _ => read_present(parameter, noted),
        };
        if may_be_missing(parameter) {
            q! {
                let #local = if __p::Arguments::is_empty(&__args) {
                    __p::Some(__p::None)
                } else {
                    __p::Option::map(#value, __p::Some)
                };
            }
        } else {
            q!(let #local = #value;)
        }
    });
    let end = (!takes_all(handler))
        .then(|| q!(let _ = __p::noted(__p::Arguments::end(&mut __args), &__args, &mut __wrong);));
    q!(let mut __wrong = __p::None; #(#reads)* #end)
}

/// The variables of the parameters that `expression` mentions.
pub(super) fn mentioned(handler: &Handler, expression: &Expr) -> Vec<Ident> {
    let text = expression.to_token_stream().to_string();
    let words = text.split(|mark: char| !mark.is_alphanumeric() && mark != '_');
    let words = words.collect::<Vec<_>>();
    let names = handler.parameters.iter().filter_map(|parameter| parameter.ident.clone());
    names.filter(|name| words.contains(&name.unraw().to_string().as_str())).collect()
}

/// The variables of all parameters.
pub(super) fn locals(handler: &Handler) -> Vec<Ident> {
    (0..handler.parameters.len()).map(|at| local(handler, at)).collect()
}

fn may_be_missing(parameter: &Parameter) -> bool {
    parameter.optional && !parameter.read.takes_all()
}

fn takes_all(handler: &Handler) -> bool {
    handler.parameters.last().is_some_and(|last| last.read.takes_all())
}

/// Reads a parameter that is there; `settle` says what becomes of a `Result`.
fn read_present(parameter: &Parameter, settle: impl Fn(TokenStream) -> TokenStream) -> TokenStream {
    match parameter.read {
        // These are whatever is there.
        Read::Rest(Run::Bytes) => q!(__p::Arguments::rest_bytes(&mut __args)),
        Read::Words(Run::Bytes) => q!(__p::Arguments::byte_words(&mut __args)),
        _ => settle(read_word(parameter)),
    }
}

/// Reads one parameter, as a `Result`.
fn read_word(parameter: &Parameter) -> TokenStream {
    match parameter.read {
        Read::Run(Run::Text) => q!(__p::Arguments::text(&mut __args)),
        Read::Run(Run::Bytes) => q!(__p::Arguments::bytes(&mut __args)),
        Read::Rest(_) => q!(__p::Arguments::rest_text(&mut __args)),
        Read::Words(_) => q!(__p::Arguments::words(&mut __args)),
        Read::Value | Read::Parsed => {
            let ty = types::option(&parameter.ty).unwrap_or(&parameter.ty);
            let ty = types::elided(ty);
            // Named with the user's own type, so that the compiler underlines it.
            q!(__p::read_value::<#ty>(&mut __args))
        }
    }
}

/// Takes `__output`, what the parser at `parser` gave, apart into the parameters.
///
/// Its initialiser is located at the parser and its type is the user's own, so that one error
/// shows both where they do not fit.
pub(super) fn take_output(handler: &Handler, parser: Span) -> TokenStream {
    let output = own_at("__output", parser);
    let types = handler.parameters.iter().map(|parameter| types::elided(&parameter.ty));
    let types = types.collect::<Vec<_>>();
    let locals = (0..types.len()).map(|at| local(handler, at)).collect::<Vec<_>>();
    match types.as_slice() {
        [] => q!(let _ = #output;),
        [ty] => {
            let local = &locals[0];
            q!(let #local: #ty = #output;)
        }
        _ => q!(let (#(#locals),*): (#(#types),*) = #output;),
    }
}

/// Where the parser is, or the type of the message, for the compiler's errors.
pub(super) fn parser_span(handler: &Handler) -> Span {
    match (&handler.grammar, handler.parameters.first()) {
        (Grammar::Parser(parser), _) => parser.span(),
        (_, Some(message)) => message.ty.span(),
        _ => Span::mixed_site(),
    }
}

/// Whether [`read_whole`] may leave the block `'__handler`.
pub(super) fn may_refuse_whole(handler: &Handler) -> bool {
    let first = handler.parameters.first();
    first.is_some_and(|parameter| parameter.read == Read::Run(Run::Text))
}

/// Reads the whole message into the one parameter, or leaves the block `'__handler`.
pub(super) fn read_whole(handler: &Handler) -> TokenStream {
    if handler.parameters.is_empty() {
        return TokenStream::new();
    }
    let local = local(handler, 0);
    if may_refuse_whole(handler) {
        q! {
            let #local = match __p::line_text(__message) {
                __p::Ok(__text) => __text,
                __p::Err(__wrong) => break '__handler __wrong,
            };
        }
    } else {
        q!(let #local = __message;)
    }
}
