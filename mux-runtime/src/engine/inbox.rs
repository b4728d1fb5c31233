//! The one buffer that all connections are read into.

/// Bytes that one read may bring.
const READ_BYTES: usize = 64 * 1024;
/// Room in front of them, into which a connection's tail is laid.
const HEAD_BYTES: usize = 16 * 1024;
/// A tail that is longer than what was read is copied only up to this length: else a message of n
/// bytes that comes byte by byte would be copied n times.
const SHORT_TAIL_BYTES: usize = 512;

/// The loop's read buffer: a connection is read straight into it and its messages are handled in
/// place. A short tail of a former read is laid in front of what was read, so that only the tail
/// is copied.
pub struct Inbox {
    bytes: Box<[u8]>,
}

impl Default for Inbox {
    fn default() -> Self {
        Inbox { bytes: vec![0; HEAD_BYTES + READ_BYTES].into() }
    }
}

impl Inbox {
    /// The room for one read: 64 KiB.
    #[inline]
    pub fn room(&mut self) -> &mut [u8] {
        &mut self.bytes[HEAD_BYTES..]
    }

    /// The `count` bytes that were read.
    #[inline]
    pub(super) fn received(&self, count: usize) -> &[u8] {
        &self.bytes[HEAD_BYTES..HEAD_BYTES + count]
    }

    /// The `count` bytes that were read, with `tail` in front; `None` if that has no room, or if
    /// it is less to copy what was read.
    pub(super) fn received_behind(&mut self, tail: &[u8], count: usize) -> Option<&[u8]> {
        if tail.len() > count.max(SHORT_TAIL_BYTES) {
            return None;
        }
        let start = HEAD_BYTES.checked_sub(tail.len())?;
        self.bytes[start..HEAD_BYTES].copy_from_slice(tail);
        Some(&self.bytes[start..HEAD_BYTES + count])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that are copied where a message of `length` comes in reads of `piece`.
    fn copied(length: usize, piece: usize) -> usize {
        let mut inbox = Inbox::default();
        let mut tail = Vec::new();
        let mut copied = 0;
        while tail.len() < length {
            if inbox.received_behind(&tail, piece).is_some() {
                copied += tail.len();
            }
            tail.extend_from_slice(inbox.received(piece));
            copied += piece;
        }
        copied
    }

    #[test]
    fn a_message_in_pieces_is_copied_a_few_times_however_small_they_are() {
        for (length, piece) in [(1 << 20, 1), (16 * 1024, 1), (1 << 20, 1000), (1 << 20, 64 * 1024)]
        {
            let reads = length / piece;
            let copied = copied(length, piece);
            assert!(copied <= 3 * length + reads.min(SHORT_TAIL_BYTES) * SHORT_TAIL_BYTES);
        }
    }
}
