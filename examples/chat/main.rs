//! A chat room. Try it with `telnet 127.0.0.1 2000`.

use std::hash::{BuildHasher, RandomState};
use std::{process::ExitCode, time::Duration};

use mux_runtime::{CloseReason, Closing, Cx, Peer, mux_server};

/// What all guests share: one value for the whole server, no lock needed.
#[derive(Default)]
pub struct Room {
    arrivals: u64,
}

/// One guest: the state of one connection.
pub struct Guest {
    id: u64,
    nick: String,
    senior: bool,
}

/// So many dice, with so many sides each.
pub struct Dice(u8, u8);

#[mux_server(shared = Room)]
impl Guest {
    /// Only guests of this machine may come in.
    #[hook(allow_deny)]
    fn local_only(_room: &mut Room, peer: &Peer) -> bool {
        peer.is_loopback()
    }

    #[hook(request_denied)]
    fn go_away(_room: &mut Room, _peer: &Peer) -> &'static str {
        "Go away!\n"
    }

    #[on(connect)]
    fn arrive(cx: &mut Cx<'_, Self>) -> Self {
        cx.shared.arrivals += 1;
        let id = cx.shared.arrivals;
        cx.out.broadcast(format_args!("JOIN: (#{id}) from {}\r\n", cx.peer()));
        write!(cx.out, "Welcome, you are number {id} to connect.\r\n");
        cx.set_timeout(Duration::from_secs(20));
        Guest { id, nick: id.to_string(), senior: false }
    }

    /// Take a name.
    #[line("/nick")]
    fn nick(&mut self, cx: &mut Cx<'_, Self>, name: &str) -> Result<(), &'static str> {
        if cx.peers.iter().any(|(_, guest)| guest.nick == name) {
            return Err("that name is taken\r\n");
        }
        cx.out.broadcast(format_args!("* {} is now {name}\r\n", self.nick));
        name.clone_into(&mut self.nick);
        Ok(())
    }

    /// Whisper to one guest.
    #[line("/msg")]
    fn whisper(
        &mut self,
        cx: &mut Cx<'_, Self>,
        to: &str,
        #[rest] text: &str,
    ) -> Result<(), &'static str> {
        let found = cx.peers.iter().find(|(_, guest)| guest.nick == to);
        let (id, _) = found.ok_or("no such guest\r\n")?;
        write!(cx.out.to(id), "<{}> {text}\r\n", self.nick);
        Ok(())
    }

    /// Say what you do.
    #[line("/me")]
    fn act(&mut self, cx: &mut Cx<'_, Self>, #[rest] deed: &str) {
        cx.out.broadcast(format_args!("* {} {deed}\r\n", self.nick));
    }

    /// See who is here.
    #[line("/who")]
    fn who(&mut self, cx: &mut Cx<'_, Self>) {
        write!(cx.out, "you are {} (#{})\r\n", self.nick, self.id);
        for (_, guest) in cx.peers.iter() {
            write!(cx.out, "{} (#{})\r\n", guest.nick, guest.id);
        }
    }

    /// Roll dice, `2d6` say.
    #[line("/roll", parser = parse::dice)]
    fn roll(&mut self, cx: &mut Cx<'_, Self>, dice: Dice) {
        let Dice(count, sides) = dice;
        let sum = (0..count).map(|_| random(sides)).sum::<u64>();
        cx.out.broadcast(format_args!("* {} rolls {count}d{sides}: {sum}\r\n", self.nick));
    }

    /// Leave.
    #[line("/quit")]
    fn quit(&mut self, cx: &mut Cx<'_, Self>) {
        cx.close();
    }

    /// Any other line is said aloud.
    #[line]
    fn say(&mut self, cx: &mut Cx<'_, Self>, text: &str) {
        if self.senior {
            cx.set_timeout(Duration::from_secs(40));
        }
        if text.is_empty() {
            return;
        }
        let said = format_args!("[{} - {}] {text}\r\n", self.nick, cx.peer());
        let length = cx.out.broadcast(said);
        write!(cx.out, " - sent {length} byte message\r\n");
    }

    #[on(timeout)]
    fn patience(&mut self, cx: &mut Cx<'_, Self>) {
        if self.senior {
            cx.out.write("If you don't want to talk then you should leave. *BYE*\r\n");
            return cx.close();
        }
        cx.out.write("Whoa, you must have a lot of patience.  You have been upgraded.\r\n");
        self.senior = true;
        cx.set_timeout(Duration::from_secs(40));
    }

    #[on(close)]
    fn leave(self, cx: &mut Closing<'_, Self>, _why: CloseReason) {
        cx.out.broadcast(format_args!("LEFT: (#{}) from {}\r\n", self.id, cx.peer()));
    }
}

/// A number from 1 to `sides`.
fn random(sides: u8) -> u64 {
    RandomState::new().hash_one(()) % u64::from(sides) + 1
}

pub mod admin;
mod parse {
    use nom::{IResult, Parser, bytes::tag, character::complete::u8, combinator::verify};

    /// `2d6`: two dice of six sides.
    pub fn dice(input: &[u8]) -> IResult<&[u8], super::Dice> {
        let dice = (u8, tag("d"), verify(u8, |sides| *sides > 0));
        dice.map(|(count, _, sides)| super::Dice(count, sides)).parse_complete(input)
    }
}

fn main() -> ExitCode {
    admin::service(Room::default()).run::<Guest>()
}
