//! Whether what was said fits: the kind of type, each variant's tag, each field's place.

use proc_macro2::Span;
use syn::{Data, DeriveInput, Fields, Ident, Index, Member, spanned::Spanned};

use super::{
    attributes::{OfField, OfVariant, Options},
    form::form,
    model::{Field, Message, Order, Tag, Variant, doc},
};
use crate::diag::{Errors, help};

/// What `input` declares, unless it is no message at all.
pub(super) fn message<'a>(
    input: &'a DeriveInput,
    options: &Options,
    errors: &mut Errors,
) -> Option<Message<'a>> {
    generics(input, errors);
    match &input.data {
        Data::Struct(data) => {
            if let Some(said) = &options.tag_said {
                let hint = "drop it; for a number at the front of a struct declare a field";
                errors.at(said, help("only an enum has tags", hint));
            }
            Some(Message::Struct(fields(&data.fields, options.order, errors)?))
        }
        Data::Enum(data) if data.variants.is_empty() => {
            let hint = "declare one: `#[tag(1)] Hello,`";
            errors.at(&input.ident, help("an enum without variants has no messages", hint));
            None
        }
        Data::Enum(_) => variants(input, options, errors).map(Message::Enum),
        Data::Union(data) => {
            let hint = "an enum, whose variants have tags";
            errors.at(
                data.union_token,
                help(
                    "a union cannot be a message: nothing says which of its fields is there",
                    hint,
                ),
            );
            None
        }
    }
}

/// A message borrows from one input, so one lifetime is enough.
fn generics(input: &DeriveInput, errors: &mut Errors) {
    let mut lifetimes = input.generics.lifetimes();
    let Some(first) = lifetimes.next() else { return };
    for more in lifetimes {
        let hint = format!("`{}` for all that the message borrows", first.lifetime);
        errors.at(&more.lifetime, help("a message borrows from one input only", hint));
    }
}

fn variants<'a>(
    input: &'a DeriveInput,
    options: &Options,
    errors: &mut Errors,
) -> Option<Vec<Variant<'a>>> {
    let Data::Enum(data) = &input.data else { return None };
    let mut known = Vec::new();
    let mut tagged = Vec::<(u128, Span, &Ident)>::new();
    let mut untagged = Vec::new();
    for variant in &data.variants {
        let tag = match OfVariant::read(&variant.attrs, options.tag, errors).tag {
            Some(said) => said.value,
            None => {
                untagged.push(&variant.ident);
                None
            }
        };
        if let Some(tag) = &tag {
            only_once(tag, &tagged, errors);
            tagged.push((tag.value, tag.span, &variant.ident));
        }
        let fields = fields(&variant.fields, options.order, errors);
        if let (Some(fields), Some(tag)) = (fields, tag) {
            known.push(Variant { ident: &variant.ident, doc: doc(&variant.attrs), tag, fields });
        }
    }
    let highest = tagged.iter().map(|&(tag, ..)| tag).max();
    let mut free = highest.map_or(1, |tag| tag.saturating_add(1));
    for ident in untagged {
        let hint = format!("`#[tag({free})] {ident}`");
        errors.at(ident, help(format!("`{ident}` has no tag to know it by"), hint));
        free = free.saturating_add(1);
    }
    (known.len() == data.variants.len()).then_some(known)
}

/// Two variants with one tag are told apart by nothing; both places are shown.
fn only_once(tag: &Tag, before: &[(u128, Span, &Ident)], errors: &mut Errors) {
    let Some((value, span, first)) = before.iter().find(|&&(value, ..)| value == tag.value) else {
        return;
    };
    let message = help(format!("tag {value} is taken by `{first}`"), "each variant has its own");
    errors.push(syn::Error::new(tag.span, message));
    errors.push(syn::Error::new(*span, format!("`{first}` has tag {value} here")));
}

/// The fields of a struct or a variant, unless the compiler says itself what is wrong with them.
fn fields<'a>(fields: &'a Fields, order: Order, errors: &mut Errors) -> Option<Vec<Field<'a>>> {
    let mut known = Vec::new();
    let mut is_whole = true;
    let count = fields.len();
    for (at, field) in fields.iter().enumerate() {
        let member = match &field.ident {
            Some(name) => Member::Named(name.clone()),
            None => Member::Unnamed(Index { index: at as u32, span: field.ty.span() }),
        };
        let said = OfField::read(&field.attrs, errors);
        if let Some(rest) = &said.rest
            && at + 1 < count
        {
            errors.at(
                rest.at.path(),
                help(
                    "`#[rest]` takes all that is left of the frame, so nothing can follow it",
                    "make it the last field, or give it a length: `#[len(u16)]`",
                ),
            );
        }
        match form(&field.ty, said, order, errors) {
            Some(form) => known.push(Field { member, doc: doc(&field.attrs), ty: &field.ty, form }),
            None => is_whole = false,
        }
    }
    is_whole.then_some(known)
}
