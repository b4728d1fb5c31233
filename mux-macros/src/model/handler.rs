//! Handlers of messages: how the message is cut, the word or parser that picks the handler, and a
//! parameter list that is the grammar.

use syn::{
    Attribute, Expr, ExprCall, ExprLit, FnArg, Ident, Lit, LitStr, Meta, Path,
    visit_mut::{self, VisitMut},
};

use super::{
    Called, Model, find_mode,
    parameter::{self, Argument, Body, Parameter, Read},
    signature::{self, SelfKind},
};
use crate::{
    diag::{Errors, help},
    options::{Kind, Options},
    syntax::Method,
    types::{self, Run},
};

/// The longest command word, in bytes.
const WORD_MAX: usize = 64;

/// How the lengths of frames may be written.
const PREFIXES: [&str; 6] = ["u8", "be_u16", "le_u16", "be_u32", "le_u32", "varint"];

/// A method that takes messages.
pub(crate) struct Handler {
    pub(crate) called: Called,
    pub(crate) doc: String,
    /// The attribute that marks it.
    pub(crate) mark: Attribute,
    /// The index of the mode in which it runs.
    pub(crate) mode: usize,
    pub(crate) framing: Framing,
    /// The word that picks it.
    pub(crate) word: Option<LitStr>,
    pub(crate) grammar: Grammar,
    /// What it is called with, after `self`.
    pub(crate) arguments: Vec<Argument>,
    /// What is read from the message, in order.
    pub(crate) parameters: Vec<Parameter>,
    /// What follows the line.
    pub(crate) body: Option<Body>,
    /// Nothing may have come behind its message.
    pub(crate) last: bool,
    /// How it is called, where the parameters' names do not tell.
    usage: Option<String>,
}

/// How messages are cut out of the input.
pub(crate) enum Framing {
    Line,
    /// By the block's framing, into words.
    Words,
    /// Behind a length.
    Prefix(Ident),
    /// By nom parsers on the stream itself.
    Stream,
    /// Before a delimiter.
    Until(Expr),
    /// So many bytes.
    Bytes(Expr),
    /// So many bytes, as they come.
    Chunk(Expr),
    /// Not at all: the handler says how much it took.
    Input,
}

/// How the message becomes parameters.
pub(crate) enum Grammar {
    /// The one parameter is the whole message.
    Whole,
    /// Each parameter is read from words.
    Words,
    /// A nom parser; its output is the parameter, or the tuple of them.
    Parser(Box<Expr>),
    /// The one parameter is a declared message.
    Message,
}

impl Handler {
    /// How it is called, `/msg <to> <text...>`.
    pub(crate) fn usage(&self) -> String {
        if let Some(usage) = &self.usage {
            return usage.clone();
        }
        let parameters = self.parameters.iter().map(Parameter::usage);
        let word = self.word.iter().map(LitStr::value);
        word.chain(parameters).collect::<Vec<_>>().join(" ")
    }

    /// Whether it takes every message that no other handler took.
    pub(crate) fn is_catch_all(&self) -> bool {
        let open = matches!(self.grammar, Grammar::Whole | Grammar::Words);
        self.word.is_none() && open && !matches!(self.framing, Framing::Stream)
    }
}

/// What an attribute says before the parameters are read.
struct Marked {
    framing: Framing,
    options: Options,
}

/// Reads a method with an attribute for messages.
pub(super) fn read(
    mark: &Attribute,
    method: &Method,
    model: &Model,
    errors: &mut Errors,
) -> Option<Handler> {
    let before = errors.count();
    let Marked { framing, mut options } = read_mark(mark, model, errors)?;
    let word = word(&options.words, errors);
    let parser = options.expr("parser");
    if let (Framing::Stream, Some(parser)) = (&framing, &parser) {
        check_stream(parser, &model.krate, errors);
    }
    let mode = match options.path("mode") {
        Some(path) => find_mode(&path, &model.modes, errors)?,
        None => 0,
    };
    check_receiver(method, errors);
    let mut handler = Handler {
        called: Called::read(method),
        doc: method.doc(),
        mark: mark.clone(),
        mode,
        framing,
        word,
        grammar: match parser {
            Some(parser) => Grammar::Parser(Box::new(parser)),
            None => Grammar::Words,
        },
        arguments: Vec::new(),
        parameters: Vec::new(),
        body: None,
        last: options.flag("last").is_some(),
        usage: options.expr("usage").and_then(|usage| read_usage(&usage, errors)),
    };
    for (input, marks) in method.sig.inputs.iter().zip(&method.parameter_marks) {
        match input {
            FnArg::Typed(typed) => parameter::read(typed, marks, &mut handler, model, errors),
            FnArg::Receiver(_) => parameter::check_unmarked(marks, errors),
        }
    }
    parameter::check(&handler, errors);
    if errors.count() == before {
        settle_grammar(&mut handler, method, errors);
    }
    Some(handler)
}

/// The framing that an attribute means, and the options that are left.
fn read_mark(mark: &Attribute, model: &Model, errors: &mut Errors) -> Option<Marked> {
    let name = mark.path().get_ident()?.to_string();
    let known: &[(&str, Kind)] = match name.as_str() {
        "line" => &[
            ("parser", Kind::Expr),
            ("usage", Kind::Expr),
            ("mode", Kind::Path),
            ("last", Kind::Flag),
        ],
        "frame" => &[
            ("prefix", Kind::Choice(&PREFIXES)),
            ("parser", Kind::Expr),
            ("mode", Kind::Path),
            ("last", Kind::Flag),
        ],
        "until" | "bytes" => &[("parser", Kind::Expr), ("mode", Kind::Path), ("last", Kind::Flag)],
        _ => &[("mode", Kind::Path)],
    };
    let takes_expr = matches!(name.as_str(), "until" | "bytes" | "chunk");
    let before = errors.count();
    let (mut options, subject) = match &mark.meta {
        Meta::Path(_) => (Options::default(), None),
        Meta::List(list) if takes_expr => {
            Options::parse_behind_expr(list.tokens.clone(), &name, known, errors)
        }
        Meta::List(list) => (Options::parse(list.tokens.clone(), &name, known, errors), None),
        Meta::NameValue(meta) => {
            let example = match name.as_str() {
                "line" => "\"WORD\"",
                "frame" => "prefix = be_u32",
                "input" => "mode = M",
                _ => "…",
            };
            let message = help(
                format!("`#[{name}]` takes its options in parentheses"),
                format!("`#[{name}({example})]`"),
            );
            errors.at(meta, message);
            return None;
        }
    };
    if takes_expr && subject.is_none() {
        let (needs, hint) = match name.as_str() {
            "until" => ("a delimiter", "`#[until(b\"\\0\")]`"),
            "bytes" => {
                ("a length", "`#[bytes(4)]`, or one from the mode's data: `#[bytes(data.len)]`")
            }
            _ => ("a length", "how many bytes are still to come: `#[chunk(data.left)]`"),
        };
        errors.at(mark, help(format!("`#[{name}]` needs {needs}"), hint));
        return None;
    }
    let framing = match (name.as_str(), subject) {
        ("line", _) => Framing::Line,
        ("until", Some(expr)) => {
            check_delimiter(&expr, errors);
            Framing::Until(expr)
        }
        ("bytes", Some(expr)) => Framing::Bytes(expr),
        ("chunk", Some(expr)) => Framing::Chunk(expr),
        ("input", _) => Framing::Input,
        _ => frame(mark, &mut options, model, errors.count() == before, errors)?,
    };
    if !matches!(framing, Framing::Line | Framing::Words)
        && let Some(word) = options.words.first()
    {
        let message = if matches!(framing, Framing::Prefix(_)) {
            help(
                "a frame behind a length has no command word",
                "read it with a nom parser: `#[frame(prefix = …, parser = …)]`, or take a message that derives `MuxMessage`",
            )
        } else {
            help(
                format!("`#[{name}]` takes no command word"),
                "a word picks among lines, and among the frames of a `framing`",
            )
        };
        errors.at(word, message);
        return None;
    }
    Some(Marked { framing, options })
}

/// Refuses a delimiter that is found everywhere.
fn check_delimiter(delimiter: &Expr, errors: &mut Errors) {
    if let Expr::Lit(syn::ExprLit { lit: syn::Lit::ByteStr(bytes), .. }) = delimiter
        && bytes.value().is_empty()
    {
        let message = help("a delimiter cannot be empty", "`#[until(b\"\\0\")]`");
        errors.at(bytes, message);
    }
}

/// Which of its framings a `#[frame]` means. If its options were not `clean`, what is missing may
/// be what was wrong.
fn frame(
    mark: &Attribute,
    options: &mut Options,
    model: &Model,
    clean: bool,
    errors: &mut Errors,
) -> Option<Framing> {
    if let Some(prefix) = options.choice("prefix") {
        return Some(Framing::Prefix(prefix));
    }
    if model.framing.is_some() {
        return Some(Framing::Words);
    }
    if let Some(word) = options.words.first() {
        let message = help(
            "`#[frame]` takes a command word only where the block has a framing that splits frames into words",
            "`#[mux_server(framing = mux_runtime::Resp)]`, `Netstring`, or a `Framing` of your own",
        );
        errors.at(word, message);
        return None;
    }
    if options.has("parser") {
        return Some(Framing::Stream);
    }
    if !clean {
        return None;
    }
    let message = help(
        "`#[frame]` does not say where a frame ends",
        "`#[frame(prefix = be_u32)]` for a length in front, or `#[frame(parser = path::to::nom_parser)]` for a streaming nom parser over `&[u8]`",
    );
    errors.at(mark, message);
    None
}

/// Refuses `text(…)` on the stream: it reads all that has come as text, for each message again, and a
/// letter of which a byte is still to come is none to it.
fn check_stream(parser: &Expr, krate: &Path, errors: &mut Errors) {
    struct Texts<'c> {
        krate: &'c Path,
        errors: &'c mut Errors,
    }
    impl VisitMut for Texts<'_> {
        fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
            let name = types::to_text(&call.func);
            let krate = name.strip_suffix("::text").map(|krate| krate.trim_start_matches("::"));
            let is_ours = |krate| krate == "mux_runtime" || krate == types::to_text(self.krate);
            if name == "text" || krate.is_some_and(is_ours) {
                let message = help(
                    format!("`{name}` needs all of a message, and this parser sees the stream"),
                    format!(
                        "say where a message ends: `#[until(b\"\\0\", parser = {name}(…))]`, or `prefix = be_u32` here; or read text out of bytes: `map_res(…, std::str::from_utf8)`"
                    ),
                );
                self.errors.at(&call.func, message);
            }
            visit_mut::visit_expr_call_mut(self, call);
        }
    }
    Texts { krate, errors }.visit_expr_mut(&mut parser.clone());
}

/// What a usage line says instead of the parameters' names.
fn read_usage(usage: &Expr, errors: &mut Errors) -> Option<String> {
    if let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = usage {
        return Some(text.value());
    }
    let message = help("`usage` is a string", "`usage = \"MAIL FROM:<sender>\"`");
    errors.at(usage, message);
    None
}

/// The one command word of an attribute.
fn word(words: &[LitStr], errors: &mut Errors) -> Option<LitStr> {
    let (word, more) = words.split_first()?;
    if let Some(second) = more.first() {
        let message = help(
            "one handler takes one command word",
            "write a second method that calls this one, or read both words with a nom parser: `#[line(parser = alt(…))]`",
        );
        errors.at(second, message);
    }
    let text = word.value();
    if text.is_empty() {
        let message =
            help("a command word cannot be empty", "for every other line write `#[line]`");
        errors.at(word, message);
    } else if text.contains(char::is_whitespace) {
        let first = text.split_whitespace().next().unwrap_or_default();
        let message =
            format!("a command word cannot contain blanks: {text:?} is compared with one word");
        let hint = if first == text.trim() {
            format!("write the word alone: {first:?}")
        } else {
            format!(
                "match the first word and read the rest with a nom parser: `#[line({first:?}, parser = …)]`"
            )
        };
        errors.at(word, help(message, hint));
    } else if text.len() > WORD_MAX {
        let message = format!("a command word has at most {WORD_MAX} bytes");
        errors.at(word, help(message, "choose a shorter one"));
    }
    Some(word.clone())
}

fn check_receiver(method: &Method, errors: &mut Errors) {
    let name = &method.sig.ident;
    match signature::receiver(method) {
        Some((_, SelfKind::Mut)) => {}
        Some((receiver, _)) => {
            let message = help(
                format!("handler `{name}` must take `&mut self`"),
                "the connection's state stays in the engine; a handler borrows it",
            );
            errors.at(receiver, message);
        }
        None => {
            let message = help(
                format!("handler `{name}` must be a method"),
                "its first parameter is `&mut self`",
            );
            errors.at(name, message);
        }
    }
}

/// What the parameters of a handler without a parser are: the whole message, its words, or a
/// declared message.
fn settle_grammar(handler: &mut Handler, method: &Method, errors: &mut Errors) {
    let parser = matches!(handler.grammar, Grammar::Parser(_));
    match (&handler.framing, handler.parameters.as_slice()) {
        _ if parser => {}
        (Framing::Line | Framing::Words, [only])
            if handler.word.is_none()
                && handler.body.is_none()
                && matches!(only.read, Read::Run(_))
                && !only.optional =>
        {
            handler.grammar = Grammar::Whole;
        }
        // Without parameters it takes every line, whatever stands in it.
        (Framing::Line | Framing::Words, []) if handler.word.is_none() => {
            handler.grammar = Grammar::Whole;
        }
        (Framing::Line | Framing::Words | Framing::Stream, _) => {}
        (Framing::Chunk(_) | Framing::Input, _) => settle_piece(handler, method, errors),
        (_, [only]) if matches!(only.read, Read::Run(_)) => handler.grammar = Grammar::Whole,
        (_, [message]) => {
            parameter::check_message(&message.ty, errors);
            handler.grammar = Grammar::Message;
        }
        (_, parameters) => {
            let message = help(
                format!(
                    "a handler of whole frames takes one parameter beside the context, not {}",
                    parameters.len()
                ),
                "take `data: &[u8]`, `data: &str`, or a message that derives `MuxMessage`, or take the frame apart with `parser = …`",
            );
            match parameters.get(1) {
                Some(second) => errors.at(&second.ty, message),
                None => errors.at(&method.sig.ident, message),
            }
        }
    }
}

/// The one parameter of a handler that gets bytes as they come.
fn settle_piece(handler: &mut Handler, method: &Method, errors: &mut Errors) {
    let message = help(
        "this handler gets bytes as they come, and nothing else of the message",
        "beside the context it takes one `&[u8]`",
    );
    match handler.parameters.as_slice() {
        [only] if only.read == Read::Run(Run::Bytes) => handler.grammar = Grammar::Whole,
        [] => errors.at(&method.sig.ident, message),
        [only] => errors.at(&only.ty, message),
        [_, second, ..] => errors.at(&second.ty, message),
    }
    if matches!(handler.framing, Framing::Input) && handler.called.output.is_none() {
        let message = help(
            "`#[input]` returns how many bytes it took, from the left",
            format!("`fn {}(…) -> usize`", method.sig.ident),
        );
        errors.at(&method.sig.ident, message);
    }
}
