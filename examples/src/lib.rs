//! The examples are `cargo run --example chat` and its like; this library has only the README's
//! own code, so that it is compiled by the tests.

#![cfg_attr(doctest, doc = include_str!("../../README.md"))]
