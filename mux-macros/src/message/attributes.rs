//! What the user said beside the type, its variants and its fields.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{
    Attribute, DeriveInput, Expr, ExprPath, Ident, Lit, Meta, Path, Token, Type, UnOp,
    ext::IdentExt,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

use super::{
    model::{Order, Tag, Width},
    types::{bare, bare_expr, written},
};
use crate::diag::{Errors, help, list, unknown};

/// What was said, and where.
pub(super) struct Said<'a, T> {
    pub at: &'a Attribute,
    pub value: T,
}

impl<'a, T> Said<'a, T> {
    /// Fills `slot`, unless it is filled already.
    fn once(slot: &mut Option<Self>, at: &'a Attribute, value: T, errors: &mut Errors) {
        if slot.is_some() {
            let name = at.path().to_token_stream();
            errors.at(at.path(), format!("`#[{name}]` given twice"));
        } else {
            *slot = Some(Said { at, value });
        }
    }
}

/// What an attribute without arguments says: that it is there.
pub(super) struct Flag;

/// `#[message(…)]` of the type.
pub(super) struct Options {
    pub krate: Path,
    pub order: Order,
    /// How the tags of an enum are written.
    pub tag: Width,
    /// Where that was said.
    pub tag_said: Option<Ident>,
}

/// One option of `#[message(…)]`: a name, and what follows its `=`.
struct Choice {
    name: Ident,
    value: Option<Expr>,
}

impl Parse for Choice {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = Ident::parse_any(input)?;
        let value = match input.parse::<Option<Token![=]>>()? {
            // `crate` is followed by a path and `tag` by a type; both are paths, and so
            // expressions.
            Some(_) => Some(input.parse()?),
            None => None,
        };
        Ok(Choice { name, value })
    }
}

impl Options {
    pub(super) fn read(input: &DeriveInput, errors: &mut Errors) -> Self {
        let mut options = Options {
            krate: Path {
                leading_colon: Some(Token![::](Span::mixed_site())),
                segments: Punctuated::from_iter([syn::PathSegment::from(Ident::new(
                    "mux_runtime",
                    Span::mixed_site(),
                ))]),
            },
            order: Order::Big,
            tag: Width::Fixed("u8"),
            tag_said: None,
        };
        let mut seen = Vec::<Ident>::new();
        for attribute in &input.attrs {
            let Some(name) = attribute.path().get_ident() else { continue };
            match name.to_string().as_str() {
                "message" => {}
                "big_endian" | "little_endian" => {
                    let hint = format!("`#[message({name})]` says it for all fields of the type");
                    errors.at(name, help(format!("`#[{name}]` goes on a field"), hint));
                    continue;
                }
                "tag" => {
                    misplaced(name, "a variant of an enum", errors);
                    continue;
                }
                "len" | "count" | "varint" | "rest" | "parse" | "encode" => {
                    misplaced(name, "a field", errors);
                    continue;
                }
                _ => continue,
            }
            let Meta::List(meta) = &attribute.meta else {
                errors.at(
                    &attribute.meta,
                    help(
                        "`#[message]` needs options in parentheses",
                        "`#[message(little_endian)]`, or leave it out",
                    ),
                );
                continue;
            };
            match meta.parse_args_with(Punctuated::<Choice, Token![,]>::parse_terminated) {
                Ok(choices) => {
                    for choice in &choices {
                        options.set(choice, &mut seen, errors);
                    }
                }
                Err(error) => errors.push(error),
            }
        }
        options
    }

    fn set(&mut self, choice: &Choice, seen: &mut Vec<Ident>, errors: &mut Errors) {
        const KNOWN: [&str; 4] = ["big_endian", "little_endian", "tag", "crate"];
        let name = choice.name.to_string();
        if !KNOWN.contains(&name.as_str()) {
            errors.at(&choice.name, unknown("`#[message]` option", &name, KNOWN));
            return;
        }
        if seen.iter().any(|before| *before == name) {
            errors.at(&choice.name, format!("`{name}` given twice"));
            return;
        }
        let is_order = name.ends_with("_endian");
        if is_order && seen.iter().any(|before| before.to_string().ends_with("_endian")) {
            let hint =
                "one of them; a field can differ by its own `#[big_endian]` or `#[little_endian]`";
            errors.at(
                &choice.name,
                help("a message is either `big_endian` or `little_endian`", hint),
            );
            return;
        }
        seen.push(choice.name.clone());
        match (name.as_str(), &choice.value) {
            ("big_endian", None) => self.order = Order::Big,
            ("little_endian", None) => self.order = Order::Little,
            ("big_endian" | "little_endian", Some(value)) => {
                errors.at(
                    value,
                    help(format!("`{name}` takes no value"), format!("`#[message({name})]`")),
                );
            }
            ("tag", Some(value)) => {
                self.tag_said = Some(choice.name.clone());
                if let Some(width) = width_of(&syn::parse_quote!(#value), value, "tag", errors) {
                    self.tag = width;
                }
            }
            ("tag", None) => {
                errors.at(&choice.name, help("`tag` needs a type", "`tag = u16`"));
            }
            (_, Some(value)) => match bare_expr(value) {
                Expr::Path(path) if path.qself.is_none() => self.krate = path.path.clone(),
                _ => errors.at(value, help("`crate` needs a path", "`crate = mux_runtime`")),
            },
            (_, None) => {
                errors.at(&choice.name, help("`crate` needs a path", "`crate = mux_runtime`"));
            }
        }
    }
}

/// The attributes of a field.
#[derive(Default)]
pub(super) struct OfField<'a> {
    /// `#[len]`, `#[count]` and `#[rest]`, in the order of the source.
    pub ends: Vec<&'a Attribute>,
    pub len: Option<Said<'a, Width>>,
    pub count: Option<Said<'a, Width>>,
    pub rest: Option<Said<'a, Flag>>,
    pub varint: Option<Said<'a, Flag>>,
    pub order: Option<Said<'a, Order>>,
    pub parse: Option<Said<'a, Option<ExprPath>>>,
    pub encode: Option<Said<'a, Option<ExprPath>>>,
}

impl<'a> OfField<'a> {
    pub(super) fn read(attributes: &'a [Attribute], errors: &mut Errors) -> Self {
        let mut found = OfField::default();
        for at in attributes {
            let Some(name) = at.path().get_ident() else { continue };
            let name_text = name.to_string();
            if matches!(name_text.as_str(), "len" | "count" | "rest")
                && !found.ends.iter().any(|end| end.path().is_ident(name))
            {
                found.ends.push(at);
            }
            match name_text.as_str() {
                "len" => Said::once(&mut found.len, at, width(at, "length", errors), errors),
                "count" => Said::once(&mut found.count, at, width(at, "count", errors), errors),
                "rest" => Said::once(&mut found.rest, at, flag(at, errors), errors),
                "varint" => Said::once(&mut found.varint, at, flag(at, errors), errors),
                "parse" => Said::once(&mut found.parse, at, function(at, errors), errors),
                "encode" => Said::once(&mut found.encode, at, function(at, errors), errors),
                "big_endian" => found.set_order(at, Order::Big, errors),
                "little_endian" => found.set_order(at, Order::Little, errors),
                "tag" => misplaced(name, "a variant of an enum", errors),
                "message" => misplaced(name, "the type", errors),
                _ => {}
            }
        }
        found
    }

    fn set_order(&mut self, at: &'a Attribute, order: Order, errors: &mut Errors) {
        flag(at, errors);
        match &self.order {
            Some(before) if before.value != order => {
                let message = "a number is either `big_endian` or `little_endian`";
                errors.at(at.path(), help(message, "drop one of them"));
            }
            _ => Said::once(&mut self.order, at, order, errors),
        }
    }
}

/// The tag of a variant, if it has a good one; nothing is said of one that is missing.
pub(super) struct OfVariant<'a> {
    pub tag: Option<Said<'a, Option<Tag>>>,
}

impl<'a> OfVariant<'a> {
    pub(super) fn read(attributes: &'a [Attribute], width: Width, errors: &mut Errors) -> Self {
        let mut tag_said = None;
        for at in attributes {
            let Some(name) = at.path().get_ident() else { continue };
            match name.to_string().as_str() {
                "tag" => Said::once(&mut tag_said, at, tag(at, width, errors), errors),
                "message" => misplaced(name, "the type", errors),
                "len" | "count" | "varint" | "rest" | "parse" | "encode" | "big_endian"
                | "little_endian" => misplaced(name, "a field", errors),
                _ => {}
            }
        }
        OfVariant { tag: tag_said }
    }
}

fn misplaced(name: &Ident, place: &str, errors: &mut Errors) {
    errors.at(name, help(format!("`#[{name}]` goes on {place}"), "move it there"));
}

/// An attribute without arguments.
fn flag(at: &Attribute, errors: &mut Errors) -> Flag {
    if !matches!(at.meta, Meta::Path(_)) {
        let name = at.path().to_token_stream();
        errors.at(&at.meta, help(format!("`#[{name}]` takes no argument"), format!("`#[{name}]`")));
    }
    Flag
}

/// The type in `#[len(TYPE)]` or `#[count(TYPE)]`; one that is wrong stands for `u16`, so that
/// nothing else is said about it.
fn width(at: &Attribute, what: &str, errors: &mut Errors) -> Width {
    let fallback = Width::Fixed("u16");
    let name = at.path().to_token_stream();
    let example = format!("`#[{name}(u16)]`");
    let Meta::List(meta) = &at.meta else {
        errors.at(&at.meta, help(format!("`#[{name}]` needs the type of the {what}"), example));
        return fallback;
    };
    match meta.parse_args::<Type>() {
        Ok(ty) => width_of(&ty, &ty, what, errors).unwrap_or(fallback),
        Err(_) => {
            let message = format!("`#[{name}]` needs one type, that of the {what}");
            errors.at(&at.meta, help(message, example));
            fallback
        }
    }
}

/// The width that `ty` names, or an error at `tokens`.
fn width_of(ty: &Type, tokens: &impl ToTokens, what: &str, errors: &mut Errors) -> Option<Width> {
    let name = written(bare(ty));
    if let Some(width) = Width::named(&name) {
        return Some(width);
    }
    let message = match name.as_str() {
        "i8" | "i16" | "i32" | "i64" | "i128" => {
            let hint = format!("`{}`", name.replace('i', "u"));
            help(format!("a {what} is never negative, so its type is unsigned"), hint)
        }
        "f32" | "f64" => help(format!("a {what} is a whole number"), list(Width::NAMES)),
        "usize" | "isize" => {
            help(format!("`{name}` has no fixed width on the wire"), "`u32` or `u64`")
        }
        _ => unknown(format_args!("type of a {what}"), &name, Width::NAMES),
    };
    errors.at(tokens, message);
    None
}

/// The path in `#[parse(path)]` or `#[encode(path)]`.
fn function(at: &Attribute, errors: &mut Errors) -> Option<ExprPath> {
    let name = at.path().to_token_stream();
    let hint = format!("`#[{name}(path::to::function)]`");
    let message = help(format!("`#[{name}]` needs the path of a function"), hint);
    let Meta::List(meta) = &at.meta else {
        errors.at(&at.meta, message);
        return None;
    };
    match meta.parse_args::<Expr>().as_ref().map(bare_expr) {
        Ok(Expr::Path(path)) => Some(path.clone()),
        Ok(other) => {
            errors.at(other, message);
            None
        }
        Err(_) => {
            errors.at(&at.meta, message);
            None
        }
    }
}

/// The number in `#[tag(N)]`.
fn tag(at: &Attribute, width: Width, errors: &mut Errors) -> Option<Tag> {
    let Meta::List(meta) = &at.meta else {
        errors.at(&at.meta, help("`#[tag]` needs a number", "`#[tag(1)]`"));
        return None;
    };
    let Ok(expr) = meta.parse_args::<Expr>() else {
        errors.at(&at.meta, help("`#[tag]` needs one number", "`#[tag(1)]`"));
        return None;
    };
    let message = match bare_expr(&expr) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Byte(byte) => {
                return Some(Tag { value: byte.value().into(), span: byte.span() });
            }
            Lit::Int(number) => match number.base10_parse::<u128>() {
                Ok(value) if value <= width.max() && fits(number.suffix(), width) => {
                    return Some(Tag { value, span: number.span() });
                }
                Ok(value) if value <= width.max() => {
                    help(format!("the tags here are `{}`", width.of_type()), "drop the suffix")
                }
                _ => out_of_range(width),
            },
            _ => help("a tag is a number", "`#[tag(1)]`, or a byte: `#[tag(b'A')]`"),
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => out_of_range(width),
        _ => help(
            "a tag is written as a number, so that two that are the same can be found",
            "`#[tag(1)]`",
        ),
    };
    errors.at(&expr, message);
    None
}

fn fits(suffix: &str, width: Width) -> bool {
    suffix.is_empty() || suffix == width.of_type()
}

fn out_of_range(width: Width) -> String {
    let of_type = width.of_type();
    let message = format!("not in the range of the tags, 0..={}", width.max());
    match Width::NAMES.iter().position(|&name| name == of_type) {
        Some(at) if at + 2 < Width::NAMES.len() => {
            let wider = Width::NAMES[at + 1];
            help(message, format!("a lower one, or `#[message(tag = {wider})]`"))
        }
        _ => help(message, "a lower one"),
    }
}
