//! The modes as one type, and the transitions between them.

use proc_macro2::{Ident, TokenStream};
use quote::format_ident;

use super::{own, q};
use crate::model::Model;

fn variant(at: usize) -> Ident {
    format_ident!("__M{}", at, span = proc_macro2::Span::mixed_site())
}

/// The type of `Session::Mode`.
pub(super) fn name(model: &Model) -> TokenStream {
    if model.modes[0].path.is_none() { q!(()) } else { q!(__Mode) }
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
    let paths = model.modes.iter().filter_map(|mode| mode.path.as_ref()).collect::<Vec<_>>();
    let variants = (0..paths.len()).map(variant).collect::<Vec<_>>();
    let (first, first_variant) = (&paths[0], &variants[0]);
    q! {
        #[allow(private_interfaces)]
        pub enum __Mode { #(#variants(#paths)),* }
        #[automatically_derived]
        impl __p::Default for __Mode {
            fn default() -> Self {
                __Mode::#first_variant(<#first as __p::Default>::default())
            }
        }
        #(
            #[automatically_derived]
            impl #generics __p::Outcome<#self_ty> for #paths #bounds {
                fn apply(self, mode: &mut __Mode, cx: &mut __p::Cx<'_, #self_ty>) {
                    *mode = __Mode::#variants(self);
                    __p::enter(cx);
                }
            }
        )*
    }
}
