//! The macro as a function of tokens.

use proc_macro2::TokenStream;

use super::derive;

const SOURCE: &str = "#[message(little_endian, tag = u16, crate = a::b)] #[derive(Debug)] \
    enum Uplink<'a, T: Copy, const N: usize> where T: Clone { \
        #[tag(0x01)] Hello { #[little_endian] device: u64, #[len(u8)] name: &'a str }, \
        #[tag(2)] Reading(#[count(varint)] #[varint] Vec<u32>, Option<[T; N]>, #[rest] &'a [u8]), \
        #[tag(b'x')] Odd { #[parse(a::get)] #[encode(put)] odd: Box<dyn Fn(u8) -> u8> }, \
        Bye = 3, \
    }";

/// What stands in place of a token of the source.
const OTHERS: [&str; 24] = [
    "", ",", "=", "::", "&", "<", ">", "'a", "'static", "mut", "_", "!", "u8", "f32", "usize",
    "-1", "1.5", "\"a\"", "()", "[u8]", "fn()", "struct", "union", "crate",
];

fn compiles_to_errors(source: &str) -> Option<bool> {
    let tokens: TokenStream = source.parse().ok()?;
    Some(derive(tokens).to_string().contains("compile_error"))
}

#[test]
fn no_tokens_make_the_macro_panic() {
    let pieces = pieces(SOURCE);
    let mut looked_at = 0;
    for at in 0..pieces.len() {
        for other in OTHERS {
            let mut changed = pieces.clone();
            changed[at] = other;
            looked_at += usize::from(compiles_to_errors(&changed.join(" ")).is_some());
        }
        let mut twice = pieces.clone();
        twice.insert(at, pieces[at]);
        looked_at += usize::from(compiles_to_errors(&twice.join(" ")).is_some());
    }
    assert!(looked_at > 1_000, "most of the sources are no tokens at all");
}

/// The source cut where brackets and punctuation are.
fn pieces(source: &str) -> Vec<&str> {
    let is_mark = |mark: char| mark.is_ascii_punctuation() && !matches!(mark, '_' | '\'' | ':');
    source
        .split(' ')
        .flat_map(|word| word.split_inclusive(is_mark))
        .flat_map(|piece| match piece.char_indices().last() {
            Some((at, mark)) if at > 0 && is_mark(mark) => vec![&piece[..at], &piece[at..]],
            _ => vec![piece],
        })
        .filter(|piece| !piece.is_empty())
        .collect()
}

#[test]
fn a_type_with_mistakes_gets_its_impls_nevertheless() {
    for source in [
        "union Number { whole: u32 }",
        "enum Nothing {}",
        "struct Two<'a, 'b, T> { a: &'a str, b: &'b str, c: T }",
        "enum Untagged { Hello }",
        "#[message(nonsense)] struct Hello;",
    ] {
        let expanded = derive(source.parse().unwrap()).to_string();
        assert!(expanded.contains("compile_error"), "{source}");
        let file: syn::File = syn::parse_str(&expanded).unwrap();
        assert!(matches!(file.items[0], syn::Item::Const(_)), "{source}");
        assert!(expanded.contains(":: Message <"), "{source}");
        assert!(expanded.contains(":: Reply for"), "{source}");
    }
}

#[test]
fn generated_code_names_the_runtime_and_nothing_else() {
    let source =
        "struct Hello<'a> { id: u32, #[len(u8)] name: &'a str, #[count(u16)] list: Vec<Inner> }";
    let expanded = derive(source.parse().unwrap()).to_string();
    let roots = expanded
        .split_whitespace()
        .collect::<Vec<_>>()
        .windows(3)
        // After a name or `>` the path goes on; elsewhere it starts.
        .filter(|words| words[1] == "::" && !words[0].ends_with(is_of_path))
        .map(|words| words[2].to_owned())
        .collect::<std::collections::BTreeSet<_>>();
    assert_eq!(roots.iter().collect::<Vec<_>>(), ["mux_runtime"]);
}

fn is_of_path(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '>')
}
