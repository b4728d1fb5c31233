//! The sockets of the load.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Instant,
};

use rustix::{
    buffer::spare_capacity,
    event::{PollFd, PollFlags, Timespec, epoll, poll},
};

use super::{LoadError, PATIENCE};

/// Bytes that one read may bring.
const READ_BYTES: usize = 256 * 1024;
/// Events that one wait may bring.
const EVENTS_MAX: usize = 1024;

/// Connections to one server, and what may be read from them.
pub(super) struct Sockets {
    epoll: rustix::fd::OwnedFd,
    events: Vec<epoll::Event>,
    streams: Vec<TcpStream>,
    buffer: Vec<u8>,
}

impl Sockets {
    pub(super) fn new() -> Result<Self, LoadError> {
        Ok(Sockets {
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC)?,
            events: Vec::with_capacity(EVENTS_MAX),
            streams: Vec::new(),
            buffer: vec![0; READ_BYTES],
        })
    }

    /// Connects one more; it has the next number.
    pub(super) fn connect(&mut self, address: SocketAddr) -> Result<usize, LoadError> {
        let number = self.streams.len();
        let stream = self.open(address, number)?;
        self.streams.push(stream);
        Ok(number)
    }

    /// Closes a connection and connects another in its place.
    pub(super) fn renew(&mut self, number: usize, address: SocketAddr) -> Result<(), LoadError> {
        self.streams[number] = self.open(address, number)?;
        Ok(())
    }

    fn open(&self, address: SocketAddr, number: usize) -> Result<TcpStream, LoadError> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let data = epoll::EventData::new_u64(number as u64);
        epoll::add(&self.epoll, &stream, data, epoll::EventFlags::IN)?;
        Ok(stream)
    }

    pub(super) fn len(&self) -> usize {
        self.streams.len()
    }

    /// Waits until something can be read; gives the numbers of those connections.
    pub(super) fn wait(&mut self, ready: &mut Vec<usize>) -> Result<(), LoadError> {
        let timeout = Timespec { tv_sec: PATIENCE.as_secs() as i64, tv_nsec: 0 };
        self.events.clear();
        ready.clear();
        match epoll::wait(&self.epoll, spare_capacity(&mut self.events), Some(&timeout)) {
            Ok(0) => return Err(LoadError::Stalled),
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        ready.extend(self.events.iter().map(|event| event.data.u64() as usize));
        Ok(())
    }

    /// Reads once; empty if there is nothing yet.
    pub(super) fn read(&mut self, number: usize) -> Result<&[u8], LoadError> {
        match self.streams[number].read(&mut self.buffer) {
            Ok(0) => Err(LoadError::Closed { connection: number }),
            Ok(count) => Ok(&self.buffer[..count]),
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => Ok(&[]),
                _ => Err(error.into()),
            },
        }
    }

    /// Writes all of `bytes`; more than a socket's buffer holds should never be in flight.
    pub(super) fn write(&mut self, number: usize, mut bytes: &[u8]) -> Result<(), LoadError> {
        let stream = &mut self.streams[number];
        let mut deadline = None;
        while !bytes.is_empty() {
            match stream.write(bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let deadline = *deadline.get_or_insert_with(|| Instant::now() + PATIENCE);
                    if deadline <= Instant::now() {
                        return Err(LoadError::Stalled);
                    }
                    let second = Timespec { tv_sec: 1, tv_nsec: 0 };
                    poll(&mut [PollFd::new(stream, PollFlags::OUT)], Some(&second))?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}
