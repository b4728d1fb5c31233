//! Scripted dialogues, as RFCs write them.

use std::{collections::BTreeMap, time::Duration};

use super::{Client, Server};
use crate::session::Session;

/// Plays a dialogue and demands that the server says its part, to the byte.
///
/// | line | meaning |
/// |---|---|
/// | `C: text` | the client sends the text and CR LF |
/// | `C- text` | the client sends the text alone; `\r \n \t \0 \\ \xNN` stand for bytes |
/// | `S: text` | the server says the text and CR LF |
/// | `S- text` | the server says the text alone; escapes as above |
/// | `C finishes` | the client is done writing |
/// | `S closes` | the connection is over |
/// | `wait 20` | so many seconds pass |
/// | `# …`, or nothing | a comment |
///
/// More clients are `C2`/`S2` and so on; each connects at its first line. What the server says
/// must be asked for before the client's next line, all of it.
///
/// ```
/// # use mux_runtime::{Cx, mux_server, testing};
/// # #[derive(Default)] struct Echo;
/// # #[mux_server]
/// # impl Echo {
/// #     #[line("quit")]
/// #     fn quit(&mut self, cx: &mut Cx<'_, Self>) -> &'static str { cx.close(); "bye\r\n" }
/// #     #[line]
/// #     fn echo(&mut self, cx: &mut Cx<'_, Self>, line: &str) { write!(cx.out, "{line}\r\n"); }
/// # }
/// testing::dialogue::<Echo>(
///     (),
///     r"
///     C: hello
///     S: hello
///     C- quit\n
///     S: bye
///     S closes
///     ",
/// );
/// ```
///
/// # Panics
/// The server says something else; the message names the line, what was to be said and what was.
pub fn dialogue<P: Session>(shared: P::Shared, script: &str) {
    play(&Server::<P>::new(shared), script);
}

/// As [`dialogue`], with a server that may have been prepared, and can be looked at afterwards.
///
/// # Panics
/// The server says something else; the message names the line, what was to be said and what was.
#[allow(clippy::panic, reason = "it is a test's assertion")]
pub fn play<P: Session>(server: &Server<P>, script: &str) {
    let mut clients = BTreeMap::<u32, (Client<P>, Vec<u8>)>::new();
    for (number, line) in script.lines().enumerate() {
        let number = number + 1;
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = |what: &str| -> ! { panic!("line {number} of the dialogue, `{line}`: {what}") };
        if let Some(seconds) = line.strip_prefix("wait ") {
            nothing_left(&mut clients, number);
            let Ok(seconds) = seconds.trim().parse() else { wrong("not a number of seconds") };
            server.advance(Duration::from_secs_f64(seconds));
            continue;
        }
        let Some(step) = Step::parse(line) else {
            wrong("expected `C: `, `C- `, `S: `, `S- `, `C finishes`, `S closes` or `wait `")
        };
        clients.entry(step.client).or_insert_with(|| {
            (server.connect(&format!("127.0.0.1:{}", 10_000 + step.client)), Vec::new())
        });
        if matches!(step.what, What::Sends(_) | What::Finishes) {
            nothing_left(&mut clients, number);
        }
        let Some((client, heard)) = clients.get_mut(&step.client) else { continue };
        heard.extend(client.hears_bytes());
        match step.what {
            What::Sends(bytes) => client.sends(bytes),
            What::Finishes => client.finishes(),
            What::Closes if !client.is_closed() => wrong("the connection is open"),
            What::Closes if heard.is_empty() => {}
            What::Closes => wrong(&format!("but first it said \"{}\"", heard.escape_ascii())),
            What::Says(bytes) if heard.starts_with(&bytes) => drop(heard.drain(..bytes.len())),
            What::Says(bytes) => wrong(&format!(
                "expected \"{}\", heard \"{}\"",
                bytes.escape_ascii(),
                heard.escape_ascii()
            )),
        }
    }
    nothing_left(&mut clients, script.lines().count());
}

/// Before something new happens everything that was said must have been asked for.
fn nothing_left<P: Session>(clients: &mut BTreeMap<u32, (Client<P>, Vec<u8>)>, number: usize) {
    for (client, heard) in clients.values_mut() {
        heard.extend(client.hears_bytes());
        assert!(
            heard.is_empty(),
            "before line {number} of the dialogue the server also said \"{}\"",
            heard.escape_ascii()
        );
    }
}

enum What {
    Sends(Vec<u8>),
    Says(Vec<u8>),
    Finishes,
    Closes,
}

struct Step {
    client: u32,
    what: What,
}

impl Step {
    fn parse(line: &str) -> Option<Self> {
        let (from_client, rest) = match line.split_at_checked(1)? {
            ("C", rest) => (true, rest),
            ("S", rest) => (false, rest),
            _ => return None,
        };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let client = if digits == 0 { 1 } else { rest[..digits].parse().ok()? };
        let rest = &rest[digits..];
        let bytes = match rest.trim_end() {
            " finishes" if from_client => return Some(Step { client, what: What::Finishes }),
            " closes" if !from_client => return Some(Step { client, what: What::Closes }),
            ":" => b"\r\n".to_vec(),
            "-" => Vec::new(),
            _ => match rest.split_at_checked(2)? {
                (": ", text) => [text.as_bytes(), b"\r\n"].concat(),
                ("- ", text) => unescape(text)?,
                _ => return None,
            },
        };
        let what = if from_client { What::Sends(bytes) } else { What::Says(bytes) };
        Some(Step { client, what })
    }
}

fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'\\' => match rest.next()? {
                b'r' => b'\r',
                b'n' => b'\n',
                b't' => b'\t',
                b'0' => 0,
                b'\\' => b'\\',
                b'x' => {
                    let digits = [rest.next()?, rest.next()?];
                    u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
                }
                _ => return None,
            },
            byte => byte,
        });
    }
    Some(bytes)
}
