//! `#[mux_hooks]`: Net::Server's hooks of the process, on an `impl` block of the shared value's
//! type.

use std::collections::HashMap;

use proc_macro2::{Span, TokenStream};
use syn::{Attribute, FnArg, Ident, ReturnType, Type, spanned::Spanned};

use crate::{
    diag::{Errors, help},
    model::{
        self, Elsewhere, name_of,
        signature::{self, SelfKind},
    },
    options::{Kind, Options},
    syntax::{self, Block, Method},
    types::{self, Run},
};

/// `quote!` with the macro's own hygiene.
macro_rules! q {
    ($($tokens:tt)*) => { ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*) };
}

/// What a hook can be given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Argument {
    SettingsMut,
    Settings,
    Bound,
    Handle,
    Error,
    Level,
    Line,
}

/// What a hook looks like.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    arguments: &'static [Argument],
    /// It may return an error, which ends the start, or the restart.
    may_fail: bool,
    expected: &'static str,
}

const fn shape(
    name: &'static str,
    arguments: &'static [Argument],
    may_fail: bool,
    expected: &'static str,
) -> Shape {
    Shape { name, arguments, may_fail, expected }
}

/// The hooks of the process, in the order in which they are called.
pub(crate) const SHAPES: [Shape; 11] = [
    shape("configure", &[Argument::SettingsMut], true, "fn(&mut self, settings: &mut Settings)"),
    shape("post_configure", &[Argument::Settings], true, "fn(&mut self, settings: &Settings)"),
    shape("restart_open", &[], true, "fn(&mut self)"),
    shape("post_bind", &[Argument::Bound], true, "fn(&mut self, bound: &[String])"),
    shape("pre_loop", &[Argument::Handle], true, "fn(&mut self, handle: &Handle)"),
    shape("run_dequeue", &[Argument::Handle], false, "fn(&mut self, handle: &Handle)"),
    shape(RESTART_CLOSE, &[], true, "fn(&mut self)"),
    shape("pre_server_close", &[Argument::Handle], false, "fn(&mut self, handle: &Handle)"),
    shape("post_child_cleanup", &[Argument::Handle], false, "fn(&mut self, handle: &Handle)"),
    shape("fatal", &[Argument::Error], false, "fn(&mut self, error: &str)"),
    shape(WRITE_TO_LOG, &[Argument::Level, Argument::Line], false, "fn(level: u8, line: &str)"),
];

/// The hook that is called from any thread, and so without `self`.
const WRITE_TO_LOG: &str = "write_to_log";

/// The hook for which the server is held up: it is told whether there is one.
const RESTART_CLOSE: &str = "restart_close";

/// A method that is a hook.
struct Hook {
    name: Ident,
    shape: Shape,
    method: Ident,
    cfgs: Vec<Attribute>,
    arguments: Vec<Argument>,
    /// Where an error about what it returns is to be seen.
    output: Span,
}

/// What replaces the annotated block.
pub(crate) fn block(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let block = match Block::parse(&syntax::HOOKS, item, &mut errors) {
        Ok(block) => block,
        Err(left) => {
            let errors = errors.into_tokens();
            return q!(#left #errors);
        }
    };
    let mut options = Options::parse(options, "mux_hooks", &[("crate", Kind::Path)], &mut errors);
    for word in &options.words {
        errors.at(word, help("`#[mux_hooks]` takes no string", "remove it"));
    }
    let krate = options.path("crate").unwrap_or_else(|| syn::parse_quote!(::mux_runtime));
    let hooks = block.methods().filter_map(|method| read(method, &mut errors)).collect::<Vec<_>>();
    if errors.is_empty() {
        check(&block, &hooks, &mut errors);
    }
    let failed = !errors.is_empty();
    let methods = hooks.iter().filter(|_| !failed).map(expand);
    let self_ty = block.self_ty();
    let (generics, _, bounds) = block.generics().split_for_impl();
    let user = block.to_tokens(failed);
    let errors = errors.into_tokens();
    q! {
        #user
        const _: () = {
            use #krate::__private as __p;
            #[automatically_derived]
            #[allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
            impl #generics __p::Hooks for #self_ty #bounds {
                #(#methods)*
            }
        };
        #errors
    }
}

/// Reads a method; `None` if it is no hook, or none that can be called.
fn read(method: &Method, errors: &mut Errors) -> Option<Hook> {
    let mark = match method.marks.as_slice() {
        [] => return None,
        [mark] => mark,
        [_, second, ..] => {
            let message = help("two hooks on one method", "write a method for each");
            errors.at(second, message);
            return None;
        }
    };
    let before = errors.count();
    signature::check(method, errors);
    let elsewhere = Elsewhere {
        names: &model::HOOKS.map(|(name, _)| name),
        what: "a connection",
        instead: "move it to the `#[mux_server]` block",
    };
    let names = SHAPES.map(|shape| shape.name);
    let name = name_of(mark, "hook", &names, Some(&elsewhere), errors)?;
    let shape = *SHAPES.iter().find(|shape| name == shape.name)?;
    let arguments = read_signature(method, &shape, errors)?;
    let output = match &method.sig.output {
        ReturnType::Default => method.sig.ident.span(),
        ReturnType::Type(_, ty) => ty.span(),
    };
    (errors.count() == before).then(|| Hook {
        name,
        shape,
        method: method.sig.ident.clone(),
        cfgs: method.cfgs(),
        arguments,
        output,
    })
}

/// What the method is to be given, if it looks as the hook's should.
fn read_signature(method: &Method, shape: &Shape, errors: &mut Errors) -> Option<Vec<Argument>> {
    let answer = if shape.may_fail { "`, or with `-> Result<(), E>" } else { "" };
    let wrong = || {
        help(
            format!("wrong signature for `#[hook({})]`", shape.name),
            format!("expected `{}{answer}`", shape.expected),
        )
    };
    let without_self = shape.name == WRITE_TO_LOG;
    match signature::receiver(method) {
        Some((_, SelfKind::Mut | SelfKind::Shared)) if !without_self => {}
        None if without_self => {}
        Some((receiver, _)) => {
            errors.at(receiver, wrong());
            return None;
        }
        None => {
            errors.at(&method.sig.ident, wrong());
            return None;
        }
    }
    let typed = method.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(&*typed.ty),
        FnArg::Receiver(_) => None,
    });
    let mut left = shape.arguments.iter();
    let mut arguments = Vec::new();
    for ty in typed {
        let Some(argument) = left.find(|argument| argument.fits(ty)) else {
            errors.at(ty, wrong());
            return None;
        };
        arguments.push(*argument);
    }
    match &method.sig.output {
        ReturnType::Type(_, ty) if !shape.may_fail => {
            errors.at(ty, wrong());
            None
        }
        _ => Some(arguments),
    }
}

impl Argument {
    fn fits(self, ty: &Type) -> bool {
        let Some(reference) = types::reference(ty) else {
            return self == Argument::Level && types::is_named(ty, "u8");
        };
        let to = &*reference.elem;
        if reference.mutability.is_some() {
            return self == Argument::SettingsMut && types::is_named(to, "Settings");
        }
        match self {
            Argument::Settings => types::is_named(to, "Settings"),
            Argument::Handle => types::is_named(to, "Handle"),
            Argument::Error | Argument::Line => types::run(to) == Some(Run::Text),
            Argument::Bound => match types::ungroup(to) {
                Type::Slice(slice) => types::is_named(&slice.elem, "String"),
                _ => false,
            },
            Argument::SettingsMut | Argument::Level => false,
        }
    }
}

/// Refuses a block without hooks, and a hook that is there twice.
fn check(block: &Block, hooks: &[Hook], errors: &mut Errors) {
    if hooks.is_empty() {
        let message = help(
            "this `#[mux_hooks]` block has no hooks",
            "mark at least one method, `#[hook(pre_loop)]` say",
        );
        errors.at(block.self_ty(), message);
    }
    let mut seen = HashMap::new();
    for hook in hooks.iter().filter(|hook| hook.cfgs.is_empty()) {
        if let Some(first) = seen.insert(hook.name.to_string(), &hook.method) {
            let message = format!("`#[hook({})]` is already handled by `{first}`", hook.name);
            errors.at(&hook.name, help(message, "make one method of the two"));
            errors.at(first, "the first handler is here");
        }
    }
}

/// The trait's method that calls the user's.
fn expand(hook: &Hook) -> TokenStream {
    let (cfgs, method) = (&hook.cfgs, &hook.method);
    let arguments = hook.arguments.iter().map(|argument| match argument {
        Argument::SettingsMut | Argument::Settings => q!(__settings),
        Argument::Bound => q!(__bound),
        Argument::Handle => q!(__handle),
        Argument::Error => q!(__error),
        Argument::Level => q!(__level),
        Argument::Line => q!(__line),
    });
    let arguments = arguments.collect::<Vec<_>>();
    if hook.shape.name == WRITE_TO_LOG {
        return q! {
            #(#cfgs)*
            fn write_to_log() -> __p::Option<__p::LogHook> {
                __p::Some(|__level: __p::u8, __line: &str| Self::#method(#(#arguments),*))
            }
        };
    }
    let name = Ident::new(hook.shape.name, Span::mixed_site());
    let parameters = hook.shape.arguments.iter().map(|argument| match argument {
        Argument::SettingsMut => q!(__settings: &mut __p::Settings),
        Argument::Settings => q!(__settings: &__p::Settings),
        Argument::Bound => q!(__bound: &[__p::String]),
        Argument::Handle => q!(__handle: &__p::Handle),
        Argument::Error => q!(__error: &str),
        Argument::Level | Argument::Line => q!(),
    });
    let called = q!(Self::#method(self, #(#arguments),*));
    if hook.shape.may_fail {
        let outcome = Ident::new("__outcome", Span::mixed_site().located_at(hook.output));
        let is_there = (hook.shape.name == RESTART_CLOSE).then(|| {
            q! {
                #(#cfgs)*
                fn has_restart_close() -> __p::bool { true }
            }
        });
        q! {
            #is_there
            #(#cfgs)*
            fn #name(&mut self, #(#parameters),*) -> __p::HookResult {
                let #outcome = #called;
                __p::HookOutcome::outcome(#outcome)
            }
        }
    } else {
        q! {
            #(#cfgs)*
            fn #name(&mut self, #(#parameters),*) { #called }
        }
    }
}
