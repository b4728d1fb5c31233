//! README.md shows the chat as it is.

#[allow(dead_code, reason = "`main` is not called here")]
#[path = "../chat/main.rs"]
mod chat;

use mux_runtime::testing::Server;

const README: &str = include_str!("../../README.md");
const CHAT: &str = include_str!("../chat/main.rs");

/// The code block that follows `<!-- name -->` in the README.
fn block(name: &str) -> Option<&'static str> {
    let (_, rest) = README.split_once(&format!("<!-- {name} -->\n```"))?;
    let (_, rest) = rest.split_once('\n')?;
    Some(rest.split_once("```")?.0)
}

#[test]
fn every_piece_of_the_excerpt_stands_in_the_example_in_this_order() {
    let mut rest = CHAT;
    for piece in block("chat").unwrap().split("// …\n").map(str::trim_end) {
        let piece = piece.trim_start_matches('\n');
        let (_, after) = rest.split_once(piece).unwrap_or_else(|| {
            panic!("not in examples/chat/main.rs, or not at this place:\n{piece}")
        });
        rest = after;
    }
}

#[test]
fn the_session_shown_is_what_a_client_sees() {
    let ann = Server::<chat::Guest>::new(chat::Room::default()).connect("127.0.0.1:9");
    let mut heard = ann.hears();
    for line in block("telnet").unwrap().lines() {
        match heard.strip_prefix(&format!("{line}\r\n")) {
            Some(rest) => heard = rest.to_owned(),
            None if heard.is_empty() => {
                ann.sends(format!("{line}\r\n"));
                heard = ann.hears();
            }
            None => panic!("shown: {line:?}; heard: {heard:?}"),
        }
    }
    assert_eq!(heard, "");
    assert!(ann.is_closed());
}
