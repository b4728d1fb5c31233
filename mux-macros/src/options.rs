//! What stands in an attribute's parentheses: words and `key = value`, in any order.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Expr, Ident, LitStr, Path, Token, Type,
    ext::IdentExt,
    parenthesized,
    parse::{ParseStream, Parser},
    token,
};

use crate::{
    diag::{Errors, did_you_mean, help, list, unknown},
    syntax::comma_list,
};

/// What a key takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing: it is there or not.
    Flag,
    /// `key = expression`.
    Expr,
    /// `key = type`.
    Type,
    /// `key = path`.
    Path,
    /// `key = word`, one of these.
    Choice(&'static [&'static str]),
    /// `key(path, …)`.
    Paths,
}

/// What was given for a key.
pub(crate) enum Value {
    Flag,
    Expr(Box<Expr>),
    Type(Box<Type>),
    Path(Path),
    Choice(Ident),
    Paths(Vec<Path>),
}

/// The options of one attribute.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) words: Vec<LitStr>,
    values: Vec<(Ident, Value)>,
}

impl Options {
    /// Reads `tokens`; each key must be in `known`, and none may come twice.
    pub(crate) fn parse(
        tokens: TokenStream,
        attribute: &str,
        known: &[(&str, Kind)],
        errors: &mut Errors,
    ) -> Self {
        let mut options = Options::default();
        let parse = |input: ParseStream<'_>| {
            while !input.is_empty() {
                let before = errors.count();
                match options.parse_one(input, attribute, known, errors) {
                    Ok(()) => {}
                    Err(error) => errors.push(error),
                }
                if errors.count() > before {
                    skip_to_comma(input)?;
                }
                if !input.is_empty() {
                    if !input.peek(Token![,]) {
                        let message = help("expected a comma", "put one between two options");
                        errors.push(input.error(message));
                        skip_to_comma(input)?;
                    }
                    input.parse::<Option<Token![,]>>()?;
                }
            }
            Ok(())
        };
        if let Err(error) = Parser::parse2(parse, tokens) {
            errors.push(error);
        }
        options
    }

    /// Reads an expression, and options behind it.
    pub(crate) fn parse_behind_expr(
        tokens: TokenStream,
        attribute: &str,
        known: &[(&str, Kind)],
        errors: &mut Errors,
    ) -> (Self, Option<Expr>) {
        let parse = |input: ParseStream<'_>| {
            if let Some(key) = option_ahead(input, known) {
                let message = help(
                    format!("`{key}` stands before what `#[{attribute}]` is about"),
                    format!("`#[{attribute}(…, {key} = …)]`"),
                );
                return Err(syn::Error::new_spanned(key, message));
            }
            let expr = input.parse::<Expr>()?;
            if !input.is_empty() && input.parse::<Option<Token![,]>>()?.is_none() {
                return Err(input.error(help("expected a comma", "put one before the options")));
            }
            Ok((expr, input.parse::<TokenStream>()?))
        };
        if tokens.is_empty() {
            return (Options::default(), None);
        }
        match Parser::parse2(parse, tokens) {
            Ok((expr, rest)) => (Options::parse(rest, attribute, known, errors), Some(expr)),
            Err(error) => {
                errors.push(error);
                (Options::default(), Some(syn::parse_quote!(0)))
            }
        }
    }

    /// Whether the key was given.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.values.iter().any(|(name, _)| name == key)
    }

    fn parse_one(
        &mut self,
        input: ParseStream<'_>,
        attribute: &str,
        known: &[(&str, Kind)],
        errors: &mut Errors,
    ) -> syn::Result<()> {
        if input.peek(LitStr) {
            self.words.push(input.parse()?);
            return Ok(());
        }
        if !input.peek(Ident::peek_any) {
            let token = input.parse::<TokenTree>()?;
            let names = list(known.iter().map(|(name, _)| *name));
            let words = if takes_words(attribute) { ", or a word in quotes" } else { "" };
            let message = format!("expected an option of `#[{attribute}]`");
            errors.at(token, help(message, format!("{names}{words}")));
            return Ok(());
        }
        let key = input.call(Ident::parse_any)?;
        let name = key.to_string();
        let Some(&(_, kind)) = known.iter().find(|(known, _)| *known == name) else {
            let names = known.iter().map(|(name, _)| *name);
            let alone = input.is_empty() || input.peek(Token![,]);
            if takes_words(attribute) && alone && did_you_mean(&name, names.clone()).is_none() {
                let message = help("a word stands in quotes", format!("`\"{name}\"`"));
                errors.at(&key, message);
                return Ok(());
            }
            errors.at(&key, unknown(format_args!("`#[{attribute}]` option"), &name, names));
            return Ok(());
        };
        if self.values.iter().any(|(given, _)| *given == key) {
            errors.at(&key, help(format!("`{name}` is given twice"), "remove this one"));
            return Ok(());
        }
        if let Some(message) = wrong_shape(&name, kind, input) {
            errors.at(&key, message);
            return Ok(());
        }
        match parse_value(kind, input, errors) {
            Ok(value) => self.values.push((key, value)),
            // It has no token of its own, and would be placed at the whole attribute.
            Err(error) if error.to_string().starts_with("unexpected end of input") => {
                let message = format!("the value of `{name}` is not whole");
                errors.at(&key, help(message, "write it to the end"));
            }
            Err(error) => {
                if kind == Kind::Type {
                    // That it is missing would be no news.
                    self.values.push((key, Value::Type(Box::new(syn::parse_quote!(())))));
                }
                return Err(error);
            }
        }
        Ok(())
    }

    fn take(&mut self, key: &str) -> Option<(Ident, Value)> {
        let at = self.values.iter().position(|(name, _)| name == key)?;
        Some(self.values.swap_remove(at))
    }

    pub(crate) fn flag(&mut self, key: &str) -> Option<Ident> {
        self.take(key).map(|(name, _)| name)
    }

    pub(crate) fn expr(&mut self, key: &str) -> Option<Expr> {
        match self.take(key)?.1 {
            Value::Expr(expr) => Some(*expr),
            _ => None,
        }
    }

    pub(crate) fn ty(&mut self, key: &str) -> Option<Type> {
        match self.take(key)?.1 {
            Value::Type(ty) => Some(*ty),
            _ => None,
        }
    }

    pub(crate) fn path(&mut self, key: &str) -> Option<Path> {
        match self.take(key)?.1 {
            Value::Path(path) => Some(path),
            _ => None,
        }
    }

    pub(crate) fn paths(&mut self, key: &str) -> Option<(Ident, Vec<Path>)> {
        match self.take(key)? {
            (name, Value::Paths(paths)) => Some((name, paths)),
            _ => None,
        }
    }

    pub(crate) fn choice(&mut self, key: &str) -> Option<Ident> {
        match self.take(key)?.1 {
            Value::Choice(word) => Some(word),
            _ => None,
        }
    }
}

/// Whether command words may stand among the attribute's options.
fn takes_words(attribute: &str) -> bool {
    matches!(attribute, "line" | "frame")
}

/// The option with which `input` starts.
fn option_ahead(input: ParseStream<'_>, known: &[(&str, Kind)]) -> Option<Ident> {
    let ahead = input.fork();
    let key = ahead.call(Ident::parse_any).ok()?;
    let equals = ahead.peek(Token![=]) && !ahead.peek(Token![==]);
    (equals && known.iter().any(|(name, _)| key == name)).then_some(key)
}

/// What to say if what follows a key is not of its kind.
fn wrong_shape(name: &str, kind: Kind, input: ParseStream<'_>) -> Option<String> {
    let equals = input.peek(Token![=]) && !input.peek(Token![==]);
    match kind {
        Kind::Flag => (equals || input.peek(token::Paren))
            .then(|| help(format!("`{name}` takes no value"), format!("write `{name}` alone"))),
        Kind::Paths => (!input.peek(token::Paren)).then(|| {
            help(
                format!("`{name}` needs a list: `{name}(…)`"),
                "`modes(Command, Data)`; the first is the one in which a connection starts",
            )
        }),
        _ => {
            let ahead = input.fork();
            let empty = ahead.parse::<TokenTree>().is_err() || ahead.is_empty();
            (!equals || empty || ahead.peek(Token![,]))
                .then(|| help(format!("`{name}` needs a value"), format!("`{name} = …`")))
        }
    }
}

fn parse_value(kind: Kind, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Value> {
    if kind == Kind::Flag {
        return Ok(Value::Flag);
    }
    if kind == Kind::Paths {
        let list;
        parenthesized!(list in input);
        let paths = comma_list(&list);
        // What is left of a list with a mistake in it is no second one.
        list.parse::<TokenStream>()?;
        let paths = paths.map_err(|error| {
            let message = help(&error, "write `modes(Command, Data)`");
            syn::Error::new(error.span(), message)
        });
        return Ok(Value::Paths(paths?));
    }
    input.parse::<Token![=]>()?;
    Ok(match kind {
        Kind::Type => Value::Type(Box::new(name("type", input)?)),
        Kind::Path => Value::Path(name("path", input)?),
        Kind::Choice(choices) => {
            let Ok(word) = input.call(Ident::parse_any) else {
                let token = input.parse::<TokenTree>()?;
                let message = format!("expected {}", list(choices.iter().copied()));
                return Err(syn::Error::new_spanned(token, help(message, "write the word alone")));
            };
            if !choices.contains(&word.to_string().as_str()) {
                let message = unknown("value", &word.to_string(), choices.iter().copied());
                errors.at(&word, message);
            }
            Value::Choice(word)
        }
        _ => Value::Expr(Box::new(input.parse()?)),
    })
}

/// A type or a path, which is not in quotes.
fn name<T: syn::parse::Parse>(what: &str, input: ParseStream<'_>) -> syn::Result<T> {
    if let Ok(text) = input.fork().parse::<LitStr>() {
        let message = format!("expected a {what}, not a string");
        let hint = format!("write it without quotes: `{}`", text.value());
        return Err(syn::Error::new_spanned(text, help(message, hint)));
    }
    let ahead = input.fork();
    ahead.parse::<T>().map_err(|error| match input.fork().parse::<syn::Lit>() {
        Ok(value) => {
            let message = help(format!("expected a {what}, not a value"), "name a type");
            syn::Error::new_spanned(value, message)
        }
        Err(_) => error,
    })?;
    input.parse()
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
