//! What goes on inside, as Prometheus and the recorder of a program see it.
#![cfg(all(feature = "prometheus", feature = "metrics"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails loudly")]

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};
use mux_runtime::{Cx, Prometheus, Server, mux_server};

#[derive(Default)]
struct Echo;

#[mux_server]
impl Echo {
    #[line("slow")]
    fn slow(&mut self, _cx: &mut Cx<'_, Self>) -> &'static str {
        thread::sleep(Duration::from_millis(3));
        "late\r\n"
    }

    #[line]
    fn echo(&mut self, line: &str) -> String {
        format!("{line}\r\n")
    }
}

fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// By name and labels: the last value, or how many were recorded.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<BTreeMap<String, f64>>>);

/// One value of [`Seen`].
struct One(Seen, String);

impl One {
    fn set(&self, change: impl FnOnce(&mut f64)) {
        change(self.0.0.lock().unwrap().entry(self.1.clone()).or_default());
    }
}

impl CounterFn for One {
    fn increment(&self, value: u64) {
        self.set(|all| *all += value as f64);
    }

    fn absolute(&self, value: u64) {
        self.set(|all| *all = value as f64);
    }
}

impl GaugeFn for One {
    fn increment(&self, value: f64) {
        self.set(|all| *all += value);
    }

    fn decrement(&self, value: f64) {
        self.set(|all| *all -= value);
    }

    fn set(&self, value: f64) {
        self.set(|all| *all = value);
    }
}

impl HistogramFn for One {
    fn record(&self, _value: f64) {
        self.set(|all| *all += 1.0);
    }
}

impl Seen {
    fn one(&self, key: &Key) -> Arc<One> {
        let labels = key.labels().map(|label| format!(" {}", label.value())).collect::<String>();
        Arc::new(One(self.clone(), format!("{}{labels}", key.name())))
    }
}

impl Recorder for Seen {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.one(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.one(key))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.one(key))
    }
}

#[test]
fn what_is_counted_is_told() {
    let mut server = Server::new(()).unwrap();
    let local = SocketAddr::from(([127, 0, 0, 1], 0));
    let echo = server.listen::<Echo>(local).unwrap();
    let page = server.listen::<Prometheus<()>>(local).unwrap();
    server.measure(None);
    let handle = server.handle();
    let client = thread::spawn(move || {
        let mut stream = TcpStream::connect(echo).unwrap();
        stream.write_all(b"slow\none\ntwo\n").unwrap();
        let mut answer = [0; "late\r\none\r\ntwo\r\n".len()];
        stream.read_exact(&mut answer).unwrap();
        let requests = [
            "GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n",
            "HEAD /metrics?x HTTP/1.0\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "POST /metrics HTTP/1.1\r\n\r\n",
            "\x16\x03\x01\r\n\r\n",
        ];
        let answers = requests.map(|request| ask(page, request));
        handle.stop();
        answers
    });
    let seen = Seen::default();
    metrics::with_local_recorder(&seen, || server.run().unwrap());
    let answers = client.join().unwrap();
    let statuses = answers.each_ref().map(|answer| answer[.."HTTP/1.1 200".len()].to_owned());
    assert_eq!(
        statuses,
        ["200", "200", "404", "405", "400"].map(|code| format!("HTTP/1.1 {code}"))
    );
    let (_, page) = answers[0].split_once("\r\n\r\n").unwrap();
    for line in [
        "# TYPE mux_messages_total counter",
        "mux_connections{protocol=\"Echo\"} 1",
        "mux_messages_total{protocol=\"Echo\"} 3",
        "mux_bytes_in_total{protocol=\"Echo\"} 13",
        "mux_bytes_out_total{protocol=\"Echo\"} 16",
        "mux_calls_total{protocol=\"Echo\",handler=\"echo\"} 2",
        "mux_handler_seconds_bucket{protocol=\"Echo\",handler=\"slow\",le=\"0.001\"} 0",
        "mux_handler_seconds_bucket{protocol=\"Echo\",handler=\"slow\",le=\"10\"} 1",
        "mux_handler_seconds_count{protocol=\"Echo\",handler=\"slow\"} 1",
        "mux_accepted_total{protocol=\"Prometheus\"} 1",
    ] {
        assert!(page.lines().any(|found| found == line), "{line} in {page}");
    }
    assert!(page.contains("mux_turn_seconds_bucket{le=\"0.000001\"} "), "{page}");
    assert!(answers[1].ends_with("\r\n\r\n"), "HEAD has no body");

    let seen = seen.0.lock().unwrap();
    for (name, value) in [
        ("mux_messages_total Echo", 3.0),
        ("mux_bytes_out_total Echo", 16.0),
        ("mux_calls_total Echo echo", 2.0),
        ("mux_handler_seconds Echo slow", 1.0),
        ("mux_accepted_total Prometheus", 5.0),
        ("mux_connections Echo", 0.0),
    ] {
        assert_eq!(seen.get(name), Some(&value), "{name} in {seen:?}");
    }
}
