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
        sendmsg, socketpair, sockopt,
    },
};

/// Tells a process that its standard input is a channel: the stage, a colon, and whose child it
/// is, so that it means nothing to processes further down.
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

    /// The channel to the process that started this one, if there is one.
    pub(super) fn found() -> Option<(Self, Stage)> {
        let value = env::var(VARIABLE).ok()?;
        let (stage, parent) = value.split_once(':')?;
        let stage =
            [Stage::Background, Stage::Restart].into_iter().find(|known| known.name() == stage)?;
        if std::os::unix::process::parent_id() != parent.parse::<u32>().ok()? {
            return None;
        }
        let stdin = rustix::stdio::stdin();
        if sockopt::socket_type(stdin).ok()? != SocketType::SEQPACKET {
            return None;
        }
        Some((Channel(stdin.try_clone_to_owned().ok()?), stage))
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
