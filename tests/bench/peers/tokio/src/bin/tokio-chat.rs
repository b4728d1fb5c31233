//! The part of examples/chat that the bench uses, by hand over tokio: guests join, speak and leave.
//! Each guest has a channel, which all that is said goes through, and a task that writes as much of
//! it at a time as is there.

use std::{
    collections::HashMap,
    io,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bench_tokio::serve;
use bytes::Bytes;
use memchr::memchr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

const READ_BYTES: usize = 16 * 1024;
/// Messages that one write may gather.
const GATHERED_MAX: usize = 128;

#[derive(Default)]
struct Room {
    guests: HashMap<u64, UnboundedSender<Bytes>>,
    arrivals: u64,
}

impl Room {
    fn broadcast(&self, text: String) {
        let text = Bytes::from(text);
        for guest in self.guests.values() {
            // One who is gone hears nothing.
            let _ = guest.send(text.clone());
        }
    }

    fn tell(&self, id: u64, text: String) {
        if let Some(guest) = self.guests.get(&id) {
            let _ = guest.send(text.into());
        }
    }
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Room>>);

impl Shared {
    fn room(&self) -> MutexGuard<'_, Room> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn join(&self, ip: IpAddr) -> (u64, UnboundedReceiver<Bytes>) {
        let (sender, receiver) = unbounded_channel();
        let mut room = self.room();
        room.arrivals += 1;
        let id = room.arrivals;
        room.guests.insert(id, sender);
        room.broadcast(format!("JOIN: (#{id}) from {ip}\r\n"));
        room.tell(id, format!("Welcome, you are number {id} to connect.\r\n"));
        (id, receiver)
    }

    fn say(&self, id: u64, ip: IpAddr, line: &[u8]) {
        let said = format!("[{id} - {ip}] {}\r\n", String::from_utf8_lossy(line));
        let sent = format!(" - sent {} byte message\r\n", said.len());
        let room = self.room();
        room.broadcast(said);
        room.tell(id, sent);
    }

    fn leave(&self, id: u64, ip: IpAddr) {
        let mut room = self.room();
        room.guests.remove(&id);
        room.broadcast(format!("LEFT: (#{id}) from {ip}\r\n"));
    }
}

async fn session(stream: TcpStream, shared: Shared) -> io::Result<()> {
    let ip = stream.peer_addr()?.ip();
    let (id, heard) = shared.join(ip);
    let (input, output) = stream.into_split();
    tokio::spawn(async move { drop(write(output, heard).await) });
    let result = read(input, |line| shared.say(id, ip, line)).await;
    shared.leave(id, ip);
    result
}

async fn read(mut stream: OwnedReadHalf, say: impl Fn(&[u8])) -> io::Result<()> {
    let mut input = Vec::with_capacity(READ_BYTES);
    while stream.read_buf(&mut input).await? > 0 {
        let mut start = 0;
        while let Some(end) = memchr(b'\n', &input[start..]) {
            let line = &input[start..start + end];
            say(line.strip_suffix(b"\r").unwrap_or(line));
            start += end + 1;
        }
        input.drain(..start);
    }
    Ok(())
}

async fn write(mut stream: OwnedWriteHalf, mut heard: UnboundedReceiver<Bytes>) -> io::Result<()> {
    let (mut messages, mut out) = (Vec::new(), Vec::new());
    while heard.recv_many(&mut messages, GATHERED_MAX).await > 0 {
        messages.drain(..).for_each(|message| out.extend_from_slice(&message));
        stream.write_all(&out).await?;
        out.clear();
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let shared = Shared::default();
    serve(|stream| {
        let shared = shared.clone();
        async { drop(session(stream, shared).await) }
    })
    .await
}
