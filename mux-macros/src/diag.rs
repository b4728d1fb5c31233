//! Errors: collected, each at the token at fault, in a sentence that says what to write instead.

use proc_macro2::TokenStream;
use quote::ToTokens;

/// All that is wrong with a block; nothing stops at the first mistake.
#[derive(Default)]
pub(crate) struct Errors {
    found: Vec<syn::Error>,
}

impl Errors {
    /// Notes a mistake that `tokens` make.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl std::fmt::Display) {
        self.found.push(syn::Error::new_spanned(tokens, message));
    }

    /// Notes an error that has a place already.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.found.push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// How many mistakes were found so far.
    pub(crate) fn count(&self) -> usize {
        self.found.len()
    }

    /// All of them, as `compile_error!`s.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.found.iter().map(syn::Error::to_compile_error).collect()
    }
}

/// The name among `known` that was probably meant by `word`.
pub(crate) fn did_you_mean<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let (name, distance) = known
        .into_iter()
        .map(|name| (name, distance(&word.to_lowercase(), &name.to_lowercase())))
        .min_by_key(|&(_, distance)| distance)?;
    (distance <= word.chars().count().max(3) / 3).then_some(name)
}

/// How many letters must be added, left out, changed or swapped with their neighbour to make `a`
/// of `b` (the distance of Damerau and Levenshtein, without edits inside a swap).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let width = b.len() + 1;
    let mut table = vec![0; (a.len() + 1) * width];
    for row in 0..=a.len() {
        for column in 0..width {
            let at = row * width + column;
            if row == 0 || column == 0 {
                table[at] = row.max(column);
                continue;
            }
            let (x, y) = (a[row - 1], b[column - 1]);
            let changed = table[at - width - 1] + usize::from(x != y);
            table[at] = changed.min(table[at - width] + 1).min(table[at - 1] + 1);
            if row > 1 && column > 1 && x == b[column - 2] && y == a[row - 2] {
                table[at] = table[at].min(table[at - 2 * width - 2] + 1);
            }
        }
    }
    table[table.len() - 1]
}

/// `a`, `b` or `c`, each in backquotes.
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names = names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// `message` with a second line that says what to do.
pub(crate) fn help(message: impl std::fmt::Display, help: impl std::fmt::Display) -> String {
    format!("{message}\nhelp: {help}")
}

/// «unknown …», and what was probably meant, or what there is.
pub(crate) fn unknown<'a>(
    what: impl std::fmt::Display,
    word: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> String {
    let hint = match did_you_mean(word, known.clone()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("expected {}", list(known)),
    };
    help(format!("unknown {what} `{word}`"), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_guessed() {
        let known = ["line", "on", "hook"];
        for (word, meant) in [
            ("lnie", Some("line")),
            ("Line", Some("line")),
            ("lines", Some("line")),
            ("hok", Some("hook")),
            ("no", Some("on")),
            ("inline_const", None),
            ("xyz", None),
        ] {
            assert_eq!(did_you_mean(word, known), meant, "{word}");
        }
    }
}
