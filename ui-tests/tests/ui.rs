//! Each mistake and its message, in `own` where the words are ours and in `rustc` where they are
//! the compiler's; and programs that must compile, in `pass`.
//!
//! After a change of words: `TRYBUILD=overwrite cargo test -p mux-ui-tests`, and read the diff.

#[test]
fn mistakes_are_told_at_their_token() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/pass/*.rs");
    cases.compile_fail("tests/own/*.rs");
    cases.compile_fail("tests/rustc/*.rs");
}
