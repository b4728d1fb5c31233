//! What handlers log: it stands in the span of their connection.

#![allow(clippy::unwrap_used, reason = "a test fails loudly")]

use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use mux_runtime::{CloseReason, Closing, Cx, Server, mux_server, testing};
use tracing::level_filters::LevelFilter;

#[derive(Default)]
struct Talker;

#[mux_server]
impl Talker {
    #[on(connect)]
    fn start(_cx: &mut Cx<'_, Self>) -> Self {
        tracing::info!("connect");
        Talker
    }

    #[line("hold")]
    fn hold(&mut self) {
        thread::sleep(Duration::from_millis(30));
    }

    #[line("say")]
    fn say(&mut self) {
        tracing::info!("line");
    }

    #[on(close)]
    fn end(self, _cx: &mut Closing<'_, Self>, _why: CloseReason) {
        tracing::info!("close");
    }
}

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl io::Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn logged(level: LevelFilter) -> Vec<String> {
    logged_while(level, || {
        let server = testing::Server::<Talker>::new(());
        let ann = server.connect("192.0.2.1:9");
        let bob = server.connect("192.0.2.2:9");
        bob.sends("say\n");
        ann.finishes();
        drop(bob);
    })
}

fn logged_while(level: LevelFilter, what: impl FnOnce()) -> Vec<String> {
    let buffer = Buffer::default();
    let writer = buffer.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false)
        .without_time()
        .with_target(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, what);
    let text = String::from_utf8(buffer.0.lock().unwrap().clone()).unwrap();
    text.lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn what_a_handler_logs_names_its_connection() {
    let span = |id: &str, peer: &str| {
        format!("connection{{protocol=\"Talker\" id={id} peer={peer} listener=127.0.0.1:2000}}")
    };
    let (ann, bob) = (span("0.1", "192.0.2.1:9"), span("1.2", "192.0.2.2:9"));
    assert_eq!(
        logged(LevelFilter::DEBUG),
        [
            format!("INFO {ann}: connect"),
            format!("INFO {bob}: connect"),
            format!("INFO {bob}: line"),
            format!("INFO {ann}: close"),
        ]
    );
}

#[test]
fn spans_are_not_made_where_nobody_wants_such_detail() {
    assert_eq!(
        logged(LevelFilter::INFO),
        ["INFO connect", "INFO connect", "INFO line", "INFO close"]
    );
}

#[test]
fn a_handler_that_holds_up_the_loop_is_named() {
    let lines = logged_while(LevelFilter::WARN, || {
        let mut server = Server::new(()).unwrap();
        let address = server.listen::<Talker>(([127, 0, 0, 1], 0).into()).unwrap();
        server.measure(Some(Duration::from_millis(20)));
        let handle = server.handle();
        let client = thread::spawn(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(b"say\nhold\nsay\n").unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
            stream.read_to_end(&mut Vec::new()).unwrap();
            handle.stop();
        });
        server.run().unwrap();
        client.join().unwrap();
    });
    let start =
        "WARN a handler held up the loop protocol=\"Talker\" handler=\"hold\" connection=0.1";
    assert!(lines.iter().any(|line| line.starts_with(start)), "{lines:?}");
}
