//! What a block as a whole may look like.

use std::{fmt::Display, marker::PhantomData, str::FromStr};

use mux_runtime::{Cx, mux_server, testing};

use super::{ask, hears};

/// A session that is generic over what it adds up.
struct Sum<T> {
    total: T,
}

impl<T: Default> Default for Sum<T> {
    fn default() -> Self {
        Sum { total: T::default() }
    }
}

#[mux_server]
impl<T> Sum<T>
where
    T: Default + Copy + std::ops::AddAssign + FromStr + Display + 'static,
{
    #[line("add")]
    fn add(&mut self, cx: &mut Cx<'_, Self>, more: T) {
        self.total += more;
        write!(cx.out, "{}\n", self.total);
    }
}

#[test]
fn a_session_may_be_generic() {
    assert_eq!(hears::<Sum<u8>>("add 2\nadd 3\nadd x\n"), "2\n5\nusage: add <more>\r\n");
    assert_eq!(hears::<Sum<f64>>("add 2.5\n"), "2.5\n");
}

/// A session that is generic and has modes.
struct Lists<T>(PhantomData<T>);

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Lists(PhantomData)
    }
}

#[derive(Default)]
struct Idle;
#[derive(Default)]
struct Busy(usize);

#[mux_server(modes(Idle, Busy))]
impl<T: FromStr + 'static> Lists<T> {
    #[line("list")]
    fn list(&mut self) -> Busy {
        Busy(0)
    }

    #[line("end", mode = Busy)]
    fn end(&mut self, cx: &mut Cx<'_, Self>, busy: Busy) -> Idle {
        write!(cx.out, "{}\n", busy.0);
        Idle
    }

    #[line("item", mode = Busy)]
    fn item(&mut self, busy: &mut Busy, _item: T) {
        busy.0 += 1;
    }
}

#[test]
fn a_generic_session_may_have_modes() {
    assert_eq!(hears::<Lists<u8>>("list\nitem 1\nitem 2\nend\n"), "2\n");
}

/// A session that is an enum, with handlers that are there or not.
#[derive(Default)]
enum Door {
    #[default]
    Shut,
    Open,
}

const LONGEST: usize = 20;

#[mux_server(max_line = LONGEST, crate = mux_runtime)]
impl Door {
    /// What is no handler stays what it is.
    const CREAK: &'static str = "creak\n";

    fn creak(&self) -> &'static str {
        Self::CREAK
    }

    #[line("open")]
    #[inline]
    fn open(&mut self) -> Result<&str, &str> {
        match self {
            Door::Open => Err("open already\n"),
            Door::Shut => {
                *self = Door::Open;
                Ok(self.creak())
            }
        }
    }

    #[cfg(any())]
    #[line("smash")]
    fn smash(&mut self, not_even_a_type: Nowhere) {}

    #[cfg(any())]
    #[on(connect)]
    fn enter() -> Nowhere {}

    #[cfg(not(any()))]
    #[line("close")]
    fn close(&mut self, cx: &mut Cx<'_, Self>) {
        cx.close();
    }
}

#[test]
fn a_handler_that_is_configured_away_is_not_there() {
    assert_eq!(hears::<Door>("open\nopen\nsmash x\n"), "creak\nopen already\nunknown command\r\n");
    assert!(ask::<Door>("close\n").1);
    assert!(ask::<Door>("123456789012345678901").1);
    let words = Door::PROTOCOL.modes[0].commands.iter().filter_map(|command| command.word);
    assert_eq!(words.collect::<Vec<_>>(), ["open", "close"]);
    assert_eq!(Door::PROTOCOL.max_line, LONGEST);
}

/// A session that reaches its peers and what all share at the same time as its line.
#[derive(Default)]
struct Seat {
    name: String,
}

#[mux_server(shared = Vec<String>)]
impl Seat {
    #[line("take")]
    fn take(&mut self, cx: &mut Cx<'_, Self>, name: &str) {
        self.name = name.into();
        cx.shared.push(name.into());
    }

    #[line("rename")]
    fn rename(&mut self, cx: &mut Cx<'_, Self>, old: &str, new: &str) -> &'static str {
        for (id, seat) in cx.peers.iter_mut() {
            if seat.name == old {
                seat.name.replace_range(.., new);
                write!(cx.out.to(id), "{} calls you {new}\n", self.name);
                return "done\n";
            }
        }
        "nobody\n"
    }

    #[line("all")]
    fn all(&mut self, cx: &mut Cx<'_, Self>, prefix: &str) {
        for name in &cx.shared[..] {
            cx.out.write((prefix, name.as_str(), "\n"));
        }
        let own = cx.id();
        assert!(cx.peers.get(own).is_none() && cx.out.to(own).is_open());
        let others = cx.out.others(format_args!("{} looks around\n", self.name));
        write!(cx.out, "{others}\n");
    }
}

#[test]
fn shared_value_peers_and_output_are_borrowed_at_once() {
    let server = testing::Server::<Seat>::new(Vec::new());
    let [ann, bob, cid] = [(); 3].map(|()| server.connect("127.0.0.1:9"));
    ann.sends("take ann\n");
    bob.sends("take bob\nrename ann eve\n");
    assert_eq!(bob.hears(), "done\n");
    assert_eq!(ann.hears(), "bob calls you eve\n");
    cid.sends("take cid\nrename ann x\nrename bob rob\nall -\n");
    assert_eq!(cid.hears(), "nobody\ndone\n-ann\n-bob\n-cid\n17\n");
    assert_eq!(bob.hears(), "cid calls you rob\ncid looks around\n");
    assert_eq!(ann.hears(), "cid looks around\n");
    assert_eq!(*server.shared(), ["ann", "bob", "cid"]);
}
