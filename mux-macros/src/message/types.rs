//! What a field's type is, as far as something must be said beside it.

use quote::ToTokens;
use syn::{Expr, GenericArgument, Lifetime, PathArguments, PathSegment, Type};

/// A type by what its bytes need.
pub(super) enum Class<'t> {
    Unsigned,
    Signed,
    Float,
    Bool,
    /// `&[u8]` or `&str`, by the lifetime that was written.
    Borrowed(Kind, Option<&'t Lifetime>),
    /// `String`
    Text,
    /// `Vec<u8>`
    Bytes,
    /// `&[u8; N]`
    BorrowedArray(Option<&'t Lifetime>),
    Array(&'t Type),
    Vec(&'t Type),
    Option(&'t Type),
    /// `usize` and `isize`
    NoWidth,
    Char,
    /// `&mut`
    Exclusive,
    /// A reference to something else.
    Reference,
    PhantomData,
    /// A message, it is hoped: the compiler looks it up.
    Other,
}

/// What a slice holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bytes,
    Text,
}

/// `ty` without the parentheses and the invisible groups of a `macro_rules!` around it.
pub(super) fn bare(mut ty: &Type) -> &Type {
    loop {
        match ty {
            Type::Group(group) => ty = &group.elem,
            Type::Paren(paren) => ty = &paren.elem,
            _ => return ty,
        }
    }
}

/// `expr` without the parentheses and the invisible groups of a `macro_rules!` around it.
pub(super) fn bare_expr(mut expr: &Expr) -> &Expr {
    loop {
        match expr {
            Expr::Group(group) => expr = &group.expr,
            Expr::Paren(paren) => expr = &paren.expr,
            _ => return expr,
        }
    }
}

/// What is in `ty`, if it is an `Option`, or an `Option` in an `Option`.
pub(super) fn without_option(ty: &Type) -> &Type {
    match Class::of(ty) {
        Class::Option(inner) => without_option(inner),
        _ => bare(ty),
    }
}

/// What a list, an array or an option has as its elements, or else the type itself.
pub(super) fn innermost(ty: &Type) -> &Type {
    match Class::of(ty) {
        Class::Option(inner) | Class::Vec(inner) | Class::Array(inner) => innermost(inner),
        _ => bare(ty),
    }
}

impl<'t> Class<'t> {
    pub(super) fn of(ty: &'t Type) -> Self {
        match bare(ty) {
            Type::Path(path) if path.qself.is_none() => {
                path.path.segments.last().map_or(Class::Other, Self::of_path)
            }
            Type::Array(array) => Class::Array(&array.elem),
            Type::Reference(reference) if reference.mutability.is_some() => Class::Exclusive,
            Type::Reference(reference) => {
                let life = reference.lifetime.as_ref();
                match bare(&reference.elem) {
                    Type::Slice(slice) if is(&slice.elem, "u8") => {
                        Class::Borrowed(Kind::Bytes, life)
                    }
                    Type::Array(array) if is(&array.elem, "u8") => Class::BorrowedArray(life),
                    elem if is(elem, "str") => Class::Borrowed(Kind::Text, life),
                    _ => Class::Reference,
                }
            }
            _ => Class::Other,
        }
    }

    fn of_path(last: &'t PathSegment) -> Self {
        match (last.ident.to_string().as_str(), argument(last)) {
            ("Option", Some(inner)) => Class::Option(inner),
            ("Vec", Some(inner)) if is(inner, "u8") => Class::Bytes,
            ("Vec", Some(inner)) => Class::Vec(inner),
            ("PhantomData", _) => Class::PhantomData,
            (_, Some(_)) => Class::Other,
            ("u8" | "u16" | "u32" | "u64" | "u128", None) => Class::Unsigned,
            ("i8" | "i16" | "i32" | "i64" | "i128", None) => Class::Signed,
            ("f32" | "f64", None) => Class::Float,
            ("usize" | "isize", None) => Class::NoWidth,
            ("bool", None) => Class::Bool,
            ("char", None) => Class::Char,
            ("String", None) => Class::Text,
            _ => Class::Other,
        }
    }
}

/// The first type among the generic arguments of `segment`.
fn argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Whether `ty` is written as `name`, with a path before it or without.
fn is(ty: &Type, name: &str) -> bool {
    matches!(bare(ty), Type::Path(path) if path.path.segments.last().is_some_and(|last| {
        last.ident == name && last.arguments.is_none()
    }))
}

/// `ty` as it is written, in the usual spacing.
pub(super) fn written(ty: &Type) -> String {
    let mut text = bare(ty).to_token_stream().to_string();
    for (spaced, usual) in [
        (" :: ", "::"),
        (" < ", "<"),
        ("< ", "<"),
        (" <", "<"),
        (" >", ">"),
        ("& ", "&"),
        (" ;", ";"),
        (" ,", ","),
        ("( ", "("),
        (" )", ")"),
    ] {
        text = text.replace(spaced, usual);
    }
    text
}
