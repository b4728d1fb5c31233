//! The end of a connection.

use std::fmt;

use super::{Address, Id, Peer, Peers, Session, ToOthers};

/// Why a connection is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CloseReason {
    /// The peer finished writing, and all that was left for it went out.
    Finished,
    /// A handler called [`Cx::close`](super::Cx::close), or the connection was not let in.
    Closed,
    /// It was not let in, by `allow_deny` or by `#[on(connect)]`.
    Refused,
    /// The connection broke: it was reset, or could not be read or written.
    Lost,
    /// A timeout without a handler of its own.
    Timeout,
    /// It sent nothing for the server's `idle_timeout`.
    Idle,
    /// Its first message was not complete within the server's `first_message_timeout`.
    NoMessage,
    /// Input that can never become a message.
    Malformed,
    /// The peer did not read what was written to it, and its output grew past the high mark.
    SlowReader,
    /// One of its handlers panicked.
    Panicked,
    /// [`ServerCx::close`](super::ServerCx::close) named it.
    Kicked,
    /// The server is ending.
    Shutdown,
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CloseReason::Finished => "finished by the peer",
            CloseReason::Closed => "closed by the server",
            CloseReason::Refused => "refused",
            CloseReason::Lost => "lost",
            CloseReason::Timeout => "timed out",
            CloseReason::Idle => "idle",
            CloseReason::NoMessage => "no message in time",
            CloseReason::Malformed => "malformed input",
            CloseReason::SlowReader => "the peer did not read",
            CloseReason::Panicked => "a handler panicked",
            CloseReason::Kicked => "closed by an administrator",
            CloseReason::Shutdown => "server is ending",
        })
    }
}

/// What `#[on(close)]` gets: all that [`Cx`](super::Cx) has, but for writing to the connection,
/// which is gone.
pub struct Closing<'a, P: Session> {
    /// What all connections share.
    pub shared: &'a mut P::Shared,
    /// The way to the connections that stay.
    pub out: ToOthers<'a>,
    /// The connections that stay.
    pub peers: Peers<'a, P>,
    pub(crate) id: Id,
    pub(crate) peer: &'a Peer,
    pub(crate) local: &'a Address,
}

impl<'a, P: Session> Closing<'a, P> {
    /// The id that the connection had.
    #[must_use]
    pub fn id(&self) -> Id {
        self.id
    }

    /// Where it came from.
    #[must_use]
    pub fn peer(&self) -> &'a Peer {
        self.peer
    }

    /// The address at which it arrived.
    #[must_use]
    pub fn local(&self) -> &'a Address {
        self.local
    }
}
