//! The modes as one type, and the transitions between them.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident};
use syn::Generics;

use super::{own, q};
use crate::model::Model;

fn variant(at: usize) -> Ident {
    format_ident!("__M{}", at, span = proc_macro2::Span::mixed_site())
}

/// The block's type parameters, if a mode names one of them: then the type of all modes has them.
fn generics(model: &Model) -> Generics {
    let mut mentioned = false;
    for mode in &model.modes {
        let words = mode.path.to_token_stream().to_string();
        let mut words = words.split(|mark: char| !mark.is_alphanumeric() && mark != '_');
        mentioned |= words.any(|word| {
            let types = model.generics.type_params().map(|parameter| &parameter.ident);
            let constants = model.generics.const_params().map(|parameter| &parameter.ident);
            types.chain(constants).any(|parameter| parameter == word)
        });
    }
    if mentioned { model.generics.clone() } else { Generics::default() }
}

/// The type of `Session::Mode`.
pub(super) fn name(model: &Model) -> TokenStream {
    if model.modes[0].path.is_none() {
        return q!(());
    }
    let generics = generics(model);
    let (_, parameters, _) = generics.split_for_impl();
    q!(__Mode #parameters)
}

/// The arm for the variant that only mentions the type parameters, and is no mode.
pub(super) fn never(model: &Model) -> TokenStream {
    let generic = !generics(model).params.is_empty();
    if generic { q!(__Mode::__Never(_, __never) => match *__never {}) } else { TokenStream::new() }
}

/// The pattern under which the mode at `at` runs, binding `__data`.
pub(super) fn pattern(model: &Model, at: usize) -> TokenStream {
    if model.modes[0].path.is_none() {
        return q!(());
    }
    let (variant, data) = (variant(at), own("__data"));
    q!(__Mode::#variant(#data))
}

/// The enum of all modes, and for each the trait that makes returning it a transition.
pub(super) fn types(model: &Model) -> TokenStream {
    if model.modes[0].path.is_none() {
        return TokenStream::new();
    }
    let self_ty = &model.self_ty;
    let (generics, _, bounds) = model.generics.split_for_impl();
    let own = self::generics(model);
    let (own_generics, _, own_bounds) = own.split_for_impl();
    let types = own.type_params().map(|parameter| &parameter.ident);
    let never = (!own.params.is_empty()).then(|| {
        q!(, #[allow(dead_code)] __Never(__p::PhantomData<fn() -> (#(#types,)*)>, __p::Infallible))
    });
    let paths = model.modes.iter().filter_map(|mode| mode.path.as_ref()).collect::<Vec<_>>();
    let variants = (0..paths.len()).map(variant).collect::<Vec<_>>();
    let (first, first_variant) = (&paths[0], &variants[0]);
    let name = name(model);
    q! {
        #[allow(private_interfaces)]
        pub enum __Mode #own_generics #own_bounds { #(#variants(#paths)),* #never }
        #[automatically_derived]
        impl #own_generics __p::Default for #name #own_bounds {
            fn default() -> Self {
                __Mode::#first_variant(<#first as __p::Default>::default())
            }
        }
        #(
            #[automatically_derived]
            impl #generics __p::Outcome<#self_ty> for #paths #bounds {
                fn apply(self, __mode: &mut #name, __cx: &mut __p::Cx<'_, #self_ty>) {
                    *__mode = __Mode::#variants(self);
                    __p::enter(__cx);
                }
            }
        )*
    }
}
