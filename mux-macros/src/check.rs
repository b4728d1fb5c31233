//! What cannot be right in a block whose every part is: checked only when nothing else is wrong.

use std::collections::HashMap;

use quote::ToTokens;
use syn::LitStr;

use crate::{
    diag::{Errors, help},
    model::{Framing, Grammar, Handler, Mode, Model},
    types,
};

/// Refuses what can never run, or could never read.
pub(crate) fn protocol(model: &Model, errors: &mut Errors) {
    events_once(model, errors);
    if model.handlers.is_empty() {
        no_input(model, errors);
        return;
    }
    for mode in 0..model.modes.len() {
        let handlers = model.handlers.iter().filter(|handler| handler.mode == mode);
        let handlers = handlers.collect::<Vec<_>>();
        if !one_framing(model, &handlers, errors) {
            continue;
        }
        words_once(&handlers, model.ignore_case, errors);
        parsers_once(&handlers, errors);
        one_catch_all(&handlers, errors);
    }
    framing_used(model, errors);
    modes(model, errors);
}

/// A framing that cuts nothing was meant for something.
fn framing_used(model: &Model, errors: &mut Errors) {
    let used = model.handlers.iter().any(|handler| matches!(handler.framing, Framing::Words));
    if let (Some(framing), false) = (&model.framing, used) {
        let message = help(
            "no method takes the frames of this framing",
            "mark those that do `#[frame(\"WORD\")]`, or leave `framing` out",
        );
        errors.at(framing, message);
    }
}

fn no_input(model: &Model, errors: &mut Errors) {
    let name = types::to_text(&model.self_ty);
    let message = if model.events.is_empty() && model.hooks.is_empty() {
        "this `#[mux_server]` block handles no input".to_owned()
    } else {
        format!("`{name}` handles no input, so all that a client sends would be dropped")
    };
    errors.at(
        &model.self_ty,
        help(message, "mark at least one method `#[line]` or `#[line(\"WORD\")]`"),
    );
}

fn events_once(model: &Model, errors: &mut Errors) {
    let events = model.events.iter().map(|event| ("on", &event.name, &event.called));
    let hooks = model.hooks.iter().map(|hook| ("hook", &hook.name, &hook.called));
    let mut seen = HashMap::new();
    for (attribute, name, called) in events.chain(hooks) {
        if !called.cfgs.is_empty() {
            continue;
        }
        if let Some(first) = seen.insert((attribute, name.to_string()), &called.name) {
            let message = format!("`#[{attribute}({name})]` is already handled by `{first}`");
            errors.at(name, help(message, "make one method of the two"));
            errors.at(first, "the first handler is here");
        }
    }
}

/// All handlers of one mode must agree on how messages are cut.
fn one_framing(model: &Model, handlers: &[&Handler], errors: &mut Errors) -> bool {
    let Some((first, others)) = handlers.split_first() else { return true };
    for other in others {
        let agree = match (&first.framing, &other.framing) {
            (Framing::Line, Framing::Line)
            | (Framing::Words, Framing::Words)
            | (Framing::Stream, Framing::Stream)
            | (Framing::Chunk(_), Framing::Chunk(_))
            | (Framing::Input, Framing::Input) => true,
            (Framing::Prefix(one), Framing::Prefix(another)) => one == another,
            (Framing::Until(one), Framing::Until(another))
            | (Framing::Bytes(one), Framing::Bytes(another)) => {
                types::to_text(one) == types::to_text(another)
            }
            _ => false,
        };
        if agree {
            continue;
        }
        let mode = match model.modes[first.mode].name() {
            name if name.is_empty() => "the protocol".to_owned(),
            name => format!("mode `{name}`"),
        };
        let message = help(
            format!("{mode} is framed in two ways: nothing would tell where a message ends"),
            "give all handlers of a mode the same framing, or put this one into a mode of its own: `mode = M`",
        );
        errors.at(&other.mark, message);
        errors.at(&first.mark, "it is framed this way here");
        return false;
    }
    true
}

fn words_once(handlers: &[&Handler], ignore_case: bool, errors: &mut Errors) {
    let mut seen = HashMap::<String, &LitStr>::new();
    for handler in handlers.iter().filter(|handler| handler.called.cfgs.is_empty()) {
        let Some(word) = &handler.word else { continue };
        let text = word.value();
        let key = if ignore_case { text.to_ascii_uppercase() } else { text.clone() };
        let Some(first) = seen.get(&key) else {
            seen.insert(key, word);
            continue;
        };
        let same = if first.value() == text {
            String::new()
        } else {
            format!(" (with `ignore_case` it equals {:?})", first.value())
        };
        let message = format!("command {text:?} is handled twice{same}");
        errors.at(word, help(message, "make one method of the two, or choose another word"));
        errors.at(first, "it is first handled here");
    }
}

fn parsers_once(handlers: &[&Handler], errors: &mut Errors) {
    let mut seen = HashMap::<String, &Handler>::new();
    for handler in handlers.iter().filter(|handler| handler.called.cfgs.is_empty()) {
        let (what, tokens) = match (&handler.grammar, handler.parameters.as_slice()) {
            (Grammar::Parser(parser), _) if handler.word.is_none() => {
                ("has the same parser", parser.to_token_stream())
            }
            (Grammar::Message, [message]) => {
                ("takes the same message", types::elided(&message.ty).to_token_stream())
            }
            _ => continue,
        };
        if let Some(first) = seen.insert(types::to_text(&tokens), handler) {
            let (name, first) = (&handler.called.name, &first.called.name);
            let message = help(
                format!("`{name}` can never run: `{first}` above {what}"),
                "take one of them out",
            );
            errors.at(tokens, message);
        }
    }
}

fn one_catch_all(handlers: &[&Handler], errors: &mut Errors) {
    let mut first = None::<&Handler>;
    for handler in handlers.iter().filter(|handler| handler.called.cfgs.is_empty()) {
        if !handler.is_catch_all() {
            continue;
        }
        match first {
            None => first = Some(handler),
            Some(first) => {
                let name = &handler.called.name;
                let (every, hint) = match handler.framing {
                    Framing::Chunk(_) | Framing::Input => {
                        ("all that comes", "put it into a mode of its own: `mode = M`")
                    }
                    Framing::Line | Framing::Words => {
                        ("every other message", "give it a command word or a parser")
                    }
                    _ => ("every other message", "give it a parser, or have it take a message"),
                };
                let message =
                    help(format!("two handlers take {every}: `{name}` can never run"), hint);
                errors.at(name, message);
                errors.at(&first.called.name, "this one runs first");
            }
        }
    }
}

/// Every mode must be entered, and must handle something.
fn modes(model: &Model, errors: &mut Errors) {
    if model.modes.len() == 1 {
        return;
    }
    let handled = |at| model.handlers.iter().any(|handler| handler.mode == at);
    for (at, mode) in model.modes.iter().enumerate() {
        let name = mode.name();
        if !handled(at) {
            let message = help(
                format!(
                    "mode `{name}` has no handler, so a connection in it could never read again"
                ),
                format!("add one: `#[line(mode = {name})]`"),
            );
            errors.at(&mode.path, message);
        }
    }
    if !handled(0) {
        // Then no other mode is entered either, which is the same mistake.
        return;
    }
    let entered = reachable(model);
    for (at, mode) in model.modes.iter().enumerate() {
        if !entered[at] && handled(at) {
            let name = mode.name();
            let message = help(
                format!("mode `{name}` is never entered"),
                format!(
                    "a handler that runs in `{}`, or in a mode that is reached from it, must return it by this name, not by an alias: `-> {name}` or `-> Option<{name}>`",
                    model.modes[0].name()
                ),
            );
            errors.at(&mode.path, message);
        }
    }
}

/// Which modes can be reached from the first.
fn reachable(model: &Model) -> Vec<bool> {
    let mut entered = vec![false; model.modes.len()];
    let mut left = vec![0];
    for event in &model.events {
        left.extend(returned(event.called.output.as_ref(), &model.modes));
    }
    while let Some(mode) = left.pop() {
        if std::mem::replace(&mut entered[mode], true) {
            continue;
        }
        for handler in model.handlers.iter().filter(|handler| handler.mode == mode) {
            left.extend(returned(handler.called.output.as_ref(), &model.modes));
        }
    }
    entered
}

/// The modes that a return type names.
pub(crate) fn returned(output: Option<&syn::Type>, modes: &[Mode]) -> Vec<usize> {
    let Some(output) = output else { return Vec::new() };
    let mut found = Vec::new();
    let mut left = vec![output];
    while let Some(ty) = left.pop() {
        found.extend(
            modes.iter().position(|mode| mode.path.is_some() && types::is_named(ty, &mode.name())),
        );
        left.extend(types::type_arguments(ty));
        if let syn::Type::Tuple(tuple) = types::ungroup(ty) {
            left.extend(&tuple.elems);
        }
    }
    found
}
