//! A mail sink: takes every message by SMTP (RFC 5321), and keeps it as a file of a maildir.
//!
//! `cargo run --example smtp -- --port 2525`, then
//! `swaks --server 127.0.0.1:2525 --to ann@example.org`. Messages are kept in `./maildir/new`, or
//! below the directory that the environment variable `SMTP_MAILDIR` names.

mod parse;
mod spool;

use std::{env, process::ExitCode, time::Duration};

use mux_runtime::{Cx, Malformed, MalformedKind, Words, mux_server, text};

pub use self::spool::{Draft, Spool};

/// The largest message, in bytes.
pub const SIZE_MAX: u64 = 32 << 20;
/// A message may have so many recipients (RFC 5321 section 4.5.3.1.8 asks for 100).
const RECIPIENTS_MAX: usize = 1000;
/// How long a client may do nothing that leads on (RFC 5321 section 4.5.3.2.7).
const PATIENCE: Duration = Duration::from_secs(5 * 60);

const TOO_LARGE: &str = "552 The message is too large\r\n";
const NO_ROOM: &str = "451 The message cannot be stored\r\n";

/// One client.
#[derive(Default)]
pub struct Smtp {
    /// It has said EHLO or HELO.
    greeted: bool,
    /// What its next file begins with: who sends, and who shall get it. Empty until MAIL.
    envelope: String,
    recipients: usize,
}

/// The mode of commands.
#[derive(Default)]
pub struct Command;

/// The mode of a message's lines.
pub struct Data {
    /// The message, or why it is refused once its end has come.
    draft: Result<Draft, &'static str>,
    size: u64,
}

/// A sink for mail. It keeps every message, and delivers none.
// A line of text has 998 bytes, and a dot in front that is not counted (RFC 5321 section
// 4.5.3.1.6). A command may be as long: it must be taken up to 510 bytes, and may be longer.
#[mux_server(shared = Spool, modes(Command, Data), line = crlf, max_line = 999, ignore_case)]
impl Smtp {
    #[on(connect)]
    fn greet(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
        cx.set_timeout(PATIENCE);
        "220 localhost ESMTP mux\r\n"
    }

    /// Say who you are, and learn what the server can do.
    #[line("EHLO")]
    fn ehlo(&mut self, cx: &mut Cx<'_, Self>, _domain: &str) {
        self.hello();
        cx.out.write("250-localhost\r\n250-PIPELINING\r\n250-8BITMIME\r\n");
        write!(cx.out, "250-SIZE {SIZE_MAX}\r\n250 HELP\r\n");
    }

    /// Say who you are, in the way of old.
    #[line("HELO")]
    fn helo(&mut self, _domain: &str) -> &'static str {
        self.hello();
        "250 localhost\r\n"
    }

    /// Begin a message: who sends it.
    #[line(
        "MAIL",
        parser = text(parse::from),
        usage = "MAIL FROM:<sender> [SIZE=bytes] [BODY=7BIT|8BITMIME]"
    )]
    fn mail(
        &mut self,
        cx: &mut Cx<'_, Self>,
        sender: &str,
        parameters: &str,
    ) -> Result<&'static str, &'static str> {
        if !self.greeted {
            return Err("503 Say EHLO first\r\n");
        }
        if !self.envelope.is_empty() {
            return Err("503 There is a sender already\r\n");
        }
        parameters.split_ascii_whitespace().try_for_each(parse::parameter)?;
        cx.set_timeout(PATIENCE);
        self.envelope.extend(["Return-Path: <", sender, ">\r\n"]);
        Ok("250 OK\r\n")
    }

    /// Name one more of those who shall get it.
    #[line("RCPT", parser = text(parse::to), usage = "RCPT TO:<recipient>")]
    fn rcpt(
        &mut self,
        cx: &mut Cx<'_, Self>,
        recipient: &str,
        parameters: &str,
    ) -> Result<&'static str, &'static str> {
        if self.envelope.is_empty() {
            return Err("503 Say MAIL first\r\n");
        }
        if !parameters.is_empty() {
            return Err("555 Unknown parameter\r\n");
        }
        if self.recipients == RECIPIENTS_MAX {
            return Err("452 Too many recipients\r\n");
        }
        cx.set_timeout(PATIENCE);
        self.recipients += 1;
        self.envelope.extend(["Delivered-To: ", recipient, "\r\n"]);
        Ok("250 OK\r\n")
    }

    /// Send the message itself, up to a line with only a dot.
    #[line("DATA")]
    fn data(&mut self, cx: &mut Cx<'_, Self>) -> Result<Data, &'static str> {
        if self.recipients == 0 {
            return Err("503 Say RCPT first\r\n");
        }
        let draft = cx.shared.draft(&self.envelope).map_err(|_| NO_ROOM)?;
        cx.set_timeout(PATIENCE);
        cx.out.write("354 Go on; a line with only a dot is the end\r\n");
        Ok(Data { draft: Ok(draft), size: 0 })
    }

    /// A line of the message. A dot in front is not part of it (RFC 5321 section 4.5.2); a dot
    /// alone is the end.
    #[line(mode = Data)]
    fn body(&mut self, cx: &mut Cx<'_, Self>, data: &mut Data, line: &[u8]) -> Option<Command> {
        cx.set_timeout(PATIENCE);
        if line != b"." {
            data.add(line.strip_prefix(b".").unwrap_or(line));
            return None;
        }
        self.forget();
        cx.out.write(data.finish());
        Some(Command)
    }

    /// Forget the message that was begun.
    #[line("RSET")]
    fn rset(&mut self) -> &'static str {
        self.forget();
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

    /// See what can be said.
    #[line("HELP")]
    fn help(&mut self, cx: &mut Cx<'_, Self>, _command: Words<'_, [u8]>) -> &'static str {
        for line in cx.help().to_string().lines() {
            write!(cx.out, "214-{line}\r\n");
        }
        "214 See RFC 5321\r\n"
    }

    /// Leave.
    #[line("QUIT")]
    fn quit(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
        cx.close();
        "221 Bye\r\n"
    }

    // After a line that is too long or has a bare CR or LF the connection closes: what the client
    // takes for a message's text would be commands here (SMTP smuggling).
    #[on(malformed)]
    fn refuse(&mut self, cx: &mut Cx<'_, Self>, malformed: &Malformed<'_>) {
        match (malformed.kind, malformed.command) {
            (MalformedKind::LineEnd, _) => cx.out.write("500 A line must end with CR LF\r\n"),
            (MalformedKind::TooLong { .. }, _) => cx.out.write("500 The line is too long\r\n"),
            (_, Some(command)) => write!(cx.out, "501 Usage: {}\r\n", command.usage),
            _ => cx.out.write("500 Unknown command\r\n"),
        }
    }

    #[on(timeout)]
    fn too_slow(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
        cx.close();
        "421 Too slow\r\n"
    }

    fn hello(&mut self) {
        self.greeted = true;
        self.forget();
    }

    fn forget(&mut self) {
        self.envelope.clear();
        self.recipients = 0;
    }
}

impl Data {
    fn add(&mut self, line: &[u8]) {
        let Ok(draft) = &mut self.draft else { return };
        self.size += line.len() as u64 + 2;
        if self.size > SIZE_MAX {
            self.draft = Err(TOO_LARGE);
        } else if draft.write(line).and_then(|()| draft.write(b"\r\n")).is_err() {
            self.draft = Err(NO_ROOM);
        }
    }

    fn finish(&mut self) -> &'static str {
        match &mut self.draft {
            Ok(draft) => draft.keep().map_or(NO_ROOM, |()| "250 Kept\r\n"),
            Err(refused) => refused,
        }
    }
}

fn main() -> ExitCode {
    let dir = env::var_os("SMTP_MAILDIR").unwrap_or_else(|| "maildir".into());
    mux_runtime::run::<Smtp>(Spool::at(dir))
}
