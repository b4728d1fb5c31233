//! A program tells what its protocol is.

#![allow(clippy::unwrap_used, reason = "a test fails loudly")]

use std::process::Command;

fn describe(example: &str, format: &str) -> String {
    let cargo = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--example", example, "--", "--describe", format])
        .output()
        .unwrap();
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    String::from_utf8(cargo.stdout).unwrap()
}

#[test]
fn smtp_draws_its_modes_and_the_ways_between_them() {
    assert_eq!(
        describe("smtp", "mermaid"),
        "stateDiagram-v2
    state \"Command\" as Command
    state \"Data\" as Data
    [*] --> Command
    Command --> Command: EHLO, HELO, MAIL, RCPT, RSET, NOOP, VRFY, QUIT
    Command --> Data: DATA
    Command --> [*]
    Data --> Command: body
    Data --> [*]
"
    );
}

#[test]
fn upload_is_a_page_for_those_who_write_clients() {
    let page = describe("upload", "markdown");
    for piece in [
        "# Upload\n",
        "### `put`\n\nStore the `size` bytes that follow the line",
        "Usage: `put <name> <size>`",
        "| `size` | `u64` |",
        "Leads to mode `Body`.",
        "The input is body.left bytes, as they come.",
    ] {
        assert!(page.contains(piece), "{piece} in\n{page}");
    }
}

#[test]
fn json_is_json() {
    for example in ["smtp", "upload", "chat"] {
        serde_json::from_str::<serde_json::Value>(&describe(example, "json")).unwrap();
    }
    let smtp = serde_json::from_str::<serde_json::Value>(&describe("smtp", "json")).unwrap();
    assert_eq!(smtp["max_line"], 999);
    assert_eq!(smtp["modes"][0]["commands"][4]["leads_to"][0], "Data");
}
