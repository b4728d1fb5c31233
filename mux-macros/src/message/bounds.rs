//! What must hold for the types of the fields and only the compiler can tell, since it knows them.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericParam, Generics, Type};

use super::{
    expand::{Scope, at_static, q},
    model::{Field, Form, Message},
    types::{Class, innermost, without_option, written},
};
use proc_macro2::Span;
use quote::quote_spanned;

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
/// These are free constants, which `cargo check` evaluates; what depends on a parameter of the
/// type cannot be one, and is checked by the runtime for each list.
pub(super) fn checks(scope: &Scope<'_>, message: &Message<'_>) -> TokenStream {
    let parameters = scope
        .input
        .generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(&parameter.ident),
            GenericParam::Const(parameter) => Some(&parameter.ident),
            GenericParam::Lifetime(_) => None,
        })
        .collect::<Vec<_>>();
    let this = Ident::new("Self", Span::call_site());
    let free = |ty: &Type| {
        let tokens = ty.to_token_stream();
        !names(tokens.clone(), &[&this]) && !names(tokens, &parameters)
    };
    let mut checks = TokenStream::new();
    for fields in field_lists(message) {
        for (at, field) in fields.iter().enumerate() {
            let leaf = innermost(field.ty);
            let Some(plain) = field.form.plain() else { continue };
            if !matches!(Class::of(leaf), Class::Other) || !free(field.ty) {
                continue;
            }
            let inner = without_option(field.ty);
            let is_list = matches!(field.form, Form::Count(..) | Form::RestOf(_));
            let is_inside = is_list || matches!(Class::of(inner), Class::Array(_));
            if is_inside {
                let element = match Class::of(inner) {
                    Class::Vec(element) | Class::Array(element) => element,
                    _ => continue,
                };
                checks.extend(ends(scope, element, plain, "an element of a list cannot do that"));
                if is_list {
                    checks.extend(takes_bytes(scope, element, plain));
                }
            } else if at + 1 < fields.len() {
                checks.extend(ends(scope, field.ty, plain, "make it the last field"));
            }
        }
    }
    checks
}

fn ends(scope: &Scope<'_>, ty: &Type, plain: super::model::Plain, what: &str) -> TokenStream {
    let (private, plain) = (&scope.private, scope.plain(plain));
    let message = format!("`{}` takes all that is left of the frame: {what}", written(ty));
    let ty = at_static(ty);
    q! {
        const _: () = #private::assert!(
            !<#ty as #private::Wire<'static, #plain>>::OPEN_ENDED,
            #message,
        );
    }
}

fn takes_bytes(scope: &Scope<'_>, ty: &Type, plain: super::model::Plain) -> TokenStream {
    let (private, plain) = (&scope.private, scope.plain(plain));
    let message = format!(
        "`{}` may take no bytes, so a list of it could claim to have any number of them",
        written(ty),
    );
    let ty = at_static(ty);
    q! {
        const _: () = #private::assert!(
            <#ty as #private::Wire<'static, #plain>>::MIN_BYTES > 0,
            #message,
        );
    }
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
