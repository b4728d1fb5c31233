//! What a process and the one that it started tell each other before the new one serves.
//!
//! The new process finds the channel as its standard input: a pair of sockets that keep the
//! borders of messages, over which descriptors can be passed. So neither needs `fork`, nor a
//! descriptor by its number, which would need `unsafe`.

use std::{
    env,
    io::{self, IoSlice, IoSliceMut},
    mem::MaybeUninit,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    process::{self, Command},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    net::{
        AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags,
        SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recvmsg,
        sendmsg, socketpair,
        sockopt::{self, Timeout},
    },
};

use super::null::Null;

/// Tells a process that its standard input is a channel: the stage, a colon, and the process that
/// made the channel. Whoever has inherited this from further up has another standard input.
const VARIABLE: &str = "MUX_CHANNEL";
/// The longest message, in bytes.
const MESSAGE_MAX: usize = 8 * 1024;

/// Why a process was started by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// To serve in the background.
    Background,
    /// To go on where the other one stops.
    Restart,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Stage::Background => "background",
            Stage::Restart => "restart",
        }
    }
}

/// One end of a channel.
#[derive(Debug)]
pub(super) struct Channel(OwnedFd);

/// A message: a word and what it is about, and perhaps a descriptor.
#[derive(Debug)]
pub(super) struct Message {
    text: String,
    pub(super) descriptor: Option<OwnedFd>,
}

impl Message {
    /// The word and the rest.
    pub(super) fn parts(&self) -> (&str, &str) {
        self.text.split_once(' ').unwrap_or((&self.text, ""))
    }
}

impl Channel {
    /// Gives `command`, when it is run, the other end of a channel.
    pub(super) fn to(command: &mut Command, stage: Stage) -> io::Result<Self> {
        let flags = SocketFlags::CLOEXEC;
        let (own, other) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
        command.stdin(other);
        command.env(VARIABLE, format!("{}:{}", stage.name(), process::id()));
        Ok(Channel(own))
    }

    /// The channel to the process that started this one, if there is one, even if that process is
    /// gone by now. Standard input leads nowhere from then on, so that no other process gets the
    /// channel.
    pub(super) fn found() -> Option<(Self, Stage)> {
        let value = env::var(VARIABLE).ok()?;
        let (stage, maker) = value.split_once(':')?;
        let stage =
            [Stage::Background, Stage::Restart].into_iter().find(|known| known.name() == stage)?;
        let stdin = rustix::stdio::stdin();
        if sockopt::socket_type(stdin).ok()? != SocketType::SEQPACKET {
            return None;
        }
        let peer = sockopt::socket_peercred(stdin).ok()?;
        if peer.pid.as_raw_nonzero().get() != maker.parse::<i32>().ok()? {
            return None;
        }
        let channel = Channel(stdin.try_clone_to_owned().ok()?);
        if let Err(error) = Null::open().and_then(|null| null.replaces_stdin()) {
            tracing::debug!("cannot let go of the standard input: {error}");
        }
        Some((channel, stage))
    }

    /// Bounds how long [`send`](Channel::send) waits for the other process to make room: some
    /// hundred messages fit in without being read. Then it fails with
    /// [`io::ErrorKind::WouldBlock`].
    pub(super) fn set_send_timeout(&self, timeout: Duration) -> io::Result<()> {
        Ok(sockopt::set_socket_timeout(&self.0, Timeout::Send, Some(timeout))?)
    }

    /// Sends `word`, what it is about, and perhaps a descriptor.
    pub(super) fn send(
        &self,
        word: &str,
        about: &str,
        descriptor: Option<BorrowedFd<'_>>,
    ) -> io::Result<()> {
        let text = format!("{word} {about}");
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut passed = SendAncillaryBuffer::new(&mut space);
        let descriptors = descriptor.as_slice();
        if !descriptors.is_empty() && !passed.push(SendAncillaryMessage::ScmRights(descriptors)) {
            return Err(io::Error::other("a descriptor does not fit"));
        }
        let end = (0..=text.len().min(MESSAGE_MAX)).rev().find(|&end| text.is_char_boundary(end));
        let text = &text.as_bytes()[..end.unwrap_or(0)];
        sendmsg(&self.0, &[IoSlice::new(text)], &mut passed, SendFlags::NOSIGNAL)?;
        Ok(())
    }

    /// The next message, which must come within `patience` (without one, some time); `None` if
    /// the other process is gone.
    pub(super) fn receive(&self, patience: Option<Duration>) -> io::Result<Option<Message>> {
        let deadline = patience.map(|patience| Instant::now() + patience);
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let left = left.and_then(|left| Timespec::try_from(left).ok());
            let mut waiting = [PollFd::from_borrowed_fd(self.0.as_fd(), PollFlags::IN)];
            match poll(&mut waiting, left.as_ref()) {
                Ok(0) => return Err(io::ErrorKind::TimedOut.into()),
                Ok(_) => return self.receive_now(),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn receive_now(&self) -> io::Result<Option<Message>> {
        let mut text = [0; MESSAGE_MAX];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut passed = RecvAncillaryBuffer::new(&mut space);
        let into = &mut [IoSliceMut::new(&mut text)];
        let received = match recvmsg(&self.0, into, &mut passed, RecvFlags::CMSG_CLOEXEC) {
            Ok(received) => received,
            // A reset is how the end of one that left messages unread looks.
            Err(rustix::io::Errno::CONNRESET) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if received.bytes == 0 {
            return Ok(None);
        }
        if received.flags.intersects(ReturnFlags::TRUNC | ReturnFlags::CTRUNC) {
            return Err(io::Error::other("a message of the other process was cut off"));
        }
        let descriptor = passed.drain().find_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
            _ => None,
        });
        let text = String::from_utf8_lossy(&text[..received.bytes]).into_owned();
        Ok(Some(Message { text, descriptor }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_reads_nothing_is_not_waited_for_for_ever() {
        let mut never_run = Command::new("true");
        let channel = Channel::to(&mut never_run, Stage::Restart).unwrap();
        channel.set_send_timeout(Duration::from_millis(50)).unwrap();
        // More than any kernel keeps unread.
        let text = "x".repeat(MESSAGE_MAX - 100);
        let refused = (0..100_000).find_map(|_| channel.send("socket", &text, None).err());
        assert_eq!(refused.map(|error| error.kind()), Some(io::ErrorKind::WouldBlock));
    }

    #[test]
    fn the_end_of_the_other_process_is_seen() {
        let mut command = Command::new("true");
        let channel = Channel::to(&mut command, Stage::Restart).unwrap();
        drop(command);
        assert!(channel.receive(Some(Duration::from_secs(1))).unwrap().is_none());
        assert!(channel.send("go", "", None).is_err());
    }
}
