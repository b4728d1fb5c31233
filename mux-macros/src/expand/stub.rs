//! What stands in for the glue where something is wrong, so that the user sees the mistake and
//! not forty others that follow from it.

use proc_macro2::TokenStream;

use super::q;
use crate::model::Model;

/// An implementation of `Session` that is never run.
pub(super) fn session(model: &Model) -> TokenStream {
    let krate = &model.krate;
    let self_ty = &model.self_ty;
    let shared = &model.shared;
    let (generics, _, bounds) = model.generics.split_for_impl();
    let message = super::events::message_type(model);
    // What the user imported for these is no unused import.
    let framing = &model.framing;
    let modes = model.modes.iter().filter_map(|mode| mode.path.as_ref());
    let used = model.generics.params.is_empty().then(|| {
        let named = framing.iter().map(|ty| q!(#ty)).chain(modes.map(|path| q!(#path)));
        q!(#[allow(dead_code)] fn __used() { #(let _: __p::Option<#named>;)* })
    });
    q! {
        const _: () = {
            use #krate::__private as __p;
            #used
            impl #generics __p::Session for #self_ty #bounds {
                type Shared = #shared;
                type Mode = ();
                #message
                const PROTOCOL: &'static __p::Protocol = &__p::NO_PROTOCOL;
                fn connect(_: &mut (), _: &mut __p::Cx<'_, Self>) -> __p::Option<Self> { loop {} }
                fn step(
                    &mut self,
                    _: &mut (),
                    _: &mut __p::Cx<'_, Self>,
                    _: &[__p::u8],
                    _: &mut __p::Scan,
                ) -> __p::Step { loop {} }
            }
            impl #generics #self_ty #bounds {
                #[allow(dead_code)]
                pub const PROTOCOL: &'static __p::Protocol = &__p::NO_PROTOCOL;
            }
        };
    }
}
