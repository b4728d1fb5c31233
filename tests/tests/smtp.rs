//! The example `smtp`, in memory.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

#[allow(dead_code, reason = "`main` is not called here")]
#[path = "../../examples/smtp/main.rs"]
mod smtp;

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use mux_runtime::{CloseReason, testing};
use smtp::{SIZE_MAX, Smtp, Spool};
use tempfile::TempDir;

/// A server with a maildir of its own.
fn server() -> (testing::Server<Smtp>, TempDir) {
    let dir = TempDir::new().unwrap();
    (testing::Server::new(Spool(Some(dir.path().into()))), dir)
}

/// A client that was greeted, and has said EHLO.
fn client(server: &testing::Server<Smtp>) -> testing::Client<Smtp> {
    let ann = server.connect("127.0.0.1:9");
    ann.sends("EHLO ann.example\r\n");
    assert!(ann.hears().ends_with("250 SIZE 33554432\r\n"));
    ann
}

/// What a client says until it is asked for the message.
const ENVELOPE: &str = "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n";
/// What its file then begins with.
const HEAD: &str = "Return-Path: <a@b.example>\r\nDelivered-To: c@d.example\r\n";
/// What is answered.
const GO_ON: &str = "250 OK\r\n250 OK\r\n354 Go on; a line with only a dot is the end\r\n";

fn files(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// The one message that was kept.
fn kept(dir: &TempDir) -> String {
    assert_eq!(files(&dir.path().join("tmp")), [] as [PathBuf; 0]);
    let files = files(&dir.path().join("new"));
    assert_eq!(files.len(), 1, "{files:?}");
    fs::read_to_string(&files[0]).unwrap()
}

/// No message was kept, nor any part of one.
fn nothing_kept(dir: &TempDir) {
    for part in ["tmp", "new", "cur"] {
        assert_eq!(files(&dir.path().join(part)), [] as [PathBuf; 0]);
    }
}

#[test]
fn a_message_is_kept_as_it_was_meant() {
    let (server, dir) = server();
    testing::play(
        &server,
        r#"
        S: 220 localhost ESMTP mux
        C: EHLO ann.example
        S: 250-localhost
        S: 250-PIPELINING
        S: 250-8BITMIME
        S: 250 SIZE 33554432
        C: MAIL FROM:<ann@ann.example> SIZE=40 BODY=8BITMIME
        S: 250 OK
        C: RCPT TO:<bob@bob.example>
        S: 250 OK
        C: rcpt to:<"b o\"b"@[127.0.0.1]>
        S: 250 OK
        C: RCPT TO:<@relay.example,@other.example:eve@eve.example>
        S: 250 OK
        C: RCPT TO:<Postmaster>
        S: 250 OK
        C: DATA
        S: 354 Go on; a line with only a dot is the end
        C: Subject: dots
        C:
        C: ..
        C: ...two
        C: .
        S: 250 Kept
        C: QUIT
        S: 221 Bye
        S closes
        "#,
    );
    let head = "Return-Path: <ann@ann.example>\r\nDelivered-To: bob@bob.example\r\n\
                Delivered-To: \"b o\\\"b\"@[127.0.0.1]\r\nDelivered-To: eve@eve.example\r\n\
                Delivered-To: Postmaster\r\n";
    assert_eq!(kept(&dir), format!("{head}Subject: dots\r\n\r\n.\r\n..two\r\n"));
}

#[test]
fn what_comes_at_the_wrong_time_or_is_wrong_is_refused_and_the_session_goes_on() {
    testing::dialogue::<Smtp>(
        Spool::default(),
        r"
        S: 220 localhost ESMTP mux
        C: MAIL FROM:<a@b.example>
        S: 503 Say EHLO first
        C: EHLO
        S: 501 usage: EHLO <domain>
        C: HELO ann.example
        S: 250 localhost
        C: RCPT TO:<c@d.example>
        S: 503 Say MAIL first
        C: DATA
        S: 503 Say RCPT first
        C: MAIL FROM: <a@b.example>
        S: 501 usage: MAIL FROM:<sender> [SIZE=bytes] [BODY=7BIT|8BITMIME]
        C: MAIL FROM:<a..b@c.example>
        S: 501 usage: MAIL FROM:<sender> [SIZE=bytes] [BODY=7BIT|8BITMIME]
        C: MAIL FROM:<a@b.example>SIZE=1
        S: 501 usage: MAIL FROM:<sender> [SIZE=bytes] [BODY=7BIT|8BITMIME]
        C- MAIL FROM:<\xc3\xa4@b.example>\r\n
        S: 501 usage: MAIL FROM:<sender> [SIZE=bytes] [BODY=7BIT|8BITMIME]
        C: MAIL FROM:<a@b.example> SIZE=33554433
        S: 552 The message is too large
        C: MAIL FROM:<a@b.example> SIZE=99999999999999999999
        S: 552 The message is too large
        C: MAIL FROM:<a@b.example> SIZE
        S: 501 SIZE is a number of bytes
        C: MAIL FROM:<a@b.example> BODY=BINARYMIME
        S: 501 BODY is 7BIT or 8BITMIME
        C: MAIL FROM:<a@b.example> RET=HDRS
        S: 555 Unknown parameter
        C: MAIL FROM:<> size=33554432 body=7bit
        S: 250 OK
        C: MAIL FROM:<a@b.example>
        S: 503 There is a sender already
        C: DATA
        S: 503 Say RCPT first
        C: RCPT TO:<>
        S: 501 usage: RCPT TO:<recipient>
        C: RCPT TO:<c@d.example> NOTIFY=NEVER
        S: 555 Unknown parameter
        C: RCPT TO:<c@d.example>
        S: 250 OK
        C: DATA now
        S: 501 usage: DATA
        C: RSET
        S: 250 OK
        C: DATA
        S: 503 Say RCPT first
        C: NOOP whatever it is
        S: 250 OK
        C: VRFY ann
        S: 252 Send a message, and it will be kept
        C: VRFY
        S: 501 usage: VRFY <user> [more...]
        C: STARTTLS
        S: 500 unknown command
        C:
        S: 500 unknown command
        C: QUIT now
        S: 501 usage: QUIT
        C finishes
        S closes
        ",
    );
}

#[test]
fn commands_may_come_all_at_once() {
    let (server, dir) = server();
    let ann = client(&server);
    let writes = server.writes();
    let message = "Subject: x\r\n\r\nhello\r\n.\r\n";
    ann.sends([ENVELOPE, message, "RSET\r\n", ENVELOPE, ".\r\nQUIT\r\n"].concat());
    let heard = ann.hears();
    assert_eq!(heard, [GO_ON, "250 Kept\r\n250 OK\r\n", GO_ON, "250 Kept\r\n221 Bye\r\n"].concat());
    assert_eq!(ann.closed(), Some(CloseReason::Closed));
    assert_eq!(server.writes(), writes + 1, "all replies leave in one write");
    let mut messages = files(&dir.path().join("new"));
    messages.sort_by_key(|file| fs::metadata(file).unwrap().len());
    let messages = messages.iter().map(|file| fs::read_to_string(file).unwrap());
    let expected = [HEAD.to_owned(), [HEAD, "Subject: x\r\n\r\nhello\r\n"].concat()];
    assert_eq!(messages.collect::<Vec<_>>(), expected);
}

#[test]
fn too_many_recipients_are_refused_and_the_others_stay() {
    let (server, dir) = server();
    let ann = client(&server);
    ann.sends("MAIL FROM:<a@b.example>\r\n");
    for n in 0..1000 {
        ann.sends(format!("RCPT TO:<c{n}@d.example>\r\n"));
    }
    assert_eq!(ann.hears(), "250 OK\r\n".repeat(1001));
    ann.sends("RCPT TO:<one@more.example>\r\n");
    assert_eq!(ann.hears(), "452 Too many recipients\r\n");
    ann.sends("DATA\r\n.\r\n");
    assert!(ann.hears().ends_with("250 Kept\r\n"));
    assert_eq!(kept(&dir).lines().count(), 1001);
}

#[test]
fn a_message_that_grows_too_large_is_refused_at_its_end_and_at_no_cost() {
    let (server, dir) = server();
    let ann = client(&server);
    ann.sends(ENVELOPE);
    ann.ignores();
    let line = format!("{}\r\n", "x".repeat(998));
    let lines = line.repeat(64);
    for _ in 0..=SIZE_MAX / lines.len() {
        ann.sends(&lines);
    }
    nothing_kept(&dir);
    assert_eq!(ann.hears(), "");
    ann.sends(".\r\nNOOP\r\n");
    assert_eq!(ann.hears(), "552 The message is too large\r\n250 OK\r\n");
    nothing_kept(&dir);
}

#[test]
fn a_line_may_have_998_bytes_and_its_dot() {
    let (server, dir) = server();
    let ann = client(&server);
    let line = format!(".{}", "x".repeat(997));
    ann.sends(format!("{ENVELOPE}.{line}\r\n.\r\n"));
    assert!(ann.hears().ends_with("250 Kept\r\n"));
    assert_eq!(kept(&dir), format!("{HEAD}{line}\r\n"));
    ann.sends(format!("{}\r\n", "x".repeat(1000)));
    assert_eq!(ann.hears(), "500 longer than 999 bytes\r\n");
    assert_eq!(ann.closed(), Some(CloseReason::Malformed));
}

/// Each of these is an end of data to some server; here nothing behind it becomes a command.
#[test]
fn an_end_of_data_cannot_be_smuggled() {
    for end in ["\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r", "\r.\r\n", "\r\n\0.\n", "\n.\r"]
    {
        let (server, dir) = server();
        let ann = client(&server);
        ann.sends([ENVELOPE, "hello", end, ENVELOPE, "smuggled\r\n.\r\n"].concat());
        assert_eq!(ann.hears(), [GO_ON, "500 wrong line end\r\n"].concat(), "{end:?}");
        assert_eq!(ann.closed(), Some(CloseReason::Malformed), "{end:?}");
        nothing_kept(&dir);
    }
}

#[test]
fn a_message_whose_client_goes_leaves_nothing() {
    let (server, dir) = server();
    for leave in
        [testing::Client::vanishes as fn(&testing::Client<Smtp>), testing::Client::finishes, |_| ()]
    {
        let ann = client(&server);
        ann.sends([ENVELOPE, "half of a message\r\n"].concat());
        assert_eq!(files(&dir.path().join("tmp")).len(), 1);
        leave(&ann);
        server.advance(Duration::from_secs(5 * 60));
        assert!(ann.is_closed());
        nothing_kept(&dir);
    }
}

#[test]
fn a_client_that_leads_nowhere_is_closed() {
    testing::dialogue::<Smtp>(
        Spool::default(),
        r"
        S: 220 localhost ESMTP mux
        wait 299
        C: HELO ann.example
        S: 250 localhost
        wait 1
        S closes
        ",
    );
}

#[test]
fn a_maildir_that_cannot_be_written_is_told() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let server = testing::Server::<Smtp>::new(Spool(Some(file.path().join("below"))));
    let ann = client(&server);
    ann.sends(ENVELOPE);
    assert!(ann.hears().ends_with("451 The message cannot be stored\r\n"));
}

/// Everything that can be said.
const SCRIPT: &str = "noop\r\nMAIL FROM:<a@b.example>\r\nEHLO x\r\nHELO x\r\nVRFY ann\r\n\
    MAIL FROM:<\"a b\"@[::1]> SIZE=100\r\nRCPT TO:<c@d.example>\r\nRCPT TO:<>\r\nDATA\r\n\
    .\r\nRSET\r\nwhat\r\nMAIL FROM:<>\r\nRCPT TO:<postmaster>\r\nDATA\r\nSubject: dots\r\n\r\n\
    ..\r\n...\r\n.x\r\nx.\r\n\r\n \r\n.\r\nNOOP a b\r\nQUIT\r\nNOOP\r\n";

#[test]
fn chunking_cannot_matter() {
    testing::check_chunking::<Smtp>(SCRIPT);
    testing::check_chunking::<Smtp>(format!("EHLO x\r\n{ENVELOPE}a\r\n..\r\n.\nNOOP\r\n"));
    testing::check_chunking::<Smtp>(format!("EHLO x\r\n{ENVELOPE}a\r\rb\r\n.\r\n"));
    // Found by the fuzzer: what was told first depended on the pieces.
    testing::check_chunking::<Smtp>(format!("{}\nx\r\n", "x".repeat(1100)));
}

/// DATA makes a file; every other command, and every line of a message, does
/// without memory of its own once the client's envelope has had its size.
#[test]
fn a_command_allocates_nothing() {
    let (server, _dir) = server();
    let ann = client(&server);
    for script in [
        "EHLO x\r\nMAIL FROM:<a@b.example> SIZE=100 BODY=8BITMIME\r\nRCPT TO:<c@d.example>\r\n\
         NOOP\r\nVRFY x\r\nwhat\r\nRCPT\r\nRSET\r\nHELO x\r\n",
        "..a line of text\r\n",
    ] {
        if !script.starts_with("EHLO") {
            ann.sends(ENVELOPE);
        }
        let round = || {
            ann.sends(script);
            ann.ignores();
        };
        (0..16).for_each(|_| round());
        let used = allocation_counter::measure(|| (0..1000).for_each(|_| round()));
        assert_eq!(used.count_total, 0, "{script:?}: {used:?}");
    }
}
