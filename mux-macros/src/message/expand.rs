//! The impls.
//!
//! Names of ours are of mixed-site hygiene and start with `__`; all else is the user's tokens, so
//! that the compiler's own errors point at them.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{DeriveInput, GenericParam, Generics, Lifetime, LifetimeParam, spanned::Spanned};

use super::{
    attributes::Options,
    bounds,
    model::{Field, Form, Message, Order, Plain, Variant, Width, doc},
    types::written,
};

/// `quote!` with names that are not the user's.
macro_rules! q {
    ($($tokens:tt)*) => { quote_spanned!(Span::mixed_site()=> $($tokens)*) };
}
pub(super) use q;

/// What all parts of the expansion need to know.
pub(super) struct Scope<'a> {
    pub input: &'a DeriveInput,
    /// The runtime's `__private` module.
    pub private: TokenStream,
    /// The lifetime of the input that is read.
    pub life: Lifetime,
    pub order: Order,
    pub tag: Width,
}

impl<'a> Scope<'a> {
    fn new(input: &'a DeriveInput, options: &Options) -> Self {
        let krate = &options.krate;
        let life = match input.generics.lifetimes().next() {
            Some(own) => own.lifetime.clone(),
            None => Lifetime::new("'__input", Span::mixed_site()),
        };
        Scope {
            input,
            private: q!(#krate::__private),
            life,
            order: options.order,
            tag: options.tag,
        }
    }

    /// The generics of an impl in which the lifetime of the input is known.
    fn generics(&self) -> Generics {
        let mut generics = self.input.generics.clone();
        if generics.lifetimes().next().is_none() {
            generics
                .params
                .insert(0, GenericParam::Lifetime(LifetimeParam::new(self.life.clone())));
        }
        generics
    }

    fn order(&self, order: Order) -> TokenStream {
        let private = &self.private;
        match order {
            Order::Big => q!(#private::Big),
            Order::Little => q!(#private::Little),
        }
    }

    pub(super) fn plain(&self, plain: Plain) -> TokenStream {
        let private = &self.private;
        match plain {
            Plain::Fixed(order) => self.order(order),
            Plain::Varint => q!(#private::Varint),
        }
    }

    /// A type of numbers, and the way in which they are written.
    fn number(&self, width: Width, order: Order) -> (TokenStream, TokenStream) {
        let private = &self.private;
        let of_type = Ident::new(width.of_type(), Span::mixed_site());
        let plain = match width {
            Width::Fixed(_) => Plain::Fixed(order),
            Width::Varint => Plain::Varint,
        };
        (q!(#private::#of_type), self.plain(plain))
    }

    /// The form as a type, if it is not the user's own.
    fn form(&self, form: &Form) -> Option<TokenStream> {
        let private = &self.private;
        let of = |width, order| {
            let (of_type, plain) = self.number(width, order);
            q!(#private::Of<#of_type, #plain>)
        };
        Some(match *form {
            Form::Plain(plain) => self.plain(plain),
            Form::Len(width, order) => {
                let of = of(width, order);
                q!(#private::Len<#of>)
            }
            Form::Count(width, order, plain) => {
                let (of, plain) = (of(width, order), self.plain(plain));
                q!(#private::Count<#of, #plain>)
            }
            Form::Rest => q!(#private::Rest),
            Form::RestOf(plain) => {
                let plain = self.plain(plain);
                q!(#private::RestOf<#plain>)
            }
            Form::Custom { .. } => return None,
        })
    }

    /// The field's type as something that is read and written in its form, if that is not the
    /// user's own.
    fn wire(&self, field: &Field<'_>) -> Option<TokenStream> {
        let (private, life, ty) = (&self.private, &self.life, field.ty);
        let form = self.form(&field.form)?;
        Some(q!(<#ty as #private::Wire<#life, #form>>))
    }

    /// The tag's type as something that is read and written.
    fn tag_wire(&self) -> TokenStream {
        let (private, life) = (&self.private, &self.life);
        let (of_type, plain) = self.number(self.tag, self.order);
        q!(<#of_type as #private::Wire<#life, #plain>>)
    }
}

/// The impls of a message that fits.
pub(super) fn message(
    input: &DeriveInput,
    options: &Options,
    message: &Message<'_>,
) -> TokenStream {
    let scope = Scope::new(input, options);
    let mut generics = scope.generics();
    bounds::bind(&scope, message, &mut generics);
    let checks = bounds::checks(&scope, message);
    let body = Body {
        shape: shape(&scope, message),
        min_bytes: min_bytes(&scope, message),
        open_ended: open_ended(&scope, message),
        parse: parse(&scope, message),
        encode: encode(&scope, message),
    };
    let impls = impls(&scope, &generics, &body);
    q! {
        const _: () = {
            #checks
            #impls
        };
    }
}

/// Impls that fit the traits and do nothing, for a type that has mistakes.
pub(super) fn stub(input: &DeriveInput, options: &Options) -> TokenStream {
    let mut scope = Scope::new(input, options);
    // The type's own lifetimes may be what is wrong.
    scope.life = Lifetime::new("'__input", Span::mixed_site());
    let mut generics = input.generics.clone();
    generics.params.insert(0, GenericParam::Lifetime(LifetimeParam::new(scope.life.clone())));
    let private = &scope.private;
    let body = Body {
        shape: q!(#private::Kind::Opaque),
        min_bytes: q!(1),
        open_ended: q!(false),
        parse: q!(let _ = (__input, __depth); loop {}),
        encode: q!(let _ = __out;),
    };
    let impls = impls(&scope, &generics, &body);
    q!(const _: () = { #impls };)
}

/// What is different from message to message.
struct Body {
    shape: TokenStream,
    min_bytes: TokenStream,
    open_ended: TokenStream,
    parse: TokenStream,
    encode: TokenStream,
}

fn impls(scope: &Scope<'_>, generics: &Generics, body: &Body) -> TokenStream {
    let (private, life) = (&scope.private, &scope.life);
    let ident = &scope.input.ident;
    let (name, doc) = (unraw(ident), doc(&scope.input.attrs));
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, type_generics, _) = scope.input.generics.split_for_impl();
    let Body { shape, min_bytes, open_ended, parse, encode } = body;
    let result = q!(#private::IResult<&#life [#private::u8], Self>);
    q! {
        #[automatically_derived]
        impl #impl_generics #private::Message<#life> for #ident #type_generics #where_clause {
            const SHAPE: &'static #private::Shape = &#private::Shape::new(#name, #doc, #shape);
            const MIN_BYTES: #private::usize = #min_bytes;
            const OPEN_ENDED: #private::bool = #open_ended;

            fn parse(__input: &#life [#private::u8]) -> #result {
                <Self as #private::Message<#life>>::parse_within(__input, #private::Depth::FULL)
            }

            fn parse_within(
                __input: &#life [#private::u8],
                __depth: #private::Depth,
            ) -> #result {
                #parse
            }

            fn encode(&self, __out: &mut #private::Writer<'_>) {
                #encode
            }
        }

        #[automatically_derived]
        impl #impl_generics #private::Reply for #ident #type_generics #where_clause {
            fn write_to(&self, __out: &mut #private::Writer<'_>) {
                <Self as #private::Message<#life>>::encode(self, __out)
            }
        }
    }
}

fn unraw(ident: &Ident) -> String {
    ident.to_string().trim_start_matches("r#").to_owned()
}

fn shape(scope: &Scope<'_>, message: &Message<'_>) -> TokenStream {
    let private = &scope.private;
    match message {
        Message::Struct(fields) => {
            let fields = field_shapes(scope, fields);
            q!(#private::Kind::Struct(#fields))
        }
        Message::Enum(variants) => {
            let of_type = scope.tag.of_type();
            let order = match (scope.tag, scope.order) {
                (Width::Varint, _) => q!(#private::Order::Varint),
                (_, Order::Big) => q!(#private::Order::Big),
                (_, Order::Little) => q!(#private::Order::Little),
            };
            let variants = variants.iter().map(|variant| {
                let (name, doc) = (unraw(variant.ident), &variant.doc);
                let tag = Literal::u128_unsuffixed(variant.tag.value);
                let fields = field_shapes(scope, &variant.fields);
                q!(#private::Variant::new(#name, #doc, #tag, #fields),)
            });
            q! {
                #private::Kind::Enum {
                    tag: #private::Number::new(#of_type, #order),
                    variants: &[#(#variants)*],
                }
            }
        }
    }
}

fn field_shapes(scope: &Scope<'_>, fields: &[Field<'_>]) -> TokenStream {
    let private = &scope.private;
    let fields = fields.iter().map(|field| {
        let (name, doc, of_type) = (field.name(), &field.doc, written(field.ty));
        let form = match scope.wire(field) {
            Some(wire) => q!(#wire::FORM),
            None => q!(#private::Form::Custom),
        };
        q!(#private::Field::new(#name, #doc, #of_type, #form),)
    });
    q!(&[#(#fields)*])
}

/// A struct's is the sum of its fields'; an enum's is its tag's, since a variant may hold the
/// enum itself.
fn min_bytes(scope: &Scope<'_>, message: &Message<'_>) -> TokenStream {
    let private = &scope.private;
    match message {
        Message::Struct(fields) => {
            let parts = fields.iter().filter_map(|field| scope.wire(field));
            q!(#private::least(&[#(#parts::MIN_BYTES),*]))
        }
        Message::Enum(_) => {
            let tag = scope.tag_wire();
            q!(#tag::MIN_BYTES)
        }
    }
}

fn open_ended(scope: &Scope<'_>, message: &Message<'_>) -> TokenStream {
    let last = match message {
        Message::Struct(fields) => fields.last().into_iter().collect::<Vec<_>>(),
        Message::Enum(variants) => {
            variants.iter().filter_map(|variant| variant.fields.last()).collect()
        }
    };
    let last = last.into_iter().filter_map(|field| scope.wire(field));
    q!(false #(|| #last::OPEN_ENDED)*)
}

/// The name of the value of a field.
fn local(at: usize) -> Ident {
    Ident::new(&format!("__field{at}"), Span::mixed_site())
}

/// `{ name: __field0, 1: __field1 }`, which both builds a value and takes one apart, be its fields
/// named or not.
fn braces(fields: &[Field<'_>]) -> TokenStream {
    let fields = fields.iter().enumerate().map(|(at, field)| {
        let (member, local) = (&field.member, local(at));
        q!(#member: #local)
    });
    q!({ #(#fields),* })
}

fn parse(scope: &Scope<'_>, message: &Message<'_>) -> TokenStream {
    let private = &scope.private;
    match message {
        Message::Struct(fields) => {
            let (read, braces) = (read(scope, fields), braces(fields));
            q! {
                let _ = __depth;
                #read
                #private::Ok((__input, Self #braces))
            }
        }
        Message::Enum(variants) => {
            let tag = scope.tag_wire();
            let arms = variants.iter().map(|variant| {
                let (pattern, ident) = (tag_pattern(variant), variant.ident);
                let (read, braces) = (read(scope, &variant.fields), braces(&variant.fields));
                q! {
                    #pattern => {
                        let __input = __rest;
                        #read
                        #private::Ok((__input, Self::#ident #braces))
                    }
                }
            });
            // With all of its values taken, nothing is left for this arm.
            let all = scope.tag == Width::Fixed("u8") && variants.len() == 256;
            let other = (!all).then(|| q!(_ => #private::wrong_tag(__input),));
            q! {
                let (__rest, __tag) = #tag::read(__input, __depth)?;
                match __tag {
                    #(#arms)*
                    #other
                }
            }
        }
    }
}

fn tag_pattern(variant: &Variant<'_>) -> Literal {
    let mut literal = Literal::u128_unsuffixed(variant.tag.value);
    literal.set_span(variant.tag.span);
    literal
}

/// Reads each field into its local, and moves `__input` on.
fn read(scope: &Scope<'_>, fields: &[Field<'_>]) -> TokenStream {
    let (private, life) = (&scope.private, &scope.life);
    let fields = fields.iter().enumerate().map(|(at, field)| {
        let local = local(at);
        if let Form::Custom { parse, .. } = &field.form {
            // Of the function's place, so that one of another type is told there.
            let ty = field.ty;
            let place = Span::mixed_site().located_at(parse.span());
            let call = quote_spanned!(place=> #parse(__input));
            return q! {
                let __read: #private::IResult<&#life [#private::u8], #ty> = #call;
                let (__input, #local) = __read?;
            };
        }
        let wire = scope.wire(field);
        let check = (at + 1 < fields.len()).then(|| bounds::late_check(scope, field));
        q!(#check let (__input, #local) = #wire::read(__input, __depth)?;)
    });
    q!(#(#fields)*)
}

fn encode(scope: &Scope<'_>, message: &Message<'_>) -> TokenStream {
    match message {
        Message::Struct(fields) => {
            let (braces, write) = (braces(fields), write(scope, fields));
            q! {
                let _ = &__out;
                let Self #braces = self;
                #write
            }
        }
        Message::Enum(variants) => {
            let tag = scope.tag_wire();
            let arms = variants.iter().map(|variant| {
                let (value, ident) = (tag_pattern(variant), variant.ident);
                let (braces, write) = (braces(&variant.fields), write(scope, &variant.fields));
                q! {
                    Self::#ident #braces => {
                        #tag::write(&#value, __out);
                        #write
                    }
                }
            });
            q!(match self { #(#arms)* })
        }
    }
}

fn write(scope: &Scope<'_>, fields: &[Field<'_>]) -> TokenStream {
    let fields = fields.iter().enumerate().map(|(at, field)| {
        let mut local = local(at);
        if let Form::Custom { encode, .. } = &field.form {
            let place = Span::mixed_site().located_at(encode.span());
            local.set_span(place);
            return quote_spanned!(place=> #encode(#local, &mut *__out););
        }
        let wire = scope.wire(field);
        q!(#wire::write(#local, __out);)
    });
    q!(#(#fields)*)
}

/// The tokens of `ty` with each of its lifetimes `'static`, for a place where none is known.
pub(super) fn at_static(ty: &syn::Type) -> TokenStream {
    struct Static;
    impl syn::visit_mut::VisitMut for Static {
        fn visit_lifetime_mut(&mut self, life: &mut Lifetime) {
            life.ident = Ident::new("static", life.ident.span());
        }
    }
    let mut ty = ty.clone();
    syn::visit_mut::visit_type_mut(&mut Static, &mut ty);
    ty.to_token_stream()
}
