//! Events of a connection, and Net::Server's hooks of a connection.

use proc_macro2::TokenStream;
use syn::{Attribute, FnArg, Ident, Meta, Type, ext::IdentExt};

use super::{
    Called, Model, parameter,
    signature::{self, SelfKind},
};
use crate::{
    diag::{Errors, help, unknown},
    syntax::Method,
    types::{self, Run},
};

/// What an event or hook looks like.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    receives: &'static [Receives],
    arguments: &'static [EventArgument],
    expected: &'static str,
}

/// What an event's method takes as `self`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Receives {
    Nothing,
    Mut,
    Value,
}

/// What an event's method can be given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventArgument {
    Cx,
    Closing,
    Why,
    Rest,
    Malformed,
    /// What other threads send; of any type.
    Message,
}

/// `connect` may also be a method, of a session that is `Default`.
pub(crate) const EVENTS: [Shape; 8] = [
    Shape {
        name: "connect",
        receives: &[Receives::Nothing, Receives::Mut],
        arguments: &[EventArgument::Cx],
        expected: "fn(cx: &mut Cx<'_, Self>) -> Self",
    },
    Shape {
        name: "eof",
        receives: &[Receives::Mut],
        arguments: &[EventArgument::Cx, EventArgument::Rest],
        expected: "fn(&mut self, cx: &mut Cx<'_, Self>, rest: &[u8])",
    },
    Shape {
        name: "close",
        receives: &[Receives::Value],
        arguments: &[EventArgument::Closing, EventArgument::Why],
        expected: "fn(self, cx: &mut Closing<'_, Self>, why: CloseReason)",
    },
    Shape {
        name: "timeout",
        receives: &[Receives::Mut],
        arguments: &[EventArgument::Cx],
        expected: "fn(&mut self, cx: &mut Cx<'_, Self>)",
    },
    Shape {
        name: "drained",
        receives: &[Receives::Mut],
        arguments: &[EventArgument::Cx],
        expected: "fn(&mut self, cx: &mut Cx<'_, Self>)",
    },
    Shape {
        name: "drain",
        receives: &[Receives::Mut],
        arguments: &[EventArgument::Cx],
        expected: "fn(&mut self, cx: &mut Cx<'_, Self>)",
    },
    Shape {
        name: "message",
        receives: &[Receives::Mut],
        arguments: &[EventArgument::Cx, EventArgument::Message],
        expected: "fn(&mut self, cx: &mut Cx<'_, Self>, message: T)",
    },
    Shape {
        name: "malformed",
        receives: &[Receives::Mut],
        arguments: &[EventArgument::Cx, EventArgument::Malformed],
        expected: "fn(&mut self, cx: &mut Cx<'_, Self>, what: &Malformed<'_>)",
    },
];

/// A method that handles an event.
pub(crate) struct Event {
    pub(crate) name: Ident,
    pub(crate) called: Called,
    pub(crate) receives: Receives,
    pub(crate) arguments: Vec<EventArgument>,
    /// The type of what other threads send.
    pub(crate) message: Option<Type>,
}

/// What a hook can be given.
pub(crate) enum HookArgument {
    /// The shared value, with the type that the method gives it.
    Shared(Box<Type>),
    Peer,
}

/// The hooks of a connection, and what is expected of each.
pub(crate) const HOOKS: [(&str, &str); 4] = [
    ("post_accept", "fn(shared: &mut Shared, peer: &Peer)"),
    ("allow_deny", "fn(shared: &mut Shared, peer: &Peer) -> bool"),
    ("request_denied", "fn(shared: &mut Shared, peer: &Peer) -> &'static str"),
    ("post_process_request", "fn(shared: &mut Shared, peer: &Peer)"),
];

/// A method that is a hook.
pub(crate) struct Hook {
    pub(crate) name: Ident,
    pub(crate) called: Called,
    pub(crate) arguments: Vec<HookArgument>,
}

/// Names that are known, but in another kind of block: what they are, and where they belong.
pub(crate) struct Elsewhere<'a> {
    pub(crate) names: &'a [&'static str],
    pub(crate) what: &'static str,
    pub(crate) instead: &'static str,
}

/// The one name in an attribute's parentheses.
pub(crate) fn name_of(
    mark: &Attribute,
    what: &str,
    known: &[&'static str],
    elsewhere: Option<&Elsewhere<'_>>,
    errors: &mut Errors,
) -> Option<Ident> {
    let attribute = types::to_text(mark.path());
    let parse = |input: syn::parse::ParseStream<'_>| {
        let name = input.call(Ident::parse_any)?;
        Ok((name, input.parse::<TokenStream>()?))
    };
    let known_name = |(name, _): &(Ident, _)| known.iter().any(|known| name == known);
    let parsed = mark.parse_args_with(parse).ok();
    if let Some((name, more)) = parsed.as_ref().filter(|parsed| known_name(parsed))
        && !more.is_empty()
    {
        let more = more.clone().into_iter().skip(1).collect::<TokenStream>();
        let message = format!("`#[{attribute}({name})]` takes no options");
        let hint = match attribute.as_str() {
            "on" => "an event is the same in all modes; one method handles one event",
            _ => "one method is one hook",
        };
        errors.at(more, help(message, hint));
        return None;
    }
    let Some((name, _)) = parsed.filter(|(_, more)| more.is_empty()) else {
        let place = match &mark.meta {
            Meta::List(list) if !list.tokens.is_empty() => list.tokens.clone(),
            meta => quote::ToTokens::to_token_stream(meta),
        };
        let message = help(
            format!("`#[{attribute}]` takes the name of one {what}"),
            format!("one of {}", crate::diag::list(known.iter().copied())),
        );
        errors.at(place, message);
        return None;
    };
    let text = name.to_string();
    if let Some(elsewhere) = elsewhere.filter(|other| other.names.contains(&text.as_str())) {
        let message = format!("`{name}` is a hook of {}", elsewhere.what);
        errors.at(&name, help(message, elsewhere.instead));
        return None;
    }
    if !known.contains(&text.as_str()) {
        errors.at(&name, unknown(what, &name.to_string(), known.iter().copied()));
        return None;
    }
    Some(name)
}

/// Reads a method with `#[on(…)]`.
pub(super) fn read_event(
    mark: &Attribute,
    method: &Method,
    model: &Model,
    errors: &mut Errors,
) -> Option<Event> {
    let names = EVENTS.map(|shape| shape.name);
    let name = name_of(mark, "event", &names, None, errors)?;
    let shape = EVENTS.iter().find(|shape| name == shape.name)?;
    let wrong = help(
        format!("wrong signature for `#[on({name})]`"),
        format!("expected `{}`", shape.expected),
    );
    let (place, receives) = match signature::receiver(method) {
        None => (None, Receives::Nothing),
        Some((receiver, SelfKind::Mut)) => (Some(receiver), Receives::Mut),
        Some((receiver, SelfKind::Value)) => (Some(receiver), Receives::Value),
        Some((receiver, _)) => {
            errors.at(receiver, wrong);
            return None;
        }
    };
    if !shape.receives.contains(&receives) {
        match place {
            Some(receiver) => errors.at(receiver, wrong),
            None => errors.at(&method.sig.ident, wrong),
        }
        return None;
    }
    if name == "connect"
        && receives == Receives::Nothing
        && matches!(method.sig.output, syn::ReturnType::Default)
    {
        errors.at(&method.sig.ident, wrong);
        return None;
    }
    let mut arguments = Vec::new();
    let mut message = None;
    let mut left = shape.arguments.iter();
    for typed in typed_inputs(method, errors) {
        let mode = parameter::mode_of(&typed.ty, &model.modes);
        // What is sent may be anything that is owned.
        if mode.is_some() && (name != "message" || types::reference(&typed.ty).is_some()) {
            let message = help(
                "an event is the same in all modes, and is not given the value of one",
                "keep in `self` what it needs",
            );
            errors.at(&typed.ty, message);
            return None;
        }
        match left.find(|argument| argument.fits(&typed.ty, &model.self_ty, errors)) {
            Some(argument) => {
                if *argument == EventArgument::Message {
                    message = Some(sent(&typed.ty, errors));
                }
                arguments.push(*argument);
            }
            None => {
                errors.at(&typed.ty, &wrong);
                return None;
            }
        }
    }
    Some(Event { name, called: Called::read(method), receives, arguments, message })
}

/// What other threads send: it cannot borrow, and its type must be known.
fn sent(ty: &Type, errors: &mut Errors) -> Type {
    parameter::check_concrete(ty, errors);
    let mut ty = ty.clone();
    super::own_lifetimes(&mut ty, "what other threads send cannot borrow", errors);
    ty
}

impl EventArgument {
    fn fits(self, ty: &Type, self_ty: &Type, errors: &mut Errors) -> bool {
        let reference = types::reference(ty).filter(|reference| reference.mutability.is_none());
        let referent = reference.map(|reference| &*reference.elem);
        match self {
            EventArgument::Cx => signature::is_context(ty, "Cx", self_ty, errors),
            EventArgument::Closing => signature::is_context(ty, "Closing", self_ty, errors),
            EventArgument::Why => types::is_named(ty, "CloseReason"),
            EventArgument::Rest => referent.and_then(types::run) == Some(Run::Bytes),
            EventArgument::Message => true,
            EventArgument::Malformed => {
                referent.is_some_and(|what| types::is_named(what, "Malformed"))
            }
        }
    }
}

/// The parameters but for the receiver.
fn typed_inputs<'m>(method: &'m Method, errors: &mut Errors) -> Vec<&'m syn::PatType> {
    for mark in method.parameter_marks.iter().flatten() {
        let name = types::to_text(mark.path());
        let message = format!("`#[{name}]` is for what is read from a line");
        errors.at(mark, help(message, "remove it"));
    }
    let inputs = method.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    });
    inputs.collect()
}

/// Reads a method with `#[hook(…)]`.
pub(super) fn read_hook(mark: &Attribute, method: &Method, errors: &mut Errors) -> Option<Hook> {
    let names = HOOKS.map(|(name, _)| name);
    let elsewhere = Elsewhere {
        names: &crate::hooks::SHAPES.map(|shape| shape.name),
        what: "the process",
        instead: "move it to a `#[mux_hooks]` block of the shared type",
    };
    let name = name_of(mark, "hook", &names, Some(&elsewhere), errors)?;
    let (_, expected) = HOOKS.iter().find(|(hook, _)| name == hook)?;
    let wrong =
        || help(format!("wrong signature for `#[hook({name})]`"), format!("expected `{expected}`"));
    if let Some((receiver, _)) = signature::receiver(method) {
        errors.at(receiver, wrong());
        return None;
    }
    let mut arguments = Vec::new();
    for typed in typed_inputs(method, errors) {
        let referent = types::reference(&typed.ty);
        let argument = match referent {
            Some(reference)
                if reference.mutability.is_none() && types::is_named(&reference.elem, "Peer") =>
            {
                HookArgument::Peer
            }
            Some(reference)
                if ["Cx", "Peer"].iter().any(|name| types::is_named(&reference.elem, name)) =>
            {
                errors.at(&typed.ty, wrong());
                return None;
            }
            Some(reference) if reference.mutability.is_some() => {
                HookArgument::Shared(typed.ty.clone())
            }
            _ => {
                errors.at(&typed.ty, wrong());
                return None;
            }
        };
        let again = match &argument {
            HookArgument::Shared(_) => !arguments.is_empty(),
            HookArgument::Peer => {
                arguments.iter().any(|argument| matches!(argument, HookArgument::Peer))
            }
        };
        if again {
            errors.at(&typed.ty, wrong());
            return None;
        }
        arguments.push(argument);
    }
    if name == "allow_deny" && matches!(method.sig.output, syn::ReturnType::Default) {
        errors.at(&method.sig.ident, wrong());
        return None;
    }
    Some(Hook { name, called: Called::read(method), arguments })
}
