//! Types as they are written: recognised by their last word, never resolved.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{
    GenericArgument, Lifetime, PathArguments, PathSegment, Type, TypeReference,
    visit_mut::{self, VisitMut},
};

/// The type inside parentheses and the invisible groups that `macro_rules!` puts around `$t:ty`.
pub(crate) fn ungroup(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            ty => return ty,
        }
    }
}

/// The last segment of a path type.
pub(crate) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ungroup(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// Whether the type's last word is `name`.
pub(crate) fn is_named(ty: &Type, name: &str) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == name)
}

/// The type arguments of the last segment.
pub(crate) fn type_arguments(ty: &Type) -> Vec<&Type> {
    let Some(PathArguments::AngleBracketed(arguments)) =
        last_segment(ty).map(|segment| &segment.arguments)
    else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

/// What `Option<…>` holds, if the type is one.
pub(crate) fn option(ty: &Type) -> Option<&Type> {
    match type_arguments(ty).as_slice() {
        [inner] if is_named(ty, "Option") => Some(inner),
        _ => None,
    }
}

/// The reference that the type is.
pub(crate) fn reference(ty: &Type) -> Option<&TypeReference> {
    match ungroup(ty) {
        Type::Reference(reference) => Some(reference),
        _ => None,
    }
}

/// A type that borrows a run of the input.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Run {
    Text,
    Bytes,
}

/// Whether `ty`, what a reference points to, is `str` or `[u8]`.
pub(crate) fn run(ty: &Type) -> Option<Run> {
    match ungroup(ty) {
        Type::Slice(slice) if is_named(&slice.elem, "u8") => Some(Run::Bytes),
        ty if is_named(ty, "str") => Some(Run::Text),
        _ => None,
    }
}

/// Whether a bound of a type parameter lets it borrow: one of the standard library's traits that
/// does. What others ask for is not known.
pub(crate) fn is_free_bound(bound: &syn::TypeParamBound) -> bool {
    const FREE: [&str; 25] = [
        "Sized",
        "Send",
        "Sync",
        "Unpin",
        "Copy",
        "Clone",
        "Default",
        "Debug",
        "Display",
        "Eq",
        "PartialEq",
        "Ord",
        "PartialOrd",
        "Hash",
        "FromStr",
        "ToString",
        "AsRef",
        "From",
        "Into",
        "Iterator",
        "IntoIterator",
        "Fn",
        "FnMut",
        "FnOnce",
        "Reply",
    ];
    match bound {
        syn::TypeParamBound::Trait(bound) => {
            let last = bound.path.segments.last();
            last.is_some_and(|segment| FREE.iter().any(|name| segment.ident == name))
        }
        _ => false,
    }
}

/// The type with every named lifetime left to inference; `'static` stays.
pub(crate) fn elided(ty: &Type) -> Type {
    struct Elide;
    impl VisitMut for Elide {
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            if lifetime.ident != "static" {
                *lifetime = Lifetime::new("'_", lifetime.span());
            }
        }

        fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {
            // Its lifetimes are its own.
        }

        fn visit_type_trait_object_mut(&mut self, object: &mut syn::TypeTraitObject) {
            visit_mut::visit_type_trait_object_mut(self, object);
        }
    }
    let mut ty = ty.clone();
    Elide.visit_type_mut(&mut ty);
    ty
}

/// All lifetimes that the type names.
pub(crate) fn lifetimes(ty: &Type) -> Vec<Lifetime> {
    struct Collect(Vec<Lifetime>);
    impl VisitMut for Collect {
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            self.0.push(lifetime.clone());
        }
    }
    let mut found = Collect(Vec::new());
    found.visit_type_mut(&mut ty.clone());
    found.0
}

/// Tokens as a person would write them.
pub(crate) fn to_text(tokens: impl ToTokens) -> String {
    let mut text = String::new();
    write(tokens.into_token_stream(), &mut text);
    text
}

fn write(tokens: TokenStream, text: &mut String) {
    use proc_macro2::{Delimiter, Spacing, TokenTree};
    let mut apart = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                if apart && group.delimiter() == Delimiter::Bracket {
                    text.push(' ');
                }
                text.push_str(open);
                write(group.stream(), text);
                text.push_str(close);
                apart = false;
            }
            TokenTree::Punct(punct) => {
                let mark = punct.as_char();
                if mark == '\'' && apart {
                    text.push(' ');
                }
                text.push(mark);
                if matches!(mark, ',' | ';') {
                    text.push(' ');
                }
                apart = mark == '+' && punct.spacing() == Spacing::Alone;
            }
            word => {
                if apart {
                    text.push(' ');
                }
                text.push_str(&word.to_string());
                apart = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn types_are_told_as_they_are_written() {
        for (tokens, text) in [
            (quote!(&str), "&str"),
            (quote!(&'a mut [u8]), "&'a mut [u8]"),
            (quote!(Option<std::net::IpAddr>), "Option<std::net::IpAddr>"),
            (quote!((u8, [u16; 4])), "(u8, [u16; 4])"),
        ] {
            assert_eq!(to_text(tokens), text);
        }
    }

    #[test]
    fn named_lifetimes_are_left_to_inference_but_static_stays() {
        let ty = syn::parse_quote!(Foo<'a, &'b str, &'static u8>);
        assert_eq!(to_text(elided(&ty)), "Foo<'_, &'_ str, &'static u8>");
    }
}
