//! The parameters of a handler: the context, the mode's data, and pieces of the message.

use syn::{Attribute, Expr, Ident, Meta, Pat, PatType, Type, ext::IdentExt};

use super::{
    Mode, Model,
    handler::{Framing, Grammar, Handler},
    signature,
};
use crate::{
    diag::{Errors, help},
    types::{self, Run},
};

/// One argument of the call.
pub(crate) enum Argument {
    Cx,
    /// The mode's value, borrowed or taken, under the user's name.
    Mode {
        taken: bool,
        ty: Box<Type>,
        name: Option<Ident>,
    },
    /// The parameter with this index.
    Parameter(usize),
    /// What follows the line.
    Body,
}

/// What is read from the message.
pub(crate) struct Parameter {
    /// Its name; none for `_`.
    pub(crate) ident: Option<Ident>,
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
    Words(Run),
    /// What is left of the line.
    Rest(Run),
    /// As a parser, or the declaration of a message, gives it.
    Parsed,
}

impl Read {
    /// Whether nothing of the message is left behind it.
    pub(crate) fn takes_all(self) -> bool {
        matches!(self, Read::Words(_) | Read::Rest(_))
    }
}

/// So many bytes behind the line.
pub(crate) struct Body {
    pub(crate) length: Expr,
    pub(crate) run: Run,
    /// Whether no line's end follows it.
    pub(crate) bare: bool,
}

impl Parameter {
    pub(crate) fn name(&self) -> String {
        self.ident.as_ref().map_or_else(|| "value".to_owned(), |ident| ident.unraw().to_string())
    }

    /// Its name as it is told to people: without what only the compiler wants to see.
    pub(crate) fn told_name(&self) -> String {
        self.name().trim_start_matches('_').to_owned()
    }

    /// How it stands in a usage line.
    pub(crate) fn usage(&self) -> String {
        let name = self.told_name();
        match (self.read, self.optional) {
            (Read::Words(_), _) => format!("[{name}...]"),
            (Read::Rest(_), _) => format!("<{name}...>"),
            (_, true) => format!("[{name}]"),
            (_, false) => format!("<{name}>"),
        }
    }
}

/// Reads one parameter of `handler`.
pub(super) fn read(
    typed: &PatType,
    marks: &[Attribute],
    handler: &mut Handler,
    model: &Model,
    errors: &mut Errors,
) {
    let ty = &*typed.ty;
    if signature::is_context(ty, "Cx", &model.self_ty, errors) {
        if handler.arguments.iter().any(|argument| matches!(argument, Argument::Cx)) {
            errors.at(ty, help("a handler takes the context once", "remove this parameter"));
        }
        check_unmarked(marks, errors);
        handler.arguments.push(Argument::Cx);
        return;
    }
    let referent = types::reference(ty).map_or(ty, |reference| &reference.elem);
    if types::is_named(referent, "Closing") {
        let message =
            help("`Closing` is the context of `#[on(close)]`", "write `&mut Cx<'_, Self>`");
        errors.at(ty, message);
        return;
    }
    let name = match &*typed.pat {
        Pat::Ident(pat) => Some(pat.ident.clone()),
        Pat::Wild(_) => None,
        pat => {
            let message = help(
                "a parameter that is read from the message must be a plain name",
                "take it apart in the method's body",
            );
            errors.at(pat, message);
            return;
        }
    };
    if let Some(mode) = mode_of(ty, &model.modes) {
        if handler.arguments.iter().any(|argument| matches!(argument, Argument::Mode { .. })) {
            errors.at(ty, help("a handler takes its mode once", "remove this parameter"));
        }
        check_unmarked(marks, errors);
        if mode != handler.mode {
            let (here, there) = (model.modes[handler.mode].name(), model.modes[mode].name());
            let message = help(
                format!("this handler runs in mode `{here}`, so there is no `{there}` to pass"),
                format!("`mode = {there}`"),
            );
            errors.at(ty, message);
        }
        let taken = types::reference(ty).is_none();
        handler.arguments.push(Argument::Mode { taken, ty: typed.ty.clone(), name });
        return;
    }
    for cfg in typed.attrs.iter().filter(|attr| attr.path().is_ident("cfg")) {
        errors.at(cfg, help("a parameter cannot be under `cfg`", "put it on the whole method"));
    }
    if handler.body.is_some() && marks.iter().all(|mark| !mark.path().is_ident("body")) {
        let message = help(
            "the body follows the line, so what is read from the line stands before it",
            format!("move `{}` before the body", typed_name(name.as_ref())),
        );
        errors.at(ty, message);
    }
    if let Some(mark) = marks.iter().find(|mark| mark.path().is_ident("body")) {
        for other in marks.iter().filter(|other| !std::ptr::eq(*other, mark)) {
            let message = help("a body has one attribute: `#[body(…)]`", "remove this one");
            errors.at(other, message);
        }
        read_body(mark, ty, handler, errors);
        return;
    }
    let (read, optional) = read_piece(ty, marks, handler, errors);
    handler.arguments.push(Argument::Parameter(handler.parameters.len()));
    handler.parameters.push(Parameter { ident: name, ty: ty.clone(), read, optional });
}

/// What is not read from the message has no use for our attributes.
pub(super) fn check_unmarked(marks: &[Attribute], errors: &mut Errors) {
    for mark in marks {
        let name = types::to_text(mark.path());
        errors.at(mark, help(format!("`#[{name}]` is for what is read from a line"), "remove it"));
    }
}

/// The index of the mode whose value a parameter of this type is.
pub(super) fn mode_of(ty: &Type, modes: &[Mode]) -> Option<usize> {
    let inner = types::reference(ty).map_or(ty, |reference| &reference.elem);
    modes.iter().position(|mode| mode.path.is_some() && types::is_named(inner, &mode.name()))
}

fn read_body(mark: &Attribute, ty: &Type, handler: &mut Handler, errors: &mut Errors) {
    if !matches!(handler.framing, Framing::Line) {
        let message = help(
            "`#[body]` follows a line: it is only for `#[line]` handlers",
            "take the whole frame as a parameter, or make a mode for it with `#[bytes(…)]`",
        );
        errors.at(mark, message);
        return;
    }
    if handler.body.is_some() {
        let message = help("a line has one body", "take it in one piece, and cut it in the method");
        errors.at(mark, message);
        return;
    }
    let Some((length, bare)) = body_options(mark, errors) else { return };
    let Some(run) = types::reference(ty).and_then(|reference| types::run(&reference.elem)) else {
        let message = help("a body borrows the input buffer", "take `&[u8]` or `&str`");
        return errors.at(ty, message);
    };
    check_reference(ty, errors);
    handler.arguments.push(Argument::Body);
    handler.body = Some(Body { length, run, bare });
}

/// The length of a body, and whether it is bare.
fn body_options(mark: &Attribute, errors: &mut Errors) -> Option<(Expr, bool)> {
    match &mark.meta {
        Meta::List(list) if !list.tokens.is_empty() => {}
        _ => {
            let message = help(
                "`#[body]` needs the number of bytes",
                "`#[body(length)]`, where `length` is a parameter before it",
            );
            errors.at(mark, message);
            return None;
        }
    }
    let parse = |input: syn::parse::ParseStream<'_>| {
        let length = input.parse::<Expr>()?;
        let mut bare = false;
        if input.parse::<Option<syn::Token![,]>>()?.is_some() && !input.is_empty() {
            let word = input.parse::<Ident>()?;
            if word != "bare" {
                let message = crate::diag::unknown("`#[body]` option", &word.to_string(), ["bare"]);
                return Err(syn::Error::new_spanned(word, message));
            }
            bare = true;
            input.parse::<Option<syn::Token![,]>>()?;
        }
        if !input.is_empty() {
            let form = "`#[body(length)]` or `#[body(length, bare)]`";
            return Err(input.error(help("expected the end of `#[body(…)]`", form)));
        }
        Ok((length, bare))
    };
    mark.parse_args_with(parse).map_err(|error| errors.push(error)).ok()
}

/// A parameter's name, for messages.
fn typed_name(name: Option<&Ident>) -> String {
    name.map_or_else(|| "_".to_owned(), ToString::to_string)
}

/// Refuses what is known not to be a message; of the rest the compiler tells.
pub(super) fn check_message(ty: &Type, errors: &mut Errors) {
    const NONE: [&str; 4] = ["Vec", "String", "Option", "Words"];
    if types::reference(ty).is_some() {
        let message = help(
            "a frame that is borrowed is `&[u8]` or `&str`",
            "take a message by value, without the `&`: what is in it may borrow",
        );
        errors.at(ty, message);
    } else if NONE.iter().any(|name| types::is_named(ty, name)) {
        let message = help(
            format!("a frame is not read into `{}`", types::to_text(ty)),
            "take `&[u8]`, `&str`, or a message that derives `MuxMessage`, or read it with `parser = …`",
        );
        errors.at(ty, message);
    }
}

pub(super) fn check_concrete(ty: &Type, errors: &mut Errors) {
    if matches!(types::ungroup(ty), Type::ImplTrait(_)) {
        errors.at(ty, help("a parameter needs a concrete type", "name the type"));
    }
}

/// How a parameter is read, and whether it may be missing.
fn read_piece(
    ty: &Type,
    marks: &[Attribute],
    handler: &Handler,
    errors: &mut Errors,
) -> (Read, bool) {
    if matches!(handler.grammar, Grammar::Parser(_)) {
        for mark in marks {
            let message = help(
                "`#[rest]` is for words: here the parser says what the parameter is",
                "remove it",
            );
            errors.at(mark, message);
        }
        check_concrete(ty, errors);
        return (Read::Parsed, false);
    }
    if matches!(handler.framing, Framing::Line | Framing::Words) {
        return read_words(ty, marks, handler, errors);
    }
    for mark in marks {
        errors.at(mark, help("`#[rest]` is for lines: here the message is whole", "remove it"));
    }
    check_concrete(ty, errors);
    let run = types::reference(ty).and_then(|reference| types::run(&reference.elem));
    check_reference(ty, errors);
    (run.map_or(Read::Parsed, Read::Run), false)
}

fn read_words(
    ty: &Type,
    marks: &[Attribute],
    handler: &Handler,
    errors: &mut Errors,
) -> (Read, bool) {
    if let Some(rest) = marks.first() {
        for again in &marks[1..] {
            errors.at(again, help("`#[rest]` is given twice", "remove this one"));
        }
        if matches!(handler.framing, Framing::Words) {
            let message = help(
                "`#[rest]` is for lines: a frame is made of words",
                "take `Words<'_>`, or `Words<'_, [u8]>`",
            );
            errors.at(rest, message);
        }
        return (read_rest(ty, rest, errors), false);
    }
    if types::is_named(ty, "Words") {
        let bytes =
            types::type_arguments(ty).first().is_some_and(|of| types::run(of) == Some(Run::Bytes));
        return (Read::Words(if bytes { Run::Bytes } else { Run::Text }), true);
    }
    if let Some(inner) = types::option(ty) {
        return (read_word(inner, errors), true);
    }
    (read_word(ty, errors), false)
}

fn read_rest(ty: &Type, mark: &Attribute, errors: &mut Errors) -> Read {
    if !matches!(mark.meta, Meta::Path(_)) {
        errors.at(mark, help("`#[rest]` takes no options", "write `#[rest]`"));
    }
    match types::reference(ty).and_then(|reference| types::run(&reference.elem)) {
        Some(run) => {
            check_reference(ty, errors);
            Read::Rest(run)
        }
        None => {
            let message = help(
                "`#[rest]` is the rest of the line as it is: `&str` or `&[u8]`",
                "for a list of words write `Words<'_>`, without an attribute",
            );
            errors.at(ty, message);
            Read::Value
        }
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
    match types::run(&reference.elem) {
        Some(run) => {
            check_reference(ty, errors);
            Read::Run(run)
        }
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
pub(super) fn check(handler: &Handler, errors: &mut Errors) {
    let mut optional = false;
    let last = handler.parameters.len().saturating_sub(1);
    for (at, parameter) in handler.parameters.iter().enumerate() {
        let takes_all = parameter.read.takes_all();
        if takes_all && at != last {
            let words = matches!(parameter.read, Read::Words(_));
            let what = if words { "`Words`" } else { "`#[rest]`" };
            let message = help(
                format!(
                    "{what} takes all that is left of the line, so it must be the last parameter"
                ),
                format!("move `{}` to the end", parameter.name()),
            );
            errors.at(&parameter.ty, message);
        }
        if optional && !parameter.optional && !takes_all && parameter.read != Read::Parsed {
            let message = help(
                format!(
                    "`{}` is required and follows one that may be missing: nothing would tell which of them is there",
                    parameter.name()
                ),
                "put it before the optional ones",
            );
            errors.at(&parameter.ty, message);
        }
        optional |= parameter.optional && !takes_all;
    }
}
