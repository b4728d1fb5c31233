//! Messages to sessions from other threads.

use std::{
    collections::VecDeque,
    fmt, mem,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{Id, Session};

/// Messages that may wait for all sessions of a protocol together.
const MESSAGES_MAX: usize = 65_536;
/// So much memory is kept for messages while none is waiting.
const KEPT_BYTES: usize = 64 * 1024;

/// What has been sent to the sessions of one protocol and not been delivered yet.
pub(crate) struct Mailbox<M> {
    waiting: Mutex<VecDeque<(Id, M)>>,
    /// Something is waiting, and the loop was told.
    told: AtomicBool,
    /// Has the loop look.
    wake: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

impl<M> Default for Mailbox<M> {
    fn default() -> Self {
        Mailbox { waiting: Mutex::default(), told: AtomicBool::new(false), wake: OnceLock::new() }
    }
}

impl<M> Mailbox<M> {
    /// For so many messages memory is kept while none is waiting.
    pub(crate) const KEPT: usize = KEPT_BYTES / size_of::<(Id, M)>();

    /// Calls `wake` whenever something is put into the empty box.
    pub(crate) fn set_wake(&self, wake: Box<dyn Fn() + Send + Sync>) {
        // Each engine belongs to one loop; a second one would wake the first.
        let _ = self.wake.set(wake);
    }

    fn put(&self, id: Id, message: M) -> Result<(), M> {
        {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            if waiting.len() >= MESSAGES_MAX {
                return Err(message);
            }
            waiting.push_back((id, message));
        }
        if !self.told.swap(true, Ordering::AcqRel)
            && let Some(wake) = self.wake.get()
        {
            wake();
        }
        Ok(())
    }

    /// Whether something is waiting. Until it is taken nothing else wakes the loop, so it must not
    /// sleep.
    #[inline]
    pub(crate) fn is_told(&self) -> bool {
        self.told.load(Ordering::Relaxed)
    }

    /// Takes all that is waiting, and leaves the memory of `emptied` for what comes next.
    pub(crate) fn take(&self, emptied: &mut VecDeque<(Id, M)>) {
        debug_assert!(emptied.is_empty(), "messages would be put back");
        if self.told.swap(false, Ordering::AcqRel) {
            mem::swap(emptied, &mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

/// Reaches one session from any thread: [`Cx::handle`](super::Cx::handle).
///
/// What is sent arrives at the session's `#[on(message)]`, in order, in the loop's own thread. At
/// most 65,536 messages wait for all sessions of a protocol together.
pub struct SessionHandle<P: Session> {
    id: Id,
    mailbox: Arc<Mailbox<P::Message>>,
}

impl<P: Session> Clone for SessionHandle<P> {
    fn clone(&self) -> Self {
        SessionHandle { id: self.id, mailbox: Arc::clone(&self.mailbox) }
    }
}

impl<P: Session> fmt::Debug for SessionHandle<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SessionHandle").field(&self.id).finish()
    }
}

/// Too many messages wait already; here is the one that was to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many messages are waiting for the server's sessions")]
pub struct MailboxFull<M>(pub M);

impl<P: Session> SessionHandle<P> {
    pub(crate) fn new(id: Id, mailbox: &Arc<Mailbox<P::Message>>) -> Self {
        SessionHandle { id, mailbox: Arc::clone(mailbox) }
    }

    /// The session's id.
    #[must_use]
    pub fn id(&self) -> Id {
        self.id
    }

    /// Sends `message` to the session. If its connection is over by the time it arrives, it goes
    /// nowhere: `Ok` says that it was sent, not that anybody is there.
    ///
    /// # Errors
    /// Too many messages are waiting; the message is given back.
    pub fn send(&self, message: P::Message) -> Result<(), MailboxFull<P::Message>> {
        self.mailbox.put(self.id, message).map_err(MailboxFull)
    }
}
