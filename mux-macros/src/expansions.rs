//! What the macro writes, kept to be read: `expansions/*.rs` are blocks, and `*.expanded.rs` beside
//! them is what replaces them.
//!
//! After a change that is meant, `UPDATE_EXPANSIONS=1 cargo test -p mux-macros` writes them anew;
//! read the difference as you would a change made by hand.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use proc_macro2::TokenStream;

/// Words with every form of a parameter; modes and a body; frames of words; messages behind a
/// length; hooks and events.
const BLOCKS: [&str; 5] = ["words", "modes", "resp", "prefix", "events"];

#[test]
fn expansions_are_as_they_were_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("expansions");
    if formatted("fn main() {}").is_none() {
        // Not `eprintln!`, which is heard only of tests that fail.
        let note = "the expansions are left out: there is no rustfmt to make them comparable";
        let _ = writeln!(std::io::stderr(), "{note}");
        return;
    }
    let update = std::env::var_os("UPDATE_EXPANSIONS").is_some();
    for name in BLOCKS {
        let (block, kept) = (folder.join(name), folder.join(format!("{name}.expanded.rs")));
        let expanded = expand(&block.with_extension("rs"));
        if update {
            fs::write(&kept, expanded).unwrap();
        } else {
            compare(&kept, &expanded);
        }
    }
}

/// What replaces the block in the file.
fn expand(path: &PathBuf) -> String {
    let text = fs::read_to_string(path).unwrap();
    let mut block = syn::parse_str::<syn::ItemImpl>(&text).unwrap();
    let attribute = block.attrs.iter().position(|attr| attr.path().is_ident("mux_server"));
    let attribute = block.attrs.remove(attribute.unwrap());
    let options = match attribute.meta {
        syn::Meta::List(list) => list.tokens,
        _ => TokenStream::new(),
    };
    let expanded = crate::server(options, quote::quote!(#block)).to_string();
    assert!(!expanded.contains("compile_error"), "{}: {expanded}", path.display());
    formatted(&expanded).unwrap_or_else(|| panic!("rustfmt cannot read {expanded}"))
}

/// The code as rustfmt has it, if there is one and it can read it.
fn formatted(code: &str) -> Option<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    rustfmt.stdin.take()?.write_all(code.as_bytes()).ok()?;
    let output = rustfmt.wait_with_output().ok()?;
    output.status.success().then(|| String::from_utf8(output.stdout).ok())?
}

/// Shows the first line that is not as it was.
fn compare(path: &Path, expanded: &str) {
    let kept = fs::read_to_string(path).unwrap_or_default();
    let differ = kept.lines().zip(expanded.lines()).enumerate().find(|(_, (was, is))| was != is);
    let hint = "if that is meant: UPDATE_EXPANSIONS=1 cargo test -p mux-macros";
    if let Some((line, (was, is))) = differ {
        panic!("{}:{}\nwas: {was}\nis:  {is}\n{hint}", path.display(), line + 1);
    }
    assert_eq!(kept.lines().count(), expanded.lines().count(), "{}: {hint}", path.display());
}
