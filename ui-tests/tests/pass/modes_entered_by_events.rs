//! An event leads to a mode as a handler does, and counts as a way into it.

use mux_runtime::{Cx, Either, mux_server, testing::Server};

#[derive(Default)]
struct Command;
#[derive(Default)]
struct Greeting;
#[derive(Default)]
struct Told;
#[derive(Default)]
struct Late;

#[derive(Default)]
struct Guest;

#[mux_server(modes(Command, Greeting, Told, Late))]
impl Guest {
    #[on(connect)]
    fn start(&mut self, cx: &mut Cx<'_, Self>) -> Greeting {
        assert!(cx.handle().send("told".to_owned()).is_ok());
        Greeting
    }

    #[on(message)]
    fn told(&mut self, _what: String) -> Option<Told> {
        Some(Told)
    }

    #[on(timeout)]
    fn late(&mut self) -> Result<Either<Late, Either<Told, ()>>, &'static str> {
        Ok(Either::Left(Late))
    }

    #[line]
    fn command(&mut self) -> &'static str {
        "command;"
    }

    #[line(mode = Greeting)]
    fn greeting(&mut self) -> &'static str {
        "greeting;"
    }

    #[line(mode = Told)]
    fn in_told(&mut self) -> (&'static str, &'static str) {
        ("told", ";")
    }

    #[line(mode = Late)]
    fn in_late(&mut self) -> Command {
        Command
    }
}

fn main() {
    let server = Server::<Guest>::new(());
    let ann = server.connect("127.0.0.1:9");
    ann.sends("x\n");
    assert_eq!(ann.hears(), "greeting;");
    server.deliver();
    ann.sends("x\n");
    assert_eq!(ann.hears(), "told;");
}
