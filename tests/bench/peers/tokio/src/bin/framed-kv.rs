//! GET and SET over tokio-util's `Framed` with the RESP codec of redis-protocol.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, PoisonError},
};

use bench_tokio::serve;
use bytes::Bytes;
use futures_util::SinkExt;
use redis_protocol::{
    codec::Resp2,
    resp2::types::{BytesFrame, Resp2Frame},
};
use tokio::net::TcpStream;
use tokio_stream::StreamExt;
use tokio_util::codec::Framed;

type Store = Arc<Mutex<HashMap<Bytes, Bytes>>>;

fn answer(frame: &BytesFrame, store: &Store) -> BytesFrame {
    let wrong = || BytesFrame::Error("ERR unknown command".into());
    let BytesFrame::Array(words) = frame else { return wrong() };
    let mut bulks = [const { Bytes::new() }; 3];
    for (bulk, word) in bulks.iter_mut().zip(words) {
        let Some(word) = word.as_bytes() else { return wrong() };
        *bulk = Bytes::copy_from_slice(word);
    }
    let [command, key, value] = bulks;
    let mut store = store.lock().unwrap_or_else(PoisonError::into_inner);
    match words.len() {
        2 if command.eq_ignore_ascii_case(b"GET") => {
            store.get(&key).cloned().map_or(BytesFrame::Null, BytesFrame::BulkString)
        }
        3 if command.eq_ignore_ascii_case(b"SET") => {
            store.insert(key, value);
            BytesFrame::SimpleString(Bytes::from_static(b"OK"))
        }
        _ => wrong(),
    }
}

async fn session(stream: TcpStream, store: Store) {
    let mut frames = Framed::new(stream, Resp2::default());
    while let Some(Ok(frame)) = frames.next().await {
        let reply = answer(&frame, &store);
        if frames.send(reply).await.is_err() {
            return;
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let store = Store::default();
    serve(|stream| session(stream, Arc::clone(&store))).await
}
