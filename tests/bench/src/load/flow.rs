//! Connections that each keep the same number of messages in flight.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use super::{LoadError, Script, check, sockets::Sockets};

/// How long, or how much.
#[derive(Debug, Clone, Copy)]
pub enum Until {
    /// For so long.
    Time(Duration),
    /// Until so many messages were asked, by all connections together.
    Count(u64),
}

/// What was answered, and in what time.
#[derive(Debug, Clone, Copy)]
pub struct Done {
    /// Messages that were answered in the time.
    pub messages: u64,
    /// The time.
    pub time: Duration,
    /// All messages that were answered, after the time, too.
    pub answered: u64,
}

/// Where a connection is in the script. Each starts at another message, so that an answer that
/// goes to the wrong one is noticed.
struct Place {
    /// Messages that were sent, those before its start included.
    asked: u64,
    /// Bytes of answers that came, likewise.
    heard: u64,
}

/// Connections with `depth` messages in flight: for each answer the next message is sent.
pub struct Flow<'a> {
    sockets: Sockets,
    places: Vec<Place>,
    script: &'a Script,
    depth: usize,
}

impl<'a> Flow<'a> {
    /// Connects.
    ///
    /// # Errors
    /// The server cannot be reached.
    ///
    /// # Panics
    /// The script is too short for `depth`.
    pub fn connect(
        address: SocketAddr,
        connections: usize,
        depth: usize,
        script: &'a Script,
    ) -> Result<Self, LoadError> {
        assert!(depth <= script.cycle(), "more in flight than the script has");
        let mut sockets = Sockets::new()?;
        let mut places = Vec::new();
        for _ in 0..connections {
            let number = sockets.connect(address)? as u64;
            places.push(Place { asked: number, heard: number * script.answer_bytes() as u64 });
        }
        Ok(Flow { sockets, places, script, depth })
    }

    /// Sends and checks; returns when all that was asked was answered. What was answered after the
    /// time was over is checked, and not counted.
    ///
    /// # Errors
    /// A reply is wrong, or the server does not answer.
    pub fn run(&mut self, until: Until) -> Result<Done, LoadError> {
        let mut ready = Vec::new();
        let start = Instant::now();
        let (deadline, mut left) = match until {
            Until::Time(time) => (Some(start + time), u64::MAX),
            Until::Count(count) => (None, count),
        };
        let mut flying = 0;
        for number in 0..self.sockets.len() {
            flying += self.ask(number, self.depth, &mut left)?;
        }
        let mut messages = 0;
        let mut counted = None;
        while flying > 0 {
            self.sockets.wait(&mut ready)?;
            let now = Instant::now();
            if counted.is_none() && deadline.is_some_and(|deadline| deadline <= now) {
                counted = Some((messages, now - start));
                left = 0;
            }
            for &number in &ready {
                let answered = self.hear(number)?;
                messages += answered as u64;
                flying -= answered;
                flying += self.ask(number, answered, &mut left)?;
            }
        }
        let answered = messages;
        let (messages, time) = counted.unwrap_or((messages, start.elapsed()));
        Ok(Done { messages, time, answered })
    }

    fn ask(&mut self, number: usize, count: usize, left: &mut u64) -> Result<usize, LoadError> {
        let count = count.min(usize::try_from(*left).unwrap_or(usize::MAX));
        let place = &mut self.places[number];
        if count > 0 {
            self.sockets.write(number, self.script.asks(place.asked, count))?;
            place.asked += count as u64;
            *left -= count as u64;
        }
        Ok(count)
    }

    /// Reads once, checks what came, and says how many answers it made whole.
    fn hear(&mut self, number: usize) -> Result<usize, LoadError> {
        let place = &mut self.places[number];
        let answer_bytes = self.script.answer_bytes() as u64;
        let flying = (place.asked * answer_bytes - place.heard) as usize;
        let got = self.sockets.read(number)?;
        if got.len() > flying {
            return Err(LoadError::TooMuch { connection: number, bytes: got.len() - flying });
        }
        check(number, place.heard, got, self.script.answers(place.heard, got.len()))?;
        let before = place.heard / answer_bytes;
        place.heard += got.len() as u64;
        Ok((place.heard / answer_bytes - before) as usize)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpListener,
        thread,
    };

    use super::*;

    /// Answers one connection with what `lie` makes of each read, until it is closed.
    fn server(lie: impl Fn(&mut Vec<u8>, usize) + Send + 'static) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut buffer = [0; 4096];
            for round in 0..1000 {
                let Ok(count @ 1..) = stream.read(&mut buffer) else { return };
                let mut reply = buffer[..count].to_vec();
                lie(&mut reply, round);
                if stream.write_all(&reply).is_err() {
                    return;
                }
            }
        });
        address
    }

    fn flow(address: SocketAddr) -> Result<Done, LoadError> {
        let script = Script::lines();
        Flow::connect(address, 1, 16, &script).unwrap().run(Until::Count(400))
    }

    #[test]
    fn an_honest_server_is_believed() {
        assert_eq!(flow(server(|_, _| {})).unwrap().messages, 400);
    }

    #[test]
    fn one_wrong_byte_is_noticed() {
        let lying = server(|reply, round| {
            if round == 3 {
                *reply.last_mut().unwrap() ^= 1;
            }
        });
        assert!(matches!(flow(lying), Err(LoadError::Wrong { connection: 0, .. })));
    }

    #[test]
    fn a_reply_too_many_is_noticed() {
        let chatty = server(|reply, _| reply.push(b'x'));
        let error = flow(chatty).unwrap_err();
        assert!(matches!(error, LoadError::TooMuch { .. } | LoadError::Wrong { .. }), "{error}");
    }

    #[test]
    fn a_server_that_hangs_up_is_noticed() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let mut stream = listener.accept().unwrap().0;
            let mut all = [0; 16 * 32];
            stream.read_exact(&mut all).unwrap();
        });
        assert!(matches!(flow(address), Err(LoadError::Closed { connection: 0 })));
    }
}
