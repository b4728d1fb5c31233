//! Once warm, the chat handles a line without asking for memory.

#[allow(dead_code, reason = "only the room is needed, not the program")]
#[path = "../../examples/chat/main.rs"]
mod chat;

use allocation_counter::measure;
use chat::{Guest, Room};
use mux_runtime::{
    Cx, Session, SessionHandle, mux_server,
    testing::{Client, Server},
};

/// A room with eight guests.
fn room() -> Vec<Client<Guest>> {
    let server = Server::new(Room::default());
    (0..8).map(|_| server.connect("127.0.0.1:9")).collect()
}

/// How often `what` asks for memory, once it was done a few times.
fn allocations<P: Session>(guests: &[Client<P>], what: impl Fn()) -> u64 {
    for _ in 0..4 {
        what();
        guests.iter().for_each(Client::ignores);
    }
    let counted = measure(|| {
        for _ in 0..32 {
            what();
            guests.iter().for_each(Client::ignores);
        }
    });
    counted.count_total
}

#[test]
fn what_counts_sees_an_allocation() {
    assert_eq!(measure(|| drop(std::hint::black_box(Box::new(1)))).count_total, 1);
}

#[test]
fn no_line_of_the_chat_asks_for_memory() {
    for line in [
        "hello, everyone\r\n",
        "\r\n",
        "/me waves\r\n",
        "/nick ann\r\n",
        "/msg 2 hello\r\n",
        "/who\r\n",
        "/roll 2d6\r\n",
        "hello\n/me waves\n/who\n/msg 3 hello\n/roll 2d6\nbye\n",
        // Mistakes are answered, and that is no reason either.
        "/msg\r\n",
        "/nick a b\r\n",
        "/nick 2\r\n",
        "/msg nobody hello\r\n",
        "/roll 2d\r\n",
        "/who else\r\n",
    ] {
        let guests = room();
        let count = allocations(&guests, || guests[0].sends(line));
        assert_eq!(count, 0, "{line:?}");
    }
    let guests = room();
    assert_eq!(allocations(&guests, || guests[0].sends(b"no text: \xff\r\n")), 0);
}

#[test]
fn lines_from_all_guests_in_turn_ask_for_no_memory() {
    let guests = room();
    let count = allocations(&guests, || {
        for guest in &guests {
            guest.sends("/me waves\r\nhello\r\n/who\r\n");
        }
    });
    assert_eq!(count, 0);
}

#[test]
fn a_line_in_two_reads_asks_for_the_memory_of_its_tail_alone() {
    let guests = room();
    let count = allocations(&guests, || {
        guests[0].sends("hello, ev");
        guests[0].sends("eryone\r\n");
    });
    assert_eq!(count, 32, "one tail a line, given back with the line");
}

/// Says what it is sent from elsewhere.
struct News;

#[mux_server(shared = Option<SessionHandle<News>>)]
impl News {
    #[on(connect)]
    fn enter(cx: &mut Cx<'_, Self>) -> Self {
        *cx.shared = Some(cx.handle());
        News
    }

    #[line]
    fn ignore(&mut self) {}

    #[on(message)]
    fn tell(&mut self, message: &'static str) -> &'static str {
        message
    }
}

#[test]
fn a_message_from_elsewhere_asks_for_no_memory() {
    let server = Server::<News>::new(None);
    let reader = [server.connect("127.0.0.1:9")];
    let count = allocations(&reader, || {
        for messages in [1, 3] {
            for _ in 0..messages {
                assert_eq!(
                    server.shared().as_ref().map(|reader| reader.send("news\n")),
                    Some(Ok(()))
                );
            }
            server.deliver();
        }
    });
    assert_eq!(count, 0);
}

#[test]
fn a_burst_of_messages_from_elsewhere_leaves_little_memory_behind() {
    let server = Server::<News>::new(None);
    let reader = server.connect("127.0.0.1:9");
    let burst = || {
        for _ in 0..65_536 {
            assert_eq!(server.shared().as_ref().map(|reader| reader.send("")), Some(Ok(())));
        }
        server.deliver();
    };
    let used = measure(|| (0..2).for_each(|_| burst()));
    assert!(used.bytes_current <= 2 * 64 * 1024, "{} bytes", used.bytes_current);
    assert_eq!(reader.hears(), "");
}
