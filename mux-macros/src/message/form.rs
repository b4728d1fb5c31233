//! How a field is written: what was said beside it, held against its type.

use quote::ToTokens;
use syn::{Attribute, Lifetime, Type};

use super::{
    attributes::{OfField, Said},
    model::{Form, Order, Plain, Width},
    types::{Class, Kind, bare, innermost, without_option, written},
};
use crate::diag::{Errors, help};

/// The form of a field of type `ty` in a message of numbers in `order`.
///
/// `None` if there is none, or if the compiler says itself what is wrong with the type.
pub(super) fn form(
    ty: &Type,
    said: OfField<'_>,
    order: Order,
    errors: &mut Errors,
) -> Option<Form> {
    if said.parse.is_some() || said.encode.is_some() {
        return custom(said, errors);
    }
    let inner = without_option(ty);
    let mistakes = errors.count();
    let extent = Extent::said(&said, errors);
    let field_order = said.order.as_ref().map_or(order, |said| said.value);
    let class = Class::of(inner);
    let form = match class {
        Class::Borrowed(..) | Class::Text | Class::Bytes => {
            run(inner, &class, extent, errors).map(|extent| match extent {
                Extent::Len(_, width) => Form::Len(width, field_order),
                Extent::Count(_, width) => {
                    Form::Count(width, field_order, Plain::Fixed(field_order))
                }
                Extent::Rest(_) => Form::Rest,
            })
        }
        Class::Vec(element) => {
            self::element(element, errors);
            list(inner, extent, errors).map(|extent| {
                let plain = plain(&said, field_order);
                match extent {
                    Extent::Len(_, width) | Extent::Count(_, width) => {
                        Form::Count(width, field_order, plain)
                    }
                    Extent::Rest(_) => Form::RestOf(plain),
                }
            })
        }
        class => {
            if let Class::Array(element) = class {
                self::element(element, errors);
            } else {
                has_bytes(inner, &class, errors);
            }
            if let Some(extent) = extent
                && errors.count() == mistakes
            {
                needless(inner, &class, extent, errors);
            }
            Some(Form::Plain(plain(&said, field_order)))
        }
    };
    number_attributes(inner, &said, errors);
    if lacks_lifetime(ty) { None } else { form }
}

fn plain(said: &OfField<'_>, order: Order) -> Plain {
    if said.varint.is_some() { Plain::Varint } else { Plain::Fixed(order) }
}

/// `#[parse]` and `#[encode]`: both, and nothing beside them.
fn custom(said: OfField<'_>, errors: &mut Errors) -> Option<Form> {
    let others = [
        said.len.as_ref().map(|said| said.at),
        said.count.as_ref().map(|said| said.at),
        said.rest.as_ref().map(|said| said.at),
        said.varint.as_ref().map(|said| said.at),
        said.order.as_ref().map(|said| said.at),
    ];
    for at in others.into_iter().flatten() {
        let message = format!("{} says nothing beside `#[parse]` and `#[encode]`", spoken(at));
        errors
            .at(at.path(), help(message, "drop it: the functions read and write the whole field"));
    }
    let alone = |at: &Attribute, other: &str, does: &str, errors: &mut Errors| {
        let message = format!("{} without `#[{other}]`", spoken(at));
        let hint = format!("`#[{other}(function)]` {does}");
        errors.at(at.path(), help(message, hint));
    };
    match (said.parse, said.encode) {
        (Some(parse), Some(encode)) => {
            Some(Form::Custom { parse: parse.value?, encode: encode.value? })
        }
        (Some(parse), None) => {
            alone(parse.at, "encode", "writes it: `fn(&T, &mut Writer<'_>)`", errors);
            None
        }
        (None, Some(encode)) => {
            let does = "reads it: `fn(&[u8]) -> IResult<&[u8], T>`";
            alone(encode.at, "parse", does, errors);
            None
        }
        (None, None) => None,
    }
}

/// What was said of a field's end, and where.
#[derive(Clone, Copy)]
enum Extent<'a> {
    Len(&'a Attribute, Width),
    Count(&'a Attribute, Width),
    Rest(&'a Attribute),
}

impl<'a> Extent<'a> {
    fn said(said: &OfField<'a>, errors: &mut Errors) -> Option<Self> {
        if let [first, more @ ..] = said.ends.as_slice() {
            for more in more {
                let message = format!("{} beside {}", spoken(more), spoken(first));
                errors.at(more.path(), help(message, "one of them says where the field ends"));
            }
        }
        let len = said.len.as_ref().map(|&Said { at, value }| Extent::Len(at, value));
        let count = said.count.as_ref().map(|&Said { at, value }| Extent::Count(at, value));
        let rest = said.rest.as_ref().map(|&Said { at, .. }| Extent::Rest(at));
        len.or(count).or(rest)
    }

    fn at(self) -> &'a Attribute {
        match self {
            Extent::Len(at, _) | Extent::Count(at, _) | Extent::Rest(at) => at,
        }
    }
}

/// The attribute as it is spoken of: `#[len]`.
fn spoken(at: &Attribute) -> String {
    format!("`#[{}]`", at.path().to_token_stream())
}

/// Bytes and text have a length or are the rest.
fn run<'a>(
    ty: &Type,
    class: &Class<'_>,
    extent: Option<Extent<'a>>,
    errors: &mut Errors,
) -> Option<Extent<'a>> {
    if let Class::Borrowed(_, Some(life)) = class {
        not_static(ty, life, errors);
    }
    match extent {
        None => {
            errors.at(
                ty,
                help(
                    format!("nothing says where this `{}` ends", written(ty)),
                    "`#[len(u16)]` puts its length before it, `#[rest]` takes all that is left",
                ),
            );
            None
        }
        Some(Extent::Count(at, width)) if !matches!(class, Class::Bytes) => {
            let hint = format!("`#[len({})]` counts bytes", width_name(width));
            errors.at(at.path(), help("`#[count]` counts the elements of a `Vec`", hint));
            None
        }
        extent => extent,
    }
}

/// A list has a count or is the rest.
fn list<'a>(ty: &Type, extent: Option<Extent<'a>>, errors: &mut Errors) -> Option<Extent<'a>> {
    match extent {
        None => {
            errors.at(ty, help(
                format!("nothing says where this `{}` ends", written(ty)),
                "`#[count(u16)]` puts the number of its elements before it, `#[rest]` takes all that are left",
            ));
            None
        }
        Some(Extent::Len(at, width)) => {
            let hint = format!("`#[count({})]` counts elements", width_name(width));
            errors.at(at.path(), help("`#[len]` counts the bytes of text and bytes", hint));
            None
        }
        extent => extent,
    }
}

fn width_name(width: Width) -> &'static str {
    match width {
        Width::Fixed(name) => name,
        Width::Varint => "varint",
    }
}

/// An end was said of what has one of its own.
fn needless(ty: &Type, class: &Class<'_>, extent: Extent<'_>, errors: &mut Errors) {
    let at = extent.at();
    let why = match class {
        Class::Unsigned | Class::Signed | Class::Float | Class::Bool => "has a fixed width",
        Class::Array(_) | Class::BorrowedArray(_) => "has a fixed length",
        _ => "is no text, bytes or `Vec`",
    };
    let message = format!("{} on `{}`, which {why}", spoken(at), written(ty));
    let hint = match extent {
        Extent::Len(..) => "drop it; `#[len]` is for `&[u8]`, `&str`, `Vec<u8>` and `String`",
        Extent::Count(..) => "drop it; `#[count]` is for `Vec<T>`",
        Extent::Rest(_) => {
            "drop it; `#[rest]` is for `&[u8]`, `&str`, `Vec<u8>`, `String` and `Vec<T>`"
        }
    };
    errors.at(at.path(), help(message, hint));
}

/// Elements of lists and arrays have an end of their own.
fn element(ty: &Type, errors: &mut Errors) {
    let inner = without_option(ty);
    match Class::of(inner) {
        Class::Array(inner) => element(inner, errors),
        Class::Borrowed(Kind::Text, _) | Class::Text => no_end(inner, "&'a str", errors),
        Class::Borrowed(Kind::Bytes, _) | Class::Bytes => no_end(inner, "&'a [u8]", errors),
        Class::Vec(_) => {
            let hint = format!("a message: `struct List(#[count(u16)] {});`", written(inner));
            errors.at(inner, help("an element must have an end of its own", hint));
        }
        class => has_bytes(inner, &class, errors),
    }
}

fn no_end(ty: &Type, example: &str, errors: &mut Errors) {
    let hint = format!("a message: `struct Item<'a>(#[len(u16)] {example});`");
    errors.at(ty, help("an element must have an end of its own", hint));
}

/// Types that are known to have no form on the wire.
fn has_bytes(ty: &Type, class: &Class<'_>, errors: &mut Errors) {
    match class {
        Class::NoWidth => {
            let hint = match written(ty).starts_with('i') {
                true => "`i32` or `i64`",
                false => "`u32` or `u64`",
            };
            let message = format!("`{}` has no fixed width on the wire", written(ty));
            errors.at(ty, help(message, hint));
        }
        Class::Char => {
            errors.at(
                ty,
                help(
                    "`char` has no form on the wire",
                    "`u32` for its number, or text: `#[len(u8)] c: &'a str`",
                ),
            );
        }
        Class::Exclusive => {
            errors.at(
                ty,
                help(
                    "a message borrows the input only to read it",
                    "`&'a [u8]` or `&'a str`, or a type that owns its data",
                ),
            );
        }
        Class::Reference => {
            errors.at(
                ty,
                help(
                    "a message borrows nothing but bytes and text",
                    "`&'a [u8]`, `&'a str` or `&'a [u8; N]`, or a type that owns its data",
                ),
            );
        }
        Class::BorrowedArray(Some(life)) => not_static(ty, life, errors),
        _ => {}
    }
}

fn not_static(ty: &Type, life: &Lifetime, errors: &mut Errors) {
    if life.ident == "static" {
        let hint = format!("`{}`", written(ty).replace("'static", "'a"));
        errors.at(life, help("a message borrows from its input, which is not `'static`", hint));
    }
}

/// `#[varint]`, `#[big_endian]` and `#[little_endian]` are about numbers.
fn number_attributes(inner: &Type, said: &OfField<'_>, errors: &mut Errors) {
    let number = innermost(inner);
    let class = Class::of(number);
    if let Some(varint) = &said.varint {
        let message = match class {
            Class::Unsigned => None,
            Class::Signed => {
                let hint = format!("`{}`", written(number).replace('i', "u"));
                Some(help("a varint is unsigned", hint))
            }
            _ => {
                let message = format!("`#[varint]` on `{}`", written(number));
                Some(help(message, "it is for `u8`, `u16`, `u32`, `u64` and `u128`"))
            }
        };
        if let Some(message) = message {
            errors.at(varint.at.path(), message);
        }
    }
    let Some(order) = &said.order else { return };
    let counts = said.len.is_some() || said.count.is_some();
    let is_number = matches!(class, Class::Unsigned | Class::Signed | Class::Float);
    if said.varint.is_some() && !counts {
        let message = "a varint has no order of bytes";
        errors.at(order.at.path(), help(message, "drop one of the two"));
    } else if !is_number && !counts {
        let message = format!("{} on `{}`, which is no number", spoken(order.at), written(number));
        let hint = match class {
            Class::Other => "drop it; a message has its own order: `#[message(…)]` on its type",
            _ => "drop it",
        };
        errors.at(order.at.path(), help(message, hint));
    }
}

/// Whether a reference lacks its lifetime, which the compiler says itself.
fn lacks_lifetime(ty: &Type) -> bool {
    match bare(innermost(ty)) {
        Type::Reference(reference) => reference.lifetime.is_none(),
        _ => false,
    }
}
