//! A loop over mio as one would write it by hand for speed: edge-triggered, one read and one write
//! a wake-up, input handled where it was read.

use std::{
    io::{self, Read, Write},
    net::SocketAddr,
};

use mio::{
    Events, Interest, Poll, Token,
    net::{TcpListener, TcpStream},
};
use slab::Slab;

const LISTENER: Token = Token(usize::MAX);
/// Bytes that one read may bring.
const READ_BYTES: usize = 64 * 1024;

/// What a connection's input is, and what is answered.
pub trait Protocol: Default {
    /// Handles the messages at the front of `input`, appends the answers to `out`, and says how
    /// many bytes it took; `Err` closes the connection.
    fn input(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize, TooLong>;
}

/// A message is longer than it may be.
#[derive(Debug)]
pub struct TooLong;

struct Connection<P> {
    stream: TcpStream,
    protocol: P,
    /// Input that is no whole message yet.
    tail: Vec<u8>,
    /// Output that the kernel did not take.
    pending: Vec<u8>,
}

/// What becomes of a connection.
#[derive(PartialEq, Eq)]
enum Fate {
    Lives,
    Ends,
}

/// Listens on a port of 127.0.0.1 that the system chooses, and says which.
///
/// # Errors
/// There is none, or standard error is closed.
pub fn listen() -> io::Result<TcpListener> {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    eprintln!("listening on {}", listener.local_addr()?);
    Ok(listener)
}

/// Serves for ever.
///
/// # Errors
/// The system's readiness queue failed.
pub fn serve<P: Protocol>() -> io::Result<()> {
    let mut listener = listen()?;
    let mut poll = Poll::new()?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut events = Events::with_capacity(1024);
    let mut connections = Slab::<Connection<P>>::new();
    let mut buffer = vec![0; READ_BYTES];
    let mut out = Vec::new();
    loop {
        wait(&mut poll, &mut events)?;
        for event in &events {
            if event.token() == LISTENER {
                accept(&listener, &poll, &mut connections);
                continue;
            }
            let key = event.token().0;
            let Some(connection) = connections.get_mut(key) else { continue };
            let mut fate = Fate::Lives;
            if event.is_writable() && !connection.pending.is_empty() {
                fate = connection.flush();
            }
            if event.is_readable() && fate == Fate::Lives {
                fate = connection.read(&mut buffer, &mut out, event.is_read_closed());
            }
            if fate == Fate::Ends {
                connections.remove(key);
            }
        }
    }
}

/// Waits for events; a signal brings none.
///
/// # Errors
/// The system's readiness queue failed.
pub fn wait(poll: &mut Poll, events: &mut Events) -> io::Result<()> {
    match poll.poll(events, None) {
        Err(error) if error.kind() == io::ErrorKind::Interrupted => {
            events.clear();
            Ok(())
        }
        result => result,
    }
}

fn accept<P: Protocol>(listener: &TcpListener, poll: &Poll, connections: &mut Slab<Connection<P>>) {
    while let Ok((mut stream, _)) = listener.accept() {
        let entry = connections.vacant_entry();
        let interest = Interest::READABLE | Interest::WRITABLE;
        if stream.set_nodelay(true).is_ok()
            && poll.registry().register(&mut stream, Token(entry.key()), interest).is_ok()
        {
            entry.insert(Connection {
                stream,
                protocol: P::default(),
                tail: Vec::new(),
                pending: Vec::new(),
            });
        }
    }
}

impl<P: Protocol> Connection<P> {
    /// Reads until a read is short, which has emptied the socket; at the end of the stream until
    /// that was seen.
    fn read(&mut self, buffer: &mut [u8], out: &mut Vec<u8>, closed: bool) -> Fate {
        loop {
            let count = match self.stream.read(buffer) {
                Ok(0) => return Fate::Ends,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Fate::Lives,
                Err(_) => return Fate::Ends,
            };
            out.clear();
            if self.handle(&buffer[..count], out).is_err() || self.send(out) == Fate::Ends {
                return Fate::Ends;
            }
            if count < buffer.len() && !closed {
                return Fate::Lives;
            }
        }
    }

    fn handle(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), TooLong> {
        if self.tail.is_empty() {
            let taken = self.protocol.input(input, out)?;
            self.tail.extend_from_slice(&input[taken..]);
        } else {
            self.tail.extend_from_slice(input);
            let taken = self.protocol.input(&self.tail, out)?;
            if taken == self.tail.len() {
                self.tail = Vec::new();
            } else {
                self.tail.drain(..taken);
            }
        }
        Ok(())
    }

    fn send(&mut self, out: &[u8]) -> Fate {
        if !self.pending.is_empty() {
            self.pending.extend_from_slice(out);
            return Fate::Lives;
        }
        if out.is_empty() {
            return Fate::Lives;
        }
        match self.stream.write(out) {
            Ok(sent) => self.pending.extend_from_slice(&out[sent..]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.pending.extend_from_slice(out);
            }
            Err(_) => return Fate::Ends,
        }
        Fate::Lives
    }

    fn flush(&mut self) -> Fate {
        match self.stream.write(&self.pending) {
            Ok(sent) if sent == self.pending.len() => self.pending = Vec::new(),
            Ok(sent) => drop(self.pending.drain(..sent)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return Fate::Ends,
        }
        Fate::Lives
    }
}
