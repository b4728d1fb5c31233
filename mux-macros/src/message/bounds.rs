//! What must hold for the types of the fields and only the compiler can tell, since it knows them.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{GenericParam, Generics, Type, spanned::Spanned};

use super::{
    expand::{Scope, at_static, q},
    model::{Field, Message, Plain},
    types::{Class, innermost, without_option, written},
};
/// Adds what the type's parameters must be: what the fields that name them are.
pub(super) fn bind(scope: &Scope<'_>, message: &Message<'_>, generics: &mut Generics) {
    let (private, life) = (&scope.private, &scope.life);
    let parameters =
        generics.type_params().map(|parameter| parameter.ident.clone()).collect::<Vec<_>>();
    let mut bound = Vec::new();
    for field in fields(message) {
        let Some(plain) = field.form.plain() else { continue };
        if matches!(Class::of(innermost(field.ty)), Class::PhantomData) {
            continue;
        }
        for parameter in &parameters {
            if names(field.ty.to_token_stream(), &[parameter])
                && !bound.contains(&(parameter, plain))
            {
                bound.push((parameter, plain));
            }
        }
    }
    let clause = generics.make_where_clause();
    for (parameter, plain) in bound {
        let plain = scope.plain(plain);
        clause.predicates.push(syn::parse_quote!(#parameter: #private::Wire<#life, #plain>));
    }
}

/// That nothing follows a field that takes all of the input, and that the elements of a list take
/// some of it.
///
/// These are free constants, which `cargo check` evaluates; for what depends on a parameter of the
/// type there is [`late_check`], and the runtime's own for lists.
pub(super) fn checks(scope: &Scope<'_>, message: &Message<'_>) -> TokenStream {
    let mut checks = TokenStream::new();
    for fields in field_lists(message) {
        for (at, field) in fields.iter().enumerate() {
            let is_message = matches!(Class::of(innermost(field.ty)), Class::Other);
            let Some(plain) = field.form.plain() else { continue };
            if !is_message || is_generic(scope, field.ty) {
                continue;
            }
            match Class::of(without_option(field.ty)) {
                Class::Vec(element) => checks.extend(element_check(scope, element, plain)),
                Class::Array(element) => checks.extend(end_check(scope, element, plain)),
                _ if at + 1 < fields.len() => {
                    checks.extend(end_check(scope, field.ty, plain));
                }
                _ => {}
            }
        }
    }
    checks
}

/// That something can follow `field`, whose type depends on a parameter: evaluated when the
/// parameters are known.
pub(super) fn late_check(scope: &Scope<'_>, field: &Field<'_>) -> TokenStream {
    let (private, life, ty) = (&scope.private, &scope.life, field.ty);
    let is_message = matches!(Class::of(without_option(ty)), Class::Other);
    let Some(plain) = field.form.plain().filter(|_| is_message && is_generic(scope, ty)) else {
        return TokenStream::new();
    };
    let (plain, message) = (scope.plain(plain), end_message(ty));
    q! {
        const {
            #private::assert!(!<#ty as #private::Wire<#life, #plain>>::OPEN_ENDED, #message);
        }
    }
}

/// Whether `ty` depends on a parameter of the type, lifetimes aside.
fn is_generic(scope: &Scope<'_>, ty: &Type) -> bool {
    let this = Ident::new("Self", Span::call_site());
    let mut idents = vec![&this];
    for parameter in &scope.input.generics.params {
        match parameter {
            GenericParam::Type(parameter) => idents.push(&parameter.ident),
            GenericParam::Const(parameter) => idents.push(&parameter.ident),
            GenericParam::Lifetime(_) => {}
        }
    }
    names(ty.to_token_stream(), &idents)
}

fn end_message(ty: &Type) -> String {
    let ty = written(ty);
    format!("`{ty}` takes all that is left of the frame (`#[rest]`), so nothing can follow it")
}

/// Something can follow a `ty`.
fn end_check(scope: &Scope<'_>, ty: &Type, plain: Plain) -> TokenStream {
    let message = end_message(ty);
    check(scope, ty, plain, &q!(!__Known::OPEN_ENDED, #message))
}

/// So can it in a list, which needs to know besides how many of them there can be.
fn element_check(scope: &Scope<'_>, ty: &Type, plain: Plain) -> TokenStream {
    let message = format!(
        "`{}` may take no bytes, so a list could claim to have any number of it",
        written(ty),
    );
    let end = end_check(scope, ty, plain);
    let bytes =
        check(scope, ty, plain, &q!(__Known::OPEN_ENDED || __Known::MIN_BYTES > 0, #message));
    q!(#end #bytes)
}

/// Asserts `condition` about `ty`, at its place. What is no field at all is not spoken of: that it
/// is none is told elsewhere.
fn check(scope: &Scope<'_>, ty: &Type, plain: Plain, condition: &TokenStream) -> TokenStream {
    let (private, plain) = (&scope.private, scope.plain(plain));
    let assert = located_at(q!(#private::assert!(#condition);), ty.span());
    let ty = at_static(ty);
    q! {
        const _: () = {
            use #private::Unknown as _;
            type __Known = #private::Known<#ty, #plain>;
            #assert
        };
    }
}

/// `tokens` with the place of `span`, and the hygiene that they have.
fn located_at(tokens: TokenStream, span: Span) -> TokenStream {
    let locate = |mut token: TokenTree| {
        token.set_span(token.span().located_at(span));
        match token {
            TokenTree::Group(group) => {
                let mut located = Group::new(group.delimiter(), located_at(group.stream(), span));
                located.set_span(group.span());
                TokenTree::Group(located)
            }
            token => token,
        }
    };
    tokens.into_iter().map(locate).collect()
}

fn field_lists<'m, 'a>(message: &'m Message<'a>) -> Vec<&'m [Field<'a>]> {
    match message {
        Message::Struct(fields) => vec![fields.as_slice()],
        Message::Enum(variants) => variants.iter().map(|variant| &*variant.fields).collect(),
    }
}

fn fields<'m, 'a>(message: &'m Message<'a>) -> impl Iterator<Item = &'m Field<'a>> {
    field_lists(message).into_iter().flatten()
}

/// Whether one of `idents` is among `tokens`, at any depth.
fn names(tokens: TokenStream, idents: &[&Ident]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => idents.iter().any(|&known| *known == ident),
        TokenTree::Group(group) => names(group.stream(), idents),
        _ => false,
    })
}
