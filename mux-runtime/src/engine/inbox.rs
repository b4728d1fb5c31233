//! The one buffer that all connections are read into.

/// Bytes that one read may bring.
const READ_BYTES: usize = 64 * 1024;
/// Room in front of them, into which a connection's tail is laid.
const HEAD_BYTES: usize = 16 * 1024;

/// The loop's read buffer: a connection is read straight into it and its messages are handled in
/// place. A tail of a former read (up to 16 KiB) is laid in front of what was read, so that only
/// the tail is copied.
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
    pub fn room(&mut self) -> &mut [u8] {
        &mut self.bytes[HEAD_BYTES..]
    }

    /// The `count` bytes that were read.
    pub(super) fn received(&self, count: usize) -> &[u8] {
        &self.bytes[HEAD_BYTES..HEAD_BYTES + count]
    }

    /// The `count` bytes that were read, with `tail` in front; `None` if that has no room.
    pub(super) fn received_behind(&mut self, tail: &[u8], count: usize) -> Option<&[u8]> {
        let start = HEAD_BYTES.checked_sub(tail.len())?;
        self.bytes[start..HEAD_BYTES].copy_from_slice(tail);
        Some(&self.bytes[start..HEAD_BYTES + count])
    }
}
