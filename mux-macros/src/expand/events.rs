//! Events and hooks: what the block has, handed on; what it lacks is left to the defaults.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, spanned::Spanned};

use super::{at, call, q};
use crate::{
    model::{Event, EventArgument, HookArgument, Model, Receives},
    types,
};

/// `Session::connect`.
pub(super) fn connect(model: &Model) -> TokenStream {
    let own = model.events.iter().filter(|event| event.name == "connect").collect::<Vec<_>>();
    let connects = own.iter().map(|event| own_connect(event));
    let default = if own.iter().all(|event| !event.called.cfgs.is_empty()) {
        let cfgs = own.iter().map(|event| event.called.cfgs.as_slice());
        default_connect(model, &cfgs.collect::<Vec<_>>())
    } else {
        TokenStream::new()
    };
    q!(#(#connects)* #default)
}

/// The block's own, one for each condition.
fn own_connect(event: &Event) -> TokenStream {
    let (cfgs, name) = (&event.called.cfgs, &event.called.name);
    let arguments = arguments(event);
    let body = if event.receives == Receives::Nothing {
        let output = call::output(&event.called);
        q! {
            let __opened = Self::#name(#(#arguments),*);
            <#output as __p::Opened<Self>>::open(__opened, __cx)
        }
    } else {
        let apply = call::apply(&event.called);
        q! {
            let mut __new = <Self as __p::Default>::default();
            let __outcome = Self::#name(&mut __new, #(#arguments),*);
            #apply
            __p::Some(__new)
        }
    };
    q! {
        #(#cfgs)*
        fn connect(
            __mode: &mut Self::Mode,
            __cx: &mut __p::Cx<'_, Self>,
        ) -> __p::Option<Self> { #body }
    }
}

/// The session's `Default`, in a block without `#[on(connect)]`, or where the conditions of each
/// fail.
fn default_connect(model: &Model, cfgs: &[&[Attribute]]) -> TokenStream {
    let unless = unless(cfgs);
    let new = at(model.self_ty.span(), q!(<Self as __p::Default>::default()));
    q! {
        #unless
        fn connect(
            _: &mut Self::Mode,
            _: &mut __p::Cx<'_, Self>,
        ) -> __p::Option<Self> { __p::Some(#new) }
    }
}

/// The condition that all of these fail.
fn unless(cfgs: &[&[Attribute]]) -> TokenStream {
    let unless = cfgs.iter().map(|cfgs| {
        let conditions = cfgs.iter().filter_map(|cfg| match &cfg.meta {
            syn::Meta::List(list) => Some(&list.tokens),
            _ => None,
        });
        q!(#[cfg(not(all(#(#conditions),*)))])
    });
    unless.collect()
}

fn arguments(event: &Event) -> Vec<TokenStream> {
    let tokens = event.arguments.iter().map(|argument| match argument {
        EventArgument::Cx | EventArgument::Closing => q!(__cx),
        EventArgument::Why => q!(__why),
        EventArgument::Rest => q!(__rest),
        EventArgument::Malformed => q!(__malformed),
        EventArgument::Message => q!(__message),
    });
    tokens.collect()
}

/// The events after `connect`.
pub(super) fn others(model: &Model) -> TokenStream {
    let events = model.events.iter().filter(|event| event.name != "connect");
    events.map(other).collect()
}

fn other(event: &Event) -> TokenStream {
    let (cfgs, name) = (&event.called.cfgs, &event.called.name);
    let arguments = arguments(event);
    if event.name == "close" {
        return q! {
            #(#cfgs)*
            fn close(self, __cx: &mut __p::Closing<'_, Self>, __why: __p::CloseReason) {
                let _ = Self::#name(self, #(#arguments),*);
            }
        };
    }
    let apply = call::apply(&event.called);
    let body = q! {
        let __outcome = Self::#name(self, #(#arguments),*);
        #apply
    };
    let context = q!(&mut self, __mode: &mut Self::Mode, __cx: &mut __p::Cx<'_, Self>);
    match event.name.to_string().as_str() {
        "eof" => q! {
            #(#cfgs)*
            const HANDLES_EOF: __p::bool = true;
            #(#cfgs)*
            fn eof(#context, __rest: &[__p::u8]) { #body }
        },
        "malformed" => q! {
            #(#cfgs)*
            fn malformed(#context, __malformed: &__p::Malformed<'_>) { #body }
        },
        "drained" => q! {
            #(#cfgs)*
            const HANDLES_DRAINED: __p::bool = true;
            #(#cfgs)*
            fn drained(#context) { #body }
        },
        "drain" => q! {
            #(#cfgs)*
            const HANDLES_DRAIN: bool = true;
            #(#cfgs)*
            fn drain(#context) { #body }
        },
        "message" => q! {
            #(#cfgs)*
            fn message(#context, __message: Self::Message) { #body }
        },
        _ => q! {
            #(#cfgs)*
            fn timeout(#context) { #body }
        },
    }
}

/// `Session::Message`: what other threads may send.
pub(super) fn message_type(model: &Model) -> TokenStream {
    let events = model.events.iter().filter(|event| event.name == "message");
    let events = events.collect::<Vec<_>>();
    let types = events.iter().map(|event| {
        let cfgs = &event.called.cfgs;
        let message = event.message.as_ref().map_or_else(|| q!(()), ToTokens::to_token_stream);
        q!(#(#cfgs)* type Message = #message;)
    });
    let none = events.iter().all(|event| !event.called.cfgs.is_empty()).then(|| {
        let cfgs = events.iter().map(|event| event.called.cfgs.as_slice());
        let unless = unless(&cfgs.collect::<Vec<_>>());
        q!(#unless type Message = ();)
    });
    q!(#(#types)* #none)
}

/// Net::Server's hooks of a connection.
pub(super) fn hooks(model: &Model) -> TokenStream {
    let hooks = model.hooks.iter().map(|hook| {
        let (cfgs, name) = (&hook.called.cfgs, &hook.called.name);
        // Its initialiser is located at the user's type, where an error is to be seen.
        let shared = hook.arguments.iter().filter_map(|argument| match argument {
            HookArgument::Shared(ty) => {
                let (shared, ty) = (super::own_at("__shared", ty.span()), types::elided(ty));
                Some(q!(let __shared: #ty = #shared;))
            }
            HookArgument::Peer => None,
        });
        let arguments = hook.arguments.iter().map(|argument| match argument {
            HookArgument::Shared(_) => q!(__shared),
            HookArgument::Peer => q!(__peer),
        });
        let called = q!({
            #(#shared)*
            Self::#name(#(#arguments),*)
        });
        let context = q!(__shared: &mut Self::Shared, __peer: &__p::Peer);
        match hook.name.to_string().as_str() {
            "allow_deny" => {
                let output = call::output(&hook.called);
                let answer = super::own_at("__answer", output.span());
                q! {
                    #(#cfgs)*
                    fn allow_deny(#context) -> __p::bool {
                        let #answer: #output = #called;
                        #answer
                    }
                }
            }
            "request_denied" => {
                let output = call::output(&hook.called);
                q! {
                    #(#cfgs)*
                    fn request_denied(#context, __farewell: &mut __p::Writer<'_>) {
                        let __reply = #called;
                        <#output as __p::Reply>::write_to(&__reply, __farewell);
                    }
                }
            }
            _ => {
                // `post_accept` or `post_process_request`, as the trait's method is called.
                let hook = super::own(&hook.name.to_string());
                q! {
                    #(#cfgs)*
                    fn #hook(#context) { let _ = #called; }
                }
            }
        }
    });
    hooks.collect()
}
