//! The protocol as data.

use proc_macro2::{Ident, Span, TokenStream};
use quote::format_ident;
use syn::{LitStr, ext::IdentExt};

use super::{at, q};
use crate::{
    model::{Handler, Model},
    types,
};

/// The constant that describes a handler.
pub(super) fn command(model: &Model, handler: &Handler) -> Ident {
    let at = model.handlers.iter().position(|other| std::ptr::eq(other, handler));
    format_ident!("__COMMAND_{}", at.unwrap_or_default(), span = Span::mixed_site())
}

/// The value of `LineEnd`.
pub(super) fn line_end(model: &Model) -> TokenStream {
    match model.line_end.to_string().as_str() {
        "lf" => q!(__p::LineEnd::Lf),
        "crlf" => q!(__p::LineEnd::Crlf),
        _ => q!(__p::LineEnd::Any),
    }
}

/// The bounds, each checked at compile time.
pub(super) fn limits(model: &Model) -> TokenStream {
    let Some(max_line) = &model.max_line else {
        return q!(
            const __MAX_LINE: usize = __p::MAX_LINE_DEFAULT;
        );
    };
    let span = syn::spanned::Spanned::span(max_line);
    let bounds = at(
        span,
        q! {
            const _: () = ::core::assert!(
                __MAX_LINE >= 16 && __MAX_LINE <= 16 * 1024 * 1024,
                "`max_line` must be between 16 bytes and 16 MiB"
            );
        },
    );
    let words = model.handlers.iter().filter_map(|handler| handler.word.as_ref()).map(|word| {
        let len = word.value().len();
        at(
            word.span(),
            q! {
                const _: () = ::core::assert!(
                    #len <= __MAX_LINE,
                    "this command can never match: it is longer than `max_line`"
                );
            },
        )
    });
    q! {
        const __MAX_LINE: usize = #max_line;
        #bounds
        #(#words)*
    }
}

/// A constant for each handler.
pub(super) fn commands(model: &Model) -> TokenStream {
    let commands = model.handlers.iter().map(|handler| {
        let constant = command(model, handler);
        let cfgs = &handler.called.cfgs;
        let name = handler.called.name.unraw().to_string();
        let word = match handler.word.as_ref().map(LitStr::value) {
            Some(word) => q!(__p::Some(#word)),
            None => q!(__p::None),
        };
        let (usage, doc) = (handler.usage(), &handler.doc);
        let parameters = handler.parameters.iter().map(|parameter| {
            let (name, of_type) = (&parameter.name, types::to_text(&parameter.ty));
            q!(__p::Parameter::new(#name, #of_type))
        });
        q! {
            #(#cfgs)*
            const #constant: __p::Command =
                __p::Command::new(#name, #word, #usage, #doc, &[#(#parameters),*]);
        }
    });
    commands.collect()
}

/// The value of `Session::PROTOCOL`.
pub(super) fn value(model: &Model) -> TokenStream {
    let name = types::last_segment(&model.self_ty).map(|segment| segment.ident.to_string());
    let line_end = line_end(model);
    let ignore_case = model.ignore_case;
    let modes = model.modes.iter().enumerate().map(|(at, mode)| {
        let name = mode.name();
        let handlers = model.handlers.iter().filter(|handler| handler.mode == at);
        let commands = handlers.map(|handler| {
            let (constant, cfgs) = (command(model, handler), &handler.called.cfgs);
            q!(#(#cfgs)* &#constant)
        });
        q!(__p::Mode::new(#name, &[#(#commands),*]))
    });
    q!(__p::Protocol::new(#name, #line_end, __MAX_LINE, #ignore_case, &[#(#modes),*]))
}
