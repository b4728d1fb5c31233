//! What the user wrote: an `impl` block, read no deeper than its methods' signatures.
//!
//! Bodies stay opaque tokens, so that one with a mistake in it is the compiler's to explain, and
//! an editor can complete in a block that is half written.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, FnArg, ImplItem, ItemImpl, Meta, Signature, Token, Type, Visibility,
    parse::{Parse, ParseStream, Parser},
};

use crate::diag::{Errors, help, unknown};

/// A kind of block: its attribute, and what may stand in it.
pub(crate) struct Kind {
    pub(crate) attribute: &'static str,
    /// What the block's type is, and one to write.
    ty: &'static str,
    example: &'static str,
    /// Why the type cannot borrow, and what to do.
    borrows: (&'static str, &'static str),
    /// What a method in it is.
    methods_are: &'static str,
    /// The attributes that mark methods.
    methods: &'static [&'static str],
    /// The attributes that mark parameters.
    parameters: &'static [&'static str],
}

/// `#[mux_server]`.
pub(crate) const SERVER: Kind = Kind {
    attribute: "mux_server",
    ty: "the connection's type",
    example: "MyConnection",
    borrows: (
        "a connection's type cannot borrow: it lives as long as the connection",
        "own the data, or keep it in the shared value and reach it through `cx.shared`",
    ),
    methods_are: "handlers",
    methods: &["line", "frame", "until", "bytes", "chunk", "input", "on", "hook"],
    parameters: &["rest", "body"],
};

/// `#[mux_hooks]`.
pub(crate) const HOOKS: Kind = Kind {
    attribute: "mux_hooks",
    ty: "the type of the shared value",
    example: "MyRoom",
    borrows: ("the shared value cannot borrow: it lives as long as the server", "own the data"),
    methods_are: "hooks",
    methods: &["hook"],
    parameters: &[],
};

/// Attributes of the language that are near one of ours, and are not meant to be ours.
const INNOCENT: [&str; 8] = ["inline", "cold", "doc", "cfg", "link", "must_use", "warn", "deny"];

/// An annotated block: its header, and its items with our attributes taken out.
pub(crate) struct Block {
    kind: &'static Kind,
    header: ItemImpl,
    items: Vec<Item>,
}

enum Item {
    Method(Box<Method>),
    Other(TokenStream),
}

/// A method's signature, and its body unread.
pub(crate) struct Method {
    /// Our attributes, in order.
    pub(crate) marks: Vec<Attribute>,
    /// All other attributes; they stay on the method.
    pub(crate) attrs: Vec<Attribute>,
    vis: Visibility,
    default: Option<Token![default]>,
    pub(crate) sig: Signature,
    body: TokenStream,
    /// Our attributes on each parameter (the receiver included), taken out of `sig`.
    pub(crate) parameter_marks: Vec<Vec<Attribute>>,
}

impl Block {
    /// Reads the item under the attribute. If it is no block that could be a server, the error is
    /// what to leave of it: without our attributes, which the compiler would not know.
    pub(crate) fn parse(
        kind: &'static Kind,
        item: TokenStream,
        errors: &mut Errors,
    ) -> Result<Self, TokenStream> {
        let (head, body) = split_body(item.clone());
        let Some(body) = body.filter(|_| is_impl(&head)) else {
            let example = kind.example.replacen("My", "Your", 1);
            let message = help(
                format!("`#[{}]` goes on an inherent `impl` block", kind.attribute),
                format!("move it to `impl {example} {{ … }}`"),
            );
            errors.at(first_token(item.clone()), message);
            return Err(item);
        };
        let mut empty = Group::new(Delimiter::Brace, TokenStream::new());
        empty.set_span(body.span());
        let mut header = match syn::parse2::<ItemImpl>(quote!(#head #empty)) {
            Ok(header) => header,
            Err(error) => {
                errors.push(error);
                return Err(item);
            }
        };
        let items = match Parser::parse2(parse_items, body.stream()) {
            Ok((attrs, items)) => {
                header.attrs.extend(attrs);
                items
            }
            Err(error) => {
                errors.push(error);
                return Err(item);
            }
        };
        let mut block = Block { kind, header, items };
        let fits = block.check_header(errors);
        block.take_marks(errors);
        if fits {
            Ok(block)
        } else if block.may_have_methods() {
            Err(block.to_tokens(true))
        } else {
            Err(TokenStream::new())
        }
    }

    /// Whether the header's type is one that can have methods of its own; if not, the compiler
    /// would refuse the block once more.
    fn may_have_methods(&self) -> bool {
        self.header.trait_.is_some()
            || matches!(crate::types::ungroup(self.self_ty()), Type::Path(_))
    }

    /// Whether a server can be made of the header's type.
    fn check_header(&mut self, errors: &mut Errors) -> bool {
        let attribute = self.kind.attribute;
        let again = |attr: &Attribute| {
            attr.path().segments.last().is_some_and(|segment| segment.ident == attribute)
        };
        for again in self.header.attrs.extract_if(.., |attr| again(attr)) {
            errors.at(again, help(format!("`#[{attribute}]` is given twice"), "remove this one"));
        }
        let before = errors.count();
        if let Some((path, _)) = &self.header.trait_ {
            let message = help(
                format!("`#[{attribute}]` goes on an inherent `impl` block, not on a trait impl"),
                format!("remove `{} for`", crate::types::to_text(path)),
            );
            errors.at(path, message);
        }
        if !matches!(crate::types::ungroup(self.self_ty()), Type::Path(_)) {
            let message = help(
                format!(
                    "`#[{attribute}]` needs a struct or enum of this crate as {}",
                    self.kind.ty
                ),
                format!("define `struct {} {{ … }}`", self.kind.example),
            );
            errors.at(self.self_ty(), message);
        }
        let declared = self.header.generics.lifetimes().map(|parameter| parameter.lifetime.clone());
        let nameless = crate::types::lifetimes(self.self_ty());
        let nameless = nameless.into_iter().filter(|lifetime| lifetime.ident == "_");
        for lifetime in declared.chain(nameless) {
            let (why, instead) = self.kind.borrows;
            errors.at(lifetime, help(why, instead));
        }
        errors.count() == before
    }

    /// Takes our attributes out of the methods; a misspelt one is an error, and taken out too.
    fn take_marks(&mut self, errors: &mut Errors) {
        let kind = self.kind;
        for item in &mut self.items {
            match item {
                Item::Method(method) => method.take_marks(kind, errors),
                Item::Other(tokens) => {
                    let Ok(mut other) = syn::parse2::<ImplItem>(tokens.clone()) else { continue };
                    let attrs = match &mut other {
                        ImplItem::Const(constant) => &mut constant.attrs,
                        ImplItem::Type(alias) => &mut alias.attrs,
                        ImplItem::Macro(call) => {
                            let message = help(
                                format!(
                                    "a macro call in a `#[{}]` block is expanded too late: {} that it makes would be silently left out",
                                    kind.attribute, kind.methods_are
                                ),
                                format!(
                                    "have the macro make the whole `#[{}] impl`, or write the methods out",
                                    kind.attribute
                                ),
                            );
                            errors.at(&call.mac.path, message);
                            continue;
                        }
                        _ => continue,
                    };
                    let (marks, rest) = take_marks(attrs, kind, kind.methods, "attribute", errors);
                    for mark in marks {
                        let name = crate::types::to_text(mark.path());
                        let message = format!("`#[{name}]` goes on a method");
                        errors.at(mark, help(message, "move it to the method that handles it"));
                    }
                    *attrs = rest;
                    *tokens = other.into_token_stream();
                }
            }
        }
    }

    pub(crate) fn methods(&self) -> impl Iterator<Item = &Method> {
        self.items.iter().filter_map(|item| match item {
            Item::Method(method) => Some(&**method),
            Item::Other(_) => None,
        })
    }

    pub(crate) fn self_ty(&self) -> &Type {
        &self.header.self_ty
    }

    /// The doc comment.
    pub(crate) fn doc(&self) -> String {
        doc(&self.header.attrs)
    }

    pub(crate) fn generics(&self) -> &syn::Generics {
        &self.header.generics
    }

    /// The block as it was, without our attributes. If there were errors its methods are not
    /// called, which is no news to the user.
    pub(crate) fn to_tokens(&self, errors: bool) -> TokenStream {
        let mut header = self.header.clone();
        header.items = self
            .items
            .iter()
            .map(|item| {
                ImplItem::Verbatim(match item {
                    Item::Method(method) => method.to_tokens(),
                    Item::Other(tokens) => tokens.clone(),
                })
            })
            .collect();
        let quiet = errors.then(|| quote!(#[allow(dead_code, unused_variables)]));
        quote!(#quiet #header)
    }
}

impl Method {
    fn take_marks(&mut self, kind: &Kind, errors: &mut Errors) {
        let (marks, attrs) = take_marks(&mut self.attrs, kind, kind.methods, "attribute", errors);
        self.marks = marks;
        self.attrs = attrs;
        for input in &mut self.sig.inputs {
            let attrs = match input {
                FnArg::Receiver(receiver) => &mut receiver.attrs,
                FnArg::Typed(typed) => &mut typed.attrs,
            };
            let what = "parameter attribute";
            let (marks, rest) = take_marks(attrs, kind, kind.parameters, what, errors);
            *attrs = rest;
            self.parameter_marks.push(marks);
        }
        // A length that only says how long the body is has had its use.
        if self.parameter_marks.iter().flatten().any(|mark| mark.path().is_ident("body")) {
            self.attrs.push(syn::parse_quote!(#[allow(unused_variables)]));
        }
    }

    /// The conditions under which the method exists, each a `#[cfg(…)]`.
    pub(crate) fn cfgs(&self) -> Vec<Attribute> {
        let mut cfgs = Vec::new();
        for attr in &self.attrs {
            if attr.path().is_ident("cfg") {
                cfgs.push(attr.clone());
            }
            let Some((condition, metas)) = conditional(attr) else { continue };
            for meta in metas.iter().filter(|meta| meta.path().is_ident("cfg")) {
                if let Meta::List(cfg) = meta {
                    let cfg = &cfg.tokens;
                    cfgs.push(syn::parse_quote!(#[cfg(any(not(#condition), #cfg))]));
                }
            }
        }
        cfgs
    }

    /// The doc comment.
    pub(crate) fn doc(&self) -> String {
        doc(&self.attrs)
    }

    fn to_tokens(&self) -> TokenStream {
        let Method { attrs, vis, default, sig, body, .. } = self;
        // It is not the user who chose the shape of a method that generated code calls.
        let shape = (!self.marks.is_empty()).then(|| {
            quote!(#[allow(
                clippy::missing_const_for_fn,
                clippy::needless_pass_by_ref_mut,
                clippy::needless_pass_by_value,
                clippy::unnecessary_wraps,
                clippy::unused_self
            )])
        });
        quote!(#shape #(#attrs)* #vis #default #sig #body)
    }
}

/// The doc comment among `attrs`, as it was written.
fn doc(attrs: &[Attribute]) -> String {
    let lines = attrs.iter().filter_map(|attr| match &attr.meta {
        syn::Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => {
                let text = text.value();
                Some(text.strip_prefix(' ').unwrap_or(&text).to_owned())
            }
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Parts ours from the rest. What looks like a slip of the finger for one of ours is an error.
fn take_marks(
    attrs: &mut Vec<Attribute>,
    kind: &Kind,
    ours: &[&str],
    what: &str,
    errors: &mut Errors,
) -> (Vec<Attribute>, Vec<Attribute>) {
    let mut marks = Vec::new();
    let mut rest = Vec::new();
    for attr in attrs.drain(..) {
        let name = attr.path().get_ident().map(ToString::to_string).unwrap_or_default();
        if let Some(hidden) = hidden_mark(&attr, ours) {
            let message = help(
                format!("`{hidden}` in a `cfg_attr` is not seen by `#[{}]`", kind.attribute),
                format!("write `#[{hidden}]`, and put a `#[cfg(…)]` beside it"),
            );
            errors.at(hidden, message);
        } else if ours.contains(&name.as_str()) {
            marks.push(attr);
        } else if !INNOCENT.contains(&name.as_str())
            && crate::diag::did_you_mean(&name, ours.iter().copied()).is_some()
        {
            errors.at(attr.path(), unknown(what, &name, ours.iter().copied()));
        } else {
            rest.push(attr);
        }
    }
    (marks, rest)
}

/// The attribute of ours that a `cfg_attr` would add, which happens too late.
fn hidden_mark(attr: &Attribute, ours: &[&str]) -> Option<syn::Ident> {
    let metas = conditional(attr)?.1;
    let names = metas.into_iter().filter_map(|meta| meta.path().get_ident().cloned());
    names.into_iter().find(|name| ours.iter().any(|mark| name == mark))
}

/// The condition of a `cfg_attr`, and the attributes that it adds.
fn conditional(attr: &Attribute) -> Option<(TokenStream, Vec<Meta>)> {
    if !attr.path().is_ident("cfg_attr") {
        return None;
    }
    let parse = |input: ParseStream<'_>| {
        let mut condition = TokenStream::new();
        while !input.peek(Token![,]) {
            condition.extend([input.parse::<TokenTree>()?]);
        }
        input.parse::<Token![,]>()?;
        Ok((condition, comma_list::<Meta>(input)?))
    };
    attr.parse_args_with(parse).ok()
}

/// The tokens before the last group in braces, and that group.
fn split_body(item: TokenStream) -> (TokenStream, Option<Group>) {
    let mut tokens = item.into_iter().collect::<Vec<_>>();
    match tokens.pop() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            (tokens.into_iter().collect(), Some(group))
        }
        last => (tokens.into_iter().chain(last).collect(), None),
    }
}

fn first_token(item: TokenStream) -> TokenStream {
    // Attributes and doc comments stand before what the item is.
    let item = Parser::parse2(
        |input: ParseStream<'_>| {
            Attribute::parse_outer(input)?;
            input.parse::<TokenStream>()
        },
        item.clone(),
    )
    .unwrap_or(item);
    item.into_iter().take(1).collect()
}

/// Whether the head of an item is that of an `impl` block.
fn is_impl(head: &TokenStream) -> bool {
    let parse = |input: ParseStream<'_>| {
        Attribute::parse_outer(input)?;
        input.parse::<Option<Token![default]>>()?;
        input.parse::<Option<Token![unsafe]>>()?;
        let is_impl = input.peek(Token![impl]);
        input.parse::<TokenStream>()?;
        Ok(is_impl)
    };
    Parser::parse2(parse, head.clone()).unwrap_or(false)
}

/// What stands in the block's braces: attributes of the block, made outer ones, and its items.
fn parse_items(input: ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Vec<Item>)> {
    let mut attrs = input.call(Attribute::parse_inner)?;
    for attr in &mut attrs {
        attr.style = syn::AttrStyle::Outer;
    }
    let mut items = Vec::new();
    while !input.is_empty() {
        let ahead = input.fork();
        items.push(match ahead.call(parse_method) {
            Ok(Some(_)) => match parse_method(input)? {
                Some(method) => Item::Method(Box::new(method)),
                None => return Err(input.error("expected a method")),
            },
            Ok(None) => Item::Other(input.parse::<ImplItem>()?.into_token_stream()),
            Err(error) => return Err(error),
        });
    }
    Ok((attrs, items))
}

/// A method; `None` if what comes is another kind of item.
fn parse_method(input: ParseStream<'_>) -> syn::Result<Option<Method>> {
    let attrs = input.call(Attribute::parse_outer)?;
    let vis = input.parse::<Visibility>()?;
    let default = input.parse::<Option<Token![default]>>()?;
    let ahead = input.fork();
    let mut is_fn = false;
    // `const fn`, `async unsafe extern "C" fn`, but not `const N: usize`.
    while let Ok(token) = ahead.parse::<TokenTree>() {
        match token {
            TokenTree::Ident(word) if word == "fn" => {
                is_fn = true;
                break;
            }
            TokenTree::Ident(word)
                if ["const", "async", "unsafe", "extern", "safe"]
                    .contains(&word.to_string().as_str()) => {}
            TokenTree::Literal(_) => {}
            _ => break,
        }
    }
    if !is_fn {
        return Ok(None);
    }
    let sig = input.parse::<Signature>()?;
    let body = match input.parse::<TokenTree>()? {
        TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => body.into_token_stream(),
        other => {
            return Err(syn::Error::new_spanned(other, "expected the method's body in braces"));
        }
    };
    Ok(Some(Method {
        marks: Vec::new(),
        attrs,
        vis,
        default,
        sig,
        body,
        parameter_marks: Vec::new(),
    }))
}

/// A list of things with commas between them, and perhaps behind the last.
pub(crate) fn comma_list<T: Parse>(input: ParseStream<'_>) -> syn::Result<Vec<T>> {
    Ok(input.parse_terminated(T::parse, Token![,])?.into_iter().collect())
}
