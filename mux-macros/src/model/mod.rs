//! What a block means: its options, modes, handlers of messages, events and hooks.

mod event;
mod handler;
mod parameter;
pub(crate) mod signature;

use proc_macro2::{Span, TokenStream};
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
    let any = || Ident::new("any", Span::call_site());
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
    own_lifetimes(
        &mut model.shared,
        "the shared value cannot borrow: it lives as long as the server",
        errors,
    );
    check_parameters(&mut model.generics, errors);
    for method in block.methods() {
        read_method(method, &mut model, errors);
    }
    model
}

/// Refuses a type that borrows, and makes of it one that does not, so that the compiler has
/// nothing to add.
fn own_lifetimes(ty: &mut Type, message: &str, errors: &mut Errors) {
    struct Lifetimes<'e>(&'e str, &'e mut Errors);
    impl syn::visit_mut::VisitMut for Lifetimes<'_> {
        fn visit_lifetime_mut(&mut self, lifetime: &mut syn::Lifetime) {
            if lifetime.ident != "static" {
                self.1.at(&*lifetime, help(self.0, "own the data"));
                *lifetime = syn::Lifetime::new("'static", lifetime.span());
            }
        }

        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            if reference.lifetime.is_none() {
                self.1.at(&*reference, help(self.0, "own the data"));
                reference.lifetime = Some(syn::Lifetime::new("'static", Span::call_site()));
            }
            syn::visit_mut::visit_type_reference_mut(self, reference);
        }

        fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {
            // Its lifetimes are its own.
        }
    }
    syn::visit_mut::VisitMut::visit_type_mut(&mut Lifetimes(message, errors), ty);
}

/// Refuses type parameters that may borrow. One with a bound that is not known here may be
/// `'static` by it; what is generated says so in any case, so that the compiler has less to add.
fn check_parameters(generics: &mut Generics, errors: &mut Errors) {
    let clause = generics.where_clause.clone();
    for parameter in generics.type_params_mut() {
        let name = &parameter.ident;
        let mut bounds = parameter.bounds.iter().collect::<Vec<_>>();
        for predicate in clause.iter().flat_map(|clause| &clause.predicates) {
            if let syn::WherePredicate::Type(predicate) = predicate
                && *name == types::to_text(&predicate.bounded_ty)
            {
                bounds.extend(&predicate.bounds);
            }
        }
        if bounds.iter().all(|bound| types::is_free_bound(bound)) {
            let hint = match parameter.bounds.is_empty() {
                true => format!("`{name}: 'static`"),
                false => "add `+ 'static`".to_owned(),
            };
            let message = format!(
                "`{name}` may borrow, and a connection's type cannot: it lives as long as the connection"
            );
            errors.at(name, help(message, hint));
        }
        let is_static = |bound: &&syn::TypeParamBound| match bound {
            syn::TypeParamBound::Lifetime(lifetime) => lifetime.ident == "static",
            _ => false,
        };
        if !bounds.iter().any(is_static) {
            parameter.bounds.push(syn::parse_quote!('static));
        }
    }
}

fn modes(options: &mut Options, errors: &mut Errors) -> Vec<Mode> {
    let Some((key, paths)) = options.paths("modes") else { return vec![Mode { path: None }] };
    if paths.is_empty() {
        errors.at(key, help("`modes()` is empty", "leave it out for a single mode"));
        return vec![Mode { path: None }];
    }
    let mut modes = Vec::<Mode>::new();
    for path in paths {
        let mut ty = Type::Path(syn::TypePath { attrs: Vec::new(), qself: None, path });
        own_lifetimes(&mut ty, "a mode cannot borrow: it lasts longer than one message", errors);
        let Type::Path(syn::TypePath { path, .. }) = ty else { continue };
        let mode = Mode { path: Some(path) };
        let Some(other) = modes.iter().find(|other| other.name() == mode.name()) else {
            modes.push(mode);
            continue;
        };
        let name = mode.name();
        let message = if types::to_text(&other.path) == types::to_text(&mode.path) {
            help(format!("mode `{name}` is listed twice"), "remove this one")
        } else {
            help(
                format!(
                    "two modes are called `{name}`: they are told apart by the last word of their types"
                ),
                "give one of them another name",
            )
        };
        errors.at(&mode.path, message);
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
        let event = event::read_event(mark, method, model, errors);
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
