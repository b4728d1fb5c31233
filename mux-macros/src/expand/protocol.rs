//! The protocol as data.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident};
use syn::{Expr, LitStr, ext::IdentExt, spanned::Spanned};

use super::{at, q};
use crate::{
    check,
    model::{Framing, Grammar, Handler, Model},
    types,
};

/// The handler's number in the block.
pub(super) fn index(model: &Model, handler: &Handler) -> usize {
    model.handlers.iter().position(|other| std::ptr::eq(other, handler)).unwrap_or_default()
}

/// The constant that describes a handler.
pub(super) fn command(model: &Model, handler: &Handler) -> Ident {
    format_ident!("__COMMAND_{}", index(model, handler), span = Span::mixed_site())
}

/// The value of `LineEnd`.
pub(super) fn line_end(model: &Model) -> TokenStream {
    match model.line_end.to_string().as_str() {
        "lf" => q!(__p::LineEnd::Lf),
        "crlf" => q!(__p::LineEnd::Crlf),
        _ => q!(__p::LineEnd::Any),
    }
}

/// The value of `Prefix`.
pub(super) fn prefix(prefix: &Ident) -> TokenStream {
    match prefix.to_string().as_str() {
        "u8" => q!(__p::Prefix::U8),
        "be_u16" => q!(__p::Prefix::BeU16),
        "le_u16" => q!(__p::Prefix::LeU16),
        "be_u32" => q!(__p::Prefix::BeU32),
        "le_u32" => q!(__p::Prefix::LeU32),
        _ => q!(__p::Prefix::Varint),
    }
}

/// The bounds, each checked at compile time.
pub(super) fn limits(model: &Model) -> TokenStream {
    let max_line = limit("__MAX_LINE", "max_line", model.max_line.as_ref(), 16);
    let max_frame = limit("__MAX_FRAME", "max_frame", model.max_frame.as_ref(), 1);
    let max_body = limit("__MAX_BODY", "max_body", model.max_body.as_ref(), 0);
    let words = model.handlers.iter().filter_map(|handler| handler.word.as_ref());
    let words = words.filter(|_| model.max_line.is_some()).map(|word| {
        let len = word.value().len();
        let check = q! {
            const _: () = ::core::assert!(
                #len <= __MAX_LINE,
                "this command can never match: it is longer than `max_line`"
            );
        };
        at(word.span(), check)
    });
    q!(#max_line #max_frame #max_body #(#words)*)
}

fn limit(constant: &str, option: &str, value: Option<&Expr>, least: usize) -> TokenStream {
    let constant = super::own(constant);
    let Some(value) = value else {
        let default = format_ident!("{}_DEFAULT", option.to_uppercase());
        return q!(#[allow(dead_code)] const #constant: __p::usize = __p::#default;);
    };
    let bytes = if least == 1 { "byte" } else { "bytes" };
    let message = format!("`{option}` must be between {least} {bytes} and 1 GiB");
    let check = q! {
        const _: () =
            ::core::assert!(#constant >= #least && #constant <= 1024 * 1024 * 1024, #message);
    };
    let check = at(value.span(), check);
    q! {
        #[allow(dead_code)]
        const #constant: __p::usize = #value;
        #check
    }
}

/// A constant for each handler.
pub(super) fn commands(model: &Model) -> TokenStream {
    let commands = model.handlers.iter().map(|handler| {
        let constant = command(model, handler);
        let index = index(model, handler);
        let cfgs = &handler.called.cfgs;
        let name = handler.called.name.unraw().to_string();
        let word = match handler.word.as_ref().map(LitStr::value) {
            Some(word) => q!(__p::Some(#word)),
            None => q!(__p::None),
        };
        let (usage, doc) = (handler.usage(), &handler.doc);
        let parameters = handler.parameters.iter().map(|parameter| {
            let (name, of_type) = (parameter.told_name(), types::to_text(&parameter.ty));
            q!(__p::Parameter::new(#name, #of_type))
        });
        let leads_to = check::returned(handler.called.output.as_ref(), &model.modes);
        let leads_to = leads_to.into_iter().map(|mode| model.modes[mode].name());
        let message = message(model, handler);
        let with_body = handler.body.as_ref().map(|body| {
            let end = if body.bare { "" } else { " and a line's end" };
            let text = format!("{} bytes{end}", types::to_text(&body.length));
            q!(.with_body(#text))
        });
        q! {
            #(#cfgs)*
            const #constant: __p::Command = __p::command(
                #index,
                #name,
                #word,
                #usage,
                #doc,
                &[#(#parameters),*],
                &[#(#leads_to),*],
            )
            #message
            #with_body;
        }
    });
    commands.collect()
}

/// What the handler's declared message is made of; that it is a message is for `step` to ask. (A constant cannot name the type parameters of
/// the block.)
fn message(model: &Model, handler: &Handler) -> TokenStream {
    match (&handler.grammar, handler.parameters.as_slice()) {
        (Grammar::Message, [message]) if model.generics.type_params().next().is_none() => {
            let ty = types::elided(&message.ty);
            q!(.with_message(__p::ShapeOf::<#ty>::SHAPE))
        }
        _ => TokenStream::new(),
    }
}

/// How the messages of a handler's mode are cut, in words.
fn framing(model: &Model, handler: &Handler) -> String {
    let text = |tokens: &Expr| types::to_text(tokens.to_token_stream());
    match &handler.framing {
        Framing::Line => match model.line_end.to_string().as_str() {
            "lf" => "lines that end with LF".to_owned(),
            "crlf" => "lines that end with CR LF".to_owned(),
            _ => "lines that end with LF or CR LF".to_owned(),
        },
        Framing::Words => {
            format!("frames of {}", model.framing.as_ref().map(types::to_text).unwrap_or_default())
        }
        Framing::Prefix(prefix) => format!("frames behind a {prefix} length"),
        Framing::Stream => "frames that delimit themselves".to_owned(),
        Framing::Until(delimiter) => format!("frames that end with {}", text(delimiter)),
        Framing::Bytes(length) => format!("{} bytes", text(length)),
        Framing::Chunk(length) => format!("{} bytes, as they come", text(length)),
        Framing::Input => "bytes as they come".to_owned(),
    }
}

/// The value of `Session::PROTOCOL`.
pub(super) fn value(model: &Model) -> TokenStream {
    let name = types::last_segment(&model.self_ty).map(|segment| segment.ident.to_string());
    let doc = &model.doc;
    let line_end = line_end(model);
    let ignore_case = model.ignore_case;
    let count = model.handlers.len();
    let modes = model.modes.iter().enumerate().map(|(at, mode)| {
        let name = mode.name();
        let handlers = model.handlers.iter().filter(|handler| handler.mode == at);
        let handlers = handlers.collect::<Vec<_>>();
        let framing = handlers.first().map(|handler| framing(model, handler));
        let framing = framing.unwrap_or_default();
        let in_pieces = handlers
            .iter()
            .any(|handler| matches!(handler.framing, Framing::Chunk(_) | Framing::Input));
        let commands = handlers.iter().map(|handler| {
            let (constant, cfgs) = (command(model, handler), &handler.called.cfgs);
            q!(#(#cfgs)* &#constant)
        });
        q!(__p::Mode::new(#name, #framing, #in_pieces, &[#(#commands),*]))
    });
    q! {
        __p::protocol(
            #name,
            #doc,
            #line_end,
            (__MAX_LINE, __MAX_FRAME, __MAX_BODY),
            #ignore_case,
            &[#(#modes),*],
            #count,
        )
    }
}
