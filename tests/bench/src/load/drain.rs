//! Connections that only listen.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use super::{Done, LoadError, Script, check, sockets::Sockets};

/// Connections to a program that sends the same `depth` messages to each, over and over.
pub struct Drain<'a> {
    sockets: Sockets,
    /// Bytes that came, by connection.
    heard: Vec<u64>,
    script: &'a Script,
    depth: usize,
}

impl<'a> Drain<'a> {
    /// Connects, and says by the last connection what is to be sent.
    ///
    /// # Errors
    /// The program cannot be reached.
    pub fn connect(
        address: SocketAddr,
        connections: usize,
        depth: usize,
        script: &'a Script,
    ) -> Result<Self, LoadError> {
        let mut sockets = Sockets::new()?;
        for _ in 0..connections {
            sockets.connect(address)?;
        }
        sockets.write(connections - 1, script.asks(0, depth))?;
        Ok(Drain { sockets, heard: vec![0; connections], script, depth })
    }

    /// Reads and checks for so long.
    ///
    /// # Errors
    /// What comes is wrong, or nothing does.
    pub fn run(&mut self, time: Duration) -> Result<Done, LoadError> {
        let answer_bytes = self.script.answer_bytes();
        let cycle = self.depth * answer_bytes;
        let mut ready = Vec::new();
        let mut bytes = 0;
        let start = Instant::now();
        while start.elapsed() < time {
            self.sockets.wait(&mut ready)?;
            for &number in &ready {
                let mut got = self.sockets.read(number)?;
                bytes += got.len() as u64;
                while !got.is_empty() {
                    let heard = &mut self.heard[number];
                    let at = (*heard % cycle as u64) as usize;
                    let (now, later) = got.split_at(got.len().min(cycle - at));
                    check(number, *heard, now, self.script.answers(at as u64, now.len()))?;
                    *heard += now.len() as u64;
                    got = later;
                }
            }
        }
        let messages = bytes / answer_bytes as u64;
        Ok(Done { messages, time: start.elapsed(), answered: messages })
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

    /// Sends to one connection what `lie` makes of the first line that it says, until it is closed.
    fn drain(lie: impl Fn(&mut Vec<u8>) + Send + 'static) -> Result<Done, LoadError> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut said = vec![0; 2 * 32];
            stream.read_exact(&mut said).unwrap();
            lie(&mut said);
            while stream.write_all(&said).is_ok() {}
        });
        let script = Script::lines();
        Drain::connect(address, 1, 2, &script).unwrap().run(Duration::from_millis(20))
    }

    #[test]
    fn what_is_right_is_counted() {
        assert!(drain(|_| {}).unwrap().messages > 0);
    }

    #[test]
    fn one_wrong_byte_is_noticed() {
        let wrong = drain(|said| said[40] ^= 1);
        assert!(matches!(wrong, Err(LoadError::Wrong { connection: 0, offset: 40, .. })));
    }
}
