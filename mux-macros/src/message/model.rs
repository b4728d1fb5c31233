//! What a message is, once all that was said about it fits.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Attribute, Expr, ExprLit, ExprPath, Ident, Lit, Member, Meta, Type};

/// The order of a number's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Big,
    Little,
}

/// How a length, a count or a tag is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    /// As this type.
    Fixed(&'static str),
    Varint,
}

impl Width {
    /// The names of all, as they are written in an attribute.
    pub(super) const NAMES: [&'static str; 6] = ["u8", "u16", "u32", "u64", "u128", "varint"];

    pub(super) fn named(name: &str) -> Option<Self> {
        match Self::NAMES.into_iter().find(|&known| known == name)? {
            "varint" => Some(Width::Varint),
            known => Some(Width::Fixed(known)),
        }
    }

    /// The type that holds it.
    pub(super) fn of_type(self) -> &'static str {
        match self {
            Width::Fixed(name) => name,
            Width::Varint => "u64",
        }
    }

    /// The highest number that it holds.
    pub(super) fn max(self) -> u128 {
        match self.of_type() {
            "u8" => u8::MAX.into(),
            "u16" => u16::MAX.into(),
            "u32" => u32::MAX.into(),
            "u64" => u64::MAX.into(),
            _ => u128::MAX,
        }
    }
}

/// How something with an end of its own is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plain {
    Fixed(Order),
    Varint,
}

/// How a field is written.
pub(super) enum Form {
    Plain(Plain),
    /// Bytes or text after their length.
    Len(Width, Order),
    /// A list after its count.
    Count(Width, Order, Plain),
    /// Bytes or text up to the end of the frame.
    Rest,
    /// A list up to the end of the frame.
    RestOf(Plain),
    /// In the user's own way.
    Custom {
        parse: ExprPath,
        encode: ExprPath,
    },
}

impl Form {
    /// How the numbers and messages in the field are written, if it is not the user's own way.
    pub(super) fn plain(&self) -> Option<Plain> {
        match *self {
            Form::Plain(plain) | Form::Count(_, _, plain) | Form::RestOf(plain) => Some(plain),
            Form::Len(..) | Form::Rest | Form::Custom { .. } => None,
        }
    }
}

pub(super) struct Field<'a> {
    pub member: Member,
    pub doc: String,
    pub ty: &'a Type,
    pub form: Form,
}

impl Field<'_> {
    /// Its name as it is spoken of: without `r#`.
    pub(super) fn name(&self) -> String {
        self.member.to_token_stream().to_string().trim_start_matches("r#").to_owned()
    }
}

pub(super) struct Tag {
    pub value: u128,
    pub span: Span,
}

pub(super) struct Variant<'a> {
    pub ident: &'a Ident,
    pub doc: String,
    pub tag: Tag,
    pub fields: Vec<Field<'a>>,
}

pub(super) enum Message<'a> {
    Struct(Vec<Field<'a>>),
    Enum(Vec<Variant<'a>>),
}

/// The doc comment among `attributes`, one line for each of its lines.
pub(super) fn doc(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes {
        if let Meta::NameValue(meta) = &attribute.meta
            && meta.path.is_ident("doc")
            && let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &meta.value
        {
            let text = text.value();
            lines.push(text.strip_prefix(' ').unwrap_or(&text).trim_end().to_owned());
        }
    }
    lines.join("\n").trim().to_owned()
}
