//! Redis's patterns.

/// Whether `text` fits a pattern as KEYS, PSUBSCRIBE and CONFIG GET take it: `*` is any run of
/// bytes, `?` one byte, `[a-z]` one of a class, `[^a-z]` one that is not, `\x` the byte x.
///
/// Patterns come from clients, so its cost is bounded by the product of the two lengths: only the
/// last `*` is ever gone back to. (Trying every `*` anew is exponential; CVE-2022-36021.)
///
/// ```
/// use mux_runtime::resp::fits;
///
/// assert!(fits(b"user:*:[a-f]?", b"user:17:cx"));
/// assert!(!fits(b"user:*:[a-f]?", b"user:17:gx"));
/// ```
#[must_use]
pub fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            p += 1;
            star = Some((p, t));
        } else if let Some(used) = one(&pattern[p..], text[t]) {
            (p, t) = (p + used, t + 1);
        } else if let Some((behind, from)) = star {
            // The star takes one byte more.
            (p, t) = (behind, from + 1);
            star = Some((behind, t));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|&byte| byte == b'*')
}

/// How many bytes of `pattern` stand for `byte`, if its front fits.
fn one(pattern: &[u8], byte: u8) -> Option<usize> {
    match *pattern {
        [] => None,
        [b'?', ..] => Some(1),
        [b'\\', escaped, ..] => (escaped == byte).then_some(2),
        [b'[', ref class @ ..] => class_fits(class, byte).map(|used| 1 + used),
        [literal, ..] => (literal == byte).then_some(1),
    }
}

/// As [`one`], for what stands behind a `[`. A class without its end reaches to the pattern's.
fn class_fits(class: &[u8], byte: u8) -> Option<usize> {
    let negated = class.first() == Some(&b'^');
    let mut at = usize::from(negated);
    let mut found = false;
    loop {
        match *class.get(at..).unwrap_or_default() {
            [] => break,
            [b']', ..] => {
                at += 1;
                break;
            }
            [b'\\', escaped, ..] => {
                found |= escaped == byte;
                at += 2;
            }
            [from, b'-', to, ..] => {
                found |= (from.min(to)..=from.max(to)).contains(&byte);
                at += 3;
            }
            [only, ..] => {
                found |= only == byte;
                at += 1;
            }
        }
    }
    (found != negated).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_in_redis() {
        for (pattern, fitting, others) in [
            ("", &[""][..], &["a"][..]),
            ("*", &["", "a", "abc"], &[]),
            ("a*c", &["ac", "abc", "abcc"], &["a", "ab", "bac"]),
            ("*a*b", &["ab", "xaybzb"], &["ba", "a"]),
            ("h?llo", &["hello", "hallo"], &["hllo", "heello"]),
            ("h[ae]llo", &["hello", "hallo"], &["hillo", "h[llo"]),
            ("h[^e]llo", &["hallo"], &["hello", "hllo"]),
            ("h[a-c]", &["ha", "hb", "hc"], &["hd", "h-"]),
            ("h[c-a]", &["hb"], &["hd"]),
            ("h[\\]x]", &["h]", "hx"], &["h\\"]),
            ("h[ab", &["ha", "hb"], &["h", "hab"]),
            ("\\*", &["*"], &["a", "\\*"]),
            ("a\\", &["a\\"], &["a"]),
        ] {
            let fit = |text: &&&str| fits(pattern.as_bytes(), text.as_bytes());
            assert_eq!(fitting.iter().filter(fit).count(), fitting.len(), "{pattern}");
            assert_eq!(others.iter().filter(fit).count(), 0, "{pattern}");
        }
    }

    #[test]
    fn no_pattern_takes_long() {
        // With every star tried anew this would not end in a lifetime.
        let pattern = "a*".repeat(40) + "b";
        assert!(!fits(pattern.as_bytes(), "a".repeat(4000).as_bytes()));
    }
}
