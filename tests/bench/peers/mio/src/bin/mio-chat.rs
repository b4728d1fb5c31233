//! The part of examples/chat that the bench uses, by hand over mio: guests join, speak and leave.
//! All that one turn of the loop has for a guest leaves in one write.

use std::{
    io::{self, Read, Write},
    net::IpAddr,
};

use bench_mio::{listen, wait};
use memchr::memchr;
use mio::{
    Events, Interest, Poll, Token,
    net::{TcpListener, TcpStream},
};
use slab::Slab;

const LISTENER: Token = Token(usize::MAX);
const READ_BYTES: usize = 64 * 1024;

struct Guest {
    stream: TcpStream,
    id: u64,
    ip: IpAddr,
    tail: Vec<u8>,
    out: Vec<u8>,
    dirty: bool,
    blocked: bool,
}

struct Room {
    poll: Poll,
    guests: Slab<Guest>,
    dirty: Vec<usize>,
    arrivals: u64,
}

impl Room {
    fn broadcast(&mut self, text: &[u8]) {
        for (key, guest) in &mut self.guests {
            guest.out.extend_from_slice(text);
            if !guest.dirty {
                guest.dirty = true;
                self.dirty.push(key);
            }
        }
    }

    fn accept(&mut self, listener: &TcpListener) {
        while let Ok((mut stream, peer)) = listener.accept() {
            self.arrivals += 1;
            let (id, ip) = (self.arrivals, peer.ip());
            let entry = self.guests.vacant_entry();
            let key = entry.key();
            let interest = Interest::READABLE | Interest::WRITABLE;
            if stream.set_nodelay(true).is_err()
                || self.poll.registry().register(&mut stream, Token(key), interest).is_err()
            {
                continue;
            }
            let (tail, out) = (Vec::new(), Vec::new());
            entry.insert(Guest { stream, id, ip, tail, out, dirty: false, blocked: false });
            self.broadcast(format!("JOIN: (#{id}) from {ip}\r\n").as_bytes());
            let welcome = format!("Welcome, you are number {id} to connect.\r\n");
            self.guests[key].out.extend_from_slice(welcome.as_bytes());
        }
    }

    fn read(&mut self, key: usize, buffer: &mut [u8], closed: bool) {
        loop {
            let Some(guest) = self.guests.get_mut(key) else { return };
            let count = match guest.stream.read(buffer) {
                Ok(0) => return self.leave(key),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => return self.leave(key),
            };
            if guest.tail.is_empty() {
                let taken = self.say(key, &buffer[..count]);
                self.guests[key].tail.extend_from_slice(&buffer[taken..count]);
            } else {
                let mut tail = std::mem::take(&mut guest.tail);
                tail.extend_from_slice(&buffer[..count]);
                let taken = self.say(key, &tail);
                tail.drain(..taken);
                self.guests[key].tail = tail;
            }
            if count < buffer.len() && !closed {
                return;
            }
        }
    }

    fn say(&mut self, key: usize, input: &[u8]) -> usize {
        let mut start = 0;
        let (id, ip) = (self.guests[key].id, self.guests[key].ip);
        while let Some(end) = memchr(b'\n', &input[start..]) {
            let line = &input[start..start + end];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let mut said = format!("[{id} - {ip}] ").into_bytes();
            said.extend_from_slice(line);
            said.extend_from_slice(b"\r\n");
            self.broadcast(&said);
            let sent = format!(" - sent {} byte message\r\n", said.len());
            self.guests[key].out.extend_from_slice(sent.as_bytes());
            start += end + 1;
        }
        start
    }

    fn leave(&mut self, key: usize) {
        let Guest { id, ip, .. } = self.guests.remove(key);
        self.broadcast(format!("LEFT: (#{id}) from {ip}\r\n").as_bytes());
    }

    /// Sends what the turn has for each guest.
    fn flush(&mut self) {
        while let Some(key) = self.dirty.pop() {
            let Some(guest) = self.guests.get_mut(key) else { continue };
            guest.dirty = false;
            if guest.blocked {
                continue;
            }
            match guest.stream.write(&guest.out) {
                Ok(sent) if sent == guest.out.len() => guest.out.clear(),
                Ok(sent) => {
                    guest.out.drain(..sent);
                    guest.blocked = true;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => guest.blocked = true,
                Err(_) => self.leave(key),
            }
        }
    }
}

fn main() -> io::Result<()> {
    let mut listener = listen()?;
    let poll = Poll::new()?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut room = Room { poll, guests: Slab::new(), dirty: Vec::new(), arrivals: 0 };
    let mut events = Events::with_capacity(1024);
    let mut buffer = vec![0; READ_BYTES];
    loop {
        wait(&mut room.poll, &mut events)?;
        for event in &events {
            let key = event.token().0;
            if event.token() == LISTENER {
                room.accept(&listener);
                continue;
            }
            if event.is_writable()
                && let Some(guest) = room.guests.get_mut(key)
            {
                guest.blocked = false;
                if !guest.out.is_empty() && !guest.dirty {
                    guest.dirty = true;
                    room.dirty.push(key);
                }
            }
            if event.is_readable() {
                room.read(key, &mut buffer, event.is_read_closed());
            }
        }
        room.flush();
    }
}
