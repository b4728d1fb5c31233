//! What is sent, and what must come back.

/// A cycle of messages of one length, and their answers of one length.
///
/// Both are laid out twice, so that any run of up to one cycle is one slice: sending is one write
/// from it, and checking is one comparison of memory.
pub struct Script {
    asks: Vec<u8>,
    answers: Vec<u8>,
    cycle: usize,
}

impl Script {
    /// A cycle of `cycle` messages; `message` writes each with its answer.
    ///
    /// # Panics
    /// The messages, or the answers, are not all of one length.
    pub fn new(cycle: usize, message: impl Fn(usize) -> (Vec<u8>, Vec<u8>)) -> Self {
        let (mut asks, mut answers) = (Vec::new(), Vec::new());
        for at in (0..cycle).chain(0..cycle) {
            let (ask, answer) = message(at);
            asks.extend(ask);
            answers.extend(answer);
        }
        let script = Script { asks, answers, cycle };
        let (ask, answer) = message(cycle - 1);
        assert_eq!(script.asks.len(), ask.len() * 2 * cycle, "messages differ in length");
        assert_eq!(script.answers.len(), answer.len() * 2 * cycle, "answers differ in length");
        script
    }

    /// Lines of 32 bytes, each another, that come back as they are.
    pub fn lines() -> Self {
        Script::new(256, |at| {
            let line = format!("line {at:03} of the quick brown fox\n").into_bytes();
            (line.clone(), line)
        })
    }

    /// How many messages may be in flight.
    pub fn cycle(&self) -> usize {
        self.cycle
    }

    /// Bytes of one answer.
    pub fn answer_bytes(&self) -> usize {
        self.answers.len() / (2 * self.cycle)
    }

    /// `count` messages from the one with the number `from` on.
    pub fn asks(&self, from: u64, count: usize) -> &[u8] {
        let bytes = self.asks.len() / (2 * self.cycle);
        let start = (from % self.cycle as u64) as usize * bytes;
        &self.asks[start..start + count * bytes]
    }

    /// The `length` bytes that stand at `offset` of all answers.
    pub fn answers(&self, offset: u64, length: usize) -> &[u8] {
        let start = (offset % (self.answers.len() as u64 / 2)) as usize;
        &self.answers[start..start + length]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_go_on_over_the_end_of_the_cycle() {
        let script = Script::new(3, |at| (vec![b'a' + at as u8; 2], vec![b'A' + at as u8; 3]));
        assert_eq!(script.asks(2, 2), b"ccaa");
        assert_eq!(script.asks(5, 3), b"ccaabb");
        assert_eq!(script.answers(7, 4), b"CCAA");
        assert_eq!(script.answers(9 * 4 + 1, 3), b"AAB");
    }

    #[test]
    fn lines_are_as_long_as_they_say() {
        assert_eq!(Script::lines().asks(0, 1).len(), 32);
    }
}
