//! A message as data: what its bytes are, to be read at run time.
//!
//! ```
//! use mux_runtime::{Message, MuxMessage, shape::Kind};
//!
//! /// Who is there.
//! #[derive(MuxMessage)]
//! struct Hello<'a> { device: u64, #[len(u8)] name: &'a str }
//!
//! let shape = Hello::SHAPE;
//! assert_eq!((shape.name, shape.doc), ("Hello", "Who is there."));
//! let Kind::Struct(fields) = shape.kind else { unreachable!() };
//! assert_eq!(fields[1].of_type, "&'a str");
//! assert_eq!(fields[1].form.to_string(), "text, its bytes counted by u8");
//! ```

use std::fmt;

/// What a message looks like.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Shape {
    /// The name of its type.
    pub name: &'static str,
    /// The type's doc comment.
    pub doc: &'static str,
    /// What it is made of.
    pub kind: Kind,
}

impl Shape {
    /// A message's shape; for generated code, and for a `Message` written by hand.
    #[must_use]
    pub const fn new(name: &'static str, doc: &'static str, kind: Kind) -> Self {
        Shape { name, doc, kind }
    }
}

/// What a message is made of.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Its fields, one after the other.
    Struct(&'static [Field]),
    /// A tag, and the fields of the variant that it stands for.
    Enum {
        /// How the tag is written.
        tag: Number,
        /// What there is, in the order of the source.
        variants: &'static [Variant],
    },
    /// Nothing is known of it: its parser was written by hand.
    Opaque,
}

/// One alternative of a message.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Variant {
    /// Its name.
    pub name: &'static str,
    /// Its doc comment.
    pub doc: &'static str,
    /// The number that stands for it.
    pub tag: u128,
    /// What follows the tag.
    pub fields: &'static [Field],
}

impl Variant {
    /// A variant; for generated code.
    #[must_use]
    pub const fn new(
        name: &'static str,
        doc: &'static str,
        tag: u128,
        fields: &'static [Field],
    ) -> Self {
        Variant { name, doc, tag, fields }
    }
}

/// One field of a message.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Field {
    /// Its name; its number, from 0, in a tuple.
    pub name: &'static str,
    /// Its doc comment.
    pub doc: &'static str,
    /// Its type, as it is written.
    pub of_type: &'static str,
    /// What its bytes are.
    pub form: Form,
}

impl Field {
    /// A field; for generated code.
    #[must_use]
    pub const fn new(
        name: &'static str,
        doc: &'static str,
        of_type: &'static str,
        form: Form,
    ) -> Self {
        Field { name, doc, of_type, form }
    }
}

/// What the bytes of a field are.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Form {
    /// A number.
    Number(Number),
    /// One byte, 0 or 1.
    Bool,
    /// Any bytes.
    Bytes(Extent),
    /// UTF-8.
    Text(Extent),
    /// So many elements.
    Array(usize, &'static Form),
    /// Elements, as many as the extent says.
    List(Extent, &'static Form),
    /// One byte, 0 or 1, and after a 1 the value.
    Optional(&'static Form),
    /// Another message, whose shape the function gives: one that contains itself has no other
    /// end.
    Message(fn() -> &'static Shape),
    /// No bytes.
    Nothing,
    /// What a function of the user's reads: `#[parse]`.
    Custom,
}

/// What tells where bytes, text or a list end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// A number in front: of bytes, or of a list's elements.
    Counted(Number),
    /// The end of the frame.
    Rest,
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Number {
    /// Its type, `u16`.
    pub of_type: &'static str,
    /// The order of its bytes.
    pub order: Order,
}

impl Number {
    /// A number; for generated code.
    #[must_use]
    pub const fn new(of_type: &'static str, order: Order) -> Self {
        Number { of_type, order }
    }
}

/// The order of a number's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The highest first: network order.
    Big,
    /// The lowest first.
    Little,
    /// LEB128: seven bits a byte, the lowest first, as many bytes as are needed.
    Varint,
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.order {
            Order::Big => f.write_str(self.of_type),
            // A single byte has no order.
            Order::Little if matches!(self.of_type, "u8" | "i8") => f.write_str(self.of_type),
            Order::Little => write!(f, "{} little-endian", self.of_type),
            Order::Varint => write!(f, "varint {}", self.of_type),
        }
    }
}

/// Writes what a reference would say: `list of f32, counted by u16`.
impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Form::Number(number) => number.fmt(f),
            Form::Bool => f.write_str("bool"),
            Form::Bytes(Extent::Counted(number)) => write!(f, "bytes, counted by {number}"),
            Form::Bytes(Extent::Rest) => f.write_str("bytes, all that are left"),
            Form::Text(Extent::Counted(number)) => write!(f, "text, its bytes counted by {number}"),
            Form::Text(Extent::Rest) => f.write_str("text, all that is left"),
            Form::Array(count, of) => write!(f, "{count} times {of}"),
            Form::List(Extent::Counted(number), of) => {
                write!(f, "list of {of}, counted by {number}")
            }
            Form::List(Extent::Rest, of) => write!(f, "list of {of}, all that are left"),
            Form::Optional(of) => write!(f, "optional {of}"),
            Form::Message(shape) => f.write_str(shape().name),
            Form::Nothing => f.write_str("nothing"),
            Form::Custom => f.write_str("custom"),
        }
    }
}
