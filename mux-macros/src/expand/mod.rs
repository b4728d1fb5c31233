//! Writes what replaces the block: the user's own methods, and the glue or the errors.
//!
//! Everything generated stands in a `const _`, so that no name of it can meet one of the user's;
//! names in it have the macro's hygiene, so that no expression of the user's can see them; and it
//! names only `__private` and what the user wrote, so that it works without the prelude.

mod call;
mod events;
mod modes;
mod protocol;
mod step;
mod stub;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};

use crate::{
    diag::Errors,
    model::{Grammar, Model},
    syntax::Block,
};

/// `quote!` with the macro's own hygiene.
macro_rules! q {
    ($($tokens:tt)*) => { ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*) };
}
use q;

/// A name of the macro's own.
fn own(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// A name of the macro's own that the compiler's errors place where the user's `span` is.
fn own_at(name: &str, span: Span) -> Ident {
    Ident::new(name, Span::mixed_site().located_at(span))
}

/// What replaces the annotated block.
pub(crate) fn block(block: &Block, model: &Model, errors: Errors) -> TokenStream {
    let failed = !errors.is_empty();
    let user = block.to_tokens(failed);
    let glue = if failed { stub::session(model) } else { glue(model) };
    let errors = errors.into_tokens();
    let expanded = q!(#user #glue #errors);
    if std::env::var_os("MUX_MACROS_DEBUG").is_some_and(|value| value != "0") {
        eprintln!("{expanded}");
    }
    expanded
}

/// The implementation of `Session`.
fn glue(model: &Model) -> TokenStream {
    let krate = &model.krate;
    let self_ty = &model.self_ty;
    let shared = &model.shared;
    let (generics, _, bounds) = model.generics.split_for_impl();
    let modes = modes::types(model);
    let mode = modes::name(model);
    let limits = protocol::limits(model);
    let commands = protocol::commands(model);
    let protocol = protocol::value(model);
    let connect = events::connect(model);
    let step = step::function(model);
    let events = events::others(model);
    let hooks = events::hooks(model);
    let message = events::message_type(model);
    let messages = model.handlers.iter().any(|handler| matches!(handler.grammar, Grammar::Message));
    let no_shape = messages.then(|| {
        q!(
            #[allow(unused_imports)]
            use __p::NoShape as _;
        )
    });
    q! {
        const _: () = {
            use #krate::__private as __p;
            #[allow(unused_imports)]
            use __p::NoHooks as _;
            #no_shape
            #limits
            #commands
            #modes
            #[automatically_derived]
            impl #generics #self_ty #bounds {
                /// The protocol as data: its modes, commands, limits and doc comments.
                #[allow(dead_code)]
                pub const PROTOCOL: &'static __p::Protocol = <Self as __p::Session>::PROTOCOL;
            }
            #[automatically_derived]
            #[allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
            impl #generics __p::Session for #self_ty #bounds {
                type Shared = #shared;
                type Mode = #mode;
                #message
                const PROTOCOL: &'static __p::Protocol = &#protocol;
                const HOOKS: __p::Option<&'static __p::SharedHooks> =
                    __p::HooksOf::<#shared>::HOOKS_OF_MUX;
                #connect
                #step
                #events
                #hooks
            }
        };
    }
}

/// Tokens of the macro's own that the compiler's errors place where the user's `span` is.
fn at(span: Span, tokens: TokenStream) -> TokenStream {
    let own = Span::mixed_site().located_at(span);
    let tokens = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let mut group = Group::new(group.delimiter(), at(span, group.stream()));
            group.set_span(own);
            TokenTree::Group(group)
        }
        mut token => {
            token.set_span(own);
            token
        }
    });
    tokens.collect()
}
