//! Modes: named by path, borrowed, changed or taken, entered from any form of a return type.

use mux_runtime::{Cx, mux_server, testing::Server};

mod smtp {
    #[derive(Default)]
    pub struct Command {
        pub tries: u8,
    }
    #[derive(Default)]
    pub struct Data {
        pub text: String,
    }
    #[derive(Default)]
    pub struct Auth;
    /// A mode with a parameter, and without a `Default`.
    pub struct List<T>(pub T);
}

use smtp::{Auth, Command};

#[derive(Default)]
struct Smtp;

#[mux_server(modes(Command, smtp::Data, smtp::Auth, smtp::List<u8>,), line = crlf,)]
impl Smtp {
    #[line("DATA")]
    fn data(&mut self) -> Result<smtp::Data, &'static str> {
        Ok(smtp::Data::default())
    }

    #[line("AUTH")]
    fn auth(&mut self, command: &mut Command) -> Option<Auth> {
        command.tries += 1;
        (command.tries > 1).then_some(Auth)
    }

    #[line("LIST")]
    fn list(&mut self, cx: &mut Cx<'_, Self>, length: u8) -> Option<smtp::List<u8>> {
        cx.out.write("list");
        Some(smtp::List(length))
    }

    #[line("TRIES", mode = Command)]
    fn tries(&mut self, command: &Command, cx: &mut Cx<'_, Self>) {
        write!(cx.out, "{}", command.tries);
    }

    #[line(mode = smtp::Data)]
    fn body(
        &mut self,
        cx: &mut Cx<'_, Self>,
        line: &str,
        data: &mut smtp::Data,
    ) -> Option<Command> {
        if line == "." {
            cx.out.write(&data.text);
            return Some(Command { tries: 7 });
        }
        data.text.push_str(line);
        None
    }

    #[line(mode = Auth)]
    fn secret(&mut self, _auth: Auth, _line: &[u8]) -> smtp::Command {
        Command::default()
    }

    #[line("END", mode = List)]
    fn end(&mut self, list: &smtp::List<u8>) -> Result<Option<Command>, u8> {
        if list.0 > 0 { Err(b'0' + list.0) } else { Ok(Some(Command::default())) }
    }

    #[line("LESS", mode = List)]
    fn less(&mut self, list: &mut smtp::List<u8>) {
        list.0 -= 1;
    }
}

fn main() {
    let ann = Server::<Smtp>::new(()).connect("127.0.0.1:9");
    ann.sends("DATA\r\na\r\nDATA\r\n.\r\nTRIES\r\n");
    assert_eq!(ann.hears(), "aDATA7");
    ann.sends("AUTH\r\nTRIES\r\nTRIES\r\n");
    assert_eq!(ann.hears(), "0");
    ann.sends("LIST 1\r\nEND\r\nLESS\r\nEND\r\nTRIES\r\n");
    assert_eq!(ann.hears(), "list10");
}
