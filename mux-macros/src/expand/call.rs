//! The call of one handler: its parameters read, its outcome carried out.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident};
use syn::{Type, spanned::Spanned};

use super::{own_at, q};
use crate::{
    model::{Argument, Called, Framing, Grammar, Handler, Model, Parameter, Read},
    types::{self, Run},
};

/// What a method returns, as a type that can be written in an expression.
pub(super) fn output(called: &Called) -> Type {
    called.output.as_ref().map_or_else(|| syn::parse_quote!(()), types::elided)
}

/// Carries out `__outcome`, what a method returned.
///
/// The trait is named with the user's own type, so that the compiler underlines all of it where
/// it does not fit.
pub(super) fn apply(called: &Called) -> TokenStream {
    match &called.output {
        None => q!(let () = __outcome;),
        Some(ty) if matches!(types::ungroup(ty), Type::ImplTrait(_)) => {
            q!(__p::Outcome::<Self>::apply(__outcome, __mode, __cx);)
        }
        Some(_) => {
            let output = output(called);
            q!(<#output as __p::Outcome<Self>>::apply(__outcome, __mode, __cx);)
        }
    }
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
        Argument::Mode { taken: true, .. } => q!(__p::take(__data)),
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
    let count = count(model, handler);
    let call = call_uncounted(handler);
    q!(#count #call)
}

/// As [`call`], where the call is counted elsewhere.
pub(super) fn call_uncounted(handler: &Handler) -> TokenStream {
    let name = &handler.called.name;
    let arguments = arguments(handler);
    let apply = apply(&handler.called);
    q! {
        let __outcome = Self::#name(self, #(#arguments),*);
        #apply
        return __p::Step::Took(__used);
    }
}

/// The length that an attribute's expression gives, which sees the session and the mode's data.
pub(super) fn length(model: &Model, handler: &Handler) -> TokenStream {
    let name = length_name(model, handler);
    if mode_name(handler).is_some() { q!(Self::#name(self, __data)) } else { q!(Self::#name(self)) }
}

fn length_name(model: &Model, handler: &Handler) -> Ident {
    format_ident!("__mux_length_{}", super::protocol::index(model, handler))
}

/// What the handler calls the mode's data.
fn mode_name(handler: &Handler) -> Option<Option<&Ident>> {
    handler.arguments.iter().find_map(|argument| match argument {
        Argument::Mode { name, .. } => Some(name.as_ref()),
        _ => None,
    })
}

/// The methods that compute lengths. They are the user's own expressions, with the `self` of the
/// handler's signature.
pub(super) fn lengths(model: &Model) -> TokenStream {
    let methods = model.handlers.iter().filter_map(|handler| {
        let (Framing::Bytes(length) | Framing::Chunk(length)) = &handler.framing else {
            return None;
        };
        let receiver = handler.receiver?;
        let name = length_name(model, handler);
        let cfgs = &handler.called.cfgs;
        let data = mode_name(handler).map(|name| {
            let path = &model.modes[handler.mode].path;
            match name {
                Some(name) => quote::quote!(#name: &#path),
                None => quote::quote!(_: &#path),
            }
        });
        Some(q! {
            #(#cfgs)*
            #[allow(unused_variables, clippy::all)]
            fn #name(&#receiver, #data) -> __p::Option<usize> { __p::length(#length) }
        })
    });
    let methods = methods.collect::<Vec<_>>();
    if methods.is_empty() {
        return TokenStream::new();
    }
    let self_ty = &model.self_ty;
    let (generics, _, bounds) = model.generics.split_for_impl();
    q! {
        #[automatically_derived]
        impl #generics #self_ty #bounds { #(#methods)* }
    }
}

/// Reads each parameter from `__args`, or leaves the block `'__handler` with what was wrong.
pub(super) fn read_words(handler: &Handler) -> TokenStream {
    let leave = q!(break '__handler (__kind, __p::Arguments::at(&__args)));
    let reads = (0..handler.parameters.len()).map(|at| read_word_into(handler, at, &leave));
    let takes_all = handler.parameters.last().is_some_and(|last| last.read.takes_all());
    let end = (!takes_all).then(|| {
        q! {
            if let __p::Err(__kind) = __p::Arguments::end(&mut __args) {
                break '__handler (__kind, __p::Arguments::at(&__args));
            }
        }
    });
    q!(#(#reads)* #end)
}

/// Reads the parameter at `at` into its variable, or does `leave`.
fn read_word_into(handler: &Handler, at: usize, leave: &TokenStream) -> TokenStream {
    let parameter = &handler.parameters[at];
    let local = local(handler, at);
    let value = match parameter.read {
        // These are whatever is there.
        Read::Rest(Run::Bytes) => q!(__p::Arguments::rest_bytes(&mut __args)),
        Read::Words(Run::Bytes) => q!(__p::Arguments::byte_words(&mut __args)),
        _ => {
            let read = read_word(parameter);
            q!(match #read {
                __p::Ok(__value) => __value,
                __p::Err(__kind) => #leave,
            })
        }
    };
    if parameter.optional && !parameter.read.takes_all() {
        q! {
            let #local = if __p::Arguments::is_empty(&__args) {
                __p::None
            } else {
                __p::Some(#value)
            };
        }
    } else {
        q!(let #local = #value;)
    }
}

/// Reads the parameters that `expression` mentions, and skips the words of the others; leaves the
/// block `'__recover` if one of them cannot be read.
pub(super) fn read_mentioned(handler: &Handler, expression: &syn::Expr) -> TokenStream {
    let text = expression.to_token_stream().to_string();
    let words = text.split(|mark: char| !mark.is_alphanumeric() && mark != '_');
    let words = words.collect::<Vec<_>>();
    let leave = q!(break '__recover __p::None);
    let reads = handler.parameters.iter().enumerate().map(|(at, parameter)| {
        let name = parameter.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        if words.contains(&name.as_str()) {
            read_word_into(handler, at, &leave)
        } else if parameter.read.takes_all() {
            TokenStream::new()
        } else {
            q!(__p::Arguments::word(&mut __args);)
        }
    });
    reads.collect()
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

/// Reads the whole message into the one parameter, or leaves the block `'__handler`.
pub(super) fn read_whole(handler: &Handler) -> TokenStream {
    let Some(parameter) = handler.parameters.first() else { return TokenStream::new() };
    let local = local(handler, 0);
    if parameter.read == Read::Run(Run::Text) {
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

/// Reads the piece that has come into the one parameter, which is bytes.
pub(super) fn read_piece(handler: &Handler) -> TokenStream {
    let local = local(handler, 0);
    let ty = handler.parameters.first().map(|parameter| types::elided(&parameter.ty));
    ty.map(|ty| q!(let #local: #ty = __message;)).unwrap_or_default()
}
