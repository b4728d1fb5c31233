//! The example `upload`, in memory.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

#[allow(dead_code, reason = "`main` is not called here")]
#[path = "../../examples/upload/main.rs"]
mod upload;

use std::{fs, path::Path};

use mux_runtime::testing;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use upload::{Store, Upload};

/// A server with a directory of its own.
fn server() -> (testing::Server<Upload>, TempDir) {
    let dir = TempDir::new().unwrap();
    (testing::Server::new(Store(Some(dir.path().into()))), dir)
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_file_is_stored_and_its_digest_told() {
    let (server, dir) = server();
    testing::play(
        &server,
        r"
        C- put abc.txt 3\r\nabc
        S: stored 3 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
        C- put empty 0\r\n
        S: stored 0 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        # The next begins in the same read, and a body may look like a command.
        C- put abc.txt 10\r\nput x 1\r\n\0put two 1\r\n2
        S: stored 10 1b634bf6ba1c1553ca151022fb63ea87fb224214260511fb68e1ade365140ef5
        S: stored 1 d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35
        ",
    );
    let mut names = names(dir.path());
    names.sort();
    assert_eq!(names, ["abc.txt", "empty", "two"]);
    assert_eq!(fs::read(dir.path().join("abc.txt")).unwrap(), b"put x 1\r\n\0");
}

#[test]
fn what_is_no_upload_is_refused_and_the_connection_closed() {
    for (line, why) in [
        ("put ../x 1", "a name is of letters, digits and - _ . within"),
        ("put a/b 1", "a name is of letters, digits and - _ . within"),
        ("put .x 1", "a name is of letters, digits and - _ . within"),
        ("put .. 1", "a name is of letters, digits and - _ . within"),
        ("put a\\b 1", "a name is of letters, digits and - _ . within"),
        ("put \u{e4} 1", "a name is of letters, digits and - _ . within"),
        ("put x -1", "usage: put <name> <size>"),
        ("put x 18446744073709551616", "usage: put <name> <size>"),
        ("put x", "usage: put <name> <size>"),
        ("get x", "unknown command"),
    ] {
        let (server, dir) = server();
        let ann = server.connect("127.0.0.1:9");
        ann.sends(format!("{line}\r\nput y 1\r\n1"));
        assert_eq!(ann.hears(), format!("error: {why}\r\n"), "{line}");
        assert!(ann.is_closed(), "{line}");
        assert_eq!(names(dir.path()), [] as [&str; 0], "{line}");
    }
}

#[test]
fn half_a_file_is_none() {
    let (server, dir) = server();
    let ann = server.connect("127.0.0.1:9");
    ann.sends("put x 10\r\n12345");
    assert_eq!(names(dir.path()).len(), 1);
    ann.vanishes();
    assert_eq!(names(dir.path()), [] as [&str; 0]);

    let bob = server.connect("127.0.0.1:9");
    bob.sends("put x 10\r\n12345");
    bob.finishes();
    assert_eq!(bob.hears(), "error: the stream ended within a message\r\n");
    assert!(bob.is_closed());
    assert_eq!(names(dir.path()), [] as [&str; 0]);
}

#[test]
fn a_name_that_cannot_be_written_is_told() {
    let (server, dir) = server();
    fs::create_dir(dir.path().join("x")).unwrap();
    let ann = server.connect("127.0.0.1:9");
    ann.sends("put x 1\r\n1");
    assert!(ann.hears().starts_with("error: "));
    assert_eq!(names(dir.path()), ["x"]);
}

#[test]
fn chunking_cannot_matter() {
    testing::check_chunking::<Upload>(
        "put a 3\r\nabcput b 0\r\nput c 12\nput x 1\r\nabcput d 1\r\ne",
    );
    testing::check_chunking::<Upload>("put a 30\r\nabc");
    testing::check_chunking::<Upload>("put a x\r\nabc");
}

/// 200 MiB come in pieces of odd sizes, and less than 64 KiB are ever held for them: the file is
/// written as its bytes come.
#[test]
fn an_upload_of_any_size_is_taken_in_constant_memory() {
    const SIZE: usize = 200 << 20;
    let (server, dir) = server();
    let ann = server.connect("127.0.0.1:9");
    let pattern = (0..1 << 16).map(|n: u32| (n.wrapping_mul(2_654_435_761) >> 24) as u8);
    let pattern = pattern.collect::<Vec<_>>();
    let mut digest = Sha256::new();
    let mut sent = 0;
    let used = allocation_counter::measure(|| {
        ann.sends(format!("put large {SIZE}\r\n"));
        while sent < SIZE {
            let piece = (sent % 65_521 + 1).min(SIZE - sent);
            digest.update(&pattern[..piece]);
            ann.sends(&pattern[..piece]);
            sent += piece;
        }
    });
    assert_eq!(ann.hears(), format!("stored {SIZE} {}\r\n", hex(&digest.finalize())));
    assert_eq!(fs::metadata(dir.path().join("large")).unwrap().len(), SIZE as u64);
    assert_eq!(server.calls("piece"), 1, "a body counts once, in however many pieces it comes");
    assert!(used.bytes_max < 64 << 10 && used.count_total < 200, "{used:?}");
}
