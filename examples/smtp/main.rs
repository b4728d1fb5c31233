//! A mail sink: takes every message by SMTP (RFC 5321), and keeps it as a file of a maildir.
//!
//! `cargo run --example smtp -- --port 2525` keeps them in `./maildir`, or where `SMTP_MAILDIR` says.

mod parse;
mod spool;

use std::{process::ExitCode, time::Duration};

use mux_runtime::{Cx, Malformed, Words, mux_server, text};

pub use self::spool::{Data, SIZE_MAX, Spool};

/// A message may have so many recipients (RFC 5321 section 4.5.3.1.8 asks for 100).
const RECIPIENTS_MAX: usize = 1000;
/// What a command is answered, or why it is refused.
type Answer = Result<&'static str, &'static str>;
/// How long a client may do nothing that leads on (RFC 5321 section 4.5.3.2.7).
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// One client. The envelope is what its next file begins with; it is empty until MAIL.
#[derive(Default)]
pub struct Smtp {
    greeted: bool,
    envelope: String,
    recipients: usize,
}

/// The mode of commands.
#[derive(Default)]
pub struct Command;

/// A sink for mail. It keeps every message, and delivers none.
// A line of text has 998 bytes, and a dot in front that is not counted (section 4.5.3.1.6).
#[mux_server(shared = Spool, modes(Command, Data), line = crlf, max_line = 999, ignore_case)]
impl Smtp {
    #[on(connect)]
    fn greet(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
        cx.set_timeout(PATIENCE);
        "220 localhost ESMTP mux\r\n"
    }

    /// Say who you are, and learn what the server can do.
    #[line("EHLO")]
    fn ehlo(&mut self, cx: &mut Cx<'_, Self>, domain: &str) {
        self.helo(domain);
        cx.out.write("250-localhost\r\n250-PIPELINING\r\n250-8BITMIME\r\n");
        write!(cx.out, "250 SIZE {SIZE_MAX}\r\n");
    }

    /// Say who you are, in the way of old.
    #[line("HELO")]
    fn helo(&mut self, _domain: &str) -> &'static str {
        self.greeted = true;
        self.rset();
        "250 localhost\r\n"
    }

    /// Begin a message: who sends it.
    #[line("MAIL", parser = text(parse::path("FROM:<", "")), usage = "MAIL FROM:<sender> [SIZE=bytes] [BODY=7BIT|8BITMIME]")]
    fn mail(&mut self, sender: &str, parameters: &str) -> Answer {
        ensure(self.greeted, "503 Say EHLO first\r\n")?;
        ensure(self.envelope.is_empty(), "503 There is a sender already\r\n")?;
        parameters.split_ascii_whitespace().try_for_each(extension)?;
        self.envelope.extend(["Return-Path: <", sender, ">\r\n"]);
        Ok("250 OK\r\n")
    }

    /// Name one more of those who shall get it.
    #[line("RCPT", parser = text(parse::path("TO:<", "postmaster")), usage = "RCPT TO:<recipient>")]
    fn rcpt(&mut self, recipient: &str, parameters: &str) -> Answer {
        ensure(!self.envelope.is_empty(), "503 Say MAIL first\r\n")?;
        ensure(parameters.is_empty(), "555 Unknown parameter\r\n")?;
        ensure(self.recipients < RECIPIENTS_MAX, "452 Too many recipients\r\n")?;
        self.recipients += 1;
        self.envelope.extend(["Delivered-To: ", recipient, "\r\n"]);
        Ok("250 OK\r\n")
    }

    /// Send the message itself, up to a line with only a dot.
    #[line("DATA")]
    fn data(&mut self, cx: &mut Cx<'_, Self>) -> Result<Data, &'static str> {
        ensure(self.recipients > 0, "503 Say RCPT first\r\n")?;
        let data = cx.shared.begin(&self.envelope)?;
        cx.out.write("354 Go on; a line with only a dot is the end\r\n");
        Ok(data)
    }

    /// A line of the message. A dot in front is not part of it (section 4.5.2); one alone ends it.
    #[line(mode = Data)]
    fn body(&mut self, cx: &mut Cx<'_, Self>, data: &mut Data, line: &[u8]) -> Option<Command> {
        cx.set_timeout(PATIENCE);
        if line == b"." {
            self.rset();
            cx.out.write(data.keep().unwrap_or_else(|refused| refused));
            return Some(Command);
        }
        data.add(line.strip_prefix(b".").unwrap_or(line));
        None
    }

    /// Forget the message that was begun.
    #[line("RSET")]
    fn rset(&mut self) -> &'static str {
        self.envelope.clear();
        self.recipients = 0;
        "250 OK\r\n"
    }

    /// Nothing.
    #[line("NOOP")]
    fn noop(&mut self, _text: Words<'_, [u8]>) -> &'static str {
        "250 OK\r\n"
    }

    /// Ask whether there is such a user; the server does not tell.
    #[line("VRFY")]
    fn vrfy(&mut self, _user: &str, _more: Words<'_, [u8]>) -> &'static str {
        "252 Send a message, and it will be kept\r\n"
    }

    /// Leave.
    #[line("QUIT")]
    fn quit(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
        cx.close();
        "221 Bye\r\n"
    }

    // After a bare CR or LF the connection closes: text would be commands here (SMTP smuggling).
    #[on(malformed)]
    fn refuse(&mut self, cx: &mut Cx<'_, Self>, what: &Malformed<'_>) {
        write!(cx.out, "50{} {what}\r\n", u8::from(what.command.is_some()));
    }
}

fn ensure(holds: bool, otherwise: &'static str) -> Result<(), &'static str> {
    holds.then_some(()).ok_or(otherwise)
}

/// Checks what MAIL says beside the sender (RFC 1870 and RFC 6152).
fn extension(word: &str) -> Result<(), &'static str> {
    let (name, value) = word.split_once('=').unwrap_or((word, ""));
    if name.eq_ignore_ascii_case("BODY") {
        let known = ["7BIT", "8BITMIME"].iter().any(|body| body.eq_ignore_ascii_case(value));
        return ensure(known, "501 BODY is 7BIT or 8BITMIME\r\n");
    }
    ensure(name.eq_ignore_ascii_case("SIZE"), "555 Unknown parameter\r\n")?;
    let size = value.parse::<u128>().map_err(|_| "501 SIZE is a number of bytes\r\n")?;
    ensure(size <= SIZE_MAX as u128, spool::TOO_LARGE)
}

fn main() -> ExitCode {
    let dir = std::env::var_os("SMTP_MAILDIR").unwrap_or_else(|| "maildir".into());
    mux_runtime::run::<Smtp>(Spool(Some(dir.into())))
}
