//! A room full of readers, of which one speaks.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Done, LoadError, check, sockets::Sockets};

/// Lines that the speaker says at a time.
pub const LINES: usize = 16;

/// What a reader must still hear.
#[derive(Default)]
struct Ear {
    expected: VecDeque<Arc<[u8]>>,
    /// Bytes of the first piece that came already.
    heard: usize,
    /// Bytes that came in all.
    offset: u64,
}

impl Ear {
    fn expect(&mut self, piece: &Arc<[u8]>) {
        self.expected.push_back(Arc::clone(piece));
    }

    fn hear(&mut self, number: usize, mut got: &[u8]) -> Result<(), LoadError> {
        while !got.is_empty() {
            let Some(piece) = self.expected.front() else {
                return Err(LoadError::TooMuch { connection: number, bytes: got.len() });
            };
            let rest = &piece[self.heard..];
            let (now, later) = got.split_at(rest.len().min(got.len()));
            check(number, self.offset, now, &rest[..now.len()])?;
            self.offset += now.len() as u64;
            self.heard += now.len();
            if self.heard == piece.len() {
                self.expected.pop_front();
                self.heard = 0;
            }
            got = later;
        }
        Ok(())
    }
}

/// The guests of a chat room (`examples/chat`), the first of which speaks.
pub struct Crowd {
    sockets: Sockets,
    ears: Vec<Ear>,
}

impl Crowd {
    /// Lets `guests` come in, one after the other, and checks how each is announced to all.
    ///
    /// # Errors
    /// The room cannot be reached, or announces them wrongly.
    pub fn enter(address: SocketAddr, guests: usize) -> Result<Self, LoadError> {
        let mut crowd = Crowd { sockets: Sockets::new()?, ears: Vec::new() };
        for id in 1..=guests {
            crowd.sockets.connect(address)?;
            crowd.ears.push(Ear::default());
            let join = format!("JOIN: (#{id}) from 127.0.0.1\r\n").into_bytes().into();
            let welcome = format!("Welcome, you are number {id} to connect.\r\n");
            crowd.ears.iter_mut().for_each(|ear| ear.expect(&join));
            crowd.ears[id - 1].expect(&welcome.into_bytes().into());
            if id % 64 == 0 {
                crowd.listen()?;
            }
        }
        crowd.listen()?;
        Ok(crowd)
    }

    /// Speaks 16 lines at a time, each time once all have heard the last ones; the messages are
    /// the lines that arrived at readers.
    ///
    /// # Errors
    /// A reader hears something else, or nothing.
    pub fn speak(&mut self, time: Duration) -> Result<Done, LoadError> {
        let start = Instant::now();
        let mut messages = 0;
        while messages == 0 || start.elapsed() < time {
            self.speak_once()?;
            messages += (LINES * self.ears.len()) as u64;
        }
        Ok(Done { messages, time: start.elapsed(), answered: messages })
    }

    /// Speaks 16 lines in one write, and waits until all have heard them.
    ///
    /// # Errors
    /// A reader hears something else, or nothing.
    pub fn speak_once(&mut self) -> Result<(), LoadError> {
        let lines = (0..LINES).map(|at| format!("line {at:02}: to be or not to be"));
        let said = lines.clone().map(|line| format!("[1 - 127.0.0.1] {line}\r\n"));
        let heard = said.clone().collect::<String>().into_bytes().into();
        let echoed = said.map(|said| format!("{said} - sent {} byte message\r\n", said.len()));
        let echoed = echoed.collect::<String>().into_bytes().into();
        for (number, ear) in self.ears.iter_mut().enumerate() {
            ear.expect(if number == 0 { &echoed } else { &heard });
        }
        let spoken = lines.map(|line| line + "\r\n").collect::<String>();
        self.sockets.write(0, spoken.as_bytes())?;
        self.listen()
    }

    /// Reads until everyone has heard everything.
    fn listen(&mut self) -> Result<(), LoadError> {
        let mut waiting = self.ears.iter().filter(|ear| !ear.expected.is_empty()).count();
        let mut ready = Vec::new();
        while waiting > 0 {
            self.sockets.wait(&mut ready)?;
            for &number in &ready {
                self.ears[number].hear(number, self.sockets.read(number)?)?;
                if self.ears[number].expected.is_empty() {
                    waiting -= 1;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ear_hears_pieces_in_order_however_they_come() {
        let mut ear = Ear::default();
        for piece in ["ab", "c", "def"] {
            ear.expect(&piece.as_bytes().into());
        }
        for got in ["a", "bcd", "ef"] {
            ear.hear(0, got.as_bytes()).unwrap();
        }
        assert!(ear.expected.is_empty());
        assert!(matches!(ear.hear(0, b"x"), Err(LoadError::TooMuch { bytes: 1, .. })));
    }

    #[test]
    fn an_ear_notices_a_wrong_byte() {
        let mut ear = Ear::default();
        ear.expect(&b"abcd"[..].into());
        ear.hear(0, b"ab").unwrap();
        assert!(matches!(ear.hear(0, b"xd"), Err(LoadError::Wrong { offset: 2, .. })));
    }
}
