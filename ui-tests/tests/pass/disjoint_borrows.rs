//! The message, the session, the shared value, the output and the peers are all borrowed at once.

use mux_runtime::{Closing, Cx, mux_server, testing::Server};

#[derive(Default)]
struct Room {
    names: Vec<String>,
    count: u64,
}

#[derive(Default)]
struct Guest {
    last: String,
    hits: u64,
}

#[mux_server(shared = Room)]
impl Guest {
    #[line("say")]
    fn say(&mut self, cx: &mut Cx<'_, Self>, #[rest] text: &str) {
        self.last.clear();
        self.last.push_str(text);
        cx.shared.count += 1;
        cx.out.broadcast(format_args!("{} {} {text}\n", cx.shared.count, self.last));
    }

    #[line("names")]
    fn names(&mut self, cx: &mut Cx<'_, Self>, name: &str) {
        cx.shared.names.push(name.to_owned());
        for name in &cx.shared.names {
            cx.out.write(name);
        }
        for name in &mut cx.shared.names {
            name.push('!');
            cx.out.others(&*name);
        }
    }

    #[line("hit")]
    fn hit(&mut self, cx: &mut Cx<'_, Self>, text: &str) {
        for (id, peer) in cx.peers.iter_mut() {
            peer.hits += cx.shared.count;
            if peer.hits > 0 {
                write!(cx.out.to(id), "{text} {}", peer.hits);
            }
            self.hits += peer.hits;
        }
        let found = cx.peers.iter().find(|(_, peer)| peer.hits == self.hits);
        if let Some((id, peer)) = found {
            cx.out.to(id).write((text, peer.last.as_str()));
        }
        let id = cx.peers.iter().map(|(id, _)| id).next();
        if let Some(peer) = id.and_then(|id| cx.peers.get_mut(id)) {
            peer.last.push_str(text);
            self.last.push_str(&peer.last);
            cx.shared.names.push(peer.last.clone());
            cx.out.write(&self.last);
        }
    }

    #[line("again")]
    fn again(&mut self, cx: &mut Cx<'_, Self>, text: &str) {
        self.say(cx, text);
        self.names(cx, text);
    }

    #[on(close)]
    fn leave(self, cx: &mut Closing<'_, Self>) {
        for (id, peer) in cx.peers.iter_mut() {
            peer.last.clone_from(&self.last);
            cx.shared.count += 1;
            write!(cx.out.to(id), "left {}", cx.shared.count);
        }
        for name in &cx.shared.names {
            cx.out.broadcast(name);
        }
    }
}

fn main() {
    let server = Server::<Guest>::new(Room::default());
    let (ann, bob) = (server.connect("127.0.0.1:9"), server.connect("127.0.0.1:10"));
    ann.sends("say hi all\n");
    assert_eq!(
        (ann.hears(), bob.hears()),
        ("1 hi all hi all\n".into(), "1 hi all hi all\n".into())
    );
    ann.sends("names x\n");
    assert_eq!((ann.hears(), bob.hears()), ("x".into(), "x!".into()));
    ann.sends("hit y\n");
    assert_eq!((ann.hears(), bob.hears()), ("hi ally".into(), "y 1y".into()));
    bob.vanishes();
    assert_eq!(ann.hears(), "left 2x!y");
}
