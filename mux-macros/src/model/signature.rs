//! What holds for the signature of every method that is called by generated code.

use syn::{FnArg, Receiver, Type};

use crate::{
    diag::{Errors, help},
    syntax::Method,
    types,
};

/// Refuses what a single-threaded event loop cannot call.
pub(crate) fn check(method: &Method, errors: &mut Errors) {
    let sig = &method.sig;
    if let Some(keyword) = &sig.asyncness {
        let message = help(
            "a handler cannot be `async`: it runs inside the event loop",
            "remove `async`, and do the work in slices or on a thread of its own",
        );
        errors.at(keyword, message);
    }
    if let syn::Safety::Unsafe(keyword) = &sig.safety {
        let message = "a handler cannot be `unsafe`: it is called by generated code that is safe";
        errors.at(keyword, help(message, "remove `unsafe`"));
    }
    if let Some(keyword) = &sig.constness {
        errors.at(keyword, help("a handler cannot be `const`", "remove `const`"));
    }
    if let Some(abi) = &sig.abi {
        errors.at(abi, help("a handler cannot be `extern`", "remove the ABI"));
    }
    if let Some(variadic) = &sig.variadic {
        errors.at(variadic, help("a handler cannot be variadic", "name each parameter"));
    }
    for parameter in sig.generics.type_params() {
        let name = &parameter.ident;
        let message = help(
            format!(
                "handler `{}` cannot be generic over `{name}`: nothing that calls it would choose the type",
                sig.ident
            ),
            "name a type, or make the whole impl block generic",
        );
        errors.at(parameter, message);
    }
    for parameter in sig.generics.const_params() {
        let message = format!("handler `{}` cannot be generic over a constant", sig.ident);
        errors.at(&parameter.ident, help(message, "name the constant in the body"));
    }
}

/// What a method takes as `self`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SelfKind {
    /// `&mut self`
    Mut,
    /// `&self`
    Shared,
    /// `self`
    Value,
    /// `self: Box<Self>` and the like
    Other,
}

/// The receiver, and what it is.
pub(crate) fn receiver(method: &Method) -> Option<(&Receiver, SelfKind)> {
    let Some(FnArg::Receiver(receiver)) = method.sig.inputs.first() else { return None };
    let text = types::to_text(receiver);
    let kind = match text.as_str() {
        "self" | "mut self" | "self:Self" => SelfKind::Value,
        "self:&mut Self" => SelfKind::Mut,
        text if text.starts_with('&') && text.ends_with("mut self") => SelfKind::Mut,
        text if text.starts_with('&') && text.ends_with("self") => SelfKind::Shared,
        _ => SelfKind::Other,
    };
    Some((receiver, kind))
}

/// Whether `ty` is the context; one that is passed in a wrong way is an error, and still the
/// context.
pub(super) fn is_context(ty: &Type, name: &str, self_ty: &Type, errors: &mut Errors) -> bool {
    let (inner, by_mut) = match types::reference(ty) {
        Some(reference) => (&*reference.elem, reference.mutability.is_some()),
        None => (ty, false),
    };
    if !types::is_named(inner, name) {
        return false;
    }
    if !by_mut {
        let hint = format!("write `&mut {name}<'_, Self>`");
        errors.at(ty, help("the context is borrowed from the engine, to be changed", hint));
    }
    if let [session] = types::type_arguments(inner).as_slice() {
        let text = types::to_text(session);
        if text != "Self" && text != types::to_text(self_ty) {
            let message =
                format!("this block's context is `{name}<'_, Self>`, not one for `{text}`");
            errors.at(session, help(message, "write `Self`"));
        }
    }
    true
}
