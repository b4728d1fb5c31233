//! Handlers of messages: a word or a parser, and a parameter list that is the grammar.

use syn::{Attribute, Expr, FnArg, LitStr, Meta, Pat, PatType, Type, spanned::Spanned};

use super::{
    Called, Mode, Model, find_mode,
    signature::{self, SelfKind},
};
use crate::{
    diag::{Errors, help},
    options::{Kind, Options},
    syntax::Method,
    types::{self, Run},
};

const OPTIONS: [(&str, Kind); 2] = [("parser", Kind::Expr), ("mode", Kind::Path)];

/// The longest command word, in bytes.
const WORD_MAX: usize = 64;

/// A method that takes messages.
pub(crate) struct Handler {
    pub(crate) called: Called,
    pub(crate) doc: String,
    /// The index of the mode in which it runs.
    pub(crate) mode: usize,
    /// The word that picks it.
    pub(crate) word: Option<LitStr>,
    pub(crate) grammar: Grammar,
    /// What it is called with, after `self`.
    pub(crate) arguments: Vec<Argument>,
    /// What is read from the message, in order.
    pub(crate) parameters: Vec<Parameter>,
}

/// How the message becomes parameters.
pub(crate) enum Grammar {
    /// The one parameter, if there is one, is the whole line.
    Whole,
    /// Each parameter is read from words.
    Words,
    /// A nom parser; its output is the parameter, or the tuple of them.
    Parser(Box<Expr>),
}

/// One argument of the call.
pub(crate) enum Argument {
    Cx,
    /// The mode's value, borrowed or taken.
    Mode {
        taken: bool,
    },
    /// The parameter with this index.
    Parameter(usize),
}

/// What is read from the message.
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) read: Read,
    pub(crate) optional: bool,
}

/// How a parameter is read from words.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    /// One word, as it is.
    Run(Run),
    /// One word, by `FromArg`.
    Value,
    /// All words that are left.
    Words,
    /// What is left of the line.
    Rest(Run),
    /// As the parser gives it.
    Parsed,
}

impl Handler {
    /// How it is called, `/msg <to> <text...>`.
    pub(crate) fn usage(&self) -> String {
        let parameters = self.parameters.iter().map(|parameter| {
            let name = parameter.name.trim_start_matches('_');
            match (parameter.read, parameter.optional) {
                (Read::Words, _) => format!("[{name}...]"),
                (Read::Rest(_), _) => format!("<{name}...>"),
                (_, true) => format!("[{name}]"),
                (_, false) => format!("<{name}>"),
            }
        });
        let word = self.word.iter().map(LitStr::value);
        word.chain(parameters).collect::<Vec<_>>().join(" ")
    }
}

/// Reads a method with `#[line]`.
pub(super) fn read(
    mark: &Attribute,
    method: &Method,
    model: &Model,
    errors: &mut Errors,
) -> Option<Handler> {
    let mut options = match &mark.meta {
        Meta::Path(_) => Options::default(),
        Meta::List(list) => Options::parse(list.tokens.clone(), "line", &OPTIONS, errors),
        Meta::NameValue(meta) => {
            errors.at(
                meta,
                help("`#[line]` takes its options in parentheses", "`#[line(\"WORD\")]`"),
            );
            return None;
        }
    };
    let word = word(&options.words, errors);
    let parser = options.expr("parser");
    let mode = match options.path("mode") {
        Some(path) => find_mode(&path, &model.modes, errors)?,
        None => 0,
    };
    check_receiver(method, errors);
    let mut handler = Handler {
        called: Called::read(method),
        doc: method.doc(),
        mode,
        word,
        grammar: match parser {
            Some(parser) => Grammar::Parser(Box::new(parser)),
            None => Grammar::Words,
        },
        arguments: Vec::new(),
        parameters: Vec::new(),
    };
    for (input, marks) in method.sig.inputs.iter().zip(&method.parameter_marks) {
        if let FnArg::Typed(typed) = input {
            read_parameter(typed, marks, &mut handler, model, errors);
        }
    }
    check_parameters(&handler, errors);
    let whole = match handler.parameters.as_slice() {
        [] => true,
        [only] => matches!(only.read, Read::Run(_)) && !only.optional,
        _ => false,
    };
    if whole && handler.word.is_none() && matches!(handler.grammar, Grammar::Words) {
        handler.grammar = Grammar::Whole;
    }
    Some(handler)
}

/// The one command word of an attribute.
fn word(words: &[LitStr], errors: &mut Errors) -> Option<LitStr> {
    let (word, more) = words.split_first()?;
    if let Some(second) = more.first() {
        let message = help(
            "one handler takes one command word",
            "write a second method that calls this one, or read both words with a nom parser: `#[line(parser = alt(…))]`",
        );
        errors.at(second, message);
    }
    let text = word.value();
    if text.is_empty() {
        errors.at(
            word,
            help("a command word cannot be empty", "for every other line write `#[line]`"),
        );
    } else if text.contains(char::is_whitespace) {
        let first = text.split_whitespace().next().unwrap_or_default();
        let message = help(
            format!("a command word cannot contain blanks: {text:?} is compared with one word"),
            format!(
                "match the first word and read the rest with a nom parser: `#[line({first:?}, parser = …)]`"
            ),
        );
        errors.at(word, message);
    } else if text.len() > WORD_MAX {
        errors.at(word, format!("a command word has at most {WORD_MAX} bytes"));
    }
    Some(word.clone())
}

fn check_receiver(method: &Method, errors: &mut Errors) {
    let name = &method.sig.ident;
    match signature::receiver(method) {
        Some((_, SelfKind::Mut)) => {}
        Some((receiver, _)) => {
            let message = help(
                format!("handler `{name}` must take `&mut self`"),
                "the connection's state stays in the engine; a handler borrows it",
            );
            errors.at(receiver, message);
        }
        None => {
            let message =
                format!("handler `{name}` must be a method: its first parameter is `&mut self`");
            errors.at(name, message);
        }
    }
}

/// Reads one parameter: the context, a mode, or a piece of the message.
fn read_parameter(
    typed: &PatType,
    marks: &[Attribute],
    handler: &mut Handler,
    model: &Model,
    errors: &mut Errors,
) {
    let ty = &*typed.ty;
    if signature::is_context(ty, "Cx", &model.self_ty, errors) {
        if handler.arguments.iter().any(|argument| matches!(argument, Argument::Cx)) {
            errors.at(ty, "a handler takes the context once");
        }
        handler.arguments.push(Argument::Cx);
        return;
    }
    if let Some(mode) = mode_of(ty, &model.modes) {
        if mode != handler.mode {
            let (here, there) = (model.modes[handler.mode].name(), model.modes[mode].name());
            let message = help(
                format!("this handler runs in mode `{here}`, so there is no `{there}` to pass"),
                format!("`mode = {there}`"),
            );
            errors.at(ty, message);
        }
        handler.arguments.push(Argument::Mode { taken: types::reference(ty).is_none() });
        return;
    }
    let read = match &handler.grammar {
        Grammar::Parser(_) => {
            for mark in marks {
                let message = help(
                    "`#[rest]` is for words: here the parser says what the parameter is",
                    "remove it",
                );
                errors.at(mark, message);
            }
            check_concrete(ty, errors);
            (Read::Parsed, false)
        }
        _ => read_words(ty, marks, errors),
    };
    let name = match &*typed.pat {
        Pat::Ident(pat) => pat.ident.to_string(),
        Pat::Wild(_) => "value".to_owned(),
        pat => {
            let message = help(
                "a parameter that is read from the message must be a plain name",
                "take it apart in the method's body",
            );
            errors.at(pat, message);
            return;
        }
    };
    for cfg in typed.attrs.iter().filter(|attr| attr.path().is_ident("cfg")) {
        errors.at(cfg, help("a parameter cannot be under `cfg`", "put it on the whole method"));
    }
    handler.arguments.push(Argument::Parameter(handler.parameters.len()));
    handler.parameters.push(Parameter { name, ty: ty.clone(), read: read.0, optional: read.1 });
}

/// The index of the mode whose value a parameter of this type is.
fn mode_of(ty: &Type, modes: &[Mode]) -> Option<usize> {
    let inner = types::reference(ty).map_or(ty, |reference| &reference.elem);
    modes.iter().position(|mode| mode.path.is_some() && types::is_named(inner, &mode.name()))
}

fn check_concrete(ty: &Type, errors: &mut Errors) {
    if matches!(types::ungroup(ty), Type::ImplTrait(_)) {
        errors.at(ty, help("a parameter needs a concrete type", "name the type"));
    }
}

/// How a parameter of a handler without a parser is read, and whether it may be missing.
fn read_words(ty: &Type, marks: &[Attribute], errors: &mut Errors) -> (Read, bool) {
    if let Some(rest) = marks.first() {
        check_mark(rest, errors);
        return match types::reference(ty).and_then(|reference| types::run(&reference.elem)) {
            Some(run) => {
                check_reference(ty, errors);
                (Read::Rest(run), false)
            }
            None => {
                let message = help(
                    "`#[rest]` is the rest of the line as it is: `&str` or `&[u8]`",
                    "for a list of words write `Words<'_>`, without an attribute",
                );
                errors.at(ty, message);
                (Read::Value, false)
            }
        };
    }
    if types::is_named(ty, "Words") {
        return (Read::Words, true);
    }
    if let Some(inner) = types::option(ty) {
        return (read_word(inner, errors), true);
    }
    (read_word(ty, errors), false)
}

fn check_mark(mark: &Attribute, errors: &mut Errors) {
    if !matches!(mark.meta, Meta::Path(_)) {
        errors.at(mark, "`#[rest]` takes no options");
    }
}

fn read_word(ty: &Type, errors: &mut Errors) -> Read {
    check_concrete(ty, errors);
    if types::is_named(ty, "Vec") {
        let words = types::type_arguments(ty).first().is_some_and(|item| {
            types::reference(item).is_some_and(|item| types::run(&item.elem).is_some())
                || types::is_named(item, "String")
        });
        if words {
            let message = help(
                "a list of words is not gathered in a `Vec`",
                "take `Words<'_>`: it goes through them without allocating",
            );
            errors.at(ty, message);
        }
        return Read::Value;
    }
    let Some(reference) = types::reference(ty) else { return Read::Value };
    check_reference(ty, errors);
    match types::run(&reference.elem) {
        Some(run) => Read::Run(run),
        None => {
            let message = help(
                "a word that is borrowed from the line is `&str` or `&[u8]`",
                "take the value itself if it is `FromStr`, or read it with a nom parser: `parser = …`",
            );
            errors.at(ty, message);
            Read::Value
        }
    }
}

fn check_reference(ty: &Type, errors: &mut Errors) {
    let Some(reference) = types::reference(ty) else { return };
    if let Some(lifetime) = reference.lifetime.as_ref().filter(|name| name.ident == "static") {
        let message = help(
            "the message borrows the input buffer, which is used again: it cannot be `'static`",
            "drop `'static`, and copy what you keep",
        );
        errors.at(lifetime, message);
    }
    if reference.mutability.is_some() {
        let message = help(
            "the message borrows the input buffer, which cannot be changed",
            "take `&str` or `&[u8]`, and copy what you want to change",
        );
        errors.at(ty, message);
    }
}

/// What holds between the parameters.
fn check_parameters(handler: &Handler, errors: &mut Errors) {
    let mut optional = false;
    let last = handler.parameters.len().saturating_sub(1);
    for (at, parameter) in handler.parameters.iter().enumerate() {
        let takes_all = matches!(parameter.read, Read::Words | Read::Rest(_));
        if takes_all && at != last {
            let what = if parameter.read == Read::Words { "`Words`" } else { "`#[rest]`" };
            let message = help(
                format!(
                    "{what} takes all that is left of the line, so it must be the last parameter"
                ),
                format!("move `{}` to the end", parameter.name),
            );
            errors.push(syn::Error::new(parameter.ty.span(), message));
        }
        if optional && !parameter.optional && !takes_all && parameter.read != Read::Parsed {
            let message = help(
                format!(
                    "`{}` is required and follows one that may be missing: nothing would tell which of them is there",
                    parameter.name
                ),
                "put it before the optional ones",
            );
            errors.at(&parameter.ty, message);
        }
        optional |= parameter.optional;
    }
}
