//! The contract between generated code and the loop: everything that a `#[mux_server]` block
//! names, and nothing that knows a socket or a clock.
//!
//! [`Session`] is what the macro implements. The engine calls [`Session::step`] for one message
//! at a time, so that between two messages it can look at fairness, output marks and closing.

mod address;
mod arguments;
mod calls;
mod closing;
mod cx;
mod framing;
mod hooks;
mod id;
mod mailbox;
mod malformed;
pub(crate) mod message;
mod out;
mod outbox;
mod peers;
mod protocol;
mod reply;
pub mod resp;
mod server;
mod time;

pub use self::{
    address::{Address, Peer},
    arguments::{Arguments, FromArg, Words, in_upper_case, line_text, noted, read_value},
    calls::{Stopwatch, TIME_BOUNDS_US, Times},
    closing::{CloseReason, Closing},
    cx::{Cx, count, enter, frame_max, line_max},
    framing::{
        Cut, Framing, LineEnd, Netstring, Parsed, Prefix, Resp, Scan, parse_frame, parse_line,
        parse_stream, take_body, take_exact, take_line, take_prefixed, take_until, text,
    },
    hooks::{HooksOf, NoHooks, SharedHooks},
    id::Id,
    mailbox::{MailboxFull, SessionHandle},
    malformed::{Answer, Malformed, MalformedKind, answer, fatal, malformed, nearer},
    message::{Depth, Message, MuxMessage, parse_message, shape},
    out::{Out, To, ToOthers},
    outbox::{Outbox, SlowReader},
    peers::Peers,
    protocol::{Command, Help, Mode, Parameter, Protocol},
    reply::{Either, Framed, Opened, Outcome, Reply, Writer, refuse, to_bytes},
    server::{Connection, Counts, Hub, Order, ProtocolStats, ServerCx},
    time::Time,
};
pub(crate) use self::{
    calls::{Calls, Tally},
    cx::{Control, Longest, TimerRequest},
    framing::KeptScan,
    mailbox::Mailbox,
    server::Roster,
};

/// What one call of [`Session::step`] did with the front of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// One message of so many bytes, its end included, was handled.
    Took(usize),
    /// There is no whole message yet.
    More,
    /// What is there can never become a message, and where the next one starts is unknown: the
    /// connection closes.
    Fatal,
}

/// A connection's protocol, as `#[mux_server]` implements it for the user's type.
///
/// Nobody writes this by hand: its methods are what the attributes `#[line]`, `#[on(…)]` and
/// `#[hook(…)]` stand for, and what a block lacks is taken from the defaults here.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a mux server",
    label = "no `#[mux_server]` block for this type",
    note = "annotate one inherent impl block of it: `#[mux_server] impl {Self} {{ … }}`"
)]
pub trait Session: Sized + 'static {
    /// What all connections share.
    type Shared: 'static;
    /// What exists only while a mode of the protocol lasts.
    type Mode: Default + 'static;
    /// What `#[on(message)]` takes.
    type Message: Send + 'static;
    /// The protocol as data.
    const PROTOCOL: &'static Protocol;
    /// Whether the block has `#[on(eof)]`; without it a last line without its end is delivered.
    const HANDLES_EOF: bool = false;
    /// Whether the block has `#[on(drained)]`.
    const HANDLES_DRAINED: bool = false;
    /// Whether the block has `#[on(drain)]`; without it a server that ends closes the connection.
    const HANDLES_DRAIN: bool = false;
    /// Whether a mode may have messages of no bytes (`#[bytes(…)]`, `#[chunk(…)]`).
    const TAKES_EMPTY: bool = false;
    /// The hooks of the process that the shared value has, for the service.
    const HOOKS: Option<&'static SharedHooks> = None;

    /// Makes the value of a connection that was let in; `None` refuses it.
    fn connect(mode: &mut Self::Mode, cx: &mut Cx<'_, Self>) -> Option<Self>;

    /// Takes one message from the front of `input`.
    fn step(
        &mut self,
        mode: &mut Self::Mode,
        cx: &mut Cx<'_, Self>,
        input: &[u8],
        scan: &mut Scan,
    ) -> Step;

    /// The peer is done writing; `rest` is what was left of its input.
    fn eof(&mut self, _mode: &mut Self::Mode, _cx: &mut Cx<'_, Self>, _rest: &[u8]) {}

    /// The time given to [`Cx::set_timeout`] is over. By default the connection closes.
    fn timeout(&mut self, _mode: &mut Self::Mode, cx: &mut Cx<'_, Self>) {
        cx.close_because(CloseReason::Timeout);
    }

    /// All that was written to the connection is out.
    fn drained(&mut self, _mode: &mut Self::Mode, _cx: &mut Cx<'_, Self>) {}

    /// The server is ending.
    fn drain(&mut self, _mode: &mut Self::Mode, _cx: &mut Cx<'_, Self>) {}

    /// A message from another thread arrived.
    fn message(&mut self, _mode: &mut Self::Mode, _cx: &mut Cx<'_, Self>, _message: Self::Message) {
    }

    /// Input that fits no handler. By default it is answered with the usage line.
    fn malformed(
        &mut self,
        _mode: &mut Self::Mode,
        cx: &mut Cx<'_, Self>,
        malformed: &Malformed<'_>,
    ) {
        answer(cx, malformed);
    }

    /// The connection is over; nothing more can be written to it.
    fn close(self, _cx: &mut Closing<'_, Self>, _why: CloseReason) {}

    /// A connection was accepted, and not yet let in (Net::Server's `post_accept_hook`).
    fn post_accept(_shared: &mut Self::Shared, _peer: &Peer) {}

    /// Whether to let the peer in (Net::Server's `allow_deny_hook`).
    fn allow_deny(_shared: &mut Self::Shared, _peer: &Peer) -> bool {
        true
    }

    /// What to tell a peer that was not let in (Net::Server's `request_denied_hook`).
    fn request_denied(_shared: &mut Self::Shared, _peer: &Peer, _farewell: &mut Writer<'_>) {}

    /// A connection that was let in is over, and its session about to be told so (Net::Server's
    /// `post_process_request_hook`).
    fn post_process_request(_shared: &mut Self::Shared, _peer: &Peer) {}
}
