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
    diag::{Errors, help, unknown},
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
                        errors.push(input.error("expected a comma"));
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
            let expr = input.parse::<Expr>()?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
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
            errors.at(token, format!("expected an option of `#[{attribute}]`, or a string"));
            return Ok(());
        }
        let key = input.call(Ident::parse_any)?;
        let name = key.to_string();
        let Some(&(_, kind)) = known.iter().find(|(known, _)| *known == name) else {
            let names = known.iter().map(|(name, _)| *name);
            errors.at(&key, unknown(format_args!("`#[{attribute}]` option"), &name, names));
            return Ok(());
        };
        if self.values.iter().any(|(given, _)| *given == key) {
            errors.at(&key, format!("`{name}` is given twice"));
            return Ok(());
        }
        if let Some(message) = wrong_shape(&name, kind, input) {
            errors.at(&key, message);
            return Ok(());
        }
        let value = parse_value(kind, input, errors)?;
        self.values.push((key, value));
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
        _ => (!equals).then(|| format!("`{name}` needs a value: `{name} = …`")),
    }
}

fn parse_value(kind: Kind, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Value> {
    if kind == Kind::Flag {
        return Ok(Value::Flag);
    }
    if kind == Kind::Paths {
        let list;
        parenthesized!(list in input);
        return Ok(Value::Paths(comma_list(&list)?));
    }
    input.parse::<Token![=]>()?;
    Ok(match kind {
        Kind::Type => Value::Type(Box::new(input.parse()?)),
        Kind::Path => {
            if let Ok(text) = input.fork().parse::<LitStr>() {
                let message = format!("write a path: `{}`, without quotes", text.value());
                return Err(syn::Error::new_spanned(text, message));
            }
            Value::Path(input.parse()?)
        }
        Kind::Choice(choices) => {
            let word = input.call(Ident::parse_any)?;
            if !choices.contains(&word.to_string().as_str()) {
                let message = unknown("value", &word.to_string(), choices.iter().copied());
                errors.at(&word, message);
            }
            Value::Choice(word)
        }
        _ => Value::Expr(Box::new(input.parse()?)),
    })
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
