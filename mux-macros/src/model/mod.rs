//! What a block means: its options, modes, handlers of messages, events and hooks.

mod event;
mod handler;
mod parameter;
pub(crate) mod signature;

use proc_macro2::TokenStream;
use syn::{Attribute, Expr, Generics, Ident, Path, Type};

pub(crate) use self::{
    event::{Elsewhere, Event, EventArgument, HOOKS, Hook, HookArgument, Receives, name_of},
    handler::{Framing, Grammar, Handler},
    parameter::{Argument, Body, Parameter, Read},
};
use crate::{
    diag::{Errors, help, unknown},
    options::{Kind, Options},
    syntax::{Block, Method},
    types,
};

const OPTIONS: [(&str, Kind); 9] = [
    ("shared", Kind::Type),
    ("modes", Kind::Paths),
    ("line", Kind::Choice(&["lf", "crlf", "any"])),
    ("framing", Kind::Type),
    ("max_line", Kind::Expr),
    ("max_frame", Kind::Expr),
    ("max_body", Kind::Expr),
    ("ignore_case", Kind::Flag),
    ("crate", Kind::Path),
];

/// The whole block, understood.
pub(crate) struct Model {
    pub(crate) krate: Path,
    pub(crate) self_ty: Type,
    pub(crate) generics: Generics,
    pub(crate) shared: Type,
    /// The modes, the first being the one in which a connection starts; never empty.
    pub(crate) modes: Vec<Mode>,
    pub(crate) line_end: Ident,
    /// What cuts the frames of `#[frame("WORD")]`.
    pub(crate) framing: Option<Type>,
    pub(crate) max_line: Option<Expr>,
    pub(crate) max_frame: Option<Expr>,
    pub(crate) max_body: Option<Expr>,
    /// The block's doc comment.
    pub(crate) doc: String,
    pub(crate) ignore_case: bool,
    pub(crate) handlers: Vec<Handler>,
    pub(crate) events: Vec<Event>,
    pub(crate) hooks: Vec<Hook>,
}

/// A mode of the protocol.
pub(crate) struct Mode {
    /// Its type; none in a block without `modes(…)`.
    pub(crate) path: Option<Path>,
}

impl Mode {
    /// The last word of its type; empty if it has none.
    pub(crate) fn name(&self) -> String {
        let last = self.path.as_ref().and_then(|path| path.segments.last());
        last.map(|segment| segment.ident.to_string()).unwrap_or_default()
    }
}

/// What all kinds of methods in a block have in common.
pub(crate) struct Called {
    pub(crate) name: Ident,
    /// The conditions under which it exists.
    pub(crate) cfgs: Vec<Attribute>,
    /// What it returns; none for `()`.
    pub(crate) output: Option<Type>,
}

impl Called {
    fn read(method: &Method) -> Self {
        Called {
            name: method.sig.ident.clone(),
            cfgs: method.cfgs(),
            output: match &method.sig.output {
                syn::ReturnType::Default => None,
                syn::ReturnType::Type(_, ty) => Some((**ty).clone()),
            },
        }
    }
}

/// Reads options and methods; what is wrong is noted, and what is right is kept.
pub(crate) fn read(options: TokenStream, block: &mut Block, errors: &mut Errors) -> Model {
    let mut options = Options::parse(options, "mux_server", &OPTIONS, errors);
    for word in &options.words {
        let options = crate::diag::list(OPTIONS.iter().map(|(name, _)| *name));
        let message = help("`#[mux_server]` takes no string", format!("its options are {options}"));
        errors.at(word, message);
    }
    let any = || Ident::new("any", proc_macro2::Span::call_site());
    let mut model = Model {
        krate: options.path("crate").unwrap_or_else(|| syn::parse_quote!(::mux_runtime)),
        self_ty: block.self_ty().clone(),
        generics: block.generics().clone(),
        shared: options.ty("shared").unwrap_or_else(|| syn::parse_quote!(())),
        modes: modes(&mut options, errors),
        line_end: options.choice("line").unwrap_or_else(any),
        framing: options.ty("framing"),
        max_line: options.expr("max_line"),
        max_frame: options.expr("max_frame"),
        max_body: options.expr("max_body"),
        doc: block.doc(),
        ignore_case: options.flag("ignore_case").is_some(),
        handlers: Vec::new(),
        events: Vec::new(),
        hooks: Vec::new(),
    };
    check_shared(&mut model.shared, errors);
    for method in block.methods() {
        read_method(method, &mut model, errors);
    }
    model
}

/// Refuses a shared type that borrows, and makes of it one that does not, so that the compiler
/// has nothing to add.
fn check_shared(shared: &mut Type, errors: &mut Errors) {
    struct Lifetimes<'e>(&'e mut Errors);
    impl syn::visit_mut::VisitMut for Lifetimes<'_> {
        fn visit_lifetime_mut(&mut self, lifetime: &mut syn::Lifetime) {
            if lifetime.ident != "static" {
                let message = help(
                    "the shared value cannot borrow: it lives as long as the server",
                    "own the data",
                );
                self.0.at(&*lifetime, message);
                *lifetime = syn::Lifetime::new("'static", lifetime.span());
            }
        }
    }
    syn::visit_mut::VisitMut::visit_type_mut(&mut Lifetimes(errors), shared);
}

fn modes(options: &mut Options, errors: &mut Errors) -> Vec<Mode> {
    let Some((key, paths)) = options.paths("modes") else { return vec![Mode { path: None }] };
    if paths.is_empty() {
        errors.at(key, help("`modes()` is empty", "leave it out for a single mode"));
        return vec![Mode { path: None }];
    }
    let mut modes = Vec::<Mode>::new();
    for path in paths {
        let mode = Mode { path: Some(path) };
        if modes.iter().any(|other| other.name() == mode.name()) {
            let message = format!("mode `{}` is listed twice", mode.name());
            errors.at(&mode.path, help(message, "remove this one"));
        } else {
            modes.push(mode);
        }
    }
    modes
}

/// Reads one method by the attribute it bears.
fn read_method(method: &Method, model: &mut Model, errors: &mut Errors) {
    let Some((mark, more)) = method.marks.split_first() else {
        check_stray_marks(method, errors);
        return;
    };
    if let Some(second) = more.first() {
        let message = help(
            format!("`{}` already has `#[{}]`", method.sig.ident, types::to_text(mark.path())),
            "one method handles one thing: write another method, and have both call a third",
        );
        errors.at(second, message);
    }
    let before = errors.count();
    signature::check(method, errors);
    if mark.path().is_ident("on") {
        let event = event::read_event(mark, method, &model.self_ty, errors);
        model.events.extend(event.filter(|_| errors.count() == before));
    } else if mark.path().is_ident("hook") {
        let hook = event::read_hook(mark, method, errors);
        model.hooks.extend(hook.filter(|_| errors.count() == before));
    } else {
        let handler = handler::read(mark, method, model, errors);
        model.handlers.extend(handler);
    }
}

/// A method that handles nothing has no use for our parameter attributes.
fn check_stray_marks(method: &Method, errors: &mut Errors) {
    for mark in method.parameter_marks.iter().flatten() {
        let message = help(
            format!(
                "`{}` handles no input, so nothing is read into its parameters",
                method.sig.ident
            ),
            "mark the method `#[line]` or `#[line(\"WORD\")]`",
        );
        errors.at(mark, message);
    }
}

/// The index of the mode that `path` names.
fn find_mode(path: &Path, modes: &[Mode], errors: &mut Errors) -> Option<usize> {
    let name = path.segments.last()?.ident.to_string();
    let found = modes.iter().position(|mode| mode.name() == name);
    if found.is_none() {
        let names = modes.iter().map(Mode::name).collect::<Vec<_>>();
        let message = if names == [""] {
            let declare = format!("declare it: `#[mux_server(modes(FirstMode, {name}))]`");
            help(format!("unknown mode `{name}`"), declare)
        } else {
            unknown("mode", &name, names.iter().map(String::as_str))
        };
        errors.at(path, message);
    }
    found
}
