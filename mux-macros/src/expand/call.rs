//! The call of one handler: its parameters read, its outcome carried out.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident};
use syn::{Type, spanned::Spanned};

use super::{own_at, q};
use crate::{
    model::{Argument, Called, Handler, Parameter, Read},
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

fn local(at: usize) -> Ident {
    format_ident!("__a{}", at, span = Span::mixed_site())
}

/// Calls the handler with what was read, and takes the message.
pub(super) fn call(handler: &Handler) -> TokenStream {
    let name = &handler.called.name;
    let arguments = handler.arguments.iter().map(|argument| match argument {
        Argument::Cx => q!(__cx),
        Argument::Mode { taken: false } => q!(__data),
        Argument::Mode { taken: true } => q!(__p::take(__data)),
        Argument::Parameter(at) => local(*at).into_token_stream(),
    });
    let apply = apply(&handler.called);
    q! {
        let __outcome = Self::#name(self, #(#arguments),*);
        #apply
        return __p::Step::Took(__used);
    }
}

/// Reads each parameter from `__args`, or leaves the block `'__handler` with what was wrong.
pub(super) fn read_words(handler: &Handler) -> TokenStream {
    let reads = handler.parameters.iter().enumerate().map(|(at, parameter)| {
        let local = local(at);
        let read = read_word(parameter);
        let value = q!(match #read {
            __p::Ok(__value) => __value,
            __p::Err(__kind) => break '__handler (__kind, __p::Arguments::at(&__args)),
        });
        if parameter.optional && parameter.read != Read::Words {
            q! {
                let #local = if __p::Arguments::is_empty(&mut __args) {
                    __p::None
                } else {
                    __p::Some(#value)
                };
            }
        } else {
            q!(let #local = #value;)
        }
    });
    let takes_all = handler
        .parameters
        .last()
        .is_some_and(|last| matches!(last.read, Read::Words | Read::Rest(_)));
    let end = (!takes_all).then(|| {
        q! {
            if let __p::Err(__kind) = __p::Arguments::end(&mut __args) {
                break '__handler (__kind, __p::Arguments::at(&__args));
            }
        }
    });
    q!(#(#reads)* #end)
}

/// Reads one parameter, as a `Result`.
fn read_word(parameter: &Parameter) -> TokenStream {
    match parameter.read {
        Read::Run(Run::Text) => q!(__p::Arguments::text(&mut __args)),
        Read::Run(Run::Bytes) => q!(__p::Arguments::bytes(&mut __args)),
        Read::Rest(Run::Text) => q!(__p::Arguments::rest_text(&mut __args)),
        Read::Rest(Run::Bytes) => q!(__p::Ok(__p::Arguments::rest_bytes(&mut __args))),
        Read::Words => q!(__p::Arguments::words(&mut __args)),
        Read::Value | Read::Parsed => {
            let ty = types::option(&parameter.ty).unwrap_or(&parameter.ty);
            let ty = types::elided(ty);
            // Named with the user's own type, so that the compiler underlines it.
            q!(__p::read_value(&mut __args, <#ty as __p::FromArg<'_>>::from_arg))
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
    let locals = (0..types.len()).map(local).collect::<Vec<_>>();
    match types.as_slice() {
        [] => q!(let _ = #output;),
        [ty] => {
            let local = &locals[0];
            q!(let #local: #ty = #output;)
        }
        _ => q!(let (#(#locals),*): (#(#types),*) = #output;),
    }
}

/// Where the parser is, for the compiler's errors.
pub(super) fn parser_span(parser: &syn::Expr) -> Span {
    parser.span()
}

/// Reads the whole line into the one parameter, if there is one.
pub(super) fn read_whole(handler: &Handler) -> TokenStream {
    let local = local(0);
    match handler.parameters.first().map(|parameter| parameter.read) {
        Some(Read::Run(Run::Text)) => q! {
            let #local = match __p::line_text(__line) {
                __p::Ok(__text) => __text,
                __p::Err(__wrong) => break '__handler __wrong,
            };
        },
        _ => q!(let #local = __line;),
    }
}
