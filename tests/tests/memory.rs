//! What the server keeps of what is over: next to nothing.

#![allow(clippy::unwrap_used, reason = "a test fails loudly")]

use std::net::Ipv4Addr;

use allocation_counter::measure;
use mux_runtime::{
    Address, Cx, Peer, SessionHandle,
    engine::{Engine, Limits, SlowReader},
    mux_server, testing,
};

/// Takes frames of some megabytes.
#[derive(Default)]
struct Long;

#[mux_server(max_frame = 4194304)]
impl Long {
    #[frame(prefix = be_u32)]
    fn frame(&mut self, _frame: &[u8]) {}
}

fn frame(length: u32) -> Vec<u8> {
    let mut frame = length.to_be_bytes().to_vec();
    frame.resize(4 + length as usize, b'x');
    frame
}

#[test]
fn one_byte_behind_a_long_frame_keeps_no_long_buffer() {
    let server = testing::Server::<Long>::new(());
    let ann = server.connect("127.0.0.1:9");
    let long = [frame(2 << 20), vec![0]].concat();
    // Whether the byte comes in a read of its own, or the end of the frame does.
    for last in [1, 2, 1000, 50_000] {
        let (front, back) = long.split_at(long.len() - last);
        let used = measure(|| {
            ann.sends(front);
            ann.sends(back);
        });
        assert!(used.bytes_current <= 16 * 1024, "{} bytes are kept", used.bytes_current);
        let used = measure(|| ann.sends(&frame(0)[1..]));
        assert!(used.bytes_current <= 0, "{} bytes are kept for none", used.bytes_current);
    }
    assert_eq!(server.calls("frame"), 8);
}

#[test]
fn connections_at_a_few_addresses_share_them() {
    let locals = [9, 10, 11].map(|port| Address::from((Ipv4Addr::LOCALHOST, port)));
    let counts = [1, 3].map(|addresses| {
        let mut engine = Engine::<Long>::new(Limits::default());
        let used = measure(|| {
            for local in locals.into_iter().take(addresses).cycle().take(300) {
                engine.accept(&mut (), Peer::new(locals[0]), local).unwrap();
            }
        });
        used.count_current
    });
    assert_eq!(counts[1], counts[0] + 2, "one more for each address");
}

#[test]
fn each_of_many_addresses_is_that_of_its_connection() {
    let mut engine = Engine::<Long>::new(Limits::default());
    let locals = (1..=100).map(|port| Address::from((Ipv4Addr::LOCALHOST, port))).cycle();
    for local in locals.take(300) {
        let slot = engine.accept(&mut (), Peer::new(local), local).unwrap();
        assert_eq!(engine.connection(slot).local, local);
    }
}

/// Writes one byte to the first one when it is told to.
struct Teller;

#[mux_server(shared = Vec<SessionHandle<Teller>>)]
impl Teller {
    #[on(connect)]
    fn enter(cx: &mut Cx<'_, Self>) -> Self {
        let handle = cx.handle();
        cx.shared.push(handle);
        Teller
    }

    #[line("big")]
    fn big(&mut self) -> Vec<u8> {
        vec![b'x'; 100_000]
    }

    #[on(message)]
    fn message(&mut self, cx: &mut Cx<'_, Self>, _message: ()) {
        let first = cx.shared[0].id();
        cx.out.to(first).write("x");
    }
}

#[test]
fn who_waits_for_a_reader_is_noted_once() {
    let limits = Limits {
        slow_reader: SlowReader::Pause,
        output_high: 100_000,
        output_low: 0,
        ..Limits::default()
    };
    let server = testing::Server::<Teller>::with_limits(Vec::new(), limits);
    let reader = server.connect("127.0.0.1:9");
    let writers = [(); 2].map(|()| server.connect("127.0.0.1:9"));
    reader.reads_only(0);
    reader.sends("big\n");
    let tell = |messages| {
        for _ in 0..messages {
            for writer in &server.shared().clone()[1..] {
                writer.send(()).unwrap();
            }
            server.deliver();
        }
    };
    // The vector in which this waits for the reader has doubled by then.
    tell(100);
    let used = measure(|| tell(20_000));
    assert!(used.bytes_current <= 0, "{} bytes for writers that waited", used.bytes_current);
    assert!(writers.iter().all(|writer| !writer.is_closed()));
    reader.reads_again();
    assert_eq!(reader.hears_bytes().len(), 100_000 + 2 * 20_100);
}
